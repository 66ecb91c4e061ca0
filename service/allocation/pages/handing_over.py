"""What is done with a claim: given back, handed over, weighed, reported absent."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation import slips
from service.allocation.actions import claiming, collecting
from service.allocation.api.collecting import try_code
from service.allocation.errors import ClaimUnknown
from service.allocation.forms import HandOverIn, by_key
from service.allocation.models import Way
from service.allocation.pages.claims import claim_page
from service.clients.parts import OutsideClients
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.kit.weight import parse_kg
from service.web.deps import AppSettings, Locale, Now, WriteSession, parts_of
from service.web.forms import TypedForm

router = APIRouter()


@router.post("/claims/{claim_id}/release")
def release(
    claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "release"))], session: WriteSession, now: Now
) -> Response:
    """Give it back; it is offered again at once."""
    claiming.release(session, who=who, claim_id=claim_id, now=now)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)


@router.post("/claims/{claim_id}/way")
def change_way(
    claim_id: Id,
    way: Annotated[Way, Form()],
    who: Annotated[Who, Depends(Guard("claims", "release"))],
    session: WriteSession,
    now: Now,
) -> Response:
    """Fetch it after all, or have it brought."""
    claiming.change_way(session, who=who, claim_id=claim_id, way=way, now=now)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)


@router.post("/claims/{claim_id}/hand-over")
def hand_over(
    request: Request,
    claim_id: Id,
    code: Annotated[str, Form(max_length=20)],
    who: Annotated[Who, Depends(Guard("claims", "hand_over"))],
    now: Now,
    locale: Locale,
) -> Response:
    """The donor types the six digits that the charity shows."""
    database = parts_of(request).database
    try:
        with database.transaction() as session:
            try_code(request, session, who, claim_id, HandOverIn(code=code.replace(" ", "") or "-"), now)
    except ClaimUnknown:
        raise
    except Refusal as refusal:
        with database.read() as session:
            return claim_page(request, session, who, claim_id, locale, refusal=refusal)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)


@router.post("/claims/{claim_id}/reception")
def receive(
    request: Request,
    claim_id: Id,
    form: TypedForm,
    who: Annotated[Who, Depends(Guard("claims", "receive"))],
    now: Now,
    locale: Locale,
) -> Response:
    """What the charity weighed at home, a quantity a share."""
    database = parts_of(request).database
    try:
        weights = {share: parse_kg(text) for share, text in by_key(form, "share-").items() if text.strip()}
        with database.transaction() as session:
            collecting.receive(session, who=who, claim_id=claim_id, weights=weights, now=now)
    except ClaimUnknown:
        raise
    except Refusal as refusal:
        with database.read() as session:
            return claim_page(request, session, who, claim_id, locale, refusal=refusal)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)


@router.post("/claims/{claim_id}/slip")
def issue_slip(
    claim_id: Id,
    who: Annotated[Who, Depends(Guard("claims", "read"))],
    session: WriteSession,
    settings: AppSettings,
    clients: OutsideClients,
    now: Now,
) -> Response:
    """The pickup slip as a PDF; issued the first time it is asked for."""
    slip = slips.issue_slip(
        session,
        clients.files,
        who=who,
        claim_id=claim_id,
        address=settings.address,
        fictitious=settings.demo,
        now=now,
    )
    return RedirectResponse(f"/documents/{slip.number}.pdf", status_code=303)


@router.post("/claims/{claim_id}/no-show")
def report_no_show(
    claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "hand_over"))], session: WriteSession, now: Now
) -> Response:
    """Nobody came."""
    collecting.report_no_show(session, who=who, claim_id=claim_id, now=now)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)
