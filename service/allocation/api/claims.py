"""Claims as JSON: made, read, given back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import JSONResponse

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation import queries, windows
from service.allocation.actions import claiming
from service.allocation.api.shapes import ClaimOut, ClaimsOut, claim_out, shown
from service.allocation.forms import ClaimIn, WayIn
from service.allocation.models import Answer, ClaimState
from service.kit.ids import Id
from service.kit.pagination import AskedPage
from service.lots.models import Lot
from service.web.deps import Now, ReadSession, WriteSession
from service.web.idempotency import once

router = APIRouter(tags=["claims"])
Key = Annotated[str | None, Header(alias="Idempotency-Key")]


@router.post(
    "/lots/{lot_id}/claims",
    status_code=201,
    response_model=ClaimOut,
    responses={202: {"model": ClaimOut, "description": "pending: decided with all other answers at `answers_until`"}},
)
def make_claim(
    lot_id: Id,
    asked: ClaimIn,
    who: Annotated[Who, Depends(Guard("claims", "make"))],
    session: WriteSession,
    now: Now,
    key: Key = None,
) -> JSONResponse:
    """Claim all or part of a lot; the same `Idempotency-Key` acts once.

    While answers are gathered (`answers_until`) the claim is pending and the answer 202; sent anew it is changed,
    with `"answer": "no"` it says that the lot is of no use. Otherwise it is granted at once, or 409 when somebody was
    faster.
    """

    def act() -> ClaimOut:
        made = claiming.claim(
            session,
            who=who,
            lot_id=lot_id,
            site_id=asked.site_id,
            wanted=asked.wanted(),
            way=asked.way,
            else_collect=asked.else_collect,
            coming_at=asked.coming_at,
            answer=Answer.NO if asked.answer else None,
            now=now,
        )
        return shown(session, made, who)

    lot = session.get(Lot, lot_id)
    status = 202 if lot is not None and windows.window_of(session, lot).is_sealed else 201
    identity = ["claims.make", lot_id, asked]
    return once(session, who.person_id or 0, key, identity, act, status, acting_for=who.on_behalf_of)


@router.get("/claims")
def read_claims(
    who: Annotated[Who, Depends(Guard("claims", "read"))],
    session: ReadSession,
    asked: AskedPage,
    lot_id: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    state: ClaimState | None = None,
) -> ClaimsOut:
    """Your claims (staff: everybody's), the newest first."""
    page = queries.claims_seen_by(session, who, asked, lot_id=lot_id, state=state)
    lines = queries.lines_of_claims(session, [claim.key for claim in page.items])
    shares = queries.shares_of_claims(session, [claim.key for claim in page.items])
    closing = queries.windows_of_lots(session, [claim.lot_id for claim in page.items])
    items = [
        claim_out(
            claim,
            lines[claim.key],
            shares[claim.key],
            who,
            closing[claim.lot_id].closes_at if claim.lot_id in closing else None,
        )
        for claim in page.items
    ]
    return ClaimsOut(items=items, next=page.next)


@router.get("/claims/{claim_id}")
def read_claim(claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "read"))], session: ReadSession) -> ClaimOut:
    """One claim, for its charity, the lot's donor or staff."""
    claim, _lot = queries.claim_seen_by(session, who, claim_id)
    return shown(session, claim, who)


@router.delete("/claims/{claim_id}")
def release_claim(
    claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "release"))], session: WriteSession, now: Now
) -> ClaimOut:
    """Give a claim back: what it held is offered again at once."""
    return shown(session, claiming.release(session, who=who, claim_id=claim_id, now=now), who)


@router.put("/claims/{claim_id}/way")
def change_way(
    claim_id: Id,
    asked: WayIn,
    who: Annotated[Who, Depends(Guard("claims", "release"))],
    session: WriteSession,
    now: Now,
) -> ClaimOut:
    """Fetch it after all, or have it brought."""
    return shown(session, claiming.change_way(session, who=who, claim_id=claim_id, way=asked.way, now=now), who)
