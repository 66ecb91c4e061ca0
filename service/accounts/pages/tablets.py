"""A tablet that several people share at one site: choose one's name, type the site's PIN."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts import passwords
from service.accounts.actions import signing_in as acts
from service.accounts.actions.sessions import end_session
from service.accounts.attempts import address_of, attempts_of
from service.accounts.doors import TABLET_COOKIE, TABLET_DAYS, demand_own, in_person, keep_cookie, see, sign_in
from service.accounts.errors import WrongPin
from service.accounts.filling import Form, text_of
from service.accounts.guard import SESSION_COOKIE, Guard
from service.accounts.keys import Tablet
from service.accounts.models import Site
from service.accounts.queries import people_at_site, pin_of, the_site
from service.accounts.who import Who
from service.kit.clock import real_now
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal
from service.web.deps import ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Visitor = Annotated[Who, Depends(Guard("sign_in", "use"))]
PIN_SHAPE = N_("Choisissez 4 à 8 chiffres, pas tous les mêmes.")


def _page(
    request: Request, session: ReadSession, tablet: Tablet, site: Site, refusal: Refusal | None = None
) -> Response:
    context = {"site": site, "tablet": tablet, "people": people_at_site(session, site), "refusal": refusal}
    return render(request, "accounts/tablet.html", context, status=refusal.status if refusal else 200)


@router.get("/tablet")
def door(request: Request, who: Visitor, session: ReadSession) -> Response:
    """The door of a shared device."""
    tablet, site = acts.the_tablet(session, request.cookies.get(TABLET_COOKIE))
    return _page(request, session, tablet, site)


@router.post("/tablet")
def open_door(request: Request, who: Visitor, read: ReadSession, session: WriteSession, form: Form) -> Response:
    """A name and the site's PIN open a session of this site alone."""
    tablet, site = acts.the_tablet(read, request.cookies.get(TABLET_COOKIE))
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("pin", f"site:{site.key}", address)
    pin = pin_of(read, site.key)
    right = passwords.matches(pin.pin_hash if pin else None, text_of(form, "pin"))
    chosen = next((p for p in people_at_site(read, site) if str(p.key) == text_of(form, "person")), None)
    if not right or chosen is None:
        attempts.count("pin", f"site:{site.key}", address)
        return _page(request, read, tablet, site, WrongPin())
    row = session.get(Tablet, tablet.key)
    if row is None or row.revoked_at is not None:
        raise NotFound()
    row.last_used_at = real_now()
    session.add(row)
    return sign_in(request, session, chosen, method="tablet", target=None, site_id=site.key)


@router.post("/sites/{site_id}/tablets")
def pair(
    request: Request,
    who: Annotated[Who, Depends(Guard("tablets", "pair"))],
    read: ReadSession,
    session: WriteSession,
    form: Form,
    site_id: int,
) -> Response:
    """Make the device at hand one of the site's: whoever paired it is signed out of it, since others will use it."""
    in_person(who)
    demand_own(who, "tablets", "pair", the_site(read, who, site_id))
    pin = text_of(form, "pin")
    pin_hash = passwords.hashed(_checked_pin(pin)) if pin or pin_of(read, site_id) is None else ""
    site = the_site(session, who, site_id)
    if pin_hash:
        acts.set_pin(session, site, pin_hash, who=who, real_now=real_now())
    secret = acts.pair_tablet(session, site, name=text_of(form, "name"), who=who, real_now=real_now())
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie:
        end_session(session, cookie, real_now=real_now())
    response = see("/tablet")
    keep_cookie(response, request, TABLET_COOKIE, secret, TABLET_DAYS * 24 * 3600)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


@router.post("/sites/{site_id}/pin")
def choose_pin(
    who: Annotated[Who, Depends(Guard("tablets", "set_pin"))],
    read: ReadSession,
    session: WriteSession,
    form: Form,
    site_id: int,
) -> Response:
    """Change the PIN of the site's shared devices."""
    in_person(who)
    demand_own(who, "tablets", "set_pin", the_site(read, who, site_id))
    pin_hash = passwords.hashed(_checked_pin(text_of(form, "pin")))
    acts.set_pin(session, the_site(session, who, site_id), pin_hash, who=who, real_now=real_now())
    return see(f"/sites/{site_id}")


@router.post("/sites/{site_id}/tablets/{tablet_id}/removal")
def unpair(
    who: Annotated[Who, Depends(Guard("tablets", "unpair"))], session: WriteSession, site_id: int, tablet_id: int
) -> Response:
    """A device no longer opens the site."""
    site = the_site(session, who, site_id)
    demand_own(who, "tablets", "unpair", site)
    acts.unpair_tablet(session, site, tablet_id, who=who, real_now=real_now())
    return see(f"/sites/{site_id}")


def _checked_pin(pin: str) -> str:
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8 and len(set(pin)) > 1):
        raise Invalid(fields={"pin": PIN_SHAPE})
    return pin
