"""`/fairness`, and the figures it is reckoned from, as JSON. Weights in grams, days local."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlmodel import Session

from service.accounts.doors import demand_own
from service.accounts.guard import Guard
from service.accounts.queries import the_site
from service.accounts.who import Who
from service.allocation import served
from service.allocation.ledger import actions, queries
from service.allocation.ledger.forms import FigureDecisionIn, PeopleIn, PriorityIn
from service.allocation.ledger.reading import Ledger, Line, ledger_of, sees_all
from service.allocation.tables import FigureState, Ground, PeopleServed, PeopleSource
from service.kit.clock import local
from service.kit.ids import Id
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["fairness"])


class ShareOut(BaseModel):
    received_grams: int
    fair_grams: int
    percent: int | None


class LineOut(ShareOut):
    site_id: int
    name: str
    organisation_id: int
    epci: str | None = Field(description="null for a protected site")
    people: int
    people_said: bool = Field(description="false: a median stands in")
    priority: int
    open_days: int
    claims: int
    grams_each: int = Field(description="grams a person over the period")
    last_lot: date | None
    longest_wait_days: int
    families: dict[str, ShareOut]


class AreaOut(ShareOut):
    code: str
    name: str
    sites: int
    people: int


class MediansOut(BaseModel):
    """The middle of the sites that took part; null of fewer than three."""

    percent: int | None
    grams_each: int | None
    families: dict[str, int | None]


class FairnessOut(BaseModel):
    """28 days, today included. `lines`: everybody for the dispatcher and the Region, one's own sites for a charity,
    to whom `areas`, `silent` and the Gini figures are not told."""

    first: date
    last: date
    lines: list[LineOut]
    medians: MediansOut
    gini_sites: float | None = None
    gini_epcis: float | None = None
    gini_families: dict[str, float] = Field(default_factory=dict)
    areas: list[AreaOut] = Field(default_factory=list)
    silent: list[LineOut] = Field(default_factory=list)


class FigureOut(BaseModel):
    model_config = {"from_attributes": True}

    id: int
    site_id: int
    version: int
    people: int
    counted_on: date
    source: PeopleSource
    note: str
    state: FigureState


class PriorityOut(BaseModel):
    model_config = {"from_attributes": True}

    version: int
    level: int
    ground: Ground
    from_day: date
    until_day: date | None


class PeopleOut(BaseModel):
    counted: int = Field(description="people the site counts for today, a median where it said nothing")
    said: bool
    open_days: int
    priority: int
    figures: list[FigureOut]
    priorities: list[PriorityOut]


@router.get("/fairness")
def read_fairness(
    who: Annotated[Who, Depends(Guard("fairness", "read"))], session: ReadSession, now: Now
) -> FairnessOut:
    """Received against share over 28 days, the least served first."""
    ledger = ledger_of(session, who.region, now=now)
    families = sorted(ledger.totals)
    told = FairnessOut(
        first=ledger.first,
        last=ledger.last,
        lines=[_line(line) for line in (ledger.lines if sees_all(who) else ledger.of(who.site_ids))],
        medians=MediansOut(
            percent=ledger.median_percent,
            grams_each=ledger.median_each,
            families={family: ledger.median_of(family) for family in families},
        ),
    )
    return _with_names(told, ledger) if sees_all(who) else told


def _with_names(told: FairnessOut, ledger: Ledger) -> FairnessOut:
    told.gini_sites, told.gini_epcis = round(ledger.gini_sites, 4), round(ledger.gini_areas, 4)
    told.gini_families = {family: round(value, 4) for family, value in ledger.gini_families.items()}
    told.silent = [_line(line) for line in ledger.silent]
    told.areas = [
        AreaOut(
            code=area.code,
            name=area.name,
            sites=area.sites,
            people=area.people,
            received_grams=area.share.received,
            fair_grams=area.share.fair,
            percent=area.share.percent,
        )
        for area in ledger.areas
    ]
    return told


def _line(line: Line) -> LineOut:
    return LineOut(
        site_id=line.site.key,
        name=line.site.name,
        organisation_id=line.organisation.key,
        epci=None if line.site.protected else line.site.epci,
        people=line.counted.people,
        people_said=line.counted.said,
        priority=line.counted.priority,
        open_days=line.counted.open_days,
        claims=line.claims,
        grams_each=line.each,
        last_lot=line.last,
        longest_wait_days=line.waited.days,
        received_grams=line.share.received,
        fair_grams=line.share.fair,
        percent=line.share.percent,
        families={
            family: ShareOut(received_grams=share.received, fair_grams=share.fair, percent=share.percent)
            for family, share in line.shares.items()
        },
    )


@router.get("/sites/{site_id}/people")
def read_people(
    site_id: Id, who: Annotated[Who, Depends(Guard("people_served", "read"))], session: ReadSession, now: Now
) -> PeopleOut:
    """How many people a site counts for today, and every figure it ever gave."""
    site = the_site(session, who, site_id)
    demand_own(who, "people_served", "read", site)
    return _people(session, site_id, served.counted_of(session, site, now=now))


def _people(session: Session, site_id: int, counted: served.Counted) -> PeopleOut:
    return PeopleOut(
        counted=counted.people,
        said=counted.said,
        open_days=counted.open_days,
        priority=counted.priority,
        figures=[FigureOut.model_validate(row) for row in served.versions_of(session, site_id)],
        priorities=[PriorityOut.model_validate(row) for row in served.priority_versions(session, site_id)],
    )


@router.post("/sites/{site_id}/people", status_code=201)
def say_people(
    site_id: Id,
    asked: PeopleIn,
    who: Annotated[Who, Depends(Guard("people_served", "say"))],
    session: WriteSession,
    now: Now,
) -> FigureOut:
    """A new figure; more than twice the one in use, it waits until the Region has looked at it."""
    site = the_site(session, who, site_id)
    demand_own(who, "people_served", "say", site)
    today = local(now, who.zone).date()
    vouched = queries.may_vouch(who)
    return FigureOut.model_validate(
        actions.say_people(session, site, asked, who=who, now=now, today=today, vouched=vouched)
    )


@router.post("/people-figures/{figure_id}/decision")
def decide_figure(
    figure_id: Id,
    asked: FigureDecisionIn,
    who: Annotated[Who, Depends(Guard("people_served", "decide"))],
    session: WriteSession,
    now: Now,
) -> FigureOut:
    """A figure that waits counts from now on, or never will."""
    figure: PeopleServed = queries.the_figure(session, who, figure_id)
    return FigureOut.model_validate(actions.decide_figure(session, figure, asked, who=who, now=now))


@router.post("/sites/{site_id}/priority", status_code=201)
def set_priority(
    site_id: Id,
    asked: PriorityIn,
    who: Annotated[Who, Depends(Guard("people_served", "prioritise"))],
    session: WriteSession,
    now: Now,
) -> PriorityOut:
    """Put a site before others from a day on; level 0 ends it."""
    site = the_site(session, who, site_id)
    return PriorityOut.model_validate(actions.set_priority(session, site, asked, who=who, now=now))
