"""The way in: the welcome page, the language, the accessibility statement, the demonstration's open doors."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.actions.people import choose_locale
from service.accounts.doors import demo_accounts, keep_cookie, see, sign_in
from service.accounts.errors import WrongCredentials
from service.accounts.filling import Form, text_of
from service.accounts.guard import Guard
from service.accounts.models import Person
from service.accounts.queries import person_by_email
from service.accounts.rules import local_path
from service.accounts.who import Who
from service.kit.days import written_day
from service.kit.i18n import LOCALES
from service.kit.refusals import Invalid
from service.web import plain
from service.web.deps import Locale, WriteSession
from service.web.navigation import home_of
from service.web.templating import render

router = APIRouter()
YEAR = 365 * 24 * 3600
# When the statement was written, or last read again against the product: to be changed with it, never by itself.
STATEMENT_DAY = date(2026, 11, 23)


@router.get("/")
def home(request: Request, who: Annotated[Who, Depends(Guard("home", "read"))]) -> Response:
    """Everyone's own first page; for a visitor, what Glane is."""
    if who.person_id is not None:
        return see(home_of(who.roles))
    return render(request, "accounts/welcome.html", {"demo_accounts": demo_accounts(request)})


@router.get("/accessibility")
def accessibility(request: Request, who: Annotated[Who, Depends(Guard("home", "read"))], locale: Locale) -> Response:
    """The accessibility statement: what was checked and how, what is not, whom to tell."""
    established = written_day(STATEMENT_DAY, "d MMMM y", locale)
    return render(request, "accounts/accessibility.html", {"established": established})


@router.post("/language")
@router.post("/locale")
def choose_language(
    request: Request, who: Annotated[Who, Depends(Guard("language", "choose"))], session: WriteSession, form: Form
) -> Response:
    """Show everything in this language from now on, on this device and in messages."""
    locale = text_of(form, "locale")
    if locale not in LOCALES:
        raise Invalid()
    if who.person_id is not None and who.tablet_site is None:
        person = session.get(Person, who.person_id)
        if person is not None:
            choose_locale(session, person, locale)
    response = see(local_path(text_of(form, "next"), "/"))
    keep_cookie(response, request, "glane_locale", locale, YEAR)
    return response


@router.post("/plain-version")
def choose_plain_version(
    request: Request, who: Annotated[Who, Depends(Guard("language", "choose"))], form: Form
) -> Response:
    """Show the main pages in short sentences from now on, or in full again, on this device."""
    asked = text_of(form, "plain")
    if asked not in ("yes", "no"):
        raise Invalid()
    response = see(local_path(text_of(form, "next"), "/"))
    keep_cookie(response, request, plain.COOKIE, asked, YEAR)
    return response


@router.post("/sign-in/demo")
def enter_demo(
    request: Request, who: Annotated[Who, Depends(Guard("sign_in", "use"))], session: WriteSession, form: Form
) -> Response:
    """In a demonstration, one tap signs in as one of its invented people."""
    emails = {account["email"] for account in demo_accounts(request)}
    email = text_of(form, "email")
    person = person_by_email(session, email) if email in emails else None
    if person is None:
        raise WrongCredentials()
    return sign_in(request, session, person, method="demo", target=text_of(form, "next"))
