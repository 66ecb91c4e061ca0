"""`/visite`: an eight-minute tour for a projector, from a phone in the room to a charity's shelf.

In a demonstration it is open to everybody; elsewhere to the Region and the dispatchers.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import segno
from fastapi import APIRouter, Depends, Query, Request
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from config.catalogue import catalogue
from config.food_law import law
from service.accounts.actions.signing_in import make_link
from service.accounts.filling import Form, text_of
from service.accounts.guard import Guard
from service.accounts.models import Person
from service.accounts.who import Who
from service.kit.clock import local, real_now
from service.kit.i18n import N_
from service.kit.refusals import NotAllowed, NotFound, SignInNeeded
from service.lots.kinds import RefusalReason
from service.lots.models import Lot
from service.lots.queries import lines_of, shares_of_lot
from service.lots.story import story_of
from service.lots.words import REFUSALS
from service.observatory import queries
from service.observatory.queries import figures_of
from service.observatory.rules import equivalents
from service.territory import queries as territory
from service.web.deps import AppSettings, Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Visitor = Annotated[Who, Depends(Guard("visit", "read"))]
STEPS = (
    N_("Une commune"),
    N_("Donner depuis son téléphone"),
    N_("Du commerce à l'étagère"),
    N_("Refusé aujourd'hui"),
    N_("Où personne ne collecte encore"),
    N_("Commencer petit, grandir"),
)
DAYS_LOOKED_AT = 28
# What 260 donors give: at the rate observed when such services start, and once they are settled (sizing of the
# regional reference day). Grams.
DONORS, START_GRAMS_WEEK, MATURE_GRAMS_DAY, MATURE_DAYS = 260, 7_500, 2_000_000, 300


@dataclass(frozen=True)
class Place:
    """Where the tour is: its step, the commune and the lot it follows."""

    step: int
    commune: str
    lot: int | None

    def at(self, step: int, **changed: object) -> str:
        """The address of a step of the same tour."""
        values = {"step": step, "commune": self.commune or None, "lot": self.lot, **changed}
        return "/visite?" + urlencode({name: value for name, value in values.items() if value is not None})


@router.get("/visite")
def tour(
    request: Request,
    who: Visitor,
    session: ReadSession,
    settings: AppSettings,
    now: Now,
    locale: Locale,
    step: Annotated[int, Query(ge=1, le=len(STEPS))] = 1,
    commune: Annotated[str, Query(max_length=5)] = "",
    lot: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    """One step of the tour."""
    demand_visit(who, demo=settings.demo)
    place = Place(step, commune if territory.commune_by_insee(session, who.region, commune) else "", lot)
    parts: dict[int, Callable[[], dict[str, Any]]] = {
        1: lambda: _communes(session, who),
        2: lambda: _giving(session, who, place, settings.demo),
        3: lambda: _following(session, who, place, now, locale),
        4: lambda: _refused(session, who, local(now, who.zone).date()),
        5: lambda: _nobody(session, who, local(now, who.zone).date()),
        6: lambda: _sizes(local(now, who.zone).date()),
    }
    context = {**parts[step](), **_frame(session, who, place)}
    template = "observatory/visit_part.html" if request.headers.get("hx-request") else "observatory/visit.html"
    return render(request, template, context)


@router.post("/visite/phone")
def phone(request: Request, who: Visitor, session: WriteSession, settings: AppSettings, form: Form) -> Response:
    """A QR code that signs a phone in, once, as an invented baker of the commune. Only in a demonstration."""
    if not settings.demo:
        raise NotFound()
    place = Place(2, text_of(form, "commune"), None)
    bakers = queries.invented_donors(session, who.region, place.commune or None)
    if not bakers:
        raise NotFound()
    site, person = bakers[0]
    token = make_link(session, session.get_one(Person, person.key), real_now=real_now())
    here = settings.base_url or str(request.base_url)
    address = f"{here.rstrip('/')}/sign-in/link/{token}?next=/lots/new"
    qr = {"qr": drawn(address), "address": address, "shop": site, "only_here": _only_here(request)}
    return render(request, "observatory/visit.html", {**qr, "giver": site, **_frame(session, who, place)})


@router.post("/visite/commune")
def choose(request: Request, who: Visitor, settings: AppSettings, form: Form) -> Response:
    """Go on with a commune."""
    demand_visit(who, demo=settings.demo)
    return RedirectResponse(Place(1, text_of(form, "commune"), None).at(2), status_code=303)


def demand_visit(who: Who, *, demo: bool) -> None:
    """Refuse who may not look: outside a demonstration only staff may."""
    if demo or who.roles & {"region", "dispatcher", "administrator"}:
        return
    raise NotAllowed() if who.person_id is not None else SignInNeeded()


def drawn(address: str) -> Markup:
    """A QR code as a drawing that takes the size of its place."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(
        picture, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, svgclass="qr", lineclass=None,
        dark="#000", light="#fff",
    )  # fmt: skip
    return Markup(picture.getvalue().decode())  # noqa: S704  drawn here, from an address of ours


