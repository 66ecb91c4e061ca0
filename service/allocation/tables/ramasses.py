"""A charity's standing round to a shop ("ramasse"): on which days, what of, and the dates somebody let go."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from service.allocation.models import Way
from service.database.columns import Row, UtcDateTime, words


class RamasseState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


class End(StrEnum):
    """Which end let a date go."""

    CHARITY = "charity"
    DONOR = "donor"


class Ramasse(Row, table=True):
    """What a shop posts on the dates of `rrule` (RFC 5545, from `starts_on`) is for this site first.

    It asks nothing until the shop agreed. Empty `categories`: all the site accepts; `most_grams`: of one lot.
    """

    __table_args__ = (
        Index("ix_ramasse_donor", "donor_site_id", "state"),
        CheckConstraint("state IN ('asked', 'agreed', 'declined', 'ended')", name="ramasse_state"),
        CheckConstraint("way IN ('collect', 'bring')", name="ramasse_way"),
        CheckConstraint("most_grams IS NULL OR most_grams > 0", name="ramasse_most"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="ramasse_days"),
        CheckConstraint("site_id <> donor_site_id", name="ramasse_two_ends"),
    )

    region: str = Field(index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    site_id: int = Field(foreign_key="site.id")
    donor_organisation_id: int = Field(foreign_key="organisation.id", index=True)
    donor_site_id: int = Field(foreign_key="site.id")
    rrule: str
    starts_on: date
    ends_on: date | None = None
    categories: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    most_grams: int | None = None
    way: Way = Field(default=Way.COLLECT, sa_type=words(Way))
    state: RamasseState = Field(default=RamasseState.ASKED, sa_type=words(RamasseState))
    note: str = ""
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RamasseRelease(Row, table=True):
    """ "Pas cette semaine": on this date the ramasse claims nothing."""

    __table_args__ = (
        UniqueConstraint("ramasse_id", "day"),
        CheckConstraint("by_end IN ('charity', 'donor')", name="ramasserelease_end"),
    )

    ramasse_id: int = Field(foreign_key="ramasse.id")
    day: date
    by_end: End = Field(sa_type=words(End))
    said_by: int | None = Field(default=None, foreign_key="person.id")
    said_at: datetime = Field(sa_type=UtcDateTime)


class RamasseClaim(Row, table=True):
    """A lot a ramasse has dealt with, once: claimed, or the code of why not."""

    __table_args__ = (UniqueConstraint("ramasse_id", "lot_id"),)

    ramasse_id: int = Field(foreign_key="ramasse.id")
    lot_id: int = Field(foreign_key="lot.id", index=True)
    day: date
    claim_id: int | None = Field(default=None, foreign_key="claim.id")
    outcome: str
    at: datetime = Field(sa_type=UtcDateTime)
