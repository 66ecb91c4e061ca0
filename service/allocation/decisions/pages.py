"""Why this charity? The decision on a page: who answered what, who got how much, and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation import queries
from service.allocation.decisions.overriding import override
from service.allocation.decisions.views import decision_seen
from service.allocation.errors import SiteUnknown
from service.allocation.forms import typed_key
from service.allocation.models import ClaimState, Way
from service.allocation.words import ANSWERS, CAUSES, NEXT_STEPS, POLICIES
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.lots import queries as lots
from service.lots.words import lot_title
from service.web.deps import Locale, Now, ReadSession, parts_of
from service.web.forms import TypedForm
from service.web.templating import render

router = APIRouter()


@router.get("/lots/{lot_id}/decision")
def read_decision(
    request: Request,
    lot_id: Id,
    who: Annotated[Who, Depends(Guard("decisions", "read"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
) -> Response:
    """Why this charity?"""
    return _page(request, session, who, lot_id, now, locale)


def _page(
    request: Request,
    session: Session,
    who: Who,
    lot_id: int,
    now: datetime,
    locale: str,
    refusal: Refusal | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    seen = decision_seen(session, who, lot_id, locale, now)
    may = who.may("decisions", "override") and now < seen.lot.deadline
    granted = [one for one in seen.claims if one.claim.state == ClaimState.GRANTED]
    context = {
        "seen": seen,
        "lot": seen.lot,
        "title": lot_title(lots.lines_of(session, lot_id), locale),
        "answers": ANSWERS,
        "causes": CAUSES,
        "next_steps": NEXT_STEPS,
        "policies": POLICIES,
        "may_override": may and (seen.free > 0 or bool(granted)),
        "granted": granted,
        "sites": queries.receiving_sites(session, seen.lot.region) if may else [],
        "refusal": refusal,
        "typed": typed or {},
    }
    return render(request, "allocation/decision.html", context, status=refusal.status if refusal else 200)


@router.post("/lots/{lot_id}/decision")
def make_decision(
    request: Request,
    lot_id: Id,
    form: TypedForm,
    who: Annotated[Who, Depends(Guard("decisions", "override"))],
    now: Now,
    locale: Locale,
) -> Response:
    """Give it yourself, with a reason."""
    database = parts_of(request).database
    try:
        site = typed_key(form.get("site", ""))
        if site is None:
            raise SiteUnknown(fields={"site": SiteUnknown.message})
        with database.transaction() as session:
            override(
                session,
                who=who,
                lot_id=lot_id,
                site_id=site,
                reason=form.get("reason", ""),
                way=Way.COLLECT if form.get("way") == "collect" else Way.BRING,
                instead_of=typed_key(form.get("instead_of", "")),
                now=now,
            )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        with database.read() as session:
            return _page(request, session, who, lot_id, now, locale, refusal, form)
    return RedirectResponse(f"/lots/{lot_id}/decision", status_code=303)
