"""Usual gifts: what a place expects to have left, and the question of the evening with its big buttons."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from config.catalogue import catalogue
from service.accounts.doors import see
from service.accounts.filling import Filled, answers, read, text_of
from service.accounts.filling import Form as Filling
from service.accounts.guard import Guard
from service.accounts.models import Organisation, Site
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.days import day_names
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.kit.rhythm import EVERY, rhythm, rhythm_in_words, weekly
from service.lots.forms import Day
from service.lots.pages.posting import sites_to_post_from
from service.lots.usual import actions, queries, rules
from service.lots.usual.calendar import dates_of
from service.lots.usual.forms import ABOUT, PauseIn, UsualGiftIn
from service.lots.usual.models import GiftState, UsualGift
from service.lots.usual.words import DAYS, state_on, what_in_words
from service.lots.words import usual_categories
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Reader = Annotated[Who, Depends(Guard("usual_gifts", "read"))]
Changer = Annotated[Who, Depends(Guard("usual_gifts", "change"))]
WEEKDAYS = frozenset("0123456")
# How a baker's evening usually goes.
FRESH = {"weekdays": list("012345"), "every": "1", "ask_at": "19:00", "opens_at": "19:00", "closes_at": "20:30"}


@router.get("/usual-gifts")
def read_gifts(request: Request, who: Reader, session: ReadSession, now: Now, locale: Locale) -> Response:
    """One's own; for staff all of the region."""
    gifts, today = queries.all_seen_by(session, who), local(now, who.zone).date()
    sites = sites_by_id(session, {gift.site_id for gift in gifts})
    rows = [
        {"gift": gift, "site": sites[gift.site_id], "what": what_in_words(gift, locale), "state": state_on(gift, today),
         "rhythm": rhythm_in_words(gift.rrule, locale), "hour": rules.clock(gift.ask_minute)}
        for gift in gifts
    ]  # fmt: skip
    return render(request, "lots/usual_gifts.html", {"rows": rows, "may_add": who.may("usual_gifts", "change")})


@router.get("/usual-gifts/new")
def ask_new(
    request: Request,
    who: Changer,
    session: ReadSession,
    now: Now,
    locale: Locale,
    site_id: Annotated[str, Query(max_length=12)] = "",
) -> Response:
    """The form, filled as a shop's evening usually goes."""
    today = local(now, who.zone).date()
    given = Filled({**FRESH, "site_id": site_id, "starts_on": today.isoformat()})
    return _form(request, session, who, locale, given)


@router.post("/usual-gifts")
def declare(
    request: Request,
    who: Changer,
    read_session: ReadSession,
    session: WriteSession,
    form: Filling,
    now: Now,
    locale: Locale,
) -> Response:
    """From now on."""
    try:
        gift = actions.declare(session, _asked(form), who=who, now=now)
    except Refusal as refusal:
        session.rollback()
        return _form(request, read_session, who, locale, _typed(form), refusal=refusal)
    return see(f"/usual-gifts/{gift.key}?done=declared")


