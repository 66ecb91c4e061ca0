"""What comes in and goes out with a decision."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from service.allocation.forms import ClaimLineIn
from service.allocation.models import Way


class OverrideIn(BaseModel):
    """A lot, or a part of it, given by a dispatcher."""

    model_config = ConfigDict(extra="forbid")

    site_id: int = Field(ge=1, le=2**53)
    reason: str = Field(min_length=1, max_length=400, description="said to the charity and kept")
    lines: list[ClaimLineIn] | None = Field(default=None, min_length=1, max_length=200)
    way: Way = Way.BRING
    instead_of: int | None = Field(default=None, ge=1, le=2**53, description="a claim to take back first")


class WhyOut(BaseModel):
    code: str
    text: str
    facts: dict[str, int] = Field(description="figures, units in their names")


class ClaimDecidedOut(BaseModel):
    claim_id: int
    site_id: int
    site: str | None = Field(description="its name, for dispatchers and the Region")
    answer: str
    state: str
    grams_asked: int
    grams_granted: int
    reasons: list[WhyOut] = Field(max_length=3)


class DecisionOut(BaseModel):
    lot_id: int
    state: str = Field(description="open (answers are gathered), decided, void, or at_once (granted when claimed)")
    policy: str
    version: str
    answers_until: datetime | None
    decided_at: datetime | None
    rounds: int = Field(description="how often it was decided anew because something no longer fitted")
    decision_id: int | None
    cause: str | None
    solver: str | None
    gap_permille: int | None
    inputs_erased_at: datetime | None = Field(description="when its question was erased; outcome and reasons stay")
    reasons: list[WhyOut] = Field(max_length=3, description="about the lot as a whole, for dispatchers and the Region")
    claims: list[ClaimDecidedOut]
