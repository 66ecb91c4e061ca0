"""The question of the evening: three weights and "rien", one tap each; and what is probable for those who wait."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.doors import see
from service.accounts.filling import Form, read, text_of
from service.accounts.guard import Guard
from service.accounts.models import Site
from service.accounts.queries import organisation_sites
from service.accounts.who import Who
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.kit.weight import parse_kg
from service.lots.forms import Day
from service.lots.models import Lot
from service.lots.usual import actions, queries, rules
from service.lots.usual.errors import NotADateOfGift
from service.lots.usual.forecast import expected
from service.lots.usual.forms import ABOUT, AnswerIn
from service.lots.usual.models import DayState, UsualGift
from service.lots.usual.words import what_in_words
from service.lots.words import category_icon, category_label
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Answerer = Annotated[Who, Depends(Guard("usual_gifts", "answer"))]


@router.get("/usual-gifts/{gift_id}/dates/{day}")
def ask(
    request: Request, gift_id: Id, day: Day, who: Answerer, session: ReadSession, now: Now, locale: Locale
) -> Response:
    """How much is it tonight?"""
    return _page(request, session, queries.seen_by(session, who, gift_id), day, now, locale)


def _page(
    request: Request,
    session: Session,
    gift: UsualGift,
    day: date,
    now: datetime,
    locale: str,
    refusal: Refusal | None = None,
) -> Response:
    row = queries.day_of(session, gift.key, day)
    fields = dict(refusal.fields) if refusal else {}
    wrong = {ABOUT.get(text, name) if name == "form" else name: text for name, text in fields.items()}
    hours = rules.hours_of(gift, day, request.state.zone)
    ends_at = row.ends_at if row is not None else hours.ends_at
    context = {
        "gift": gift,
        "site": session.get_one(Site, gift.site_id),
        "day": day,
        "row": row,
        "lot": session.get(Lot, row.lot_id) if row is not None and row.lot_id is not None else None,
        "label": gift.description or category_label(gift.category, locale),
        "icon": category_icon(gift.category),
        "less": rules.less(gift.grams),
        "more": rules.more(gift.grams),
        "evening": rules.is_of_the_evening(gift),
        "asks_at": hours.asks_at,
        "opens_at": max(hours.opens_at, now),
        "ends_at": ends_at,
        "over": now >= ends_at or (row is not None and row.state is DayState.LAPSED),
        "wrong": wrong,
        "refusal": refusal,
    }
    return render(request, "lots/usual_question.html", context, status=refusal.status if refusal else 200)


@router.post("/usual-gifts/{gift_id}/dates/{day}/answer")
def answer(
    request: Request,
    gift_id: Id,
    day: Day,
    who: Answerer,
    read_session: ReadSession,
    session: WriteSession,
    form: Form,
    now: Now,
    locale: Locale,
) -> Response:
    """One tap: the lot is posted, or it is noted that there is nothing."""
    gift = queries.seen_by(session, who, gift_id)
    try:
        typed = text_of(form, "kg")
        said = read(AnswerIn, form, grams=parse_kg(typed) if typed else None)
        actions.answer(session, gift, day, said, who=who, now=now)
    except Refusal as refusal:
        session.rollback()
        gift = queries.seen_by(read_session, who, gift_id)
        return _page(request, read_session, gift, day, now, locale, refusal)
    return see(f"/usual-gifts/{gift_id}/dates/{day.isoformat()}")


@router.post("/usual-gifts/{gift_id}/dates/{day}/answer/undo")
def undo(gift_id: Id, day: Day, who: Answerer, session: WriteSession, now: Now) -> Response:
    """Not so after all."""
    gift = queries.seen_by(session, who, gift_id)
    row = queries.day_of(session, gift.key, day)
    if row is None:
        raise NotADateOfGift()
    actions.undo(session, gift, row, who=who, now=now)
    return see(f"/usual-gifts/{gift_id}/dates/{day.isoformat()}")


@router.get("/forecast")
def forecast(
    request: Request,
    who: Annotated[Who, Depends(Guard("forecast", "read"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
) -> Response:
    """What is probable tonight and tomorrow, for who waits for it and who plans."""
    mine = [site for site in organisation_sites(session, who.organisation_ids) if site.key in who.site_ids]
    near = mine[0] if "charity" in who.roles and mine else None
    rows = expected(session, who.region, now=now, near=near)
    context = {
        "rows": [(one, what_in_words(one.gift, locale), category_icon(one.gift.category)) for one in rows],
        "at_charity": near is not None,
    }
    return render(request, "lots/forecast.html", context)
