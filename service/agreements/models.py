"""The habilitation of a body that receives food aid, and its paper."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class Level(StrEnum):
    """Who granted it. A public body (CCAS, CIAS) needs none; the row then only says so."""

    NATIONAL = "national"
    REGIONAL = "regional"
    PUBLIC_EXEMPT = "public_exempt"


class Habilitation(Row, table=True):
    """A habilitation "aide alimentaire" (CASF L266-2, R266-1): first and last day included.

    `covered_by_id` is the network head whose own habilitation covers this member: it holds only while the head's does.
    """

    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="habilitation_in_order"),
        CheckConstraint("covered_by_id IS NULL OR covered_by_id <> organisation_id", name="habilitation_not_own_head"),
    )

    region: str = Field(index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    level: Level = Field(sa_type=words(Level))
    number: str = ""
    starts_on: date
    ends_on: date | None = None
    covered_by_id: int | None = Field(default=None, foreign_key="organisation.id")
    # Set when somebody takes it back before its end; it then counts no more.
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    # The smallest notice of its end already given, in days before it.
    told_days: int | None = None

    def runs_on(self, day: date) -> bool:
        """Whether it is in force on this day."""
        return self.ended_at is None and self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class HabilitationPaper(Row, table=True):
    """The prefect's order as its charity sent it, for whoever approves: read once to record what it says."""

    __tablename__ = "habilitation_paper"
    __table_args__ = (UniqueConstraint("organisation_id", "file_key"),)

    organisation_id: int = Field(foreign_key="organisation.id")
    file_key: str
    sent_at: datetime = Field(sa_type=UtcDateTime)
    sent_by: int | None = Field(default=None, foreign_key="person.id")
