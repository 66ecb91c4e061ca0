"""Standing rounds to shops: asked by the charity, agreed by the shop, let go date by date by either."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from config.catalogue import catalogue
from service.accounts.doors import see
from service.accounts.filling import Filled, answers, read, text_of
from service.accounts.filling import Form as Filling
from service.accounts.guard import Guard
from service.accounts.models import Site
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.allocation.answers.forms import NO_DAY
from service.allocation.answers.words import outcome_of
from service.allocation.forms import typed_key
from service.allocation.offers import own_site, own_sites
from service.allocation.ramasses import actions, queries
from service.allocation.ramasses.forms import ABOUT, AgreementIn, RamasseIn
from service.allocation.ramasses.words import STATES, terms_in_words
from service.allocation.tables import End, Ramasse
from service.kit.clock import local
from service.kit.days import day_names
from service.kit.geo import metres_between
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.kit.rhythm import EVERY, rhythm_in_words, weekly
from service.lots import queries as lots
from service.lots.words import lot_title
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Reader = Annotated[Who, Depends(Guard("ramasses", "read"))]
Asker = Annotated[Who, Depends(Guard("ramasses", "ask"))]
Releaser = Annotated[Who, Depends(Guard("ramasses", "let_go"))]
WEEKDAYS = frozenset("0123456")


@router.get("/ramasses")
def read_ramasses(request: Request, who: Reader, session: ReadSession, locale: Locale) -> Response:
    """Those one has a part in; those that wait for an answer first."""
    rows = queries.all_seen_by(session, who)
    sites = sites_by_id(session, {key for row in rows for key in (row.site_id, row.donor_site_id)})
    context = {
        "rows": [
            {
                "ramasse": row,
                "charity": sites[row.site_id],
                "donor": sites[row.donor_site_id],
                "rhythm": rhythm_in_words(row.rrule, locale),
                "terms": terms_in_words(row, locale),
                "at_donor": End.DONOR in queries.ends_of(who, row),
            }
            for row in rows
        ],
        "states": STATES,
        "may_ask": bool(who.relations("ramasses", "ask")) and bool(own_sites(session, who)),
        "is_charity": "charity" in who.roles,
    }
    return render(request, "allocation/ramasses.html", context)


@router.get("/ramasses/new")
def ask_new(request: Request, who: Asker, session: ReadSession, now: Now, locale: Locale) -> Response:
    """Which shop, which days."""
    site = own_site(session, who, None)
    today = local(now, who.zone).date()
    given = {"site_id": site.key, "starts_on": today.isoformat(), "way": "collect", "every": "1"}
    return _form(request, session, who, locale, Filled(given), today)


def _form(
    request: Request,
    session: Session,
    who: Who,
    locale: str,
    given: Filled,
    today: date,
    refusal: Refusal | None = None,
) -> Response:
    sites = own_sites(session, who)
    fields = dict(refusal.fields) if refusal else {}
    wrong = {ABOUT.get(text, name) if name == "form" else name: text for name, text in fields.items()}
    if wrong.pop("rrule", None):
        wrong["weekdays"] = NO_DAY
    names = day_names(locale)
    context = {
        "sites": sites,
        "given": given,
        "wrong": Filled(wrong),
        "refusal": refusal,
        "donors": _donors(session, who, sites[0]) if sites else [],
        "days": [{"value": str(day), "label": names[day]} for day in range(7)],
        "every": EVERY,
        "headings": [
            {"value": one.slug, "label": one.label(locale), "icon": one.icon} for one in catalogue().headings()
        ],
        "today": today,
        "collects": any(site.collects_itself for site in sites),
    }
    return render(request, "allocation/ramasse_form.html", context, status=refusal.status if refusal else 200)


def _donors(session: Session, who: Who, site: Site) -> list[tuple[int, str]]:
    """The shops of the region that are no secret, the nearest to the site first."""
    found = [one for one in lots.donor_sites(session, who.region, None, ()) if not one.protected]
    return [(one.key, f"{one.name}, {one.city}" if one.city else one.name) for one in sorted(found, key=_near(site))]


def _near(site: Site) -> Any:
    """What ranks shops by distance; by name where the place of either is not to be known."""

    def rank(one: Site) -> tuple[float, str, int]:
        if site.latitude is None or site.longitude is None or one.latitude is None or one.longitude is None:
            return (float("inf"), one.name, one.key)
        metres = metres_between((site.latitude, site.longitude), (one.latitude, one.longitude))
        return (float(metres), one.name, one.key)

    return rank


@router.post("/ramasses")
def ask_ramasse(
    request: Request,
    who: Asker,
    read_session: ReadSession,
    session: WriteSession,
    form: Filling,
    now: Now,
    locale: Locale,
) -> Response:
    """Ask the shop."""
    try:
        site = own_site(session, who, typed_key(text_of(form, "site_id")))
        made = actions.ask(session, site, _asked(form), who=who, now=now)
    except Refusal as refusal:
        session.rollback()
        lists = {name: list(form.getlist(name)) for name in ("categories", "weekdays")}
        today = local(now, who.zone).date()
        return _form(request, read_session, who, locale, Filled({**answers(form), **lists}), today, refusal)
    return see(f"/ramasses/{made.key}")


def _asked(form: FormData) -> RamasseIn:
    """The form as a standing round: days ticked and "every so many weeks" make its rule."""
    days = [int(day) for day in form.getlist("weekdays") if isinstance(day, str) and day in WEEKDAYS]
    every = text_of(form, "every")
    given: dict[str, Any] = {"rrule": weekly(days, int(every) if every in ("2", "3", "4") else 1)}
    if not text_of(form, "most_kg"):
        given["most_grams"] = None
    return read(RamasseIn, form, **given)


@router.get("/ramasses/{ramasse_id}")
def read_ramasse(
    request: Request, ramasse_id: Id, who: Reader, session: ReadSession, now: Now, locale: Locale
) -> Response:
    """What was agreed, the dates to come, what it brought."""
    return _page(request, session, who, queries.seen_by(session, who, ramasse_id), now, locale)


def _page(
    request: Request,
    session: Session,
    who: Who,
    ramasse: Ramasse,
    now: datetime,
    locale: str,
    refusal: Refusal | None = None,
) -> Response:
    sites = sites_by_id(session, {ramasse.site_id, ramasse.donor_site_id})
    ends = queries.ends_of(who, ramasse)
    claimed = queries.claims_of(session, ramasse.key)
    lines = lots.lines_of_lots(session, {one.lot_id for one in claimed})
    living = ramasse.state in queries.LIVING
    staff = "any" in who.relations("ramasses", "decide")
    context = {
        "ramasse": ramasse,
        "charity": sites[ramasse.site_id],
        "donor": sites[ramasse.donor_site_id],
        "rhythm": rhythm_in_words(ramasse.rrule, locale),
        "terms": terms_in_words(ramasse, locale),
        "state": STATES[ramasse.state],
        "dates": actions.coming(session, ramasse, today=local(now, who.zone).date()) if living else [],
        "claimed": [(one, lot_title(lines[one.lot_id], locale), outcome_of(one.outcome, locale)) for one in claimed],
        "may_decide": ramasse.state == "asked" and (staff or End.DONOR in ends),
        "may_change": living and (staff or bool(ends)),
        "end": ends[0] if ends else End.CHARITY,
        "ends": End,
        "at_charity": End.CHARITY in ends,
        "refusal": refusal,
    }
    return render(request, "allocation/ramasse.html", context, status=refusal.status if refusal else 200)


@router.post("/ramasses/{ramasse_id}/decision")
def decide_ramasse(
    ramasse_id: Id,
    agreed: Annotated[bool, Form()],
    who: Annotated[Who, Depends(Guard("ramasses", "decide"))],
    session: WriteSession,
    now: Now,
) -> Response:
    """The shop's word."""
    ramasse = queries.seen_by(session, who, ramasse_id)
    actions.decide(session, ramasse, AgreementIn(agreed=agreed), who=who, now=now)
    return see(f"/ramasses/{ramasse_id}")


@router.post("/ramasses/{ramasse_id}/releases")
def release_date(
    ramasse_id: Id, day: Annotated[date, Form()], who: Releaser, session: WriteSession, now: Now
) -> Response:
    """ "Pas cette semaine"."""
    ramasse = queries.seen_by(session, who, ramasse_id)
    actions.let_go(session, ramasse, day, who=who, now=now, today=local(now, who.zone).date())
    return see(f"/ramasses/{ramasse_id}#dates")


@router.post("/ramasses/{ramasse_id}/releases/{day}/end")
def take_back_date(ramasse_id: Id, day: date, who: Releaser, session: WriteSession, now: Now) -> Response:
    """It stands again."""
    ramasse = queries.seen_by(session, who, ramasse_id)
    actions.take_back(session, ramasse, day, who=who, now=now, today=local(now, who.zone).date())
    return see(f"/ramasses/{ramasse_id}#dates")


@router.post("/ramasses/{ramasse_id}/end")
def end_ramasse(
    ramasse_id: Id, who: Annotated[Who, Depends(Guard("ramasses", "end"))], session: WriteSession, now: Now
) -> Response:
    """Through with it."""
    actions.end(session, queries.seen_by(session, who, ramasse_id), who=who, now=now)
    return see("/ramasses")
