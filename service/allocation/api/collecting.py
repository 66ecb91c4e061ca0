"""A claim that is fetched, as JSON: handed over, weighed, not come for."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session

from service.accounts.attempts import address_of, attempts_of
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation.actions import collecting
from service.allocation.api.shapes import ClaimOut, shown
from service.allocation.errors import WrongCode
from service.allocation.forms import HandOverIn, ReceptionIn
from service.allocation.models import Claim
from service.kit.ids import Id
from service.web.deps import Now, WriteSession

router = APIRouter(tags=["claims"])


@router.post("/claims/{claim_id}/hand-over")
def hand_over(
    claim_id: Id,
    asked: HandOverIn,
    request: Request,
    who: Annotated[Who, Depends(Guard("claims", "hand_over"))],
    session: WriteSession,
    now: Now,
) -> ClaimOut:
    """The donor gives the food to whoever shows the claim's code."""
    return shown(session, try_code(request, session, who, claim_id, asked, now), who)


def try_code(request: Request, session: Session, who: Who, claim_id: int, asked: HandOverIn, now: datetime) -> Claim:
    """Hand over with a code; wrong ones are counted, and too many refused for a while (429)."""
    attempts, account, address = attempts_of(request), f"claim {claim_id}", address_of(request)
    attempts.check("code", account, address)
    try:
        return collecting.hand_over(
            session,
            who=who,
            claim_id=claim_id,
            code=asked.code,
            weights={weight.share_id: weight.grams for weight in asked.weights},
            temperature_c=asked.temperature_c,
            now=now,
        )
    except WrongCode:
        attempts.count("code", account, address)
        raise


@router.post("/claims/{claim_id}/reception")
def receive(
    claim_id: Id,
    asked: ReceptionIn,
    who: Annotated[Who, Depends(Guard("claims", "receive"))],
    session: WriteSession,
    now: Now,
) -> ClaimOut:
    """The charity weighs what it fetched."""
    weights = {weight.share_id: weight.grams for weight in asked.weights}
    return shown(session, collecting.receive(session, who=who, claim_id=claim_id, weights=weights, now=now), who)


@router.post("/claims/{claim_id}/no-show")
def report_no_show(
    claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "hand_over"))], session: WriteSession, now: Now
) -> ClaimOut:
    """Nobody came: the lot is offered again."""
    return shown(session, collecting.report_no_show(session, who=who, claim_id=claim_id, now=now), who)
