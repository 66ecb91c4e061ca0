"""Small lots that volunteers bring: who would, what was put to whom, who said yes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class Helper(Row, table=True):
    """A driver who brings a small lot now and then, from a place, with a bike or a car of theirs.

    `vehicle_id` says from where (its home site), with what and how much; `most_minutes`: on the road in all, back home
    included.
    """

    __table_args__ = (
        UniqueConstraint("person_id"),
        CheckConstraint("most_minutes BETWEEN 1 AND 240", name="helper_minutes"),
    )

    region: str = Field(index=True)
    person_id: int = Field(foreign_key="person.id")
    vehicle_id: int = Field(foreign_key="vehicle.id")
    most_minutes: int
    active: bool = True
    set_at: datetime = Field(sa_type=UtcDateTime)


class ErrandState(StrEnum):
    OFFERED = "offered"
    TAKEN = "taken"
    OVER = "over"


class Errand(Row, table=True):
    """So much of a lot for a site that asked for it and that no round brings, put to a few helpers.

    `wanted`: grams by line. `asked_by`: who asked for it at the site. It is over once there is nothing left to bring,
    or nobody left to ask; what somebody took and gave back is offered again.
    """

    __table_args__ = (
        UniqueConstraint("lot_id", "site_id"),
        CheckConstraint("state IN ('offered', 'taken', 'over')", name="errand_state"),
        CheckConstraint("grams > 0", name="errand_grams"),
    )

    region: str = Field(index=True)
    lot_id: int = Field(foreign_key="lot.id")
    site_id: int = Field(foreign_key="site.id")
    asked_by: int = Field(foreign_key="person.id")
    wanted: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    grams: int
    state: ErrandState = Field(default=ErrandState.OFFERED, sa_type=words(ErrandState))
    offered_at: datetime = Field(sa_type=UtcDateTime)
    taken_by: int | None = Field(default=None, foreign_key="person.id")
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    claim_id: int | None = Field(default=None, foreign_key="claim.id")
    shift_id: int | None = Field(default=None, foreign_key="shift.id")

    def grams_by_line(self) -> dict[int, int]:
        """What it is about, by line."""
        return {int(line): grams for line, grams in self.wanted.items()}


class ErrandAsk(Row, table=True):
    """A helper was asked to run an errand, once, with the seconds it takes them on the road, back home included.

    `declined_at`: they said no, or gave it back.
    """

    __table_args__ = (UniqueConstraint("errand_id", "person_id"),)

    errand_id: int = Field(foreign_key="errand.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    seconds: int
    metres: int
    asked_at: datetime = Field(sa_type=UtcDateTime)
    declined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
