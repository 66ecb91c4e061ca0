"""What scanning a poster opens: one lot, posted in a few minutes, then signed out.

Whoever scans learns the site's name, its next hours and nothing of its people or its past.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from config.settings import Settings
from service.accounts.actions.posters import end_visit, open_visit, the_poster
from service.accounts.attempts import address_of, attempts_of
from service.accounts.doors import see
from service.accounts.errors import PosterRevoked
from service.accounts.guard import Guard
from service.accounts.rules import POSTER_MINUTES
from service.accounts.visiting import VISIT_COOKIE, VISIT_PATH, VisitGuard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import real_now
from service.kit.refusals import Invalid, TooMany
from service.lots.actions.through_poster import may_be_undone, post_through_poster, undo_through_poster
from service.lots.facts import zone_of
from service.lots.forms import MOST_LINES
from service.lots.models import Lot, PhotoKind
from service.lots.pages import posting
from service.lots.queries import lines_of
from service.lots.reading import Typed, TypedForm, on_form, shown
from service.lots.words import lot_title
from service.web.deps import AppSettings, Locale, Now, ReadSession, WriteSession, parts_of
from service.web.templating import render

router = APIRouter()
Scanner = Annotated[Who, Depends(Guard("posters", "open"))]
Visitor = Annotated[Who, Depends(VisitGuard("posters", "post"))]
AT = f"{VISIT_PATH}/lot"
SALT, UNDO_S = "posted through a poster", 1800


@router.get("/poster/lot/new")
def new_lot(
    request: Request, who: Visitor, session: ReadSession, now: Now, settings: AppSettings, locale: Locale
) -> Response:
    """The form, for this site alone."""
    values = shown(Typed({}))
    return posting.draw_form(
        request, session, who, values, [], {}, now=now, settings=settings, locale=locale, fresh=True, at=AT
    )


@router.get("/poster/lot/details")
def details(request: Request, who: Visitor, line: Annotated[int, Query(ge=0, lt=MOST_LINES)] = 0) -> Response:
    """What depends on the category of a line."""
    return posting.details_of(request, line)


@router.post("/poster/lot")
def post_lot(
    request: Request,
    who: Visitor,
    session: WriteSession,
    now: Now,
    settings: AppSettings,
    clients: OutsideClients,
    locale: Locale,
    typed: TypedForm,
) -> Response:
    """Publish, and be signed out; or add and remove a line."""
    attempts, address = attempts_of(request), address_of(request)
    # A form sent over and over, photos and all, is no one's evening.
    attempts.check("poster", f"visit:{who.visit_id}", address)
    attempts.count("poster", f"visit:{who.visit_id}", address)
    values = shown(typed)
    photos, wrong = posting.photos_of(typed, clients.files, settings, locale)
    given: dict[str, Any] = {"now": now, "settings": settings, "locale": locale, "at": AT}
    if posting.changed_lines(typed, values):
        return posting.draw_form(request, session, who, values, photos, wrong, **given)
    try:
        asked = posting.read_lot(values, wrong, now, zone_of(who.region))
        kinds = [(photo, PhotoKind.FOOD) for photo in photos]
        lot = post_through_poster(session, asked, who=who, now=now, real_now=real_now(), photos=kinds)
    except Invalid as refusal:
        session.rollback()
        fields = on_form(refusal.fields) or {"lines.0.category": refusal.text(locale)}
        return posting.draw_form(request, session, who, values, photos, fields, status=422, **given)
    response = see(f"{VISIT_PATH}/posted/{_serializer(settings).dumps(lot.key)}")
    response.delete_cookie(VISIT_COOKIE, path=VISIT_PATH)
    return response


@router.post("/poster/lot/end")
def leave(request: Request, who: Scanner, session: WriteSession) -> Response:
    """Nothing to give after all."""
    cookie = request.cookies.get(VISIT_COOKIE)
    if cookie:
        end_visit(session, cookie, real_now=real_now())
    response = see("/")
    response.delete_cookie(VISIT_COOKIE, path=VISIT_PATH)
    return response


@router.get("/poster/posted/{receipt}")
def posted(
    request: Request, receipt: str, who: Scanner, session: ReadSession, settings: AppSettings, locale: Locale
) -> Response:
    """Thank you: what was posted, and for half an hour the way back."""
    lot = _of_receipt(session, settings, receipt)
    lines = lines_of(session, lot.key)
    context = {
        "lot": lot,
        "title": lot_title(lines, locale),
        "grams": sum(line.grams for line in lines),
        "receipt": receipt,
        "may_undo": may_be_undone(session, lot),
    }
    return render(request, "lots/poster_posted.html", context)


@router.post("/poster/posted/{receipt}/undo")
def undo(receipt: str, who: Scanner, session: WriteSession, settings: AppSettings, now: Now) -> Response:
    """Not so after all."""
    undo_through_poster(session, _of_receipt(session, settings, receipt), now=now)
    return see(f"{VISIT_PATH}/posted/{receipt}")


@router.get("/poster/{token}")
def scan(request: Request, who: Scanner, session: ReadSession, token: str) -> Response:
    """Whose place it is; entering takes one more tap, so that a mere look at the link opens nothing.

    Somebody signed in who gives for this place goes straight to their own form.
    """
    attempts, address = attempts_of(request), address_of(request)
    try:
        attempts.check("poster", token, address)
        _poster, site, _organisation = the_poster(session, token)
    except (PosterRevoked, TooMany) as refusal:
        attempts.count("poster", token, address)
        return render(request, "lots/poster_closed.html", {"refusal": refusal}, status=refusal.status)
    if who.may("lots", "post") and site.key in who.site_ids:
        return see(f"/lots/new?site_id={site.key}")
    return render(request, "lots/poster_open.html", {"token": token, "site": site, "minutes": POSTER_MINUTES})


@router.post("/poster/{token}")
def enter(request: Request, who: Scanner, session: WriteSession, token: str) -> Response:
    """A visit begins: one lot, a few minutes."""
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("poster", token, address)
    attempts.count("poster", token, address)
    secret = open_visit(session, token, real_now=real_now())
    response = see(f"{AT}/new")
    response.set_cookie(
        VISIT_COOKIE, secret, max_age=POSTER_MINUTES * 60, path=VISIT_PATH, httponly=True, samesite="lax",
        secure=parts_of(request).settings.environment == "production",
    )  # fmt: skip
    return response


def _of_receipt(session: Session, settings: Settings, receipt: str) -> Lot:
    """The lot whose page somebody was sent to after posting it, for half an hour."""
    try:
        key = int(_serializer(settings).loads(receipt, max_age=UNDO_S))
    except (BadData, ValueError, TypeError):
        raise PosterRevoked() from None
    return session.get_one(Lot, key)


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.secret_key.get_secret_value(), salt=SALT)
