"""`/ramasses`: standing rounds of charities to shops, as JSON. Weights in grams, days local."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation.models import Way
from service.allocation.offers import own_site
from service.allocation.ramasses import actions, queries
from service.allocation.ramasses.forms import AgreementIn, RamasseIn, ReleaseIn
from service.allocation.tables import End, Ramasse, RamasseState
from service.kit.clock import local
from service.kit.ids import Id
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["ramasses"])
Releaser = Annotated[Who, Depends(Guard("ramasses", "let_go"))]


class DateOut(BaseModel):
    day: date
    released_by: End | None = Field(description="who let this date go")


class RamasseOut(BaseModel):
    model_config = {"from_attributes": True}

    id: int
    site_id: int
    donor_site_id: int
    rrule: str = Field(description="RFC 5545, from `starts_on`")
    starts_on: date
    ends_on: date | None
    categories: list[str] = Field(description="categories and headings; empty: all the site accepts")
    most_grams: int | None = Field(description="of one lot")
    way: Way
    state: RamasseState
    note: str
    asked_at: datetime
    decided_at: datetime | None


class RamasseWithDatesOut(RamasseOut):
    dates: list[DateOut] = Field(description="of the next eight weeks")


class RamassesOut(BaseModel):
    items: list[RamasseOut]


def _with_dates(session: Session, ramasse: Ramasse, who: Who, now: datetime) -> RamasseWithDatesOut:
    known = RamasseOut.model_validate(ramasse).model_dump()
    today = local(now, who.zone).date()
    dates = [
        DateOut(day=day, released_by=gone.by_end if gone else None)
        for day, gone in actions.coming(session, ramasse, today=today)
    ]
    return RamasseWithDatesOut(**known, dates=dates)


@router.get("/ramasses")
def read_ramasses(who: Annotated[Who, Depends(Guard("ramasses", "read"))], session: ReadSession) -> RamassesOut:
    """The standing rounds you have a part in (staff: all), those to decide first."""
    return RamassesOut(items=[RamasseOut.model_validate(row) for row in queries.all_seen_by(session, who)])


@router.post("/ramasses", status_code=201)
def ask_ramasse(
    asked: RamasseIn, who: Annotated[Who, Depends(Guard("ramasses", "ask"))], session: WriteSession, now: Now
) -> RamasseOut:
    """Ask a shop; nothing is claimed until it agrees."""
    site = own_site(session, who, asked.site_id)
    return RamasseOut.model_validate(actions.ask(session, site, asked, who=who, now=now))


@router.get("/ramasses/{ramasse_id}")
def read_ramasse(
    ramasse_id: Id, who: Annotated[Who, Depends(Guard("ramasses", "read"))], session: ReadSession, now: Now
) -> RamasseWithDatesOut:
    """One of them, with its dates to come."""
    return _with_dates(session, queries.seen_by(session, who, ramasse_id), who, now)


@router.post("/ramasses/{ramasse_id}/decision")
def decide_ramasse(
    ramasse_id: Id,
    asked: AgreementIn,
    who: Annotated[Who, Depends(Guard("ramasses", "decide"))],
    session: WriteSession,
    now: Now,
) -> RamasseOut:
    """The shop agrees, or does not."""
    ramasse = queries.seen_by(session, who, ramasse_id)
    actions.decide(session, ramasse, asked, who=who, now=now)
    return RamasseOut.model_validate(ramasse)


@router.post("/ramasses/{ramasse_id}/releases", status_code=201)
def release_date(
    ramasse_id: Id, asked: ReleaseIn, who: Releaser, session: WriteSession, now: Now
) -> RamasseWithDatesOut:
    """Not this time: on that date the round claims nothing."""
    ramasse = queries.seen_by(session, who, ramasse_id)
    actions.let_go(session, ramasse, asked.day, who=who, now=now, today=local(now, who.zone).date())
    return _with_dates(session, ramasse, who, now)


@router.delete("/ramasses/{ramasse_id}/releases/{day}")
def take_back_date(
    ramasse_id: Id, day: Annotated[date, Path()], who: Releaser, session: WriteSession, now: Now
) -> RamasseWithDatesOut:
    """The date stands again."""
    ramasse = queries.seen_by(session, who, ramasse_id)
    actions.take_back(session, ramasse, day, who=who, now=now, today=local(now, who.zone).date())
    return _with_dates(session, ramasse, who, now)


@router.delete("/ramasses/{ramasse_id}", status_code=204)
def end_ramasse(
    ramasse_id: Id, who: Annotated[Who, Depends(Guard("ramasses", "end"))], session: WriteSession, now: Now
) -> Response:
    """Either end is through with it; what it claimed stands."""
    actions.end(session, queries.seen_by(session, who, ramasse_id), who=who, now=now)
    return Response(status_code=204)
