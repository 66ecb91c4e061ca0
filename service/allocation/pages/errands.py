"""A volunteer's small lots: whether to be asked, from where, how much; what was put to them; yes with one tap."""

from datetime import datetime
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from config.allocation import Does, policies
from service.accounts.doors import see
from service.accounts.filling import Filled, Form, answers, read
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation.errands import helping, queries
from service.allocation.errands.accepting import accept
from service.allocation.errands.declining import decline, give_back
from service.allocation.errands.forms import HelperIn, Means
from service.allocation.errands.views import put_to
from service.allocation.tables import Errand, Helper
from service.allocation.words import MEANS
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.kit.weight import GRAMS
from service.rounds.models import Vehicle
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Reader = Annotated[Who, Depends(Guard("errands", "read"))]
Helping = Annotated[Who, Depends(Guard("errands", "help"))]
Accepting = Annotated[Who, Depends(Guard("errands", "accept"))]
MINUTES = (15, 20, 30, 45, 60, 90)


@router.get("/errands")
def read_errands(request: Request, who: Reader, session: ReadSession, now: Now, locale: Locale) -> Response:
    """What was put to one, and what one said of oneself."""
    return _draw(request, session, who, now, locale)


def _draw(
    request: Request,
    session: Session,
    who: Who,
    now: datetime,
    locale: str,
    given: Filled | None = None,
    refusal: Refusal | None = None,
) -> Response:
    helper = queries.helper_of(session, who.person_id or 0)
    vehicle = session.get(Vehicle, helper.vehicle_id) if helper else None
    steps = [step for step in policies().ladder if step.does is Does.CARRY]
    context = {
        "helper": helper,
        "vehicle": vehicle,
        "means": MEANS,
        "starts": [(site.key, site.name) for site in helping.starts_of(session, who)],
        "minutes": [(one, f"{one} min") for one in MINUTES],
        "put": put_to(session, who, now, locale),
        "given": given if given is not None else Filled(_said(helper, vehicle)),
        "wrong": Filled(refusal.fields if refusal else {}),
        "refusal": refusal,
        "a_day": max((step.a_day or 0 for step in steps), default=0),
    }
    return render(request, "allocation/errands.html", context, status=refusal.status if refusal else 200)


def _said(helper: Helper | None, vehicle: Vehicle | None) -> dict[str, object]:
    if helper is None or vehicle is None:
        return {"means": str(Means.BIKE), "most_kg": "10", "most_minutes": 30}
    return {
        "site_id": vehicle.home_site_id,
        "means": str(vehicle.kind),
        "most_kg": f"{vehicle.payload_grams / GRAMS:g}".replace(".", ","),
        "most_minutes": helper.most_minutes,
    }


@router.post("/errands/helper")
def help_out(
    request: Request,
    who: Helping,
    read_session: ReadSession,
    session: WriteSession,
    form: Form,
    now: Now,
    locale: Locale,
) -> Response:
    """Be asked from now on."""
    try:
        helping.help_out(session, read(HelperIn, form), who=who, now=now)
    except Refusal as refusal:
        session.rollback()
        return _draw(request, read_session, who, now, locale, answers(form), refusal)
    return see("/errands")


@router.post("/errands/helper/end")
def stop_helping(who: Helping, session: WriteSession, now: Now) -> Response:
    """Be asked no more."""
    helping.stop_helping(session, who=who, now=now)
    return see("/errands")


@router.post("/errands/{errand_id}/acceptance")
def take(
    request: Request,
    errand_id: Id,
    who: Accepting,
    read_session: ReadSession,
    session: WriteSession,
    now: Now,
    locale: Locale,
) -> Response:
    """Yes: it is on one's own round in a moment."""
    return _answer(accept, request, errand_id, who, read_session, session, now, locale)


@router.post("/errands/{errand_id}/refusal")
def refuse(
    request: Request,
    errand_id: Id,
    who: Accepting,
    read_session: ReadSession,
    session: WriteSession,
    now: Now,
    locale: Locale,
) -> Response:
    """Not this time."""
    return _answer(decline, request, errand_id, who, read_session, session, now, locale)


@router.post("/errands/{errand_id}/return")
def return_it(
    request: Request,
    errand_id: Id,
    who: Accepting,
    read_session: ReadSession,
    session: WriteSession,
    now: Now,
    locale: Locale,
) -> Response:
    """Not oneself after all, as long as nothing is collected."""
    return _answer(give_back, request, errand_id, who, read_session, session, now, locale)


class _Answer(Protocol):
    def __call__(self, session: Session, *, who: Who, errand_id: int, now: datetime) -> Errand: ...


def _answer(
    say: _Answer,
    request: Request,
    errand_id: int,
    who: Who,
    read_session: Session,
    session: Session,
    now: datetime,
    locale: str,
) -> Response:
    """Say it; what is refused is told on the page, which shows how things stand."""
    try:
        say(session, who=who, errand_id=errand_id, now=now)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        session.rollback()
        return _draw(request, read_session, who, now, locale, refusal=refusal)
    return see("/errands")
