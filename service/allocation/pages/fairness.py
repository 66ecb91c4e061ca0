"""Who received what against its share; how many people each site serves, and who comes first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from config.catalogue import catalogue
from service.accounts.doors import demand_own, see
from service.accounts.filling import Filled, Form, answers, read
from service.accounts.guard import Guard
from service.accounts.models import Site
from service.accounts.queries import sites_by_id, the_organisation, the_site
from service.accounts.who import Who
from service.allocation import served
from service.allocation.ledger import actions, first_come, queries
from service.allocation.ledger.export import as_csv
from service.allocation.ledger.forms import ABOUT, FigureDecisionIn, PeopleIn, PriorityIn
from service.allocation.ledger.reading import PROTECTED, ledger_of, sees_all
from service.allocation.ledger.words import GROUNDS, SOURCES, STATES
from service.kit.clock import local
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Reader = Annotated[Who, Depends(Guard("fairness", "read"))]
# More lines than these are one tap away.
SHOWN = 60


@router.get("/fairness")
def read_fairness(
    request: Request,
    who: Reader,
    session: ReadSession,
    now: Now,
    locale: Locale,
    family: Annotated[str, Query(max_length=30)] = "",
    everything: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """Everybody with names for the dispatcher and the Region; one's own sites and the median for a charity."""
    ledger = ledger_of(session, who.region, now=now)
    families = {one.slug: one.label(locale) for one in catalogue().families if one.slug in ledger.totals}
    context = {
        "ledger": ledger,
        "families": families,
        "today": ledger.last,
        "sources": SOURCES,
        "stale": served.is_stale,
    }
    if not sees_all(who):
        return render(request, "allocation/fairness_own.html", {**context, "lines": ledger.of(who.site_ids)})
    chosen = family if family in families else ""
    lines = sorted(
        ledger.lines,
        key=lambda line: (
            (line.shares[chosen] if chosen else line.share).percent or 0,
            -line.waited.days,
            line.site.key,
        ),
    )
    waiting = served.waiting_figures(session, who.region)
    context |= {
        "family": chosen,
        "lines": lines if everything else lines[:SHOWN],
        "more": not everything and len(lines) > SHOWN,
        "protected": PROTECTED,
        "area_names": {area.code: area.name for area in ledger.areas},
        "waiting": waiting,
        "waiting_sites": sites_by_id(session, {figure.site_id for figure in waiting}),
        "may_decide": queries.may_vouch(who),
    }
    return render(request, "allocation/fairness.html", context)


@router.get("/fairness/first-come")
def read_first_come(request: Request, who: Reader, session: ReadSession, now: Now) -> Response:
    """A part of the page, fetched when it is looked at: what first come would have given."""
    ledger = ledger_of(session, who.region, now=now)
    found = first_come.instead(first_come.decisions_of(session, who.region, ledger))
    everybody = sees_all(who)
    named = {*found.given, *found.would} if everybody else who.site_ids
    sites = sites_by_id(session, set(named))
    rows = [(sites[key], found.given.get(key, 0), found.would.get(key, 0)) for key in sites]
    context = {
        "found": found,
        "everybody": everybody,
        "rows": sorted(rows, key=lambda row: (row[1] - row[2], row[0].key), reverse=True)[:SHOWN],
    }
    return render(request, "allocation/first_come.html", context)


@router.get("/fairness.csv")
def fairness_csv(who: Reader, session: ReadSession, now: Now) -> Response:
    """The same lines for a spreadsheet."""
    ledger = ledger_of(session, who.region, now=now)
    lines = [*ledger.lines, *ledger.silent] if sees_all(who) else ledger.of(who.site_ids)
    filename = f"glane-{who.region}-{ledger.first}-{ledger.last}-fairness.csv"
    return Response(
        as_csv(ledger, lines),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


@router.get("/sites/{site_id}/people")
def read_people(
    request: Request,
    site_id: Id,
    who: Annotated[Who, Depends(Guard("people_served", "read"))],
    session: ReadSession,
    now: Now,
) -> Response:
    """How many people a site counts for, since when, according to what."""
    return _people(request, session, who, _site(session, who, site_id, "read"), now)


def _site(session: Session, who: Who, site_id: int, verb: str) -> Site:
    site = the_site(session, who, site_id)
    demand_own(who, "people_served", verb, site)
    return site


def _people(
    request: Request,
    session: Session,
    who: Who,
    site: Site,
    now: Now,
    refusal: Refusal | None = None,
    given: Filled | None = None,
    about: str = "people",
) -> Response:
    today = local(now, who.zone).date()
    wrong = {
        ABOUT.get(text, name) if name == "form" else name: text
        for name, text in (refusal.fields if refusal else {}).items()
    }
    if refusal is not None and not wrong:
        wrong = {about: refusal.message}
    figures, priorities = served.versions_of(session, site.key), served.priority_versions(session, site.key)
    context = {
        "site": site,
        "organisation": the_organisation(session, who, site.organisation_id),
        "counted": served.counted_of(session, site, now=now),
        "figures": figures,
        "in_use": served.figures_in_use(session, site.region, on=today).get(site.key),
        "priorities": priorities,
        "today": today,
        "sources": SOURCES,
        "states": STATES,
        "grounds": GROUNDS,
        "may_say": queries.may_say(who, site),
        "may_decide": queries.may_vouch(who),
        "may_prioritise": who.may("people_served", "prioritise"),
        "forms": {
            name: (given or Filled(), Filled(wrong)) if name == about else (Filled(), Filled())
            for name in ("people", "priority")
        },
    }
    return render(request, "allocation/people.html", context, status=refusal.status if refusal else 200)


@router.post("/sites/{site_id}/people")
def say_people(
    request: Request,
    site_id: Id,
    who: Annotated[Who, Depends(Guard("people_served", "say"))],
    read_session: ReadSession,
    session: WriteSession,
    form: Form,
    now: Now,
) -> Response:
    """A new figure."""
    site = _site(read_session, who, site_id, "say")
    today = local(now, who.zone).date()
    try:
        asked = read(PeopleIn, form)
        actions.say_people(session, site, asked, who=who, now=now, today=today, vouched=queries.may_vouch(who))
    except Refusal as refusal:
        session.rollback()
        return _people(request, read_session, who, site, now, refusal, answers(form))
    return see(f"/sites/{site_id}/people")


@router.post("/sites/{site_id}/priority")
def set_priority(
    request: Request,
    site_id: Id,
    who: Annotated[Who, Depends(Guard("people_served", "prioritise"))],
    read_session: ReadSession,
    session: WriteSession,
    form: Form,
    now: Now,
) -> Response:
    """Put a site before others, or no longer."""
    site = _site(read_session, who, site_id, "prioritise")
    try:
        actions.set_priority(session, site, read(PriorityIn, form), who=who, now=now)
    except Refusal as refusal:
        session.rollback()
        return _people(request, read_session, who, site, now, refusal, answers(form), "priority")
    return see(f"/sites/{site_id}/people")


@router.post("/people-figures/{figure_id}/decision")
def decide_figure(
    figure_id: Id,
    who: Annotated[Who, Depends(Guard("people_served", "decide"))],
    session: WriteSession,
    form: Form,
    now: Now,
) -> Response:
    """It counts, or it does not."""
    figure = queries.the_figure(session, who, figure_id)
    actions.decide_figure(session, figure, FigureDecisionIn(accepted=form.get("accepted") == "yes"), who=who, now=now)
    return see("/fairness#waiting")
