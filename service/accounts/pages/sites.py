"""A site: its hours, its storage, its closed days, its shared devices; a protected one's address."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends
from starlette.requests import Request
from starlette.responses import Response

from config.catalogue import catalogue
from service.accounts import hours
from service.accounts.actions import sites as acts
from service.accounts.actions.placing import public_address
from service.accounts.doors import demand_own, in_person, relation, see
from service.accounts.filling import Filled, Form, answers, read
from service.accounts.forms import EXCLUSIONS, ClosureIn, SiteIn
from service.accounts.geocoding import locate_later
from service.accounts.guard import Guard
from service.accounts.models import Organisation, OrganisationKind, Shut, Site
from service.accounts.queries import (
    closed_days,
    closures_to_come,
    pin_of,
    tablets_of,
    the_closure,
    the_organisation,
    the_site,
)
from service.accounts.queries.posters import posters_of
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.refusals import Invalid, NotFound, Refusal
from service.kit.weight import GRAMS
from service.web.deps import AppSettings, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Reader = Annotated[Who, Depends(Guard("sites", "read"))]
Changer = Annotated[Who, Depends(Guard("sites", "change"))]
Closer = Annotated[Who, Depends(Guard("sites", "close"))]
# Days on which the whole region is shut are shown so far ahead.
SHOWN_AHEAD = timedelta(days=60)


@router.get("/sites/{site_id}")
def show(request: Request, who: Reader, session: ReadSession, now: Now, site_id: int) -> Response:
    """One site."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "read", site)
    organisation = the_organisation(session, who, site.organisation_id)
    zone = request.state.zone
    today = local(now, zone).date()
    closures = closures_to_come(session, [site_id], today)
    everywhere = closed_days(session, site.region, today, today + SHOWN_AHEAD)
    shut: list[Shut] = [*closures, *everywhere.values()]
    own = {"any", *relation(who, site)}
    monday = today + timedelta(days=7 - today.weekday())
    context = {
        "site": site,
        "organisation": organisation,
        "week": hours.week(site.opening_hours, zone),
        "distribution": hours.week(site.distribution_hours, zone),
        "next_opening": hours.next_opening(
            site.opening_hours, now, zone, [(one.first_day, one.last_day) for one in shut]
        ),
        "everywhere": list(everywhere.values()),
        "closures": closures,
        "today": today,
        "quick": [
            ("today", today, today),
            ("tomorrow", today + timedelta(days=1), today + timedelta(days=1)),
            ("next_week", monday, monday + timedelta(days=6)),
        ],
        "tablets": tablets_of(session, [site_id]),
        "posters": posters_of(session, site_id),
        "may_make_poster": organisation.kind is OrganisationKind.DONOR
        and site.active
        and bool(who.relations("posters", "make") & own)
        and who.tablet_site is None,
        "may_revoke_poster": bool(who.relations("posters", "revoke") & own) and who.tablet_site is None,
        "has_pin": pin_of(session, site_id) is not None,
        "categories": {category.slug: category for category in catalogue().categories},
        "exclusions": EXCLUSIONS,
        "may_change": bool(who.relations("sites", "change") & own) and who.tablet_site is None,
        "may_close": bool(who.relations("sites", "close") & own),
        "may_pair": bool(who.relations("tablets", "pair") & own) and who.tablet_site is None,
        "may_reveal": site.protected and bool(who.relations("protected_addresses", "reveal") & own),
    }
    return render(request, "accounts/site.html", context)


@router.get("/partners/{organisation_id}/sites/new")
def ask_new(request: Request, who: Changer, session: ReadSession, organisation_id: int) -> Response:
    """The form of a new site."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "sites", "change", organisation)
    return _form(request, organisation, None, {"name": organisation.name, "collects_itself": True})


@router.post("/partners/{organisation_id}/sites/new")
def add(
    request: Request,
    who: Changer,
    session: WriteSession,
    settings: AppSettings,
    form: Form,
    now: Now,
    background: BackgroundTasks,
    organisation_id: int,
) -> Response:
    """One more place."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "sites", "change", organisation)
    try:
        site = acts.add_site(session, settings, organisation, read(SiteIn, form), who=who, now=now)
    except Invalid as refusal:
        session.rollback()
        return _form(request, organisation, None, _without_secret(answers(form)), refusal)
    _locate(request, background, site)
    return see(f"/sites/{site.key}")


