"""Food aboard of a vehicle that drives no more: where it waits, for how long it may, and what became of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class TransferState(StrEnum):
    WAITING = "waiting"
    # Another vehicle has it.
    TAKEN = "taken"
    # It came back to the depot and is offered again.
    RETURNED = "returned"
    # Its cold was lost, or nobody could use it any more.
    WRITTEN_OFF = "written_off"


class Transfer(Row, table=True):
    """A shipment that goes on in another vehicle: `relay_id` is the shipment that carries it from here on.

    `warm_since` is when its food left what cools it by itself, `cold_until` when it has been so for as long as food law
    allows; both are empty for ambient food.
    """

    __table_args__ = (
        UniqueConstraint("relay_id"),
        Index("ix_transfer_region_state", "region", "state"),
        CheckConstraint("(warm_since IS NULL) = (cold_until IS NULL)", name="transfer_cold"),
    )

    region: str
    # The round whose vehicle broke down.
    round_id: int = Field(foreign_key="round.id", index=True)
    shipment_id: int = Field(foreign_key="shipment.id", index=True)
    relay_id: int = Field(foreign_key="shipment.id")
    state: TransferState = Field(default=TransferState.WAITING, sa_type=words(TransferState))
    latitude: float
    longitude: float
    # Whether somebody standing there said where it is; else it is where the vehicle was last known to be.
    exact: bool = False
    broke_down_at: datetime = Field(sa_type=UtcDateTime)
    warm_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cold_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The round that took it over.
    taken_by: int | None = Field(default=None, foreign_key="round.id")

    @property
    def is_waiting(self) -> bool:
        return self.state == TransferState.WAITING

    def is_warm(self, now: datetime) -> bool:
        """Whether its cold minutes are over."""
        return self.cold_until is not None and self.cold_until <= now

    def end(self, to: TransferState, now: datetime, taken_by: int | None = None) -> None:
        """It waits no more."""
        self.state, self.ended_at, self.taken_by = to, now, taken_by
