"""A charity's claim on a lot, line by line, and what was decided of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class ClaimState(StrEnum):
    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    RELEASED = "released"


class Way(StrEnum):
    """How the food travels: the charity collects it, or a round brings it."""

    COLLECT = "collect"
    BRING = "bring"


class Claim(Row, table=True):
    """A charity's wish for a lot, for one of its sites, and the decision.

    `code` is what the charity shows when it collects by itself; what becomes of the food is told by the lot's shares.
    """

    __table_args__ = (
        Index("ix_claim_lot", "lot_id", "state"),
        Index("ix_claim_organisation", "organisation_id", "id"),
        CheckConstraint("state IN ('pending', 'granted', 'refused', 'released')", name="claim_state"),
        CheckConstraint("way IN ('collect', 'bring')", name="claim_way"),
    )

    region: str = Field(index=True)
    lot_id: int = Field(foreign_key="lot.id")
    lot_version: int
    organisation_id: int = Field(foreign_key="organisation.id")
    site_id: int = Field(foreign_key="site.id", index=True)
    way: Way = Field(sa_type=words(Way))
    state: ClaimState = Field(default=ClaimState.PENDING, sa_type=words(ClaimState))
    policy: str = "first-come"
    reason: str | None = None
    code: str
    # When the charity said it would come, if it collects by itself.
    coming_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    made_by: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ClaimLine(Row, table=True):
    """What a claim asks of one line, and what it was granted. Grams."""

    __table_args__ = (
        UniqueConstraint("claim_id", "line_id"),
        CheckConstraint("grams_asked > 0 AND 0 <= grams_granted AND grams_granted <= grams_asked", name="claim_grams"),
    )

    claim_id: int = Field(foreign_key="claim.id", index=True)
    line_id: int = Field(foreign_key="lotline.id")
    grams_asked: int
    grams_granted: int = 0
