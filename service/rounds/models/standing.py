"""What stands beside the plans: locks, calls to make, the day's profile, and where a vehicle was seen."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class RideLock(Row, table=True):
    """A dispatcher's word that a shipment stays with a vehicle in its shift, as long as the shift runs."""

    __table_args__ = (UniqueConstraint("shipment_id"),)

    shipment_id: int = Field(foreign_key="shipment.id")
    shift_id: int = Field(foreign_key="shift.id", index=True)
    locked_by: int | None = Field(default=None, foreign_key="person.id")
    locked_at: datetime = Field(sa_type=UtcDateTime)


class CallReason(StrEnum):
    """Why somebody is to be telephoned: it cannot wait for the next stop."""

    # Nothing is left to do at the stop the vehicle drives to.
    NEXT_STOP_EMPTY = "next_stop_empty"
    # Cold goods are aboard of a vehicle that broke down.
    COLD_ABOARD = "cold_aboard"
    BREAKDOWN = "breakdown"
    # Nobody took cold goods over in time: they are to be thrown away.
    COLD_LOST = "cold_lost"
    WENT_HOME = "went_home"
    # The hour of leaving has come and nobody has accepted the round.
    NOT_ACCEPTED = "not_accepted"
    # A driver moved goods that were cancelled, or told of it once the round was over.
    REPORTED_TOO_LATE = "reported_too_late"
    # A driver gave a shift back.
    SHIFT_DROPPED = "shift_dropped"


class RoundCall(Row, table=True):
    """A telephone call that a dispatcher is to make about a round; one for each reason and stop."""

    __table_args__ = (
        UniqueConstraint("round_id", "reason", "stop_number"),
        Index("ix_roundcall_region_done", "region", "done_at"),
    )

    region: str
    round_id: int = Field(foreign_key="round.id")
    reason: CallReason = Field(sa_type=words(CallReason))
    # 0: about the whole round.
    stop_number: int = 0
    raised_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: int | None = Field(default=None, foreign_key="person.id")


class DayProfile(Row, table=True):
    """A day that is not like the others: how fast one drives, how long cold lasts, whether bikes go out."""

    __table_args__ = (
        UniqueConstraint("region", "day"),
        CheckConstraint("speed_percent BETWEEN 20 AND 150", name="dayprofile_speed"),
        CheckConstraint("cold_percent BETWEEN 10 AND 100", name="dayprofile_cold"),
    )

    region: str
    day: date
    # heat, ice, august or own
    kind: str
    speed_percent: int = 100
    cold_percent: int = 100
    bikes: bool = True
    set_by: int | None = Field(default=None, foreign_key="person.id")
    set_at: datetime = Field(sa_type=UtcDateTime)


class RoundPosition(Row, table=True):
    """Where a vehicle was during its round, to about a kilometre; gone within 72 hours."""

    __table_args__ = (Index("ix_roundposition_at", "at"),)

    round_id: int = Field(foreign_key="round.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    latitude: float
    longitude: float
