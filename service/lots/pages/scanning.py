"""A line of the posting form filled from a barcode: drawn alone where scripts run, else with the whole form."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.guard import Guard
from service.accounts.models import Organisation
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.i18n import N_
from service.kit.refusals import Invalid
from service.lots.forms import MOST_LINES
from service.lots.pages.posting import EMPTY_LINE, choices, draw_form, photos_of, sites_to_post_from
from service.lots.reading import Typed, TypedForm, Wrong, line_count, shown
from service.lots.scanned import look_up
from service.lots.words import usual_categories
from service.web.deps import AppSettings, Locale, Now, ReadSession, Waited
from service.web.templating import render

router = APIRouter()
Poster = Annotated[Who, Depends(Guard("lots", "post"))]
NOT_LATER = N_("Il faut le réseau pour cela.")


@router.get("/lots/new/product")
def product(
    request: Request,
    who: Poster,
    session: ReadSession,
    clients: OutsideClients,
    locale: Locale,
    line: Annotated[int, Query(ge=0, lt=MOST_LINES)] = 0,
    of: Annotated[int, Query(ge=1, le=MOST_LINES)] = 1,
) -> Response:
    """One line of so many, as its barcode fills it."""
    typed = Typed({name: request.query_params.getlist(name) for name in request.query_params})
    index = min(line, line_count(typed) - 1)
    filled = look_up({**EMPTY_LINE, **shown(typed)["lines"][index]}, clients.products, locale)
    sites = [site for site in sites_to_post_from(session, who) if str(site.id) == typed.one("site_id")]
    organisation = session.get(Organisation, sites[0].organisation_id) if sites else None
    context = {
        **choices(),
        "line": filled,
        "index": index,
        "values": {"lines": [filled] * of},
        "usual": usual_categories(organisation.activity if organisation else None),
        "wrong": Wrong(),
        "details_at": "/lots/new/details",
    }
    return render(request, "lots/line.html", context)


@router.post("/lots/new/product")
def product_in_form(
    request: Request,
    who: Poster,
    session: ReadSession,
    now: Now,
    waited: Waited,
    settings: AppSettings,
    clients: OutsideClients,
    locale: Locale,
    typed: TypedForm,
) -> Response:
    """The whole form again, one line filled; nothing is published."""
    if waited is not None:
        # A phone that kept this until it had a network shows no form: there is nothing to fill any more.
        raise Invalid(fields={"gtin": NOT_LATER})
    values = shown(typed)
    asked = typed.one("look_up")
    index = int(asked) if asked.isdigit() and int(asked) < len(values["lines"]) else 0
    values["lines"][index] = look_up(values["lines"][index], clients.products, locale)
    photos, wrong = photos_of(typed, clients.files, settings, locale)
    return draw_form(request, session, who, values, photos, wrong, now=now, settings=settings, locale=locale)
