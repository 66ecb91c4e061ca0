"""What a charity answers by itself: the rules, one screen to set one, a tap to pause."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from config.allocation import policies
from config.catalogue import catalogue
from service.accounts.doors import see
from service.accounts.filling import Filled, Form, answers, read, text_of
from service.accounts.guard import Guard
from service.accounts.models import Site
from service.accounts.queries import the_site
from service.accounts.who import Who
from service.allocation.answers import actions, queries
from service.allocation.answers.forms import ABOUT, PauseIn, RuleIn
from service.allocation.answers.words import kinds_in_words, limits_in_words, outcome_of
from service.allocation.forms import BRING_ELSE_COLLECT, typed_key
from service.allocation.models import Way
from service.allocation.news import views
from service.allocation.news.actions import hear
from service.allocation.offers import own_site, own_sites
from service.allocation.tables import AnswerRule
from service.kit.clock import local
from service.kit.days import day_names
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.kit.weight import GRAMS
from service.lots import queries as lots
from service.lots.words import lot_title
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.forms import TypedForm
from service.web.templating import render

router = APIRouter()
Reader = Annotated[Who, Depends(Guard("answers", "read"))]
Changer = Annotated[Who, Depends(Guard("answers", "change"))]
DISTANCES_KM = (2, 5, 10, 20, 50)
LOOK_BACK = timedelta(days=14)
# One tile of the form for two answers: brought by a round if one can, else fetched.


@router.get("/answers")
def read_answers(request: Request, who: Reader, session: ReadSession, now: Now, locale: Locale) -> Response:
    """The rules of one's sites, and what they answered lately."""
    sites = {site.key: site for site in own_sites(session, who)}
    rules = queries.rules_of(session, list(sites))
    given = queries.answers_of(session, list(sites), since=now - LOOK_BACK)
    lines = lots.lines_of_lots(session, {one.lot_id for one in given})
    today = local(now, who.zone).date()
    context = {
        "sites": sites,
        "rules": [(rule, kinds_in_words(rule.categories, locale), limits_in_words(rule, locale)) for rule in rules],
        "given": [(one, lot_title(lines[one.lot_id], locale), outcome_of(one.outcome, locale)) for one in given],
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "may_change": who.may("answers", "change"),
        "any_on": any(rule.is_on(today) for rule in rules),
        "news": views.news_seen(session, list(sites.values()), locale),
        "news_rules": policies().news_on(today),
    }
    return render(request, "allocation/answers.html", context)


@router.post("/answers/news")
def choose_news(form: TypedForm, who: Changer, session: WriteSession, now: Now) -> Response:
    """Hear of every lot, or be spared what the site never takes."""
    site = own_site(session, who, typed_key(form.get("site", "")))
    hear(session, site, everything=form.get("everything") == "yes", who=who, now=now)
    return see("/answers")


