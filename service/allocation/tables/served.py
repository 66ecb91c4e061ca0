"""How many people a site serves in a week, and what puts a site first: never changed, only followed by a newer row."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class PeopleSource(StrEnum):
    """Where a figure comes from: a figure without a source is an opinion."""

    COUNT = "count"
    REPORT = "report"
    NETWORK = "network"
    ESTIMATE = "estimate"


class FigureState(StrEnum):
    USED = "used"
    # Much more than the one before it: somebody of the Region looks at it first.
    WAITING = "waiting"
    REFUSED = "refused"


class Ground(StrEnum):
    """Why a site is put before others."""

    STUDENTS = "students"
    SHELTER = "shelter"
    RURAL = "rural"
    CRISIS = "crisis"
    NONE = "none"


class PeopleServed(Row, table=True):
    """People a site serves in an ordinary week, as counted on a day, from a source.

    The newest used figure counted on or before a day is the one that counts on that day.
    """

    __table_args__ = (
        UniqueConstraint("site_id", "version"),
        Index("ix_peopleserved_region", "region", "state", "counted_on"),
        CheckConstraint("people BETWEEN 1 AND 1000000", name="peopleserved_people"),
        CheckConstraint("version >= 1", name="peopleserved_version"),
        CheckConstraint("source IN ('count', 'report', 'network', 'estimate')", name="peopleserved_source"),
        CheckConstraint("state IN ('used', 'waiting', 'refused')", name="peopleserved_state"),
    )

    region: str
    site_id: int = Field(foreign_key="site.id")
    version: int
    people: int
    counted_on: date
    source: PeopleSource = Field(sa_type=words(PeopleSource))
    # "Rapport d'activité 2025, page 12"; nothing about anybody served.
    note: str = ""
    state: FigureState = Field(default=FigureState.USED, sa_type=words(FigureState))
    said_by: int | None = Field(default=None, foreign_key="person.id")
    said_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SitePriority(Row, table=True):
    """Each of a site's people counts as 1 + level / 10, from a day on, until a day if one is said."""

    __table_args__ = (
        UniqueConstraint("site_id", "version"),
        CheckConstraint("level BETWEEN 0 AND 9", name="sitepriority_level"),
        CheckConstraint("version >= 1", name="sitepriority_version"),
        CheckConstraint("ground IN ('students', 'shelter', 'rural', 'crisis', 'none')", name="sitepriority_ground"),
        CheckConstraint("(level = 0) = (ground = 'none')", name="sitepriority_has_ground"),
        CheckConstraint("until_day IS NULL OR from_day <= until_day", name="sitepriority_days"),
    )

    region: str = Field(index=True)
    site_id: int = Field(foreign_key="site.id")
    version: int
    level: int
    ground: Ground = Field(sa_type=words(Ground))
    from_day: date
    until_day: date | None = None
    set_by: int | None = Field(default=None, foreign_key="person.id")
    set_at: datetime = Field(sa_type=UtcDateTime)

    def holds(self, day: date) -> bool:
        """Whether it counts on this day."""
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)
