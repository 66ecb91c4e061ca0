"""Usual gifts, and what became of each of their dates."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class GiftState(StrEnum):
    ACTIVE = "active"
    # Asks nothing; with `paused_until` it asks again from that day on.
    PAUSED = "paused"
    ENDED = "ended"


class DayState(StrEnum):
    """What is known of a date. A date without a row is expected: nobody has been asked yet."""

    # "Pas ce vendredi": nothing is asked, nothing expected.
    CANCELLED = "cancelled"
    ASKED = "asked"
    GIVEN = "given"
    NOTHING = "nothing"
    # Its hour passed without an answer.
    LAPSED = "lapsed"


class UsualGift(Row, table=True):
    """A surplus that a place expects on the dates of `rrule` (RFC 5545, from `starts_on`).

    Minutes are counted from midnight in the region: when it is asked, and within which it may be picked up, on the same
    day or the `next_day`. `grams` is the usual weight.
    """

    __tablename__ = "usual_gift"
    __table_args__ = (
        Index("ix_usual_gift_state", "region", "state"),
        CheckConstraint("grams > 0", name="usual_gift_grams"),
        CheckConstraint("ask_minute BETWEEN 0 AND 1439", name="usual_gift_asked_within_a_day"),
        CheckConstraint("0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1439",
                        name="usual_gift_window"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="usual_gift_days"),
        CheckConstraint("paused_until IS NULL OR state = 'paused'", name="usual_gift_pause"),
        CheckConstraint("state IN ('active', 'paused', 'ended')", name="usual_gift_state"),
    )  # fmt: skip

    region: str
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    rrule: str
    starts_on: date
    ends_on: date | None = None
    ask_minute: int
    opens_minute: int
    closes_minute: int
    next_day: bool = False
    category: str = Field(description="slug of the catalogue")
    description: str = ""
    grams: int
    state: GiftState = Field(default=GiftState.ACTIVE, sa_type=words(GiftState))
    paused_until: date | None = None
    # Who chose the hour: their phone rings at it, whatever their quiet hours.
    hour_chosen_by: int = Field(foreign_key="person.id")
    declared_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UsualGiftDay(Row, table=True):
    """One date of a usual gift that was cancelled, asked about or answered. `lot_id`: what the answer posted."""

    __tablename__ = "usual_gift_day"
    __table_args__ = (
        UniqueConstraint("gift_id", "day"),
        Index("ix_usual_gift_day_state", "state", "ends_at"),
        CheckConstraint(
            "state IN ('cancelled', 'asked', 'given', 'nothing', 'lapsed')", name="usual_gift_day_state"
        ),
        CheckConstraint("(state = 'given') = (lot_id IS NOT NULL)", name="usual_gift_day_lot"),
    )  # fmt: skip

    gift_id: int = Field(foreign_key="usual_gift.id", index=True)
    day: date
    state: DayState = Field(sa_type=words(DayState))
    # When the last pickup would end: what nobody answered by then is nothing.
    ends_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lot_id: int | None = Field(default=None, foreign_key="lot.id", unique=True)
