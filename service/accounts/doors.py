"""Opening and closing the browser's session: cookies, where to go next, and who may do what with whom."""

import json
from typing import Any

import segno
from markupsafe import Markup
from sqlmodel import Session
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from service.accounts.actions.sessions import open_session
from service.accounts.errors import NotForSomeoneElse
from service.accounts.guard import BEHALF_COOKIE, SESSION_COOKIE
from service.accounts.models import Organisation, Person, Site
from service.accounts.policy import demand
from service.accounts.queries import memberships_of, who_is
from service.accounts.rules import LIFETIMES, local_path, outranks
from service.accounts.who import Who
from service.kit.clock import real_now
from service.kit.refusals import NotAllowed
from service.web.deps import parts_of
from service.web.navigation import home_of

TABLET_COOKIE = "glane_tablet"
TABLET_DAYS = 365


def sign_in(
    request: Request, session: Session, person: Person, *, method: str, target: str | None, site_id: int | None = None
) -> Response:
    """Open a session for this person in place of the one the browser had, and go where they were going."""
    token = open_session(
        session,
        person,
        method=method,
        device=request.headers.get("user-agent", ""),
        real_now=real_now(),
        replaces=request.cookies.get(SESSION_COOKIE),
        site_id=site_id,
    )
    who = who_is(session, person.key, site_id)
    response = RedirectResponse(local_path(target, home_of(who.roles if who else frozenset())), status_code=303)
    keep_cookie(response, request, SESSION_COOKIE, token, round(LIFETIMES[method].total_seconds()))
    response.delete_cookie(BEHALF_COOKIE, path="/")
    return response


def keep_cookie(response: Response, connection: HTTPConnection, name: str, value: str, seconds: int) -> None:
    """Set a cookie scripts cannot read and other sites cannot send."""
    secure = parts_of(connection).settings.environment == "production"
    response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def see(path: str) -> RedirectResponse:
    """After a form: look at this page."""
    return RedirectResponse(path, status_code=303)


def qr(url: str, size: int = 6) -> Markup:
    """A QR code as an SVG drawing: dark on white in both themes, since a camera must read it."""
    drawn = segno.make(url, error="m").svg_inline(scale=size, dark="#000", light="#fff", border=3)
    return Markup(drawn)  # noqa: S704  segno draws it from numbers: nothing of the text is copied into it


def link(connection: HTTPConnection, path: str) -> str:
    """The full address of a page of ours, for letters and QR codes."""
    return parts_of(connection).settings.address + path


def relation(who: Who, organisation: Organisation | Site) -> tuple[str, ...]:
    """`own` when this person acts for the organisation, or for the site's."""
    if isinstance(organisation, Site):
        return ("own",) if organisation.key in who.site_ids else ()
    return ("own",) if organisation.key in who.organisation_ids else ()


def relation_of_head(who: Who, head: Organisation | None) -> tuple[str, ...]:
    """`own` when this person acts for the network head to which the Region delegates approvals."""
    return ("own",) if head is not None and head.approves_members and head.key in who.organisation_ids else ()


def demand_own(who: Who, resource: str, verb: str, thing: Organisation | Site) -> None:
    """Refuse unless the policy lets this person do it to this organisation or site."""
    demand(who, resource, verb, *relation(who, thing))


def in_person(who: Who) -> None:
    """Refuse what nobody does for somebody else: their password, their card, their signature."""
    if who.on_behalf_of is not None:
        raise NotForSomeoneElse()


def demo_accounts(connection: HTTPConnection) -> list[dict[str, Any]]:
    """The accounts of the demonstration, from `demo.json` in the data folder; none outside a demonstration."""
    settings = parts_of(connection).settings
    path = settings.data_dir / "demo.json"
    if not settings.demo or not path.is_file():
        return []
    return read_demo(path.read_text(encoding="utf-8"))


def read_demo(text: str) -> list[dict[str, Any]]:
    """`{"accounts": {role: {"email", "password", "name"?}}}`, or a list of the same with "role", as that list."""
    told = json.loads(text)
    accounts = told.get("accounts", told) if isinstance(told, dict) else told
    if isinstance(accounts, dict):
        accounts = [{"role": role, **given} for role, given in accounts.items() if isinstance(given, dict)]
    return [given for given in accounts if given.get("email")]


def demand_rank(session: Session, who: Who, person: Person) -> None:
    """Staff open no door into an account that may do more than theirs."""
    of_person = who_is(session, person.key)
    if person.key != who.person_id and (of_person is None or not outranks(who.roles, of_person.roles)):
        raise NotAllowed()


def relation_to_person(session: Session, who: Who, person: Person) -> tuple[str, ...]:
    """`self`; `own` for a colleague all of whose organisations one acts for (not somebody who serves elsewhere too)."""
    if person.key == who.person_id:
        return ("self",)
    theirs = {organisation.key for _membership, organisation in memberships_of(session, person.key)}
    return ("own",) if theirs and theirs <= who.organisation_ids else ()