@router.get("/answers/new")
def ask_new(
    request: Request,
    who: Changer,
    session: ReadSession,
    locale: Locale,
    site: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    """One screen: what, how much, when, from how far."""
    chosen = own_site(session, who, site)
    given = {"weekdays": [str(day) for day in range(7)], "way": "bring", "site_id": chosen.key}
    return _form(request, session, who, locale, None, Filled(given))


@router.get("/answers/{rule_id}/edit")
def ask_change(request: Request, rule_id: Id, who: Changer, session: ReadSession, locale: Locale) -> Response:
    """The rule as it stands."""
    rule = queries.own_rule(session, who, rule_id)
    given = {
        "site_id": rule.site_id,
        "categories": rule.categories,
        "weekdays": [str(day) for day in rule.weekdays],
        "least_kg": _kg(rule.least_grams),
        "most_kg": _kg(rule.most_grams or 0),
        "most_metres": rule.most_metres or "",
        "way": BRING_ELSE_COLLECT if rule.else_collect else str(rule.way),
    }
    return _form(request, session, who, locale, rule, Filled(given))


def _form(
    request: Request,
    session: Session,
    who: Who,
    locale: str,
    rule: AnswerRule | None,
    given: Filled,
    refusal: Refusal | None = None,
) -> Response:
    sites = own_sites(session, who)
    wrong = {
        ABOUT.get(text, name) if name == "form" else name: text
        for name, text in (refusal.fields if refusal else {}).items()
    }
    names = day_names(locale)
    context = {
        "rule": rule,
        "sites": sites,
        "given": given,
        "refusal": refusal,
        "wrong": Filled(wrong),
        "headings": [
            {"value": one.slug, "label": one.label(locale), "icon": one.icon} for one in catalogue().headings()
        ],
        "days": [{"value": str(day), "label": names[day]} for day in range(7)],
        "distances": [(km * 1000, f"{km} km") for km in DISTANCES_KM],
        "collects": any(site.collects_itself for site in sites),
    }
    return render(request, "allocation/answer_form.html", context, status=refusal.status if refusal else 200)


def _kg(grams: int) -> str:
    return f"{grams / GRAMS:g}".replace(".", ",") if grams else ""


def _asked(form: FormData) -> RuleIn:
    """The form as a rule: boxes ticked are a list, and an empty weight is no limit."""
    given: dict[str, Any] = {"weekdays": [day for day in form.getlist("weekdays") if isinstance(day, str) and day]}
    if not text_of(form, "most_kg"):
        given["most_grams"] = None
    if text_of(form, "way") == BRING_ELSE_COLLECT:
        given |= {"way": Way.BRING, "else_collect": True}
    return read(RuleIn, form, **given)


@router.post("/answers")
def set_rule(
    request: Request,
    who: Changer,
    read_session: ReadSession,
    session: WriteSession,
    form: Form,
    now: Now,
    locale: Locale,
) -> Response:
    """Set it; it answers of lots posted from now on."""
    try:
        site = own_site(session, who, typed_key(text_of(form, "site_id")))
        actions.set_rule(session, site, _asked(form), who=who, now=now)
    except Refusal as refusal:
        session.rollback()
        return _form(request, read_session, who, locale, None, _typed(form), refusal)
    return see("/answers")


@router.post("/answers/pause")
def pause_all(who: Changer, session: WriteSession, form: Form, now: Now) -> Response:
    """Everything at once: the door is shut, somebody looks by hand again."""
    today = local(now, who.zone).date()
    for rule in queries.rules_of(session, who.site_ids):
        if rule.is_on(today):
            actions.pause(session, rule, read(PauseIn, form), who=who, now=now, today=today)
    return see("/answers")


@router.post("/answers/{rule_id}")
def change_rule(
    request: Request,
    rule_id: Id,
    who: Changer,
    read_session: ReadSession,
    session: WriteSession,
    form: Form,
    now: Now,
    locale: Locale,
) -> Response:
    """The rule as it is from now on."""
    rule = queries.own_rule(read_session, who, rule_id)
    try:
        site: Site = the_site(session, who, rule.site_id)
        actions.change_rule(session, queries.own_rule(session, who, rule_id), site, _asked(form), who=who, now=now)
    except Refusal as refusal:
        session.rollback()
        return _form(request, read_session, who, locale, rule, _typed(form), refusal)
    return see("/answers")


def _typed(form: FormData) -> Filled:
    """What was filled; boxes ticked stay a list even when there is one."""
    return Filled({**answers(form), **{name: list(form.getlist(name)) for name in ("categories", "weekdays")}})


@router.post("/answers/{rule_id}/pause")
def pause(rule_id: Id, who: Changer, session: WriteSession, form: Form, now: Now) -> Response:
    """Answer nothing until a day comes, or until it is resumed."""
    today = local(now, who.zone).date()
    rule = queries.own_rule(session, who, rule_id)
    actions.pause(session, rule, read(PauseIn, form), who=who, now=now, today=today)
    return see("/answers")


@router.post("/answers/{rule_id}/resumption")
def resume(rule_id: Id, who: Changer, session: WriteSession, now: Now) -> Response:
    """Answer again."""
    actions.resume(session, queries.own_rule(session, who, rule_id), who=who, now=now)
    return see("/answers")


@router.post("/answers/{rule_id}/end")
def end(rule_id: Id, who: Changer, session: WriteSession, now: Now) -> Response:
    """Delete the rule."""
    actions.end(session, queries.own_rule(session, who, rule_id), who=who, now=now)
    return see("/answers")
