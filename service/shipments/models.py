"""Something to be carried from one site to another, whoever wants it and whoever will carry it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words
from service.kit.i18n import DEFAULT_LOCALE, gettext
from service.shipments.errors import ShipmentEnded, ShipmentUnderWay


class ShipmentState(StrEnum):
    """Wanted and planned may alternate while plans change; from loaded on there is no way back."""

    WANTED = "wanted"
    PLANNED = "planned"
    LOADED = "loaded"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = (ShipmentState.WANTED, ShipmentState.PLANNED)
UNDER_WAY = (ShipmentState.WANTED, ShipmentState.PLANNED, ShipmentState.LOADED)
_RANK = {
    ShipmentState.WANTED: 0,
    ShipmentState.PLANNED: 0,
    ShipmentState.LOADED: 1,
    ShipmentState.DELIVERED: 2,
    ShipmentState.CANCELLED: 2,
    ShipmentState.FAILED: 2,
}


class Shipment(Row, table=True):
    """What is to be carried. Windows are pairs of ISO instants; an empty list means any time."""

    __table_args__ = (
        CheckConstraint("grams >= 0 AND crates >= 0 AND value >= 0", name="shipment_quantities"),
        Index("ix_shipment_region_state", "region", "state"),
        Index("ix_shipment_subject", "subject", "subject_id"),
    )

    region: str
    # Who wants it: ("claim", 12), ("loan", 3) …
    subject: str
    subject_id: int
    pickup_site_id: int = Field(foreign_key="site.id", index=True)
    delivery_site_id: int = Field(foreign_key="site.id", index=True)
    # A lot may wait at a pin on the map (a field, a market) instead of at the site's door.
    pickup_latitude: float | None = None
    pickup_longitude: float | None = None
    state: ShipmentState = Field(default=ShipmentState.WANTED, sa_type=words(ShipmentState))
    grams: int
    crates: int = 0
    temperature: str = Field(default="ambient", description="ambient, chilled or frozen")
    pickup_windows: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    delivery_windows: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    mandatory: bool = False
    value: int = 0
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expected_pickup_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expected_delivery_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # A French sentence with %(name)s places, translated and filled where it is shown: see `why_unserved`.
    unserved_reason: str | None = None
    unserved_params: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    wanted_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def is_open(self) -> bool:
        """Whether nobody has loaded it yet and somebody still wants it."""
        return self.state in OPEN

    def why_unserved(self, locale: str = DEFAULT_LOCALE) -> str:
        """Why no round carries it, in the reader's language; empty when one does or none has been tried."""
        return gettext(self.unserved_reason, locale, **self.unserved_params) if self.unserved_reason else ""

    def windows(self, end: str) -> list[tuple[datetime, datetime]]:
        """The windows at an `end` ("pickup" or "delivery"), as aware instants in order of time."""
        pairs = self.pickup_windows if end == "pickup" else self.delivery_windows
        return sorted((datetime.fromisoformat(start), datetime.fromisoformat(stop)) for start, stop in pairs)

    def move(self, to: ShipmentState) -> ShipmentState:
        """Go to a state and give the one before; refuses to leave an end or to un-load."""
        before = ShipmentState(self.state)
        if before == to:
            return before
        if _RANK[before] == 2:
            raise ShipmentEnded()
        if _RANK[to] < _RANK[before] or (to == ShipmentState.CANCELLED and before == ShipmentState.LOADED):
            raise ShipmentUnderWay()
        if to == ShipmentState.DELIVERED and before != ShipmentState.LOADED:
            raise ShipmentUnderWay()
        self.state = to
        return before


class ShipmentItem(Row, table=True):
    """One part of a shipment: a share of a lot, a batch of stock, a loaned thing."""

    __table_args__ = (
        CheckConstraint("grams >= 0", name="item_grams"),
        Index("ix_shipmentitem_subject", "subject", "subject_id"),
    )

    shipment_id: int = Field(foreign_key="shipment.id", index=True)
    subject: str
    subject_id: int
    grams: int