@router.get("/usual-gifts/{gift_id}")
def read_gift(
    request: Request,
    gift_id: Id,
    who: Reader,
    session: ReadSession,
    now: Now,
    locale: Locale,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """What is expected, the dates to come, what came of the last ones."""
    gift = queries.seen_by(session, who, gift_id)
    own = queries.relations_to(who, gift)
    allowed = who.relations("usual_gifts", "change")
    context = {
        "gift": gift,
        "site": session.get_one(Site, gift.site_id),
        "what": what_in_words(gift, locale),
        "rhythm": rhythm_in_words(gift.rrule, locale),
        "hour": rules.clock(gift.ask_minute),
        "opens": rules.clock(gift.opens_minute),
        "closes": rules.clock(gift.closes_minute),
        "state": state_on(gift, local(now, who.zone).date()),
        "day_states": DAYS,
        "paused": rules.is_paused_on(gift, local(now, who.zone).date()),
        "may_change": gift.state is not GiftState.ENDED and ("any" in allowed or bool(allowed & set(own))),
        "done": done,
        **dates_of(session, gift, now),
    }
    return render(request, "lots/usual_gift.html", context)


@router.get("/usual-gifts/{gift_id}/edit")
def ask_change(request: Request, gift_id: Id, who: Changer, session: ReadSession, locale: Locale) -> Response:
    """The form as it stands."""
    gift = queries.seen_by(session, who, gift_id)
    weekdays, every = rhythm(gift.rrule)
    given = {
        **gift.model_dump(),
        "weekdays": [str(day) for day in weekdays],
        "every": str(every),
        "ask_at": rules.clock(gift.ask_minute).isoformat("minutes"),
        "opens_at": rules.clock(gift.opens_minute).isoformat("minutes"),
        "closes_at": rules.clock(gift.closes_minute).isoformat("minutes"),
        "usual_kg": f"{gift.grams / 1000:g}".replace(".", ","),
        "ends_on": gift.ends_on or "",
    }
    return _form(request, session, who, locale, Filled(given), gift)


@router.post("/usual-gifts/{gift_id}/edit")
def change(
    request: Request,
    gift_id: Id,
    who: Changer,
    read_session: ReadSession,
    session: WriteSession,
    form: Filling,
    now: Now,
    locale: Locale,
) -> Response:
    """Otherwise from now on."""
    gift = queries.seen_by(session, who, gift_id)
    try:
        actions.change(session, gift, _asked(form), who=who, now=now)
    except Refusal as refusal:
        session.rollback()
        return _form(request, read_session, who, locale, _typed(form), gift, refusal)
    return see(f"/usual-gifts/{gift_id}?done=changed")


def _asked(form: FormData) -> UsualGiftIn:
    """The form as a usual gift: days ticked and "every so many weeks" make its rule."""
    days = [int(day) for day in form.getlist("weekdays") if isinstance(day, str) and day in WEEKDAYS]
    every = text_of(form, "every")
    return read(UsualGiftIn, form, rrule=weekly(days, int(every) if every in ("2", "3", "4") else 1))


def _typed(form: FormData) -> Filled:
    return Filled({**answers(form), "weekdays": list(form.getlist("weekdays"))})


def _form(
    request: Request,
    session: Session,
    who: Who,
    locale: str,
    given: Filled,
    gift: UsualGift | None = None,
    refusal: Refusal | None = None,
) -> Response:
    fields = dict(refusal.fields) if refusal else {}
    wrong = {ABOUT.get(text, name) if name == "form" else name: text for name, text in fields.items()}
    if "rrule" in wrong:
        wrong["weekdays"] = wrong.pop("rrule")
    sites = sites_to_post_from(session, who)
    names = day_names(locale)
    context: Mapping[str, Any] = {
        "gift": gift,
        "sites": sites,
        "given": given,
        "wrong": Filled(wrong),
        "refusal": refusal,
        "days": [{"value": str(day), "label": names[day]} for day in range(7)],
        "every": EVERY,
        "categories": _categories(session, sites, locale),
    }
    return render(request, "lots/usual_form.html", context, status=refusal.status if refusal else 200)


def _categories(session: Session, sites: list[Site], locale: str) -> dict[str, list[tuple[str, str]]]:
    """What can be posted without reading a label, by heading; what such a shop usually gives comes first."""
    organisation = session.get(Organisation, sites[0].organisation_id) if len(sites) == 1 else None
    usual = {one.slug for one in usual_categories(organisation.activity if organisation else None)}
    found = {}
    for heading in catalogue().headings():
        known = [one for one in catalogue().children(heading.slug) if rules.can_be_usual(one) and not one.retired]
        if known:
            found[heading.label(locale)] = [(one.slug, one.label(locale)) for one in known]
    first = [name for name, members in found.items() if any(slug in usual for slug, _label in members)]
    return {name: found[name] for name in [*first, *(name for name in found if name not in first)]}


@router.post("/usual-gifts/{gift_id}/cancelled-days")
def cancel_day(gift_id: Id, day: Annotated[Day, Form()], who: Changer, session: WriteSession, now: Now) -> Response:
    """ "Pas ce vendredi"."""
    actions.cancel_day(session, queries.seen_by(session, who, gift_id), day, who=who, now=now)
    return see(f"/usual-gifts/{gift_id}#dates")


@router.post("/usual-gifts/{gift_id}/cancelled-days/{day}/end")
def restore_day(gift_id: Id, day: Day, who: Changer, session: WriteSession, now: Now) -> Response:
    """It is expected again."""
    actions.restore_day(session, queries.seen_by(session, who, gift_id), day, who=who, now=now)
    return see(f"/usual-gifts/{gift_id}#dates")


@router.post("/usual-gifts/{gift_id}/pause")
def pause(gift_id: Id, who: Changer, session: WriteSession, form: Filling, now: Now) -> Response:
    """Ask nothing for a while."""
    actions.pause(session, queries.seen_by(session, who, gift_id), read(PauseIn, form).until, who=who, now=now)
    return see(f"/usual-gifts/{gift_id}?done=paused")


@router.post("/usual-gifts/{gift_id}/resumption")
def resume(gift_id: Id, who: Changer, session: WriteSession, now: Now) -> Response:
    """Ask again."""
    actions.resume(session, queries.seen_by(session, who, gift_id), who=who, now=now)
    return see(f"/usual-gifts/{gift_id}?done=resumed")


@router.post("/usual-gifts/{gift_id}/end")
def end(gift_id: Id, who: Changer, session: WriteSession, now: Now) -> Response:
    """Through with it."""
    actions.end(session, queries.seen_by(session, who, gift_id), who=who, now=now)
    return see("/usual-gifts")
