"""Registering oneself: a donor who posts tonight, a charity that will be approved."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts import labels, passwords
from service.accounts.actions import signing_in as acts
from service.accounts.actions.organisations import Registered, register
from service.accounts.actions.placing import public_address
from service.accounts.attempts import address_of, attempts_of
from service.accounts.doors import link, sign_in
from service.accounts.errors import AlreadyRegistered
from service.accounts.filling import Filled, Form, answers, read
from service.accounts.forms import RegistrationIn
from service.accounts.geocoding import locate_later
from service.accounts.guard import Guard
from service.accounts.messages import send_code, send_link
from service.accounts.models import OrganisationKind
from service.accounts.pages.signing_in import code_page
from service.accounts.rules import LINK_MINUTES
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import real_now
from service.kit.refusals import Invalid, NotFound, Refusal
from service.web.deps import AppSettings, Locale, Now, WriteSession
from service.web.templating import render

router = APIRouter()
Visitor = Annotated[Who, Depends(Guard("registration", "make"))]
DOORS = {"donor": OrganisationKind.DONOR, "charity": OrganisationKind.CHARITY, "public": OrganisationKind.PUBLIC_BODY}


def _page(request: Request, door: str, given: dict[str, object], refusal: Refusal | None = None) -> Response:
    context = {
        "door": door,
        "kind": DOORS[door],
        "given": Filled(given),
        "refusal": refusal,
        "wrong": Filled(refusal.fields if refusal else {}),
        "activities": [
            {"value": a.value, "label": label, "icon": labels.ACTIVITY_ICONS[a]}
            for a, label in labels.ACTIVITIES.items()
        ],
    }
    return render(request, "accounts/register.html", context, status=refusal.status if refusal else 200)


@router.get("/register")
def choose_door(request: Request, who: Visitor) -> Response:
    """Give, or receive?"""
    return render(request, "accounts/register_choice.html")


@router.get("/register/{door}")
def ask(request: Request, who: Visitor, door: str) -> Response:
    """The form of a donor, a charity or a public body."""
    if door not in DOORS:
        raise NotFound()
    return _page(request, door, {})


@router.post("/register/{door}")
def make(
    request: Request,
    who: Visitor,
    session: WriteSession,
    settings: AppSettings,
    now: Now,
    locale: Locale,
    form: Form,
    background: BackgroundTasks,
    clients: OutsideClients,
    door: str,
) -> Response:
    """Register, and come in: at once with a password, else by the link or the code that is sent."""
    if door not in DOORS:
        raise NotFound()
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("registration", address, address)
    try:
        asked = read(RegistrationIn, form, kind=DOORS[door], locale=locale)
        attempts.count("registration", address, address)
        password_hash = passwords.hashed(asked.password) if asked.password else None
        made = register(session, settings, asked, region=who.region, password_hash=password_hash, now=now)
    except (Invalid, AlreadyRegistered) as refusal:
        session.rollback()
        return _page(request, door, answers(form), refusal)
    asked_address = public_address(made.site)
    if asked_address is not None:
        background.add_task(locate_later, request.app, made.site.key, asked_address)
    if password_hash and asked.person_email:
        return sign_in(request, session, made.person, method="registration", target=None)
    return _prove(request, session, settings, background, clients, made)


def _prove(
    request: Request,
    session: WriteSession,
    settings: AppSettings,
    background: BackgroundTasks,
    clients: OutsideClients,
    made: Registered,
) -> Response:
    person = made.person
    if person.email:
        token = acts.make_link(session, person, real_now=real_now())
        background.add_task(send_link, clients, person.email, link(request, f"/sign-in/link/{token}"), person.locale)
        return render(request, "accounts/link_sent.html", {"email": person.email, "minutes": LINK_MINUTES, "next": ""})
    assert person.phone is not None
    key = settings.secret_key.get_secret_value()
    digits = acts.make_code(session, person, secret_key=key, real_now=real_now())
    background.add_task(send_code, clients, person.phone, digits, person.locale)
    return code_page(request, person.phone, "")
