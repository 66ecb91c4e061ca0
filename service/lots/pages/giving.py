"""The donor's first page: one big button, and yesterday's lot beneath."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.guard import Guard
from service.accounts.queries import closed_days, organisation_sites
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.pagination import PageAsked
from service.lots import queries
from service.lots.forms import MOST_KEY
from service.lots.models import LotState
from service.lots.rules.lifecycle import AT_DONOR
from service.lots.usual.calendar import tonight_of
from service.lots.views import lot_view, lot_views
from service.practice.steps import Step, first_steps, try_step
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
    removed: Annotated[int, Query(ge=0, le=MOST_KEY)] = 0,
) -> Response:
    """« Donner », « Comme hier », the donor's own templates, and what is under way."""
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
    sites = organisation_sites(session, who.organisation_ids)
    steps = [
        try_step("/lots/new/practice", done=last is not None),
        Step(
            "hours",
            N_("Vos heures d'ouverture"),
            N_("Le créneau d'enlèvement se remplit alors tout seul."),
            f"/sites/{sites[0].key}" if sites else "/account",
            "clock",
            any(site.opening_hours for site in sites),
        ),
        Step(
            "first",
            N_("Votre premier lot"),
            N_("Même un kilo de pain : quelqu'un en a l'usage."),
            "/lots/new",
            "hand-heart",
            last is not None,
        ),
    ]
    templates = queries.templates_of(session, who.organisation_ids)
    given = lot_views(session, who, queries.lots_of_templates(session, templates, who.site_ids), now, locale)
    by_lot = {view.lot.key: view for view in given}
    return render(
        request,
        "lots/give.html",
        {
            "tonight": tonight_of(session, who, now, locale),
            "first_steps": first_steps(session, who, "donor", steps),
            "templates": [(one, by_lot[one.lot_id]) for one in templates if one.lot_id in by_lot],
            "removed": removed,
            "shut": list(closed_days(session, who.region, today, today + SOON).values()),
            "last": lot_view(session, who, last, now, locale) if last is not None else None,
            "under_way": lot_views(session, who, mine[:MOST_SHOWN], now, locale),
        },
        headers=KEEP,
    )