def _only_here(request: Request) -> bool:
    return (request.url.hostname or "") in ("localhost", "127.0.0.1", "::1")


def _frame(session: Session, who: Who, place: Place) -> dict[str, Any]:
    """What every step shows: where one is, what comes before and after."""
    commune = territory.commune_by_insee(session, who.region, place.commune) if place.commune else None
    return {
        "step": place.step,
        "steps": STEPS,
        "tour": place,
        "commune": commune,
        "before": place.at(place.step - 1) if place.step > 1 else None,
        "after": place.at(place.step + 1) if place.step < len(STEPS) else None,
    }


def _communes(session: Session, who: Who) -> dict[str, Any]:
    """Communes to choose from: those with donors, the most peopled first."""
    known = {row.insee: row for row in territory.communes(session, who.region)}
    here = [known[insee] for insee in queries.communes_with_donors(session, who.region) if insee in known]
    here.sort(key=lambda row: (-row.population, row.insee))
    return {"largest": here[:12], "others": sorted(here[12:], key=lambda row: row.name)}


def _giving(session: Session, who: Who, place: Place, demo: bool) -> dict[str, Any]:
    """Who gives in the commune: an invented baker in a demonstration."""
    bakers = queries.invented_donors(session, who.region, place.commune or None) if demo else []
    return {"giver": bakers[0][0] if bakers else None, "qr": None}


def _following(session: Session, who: Who, place: Place, now: Any, locale: str) -> dict[str, Any]:
    """The newest lots of the commune, and the story of the one that is followed."""
    newest = queries.newest_lots(session, who.region, place.commune or None, now - timedelta(days=2))
    chosen = next((pair for pair in newest if pair[0].key == place.lot), newest[0] if newest else None)
    if chosen is None:
        return {"lots": [], "lot": None, "site": None, "story": [], "title": ""}
    lot, site = chosen
    # The screen in the hall sees what the Region sees.
    screen = who if who.roles & {"region", "dispatcher"} else Who(region=who.region, person_id=0, roles=REGION)
    story = story_of(session, screen, lot, shares_of_lot(session, lot.key), locale)
    titles = [(row, there, _title(session, row, locale)) for row, there in newest]
    return {"lots": titles, "lot": lot, "site": site, "story": story, "title": _title(session, lot, locale)}


REGION = frozenset({"region"})


def _title(session: Session, lot: Lot, locale: str) -> str:
    lines = lines_of(session, lot.key)
    names = {category.slug: category.label(locale) for category in catalogue().categories}
    return ", ".join(dict.fromkeys(line.description or names[line.category] for line in lines))


def _refused(session: Session, who: Who, today: date) -> dict[str, Any]:
    whole = figures_of(session, who.region, today, today, who.zone).whole
    known = set(RefusalReason)
    reasons = [
        (REFUSALS[RefusalReason(reason)] if reason in known else reason, grams)
        for reason, grams in whole.reasons.most_common()
    ]
    return {"whole": whole, "reasons": reasons}


def _nobody(session: Session, who: Who, today: date) -> dict[str, Any]:
    """Communes where food was lost in the last four weeks, the most first, and what was taken there all the same."""
    first = today - timedelta(days=DAYS_LOOKED_AT - 1)
    totals = queries.expired_by_commune(session, who.region, first, today, who.zone)
    known = {row.insee: row for row in territory.communes(session, who.region)}
    rows = [(known[insee], lost, taken) for insee, (lost, taken) in totals.items() if lost and insee in known]
    rows.sort(key=lambda row: (row[2] > 0, -row[1], row[0].insee))
    points = [
        {
            "lat": commune.latitude,
            "lon": commune.longitude,
            "text": f"{commune.name} : {lost // 1000} kg",
            "kind": "donor" if taken else "warn",
        }
        for commune, lost, taken in rows
    ]
    return {"rows": rows[:10], "more": rows[10:], "map_data": {"points": points}, "days": DAYS_LOOKED_AT}


def _sizes(today: date) -> dict[str, Any]:
    """What one may expect at first, and once such a service is settled."""
    rules = law(today)
    start_year = DONORS * START_GRAMS_WEEK * 52
    mature_year = MATURE_GRAMS_DAY * MATURE_DAYS
    return {
        "donors": DONORS,
        "each_week": START_GRAMS_WEEK,
        "start_week": DONORS * START_GRAMS_WEEK,
        "mature_day": MATURE_GRAMS_DAY,
        "start_year": start_year,
        "mature_year": mature_year,
        "start_meals": equivalents(start_year, rules).meals,
        "mature_meals": equivalents(mature_year, rules).meals,
        "rules": rules,
    }
