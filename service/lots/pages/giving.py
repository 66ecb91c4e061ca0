"""The donor's first page: one big button, and yesterday's lot beneath."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.guard import Guard
from service.accounts.queries import closed_days
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.pagination import PageAsked
from service.lots import queries
from service.lots.models import LotState
from service.lots.rules.lifecycle import AT_DONOR
from service.lots.views import lot_view, lot_views
from service.web.deps import Locale, Now, ReadSession
from service.web.templating import KEEP, render

router = APIRouter()
MOST_SHOWN = 12
# Days on which the whole region is shut are told so far ahead.
SOON = timedelta(days=7)


@router.get("/give")
def give(
    request: Request,
    who: Annotated[Who, Depends(Guard("lots", "post"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
) -> Response:
    """« Donner », « Comme hier », and what is under way."""
    last, today = None, local(now, who.zone).date()
    for organisation_id in sorted(who.organisation_ids):
        found = queries.last_lot_of(session, organisation_id, who.site_ids)
        if found is not None and (last is None or found.key > last.key):
            last = found
    states = [*AT_DONOR, LotState.COLLECTED]
    mine = [
        lot
        for organisation_id in sorted(who.organisation_ids)
        for lot in queries.lots_seen_by(
            session, who, PageAsked(limit=MOST_SHOWN), states=states, organisation_id=organisation_id
        ).items
    ]
    return render(
        request,
        "lots/give.html",
        {
            "shut": list(closed_days(session, who.region, today, today + SOON).values()),
            "last": lot_view(session, who, last, now, locale) if last is not None else None,
            "under_way": lot_views(session, who, mine[:MOST_SHOWN], now, locale),
        },
        headers=KEEP,
    )
