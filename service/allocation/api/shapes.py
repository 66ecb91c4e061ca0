"""A claim as JSON."""

from datetime import datetime

from pydantic import BaseModel, Field
from sqlmodel import Session

from service.accounts.who import Who
from service.allocation import queries
from service.allocation.models import Claim, ClaimLine, ClaimState
from service.lots import queries as lots
from service.lots.models import Share


class ClaimLineOut(BaseModel):
    line_id: int
    grams_asked: int
    grams_granted: int


class ClaimShareOut(BaseModel):
    id: int
    line_id: int
    state: str
    grams: int
    collected_grams: int | None
    received_grams: int | None


class ClaimOut(BaseModel):
    id: int
    lot_id: int
    lot_version: int
    organisation_id: int
    site_id: int
    state: str
    way: str
    else_collect: bool = Field(description="what no round can bring is fetched by the charity")
    answer: str
    policy: str
    answers_until: datetime | None = Field(description="when a pending claim is decided")
    reason: str | None
    code: str | None = Field(description="what the charity shows when it collects; null for others")
    made_at: datetime
    decided_at: datetime | None
    coming_at: datetime | None
    lines: list[ClaimLineOut]
    shares: list[ClaimShareOut]


class ClaimsOut(BaseModel):
    items: list[ClaimOut]
    next: int | None


def claim_out(
    claim: Claim, lines: list[ClaimLine], shares: list[Share], who: Who, closes_at: datetime | None = None
) -> ClaimOut:
    """A claim for this reader: only the charity itself is shown its code."""
    own = claim.organisation_id in who.organisation_ids
    return ClaimOut(
        id=claim.key,
        lot_id=claim.lot_id,
        lot_version=claim.lot_version,
        organisation_id=claim.organisation_id,
        site_id=claim.site_id,
        state=str(claim.state),
        way=str(claim.way),
        else_collect=claim.else_collect,
        answer=str(claim.answer),
        policy=claim.policy,
        answers_until=closes_at if claim.state == ClaimState.PENDING else None,
        reason=claim.reason,
        code=claim.code if own else None,
        made_at=claim.made_at,
        decided_at=claim.decided_at,
        coming_at=claim.coming_at,
        lines=[ClaimLineOut.model_validate(line, from_attributes=True) for line in lines],
        shares=[ClaimShareOut.model_validate(share, from_attributes=True) for share in shares],
    )


def shown(session: Session, claim: Claim, who: Who) -> ClaimOut:
    """A claim as it stands, with its lines and shares, for this reader."""
    lines, shares = queries.lines_of_claim(session, claim.key), lots.shares_of_claim(session, claim.key)
    window = queries.window_of_lot(session, claim.lot_id)
    return claim_out(claim, list(lines), list(shares), who, window.closes_at if window else None)