@router.get("/sites/{site_id}/edit")
def ask_change(request: Request, who: Changer, session: ReadSession, site_id: int) -> Response:
    """The form of a site. A protected address is not shown: it is typed again to change it."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "change", site)
    given = site.model_dump()
    given["min_kg"], given["max_kg_day"] = _kg(site.min_grams), _kg(site.max_grams_day)
    if site.precision != "pin":
        given["latitude"] = given["longitude"] = None
    return _form(request, the_organisation(session, who, site.organisation_id), site, given)


@router.post("/sites/{site_id}/edit")
def change(
    request: Request,
    who: Changer,
    session: WriteSession,
    settings: AppSettings,
    form: Form,
    now: Now,
    background: BackgroundTasks,
    site_id: int,
) -> Response:
    """What has changed at the site."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "change", site)
    organisation = the_organisation(session, who, site.organisation_id)
    try:
        acts.change_site(session, settings, site, read(SiteIn, form), who=who, now=now)
    except Invalid as refusal:
        session.rollback()
        return _form(request, organisation, site, _without_secret(answers(form)), refusal)
    _locate(request, background, site)
    return see(f"/sites/{site_id}")


def _form(
    request: Request,
    organisation: Organisation,
    site: Site | None,
    given: dict[str, object],
    refusal: Refusal | None = None,
) -> Response:
    context = {
        "organisation": organisation,
        "site": site,
        "given": Filled(given),
        "refusal": refusal,
        "wrong": Filled(refusal.fields if refusal else {}),
        "headings": catalogue().headings(),
        "exclusions": EXCLUSIONS,
    }
    return render(request, "accounts/site_form.html", context, status=refusal.status if refusal else 200)


def _without_secret(given: dict[str, object]) -> dict[str, object]:
    """A form shown again never carries a protected address back over the wire."""
    if given.get("protected"):
        return {**given, "street": "", "postcode": "", "city": "", "latitude": "", "longitude": ""}
    return given


def _kg(grams: int) -> str:
    return f"{grams / GRAMS:g}".replace(".", ",") if grams else ""


def _locate(request: Request, background: BackgroundTasks, site: Site) -> None:
    asked = public_address(site)
    if asked is not None and site.precision == "commune":
        background.add_task(locate_later, request.app, site.key, asked)


@router.post("/sites/{site_id}/closures")
def close(request: Request, who: Closer, session: WriteSession, form: Form, now: Now, site_id: int) -> Response:
    """Closed from … to …: one tap for today, tomorrow or next week, two dates for the rest."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "close", site)
    today = local(now, request.state.zone).date()
    acts.close_days(session, site, read(ClosureIn, form), who=who, now=now, today=today)
    return see(f"/sites/{site_id}#closures")


@router.post("/sites/{site_id}/closures/{closure_id}/end")
def reopen(who: Closer, session: WriteSession, now: Now, site_id: int, closure_id: int) -> Response:
    """Open after all."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "close", site)
    acts.reopen_days(session, site, the_closure(session, site_id, closure_id), who=who, now=now)
    return see(f"/sites/{site_id}#closures")


@router.post("/sites/{site_id}/end")
def give_up(who: Changer, session: WriteSession, now: Now, site_id: int) -> Response:
    """The site no longer gives or receives."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "change", site)
    acts.give_up_site(session, site, who=who, now=now)
    return see(f"/partners/{site.organisation_id}")


@router.post("/sites/{site_id}/return")
def take_up(who: Changer, session: WriteSession, now: Now, site_id: int) -> Response:
    """The site serves again."""
    site = the_site(session, who, site_id)
    organisation = the_organisation(session, who, site.organisation_id)
    demand_own(who, "sites", "change", organisation)
    acts.take_up_site(session, site, who=who, now=now)
    return see(f"/sites/{site_id}")


@router.post("/sites/{site_id}/address")
def reveal(
    request: Request,
    who: Annotated[Who, Depends(Guard("protected_addresses", "reveal"))],
    session: WriteSession,
    settings: AppSettings,
    now: Now,
    site_id: int,
) -> Response:
    """A protected site's address, for its own people; the reading is noted."""
    in_person(who)
    site = the_site(session, who, site_id)
    demand_own(who, "protected_addresses", "reveal", site)
    if not site.protected:
        raise NotFound()
    address = acts.reveal_address(session, settings, site, who=who, now=now)
    return render(request, "accounts/site_address.html", {"site": site, "address": address})
