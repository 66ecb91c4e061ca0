"""The driver's pages: the next stop, the whole round, the steps before and after it."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from config.regions import load_region_config
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.i18n import N_
from service.kit.ids import Id
from service.practice.steps import Step, first_steps, try_step
from service.rounds.actions import driving
from service.rounds.changes import changes_for, may_be_told
from service.rounds.errors import RoundEnded, StopCancelled, StopMoved
from service.rounds.mapping import map_of
from service.rounds.models import Round, RoundState
from service.rounds.paper import sheet_pdf
from service.rounds.people import Diary
from service.rounds.queries import rounds as reading
from service.rounds.queries.availability import availability_of
from service.rounds.queries.fleet import shifts_by_id
from service.rounds.showing import Shown, shown, shown_all
from service.rounds.taking import shifts_to_take
from service.rounds.waiting import waiting_of
from service.rounds.words import INCIDENTS, ROUND_STATES
from service.web.deps import AppSettings, Locale, MadeAt, Now, ReadSession, WriteSession
from service.web.templating import KEEP, render

router = APIRouter()
Reading = Annotated[Who, Depends(Guard("rounds", "read"))]
Accepting = Annotated[Who, Depends(Guard("rounds", "accept"))]
Reporting = Annotated[Who, Depends(Guard("rounds", "report"))]
Directing = Annotated[Who, Depends(Guard("rounds", "direct"))]
RECENT = timedelta(hours=16)
# Why a report did not count, by the code of its refusal.
MOVED = {refusal.code: refusal.message for refusal in (StopMoved, StopCancelled, RoundEnded)}


@router.get("/rounds/mine")
def my_round(
    request: Request, who: Reading, session: ReadSession, now: Now, locale: Locale, moved: str = ""
) -> Response:
    """The driver's home: the next stop, large; else the round to accept; else what comes."""
    rows = reading.rounds_of_driver(session, who.person_id or 0, now - RECENT)
    views = [view for view in shown_all(session, rows, who, now, locale) if view.stops]
    current = current_of(views)
    others = [view for view in views if view is not current and not view.round.is_over]
    done = [view for view in views if view.round.is_over]
    told = current is not None and may_be_told(current)
    context = {
        "view": current,
        "others": others,
        "done": done,
        "states": ROUND_STATES,
        "moved": MOVED.get(moved),
        "told": told,
        "changes": changes_for(session, current.round) if current is not None and told else [],
        "incidents": INCIDENTS,
        "waiting": waiting_of(session, who.region, [row.key for row in rows]) if rows else [],
        "offered": shifts_to_take(session, who, now),
        "first_steps": first_steps(session, who, "driver", _steps(session, who, bool(views))),
    }
    return render(request, "rounds/mine.html", context, headers=KEEP)


def _steps(session: Session, who: Who, driven: bool) -> list[Step]:
    """The first steps of a driver; `driven`: whether they have a round, now or lately."""
    said = who.person_id is not None and availability_of(session, who.person_id) is not None
    return [
        try_step("/practice/round", done=driven),
        Step(
            "week",
            N_("Vos jours libres"),
            N_("Dites quand vous pouvez conduire : on ne vous demande rien d'autre."),
            "/shifts/availability",
            "calendar-days",
            said,
        ),
        Step(
            "first",
            N_("Votre premier service"),
            N_("Prenez-en un qui attend quelqu'un, ou attendez qu'on vous en confie un."),
            "/shifts/mine",
            "route",
            driven,
        ),
    ]


def current_of(views: list[Shown]) -> Shown | None:
    """The round to show now: the one on the road, else the next to leave."""
    running = [view for view in views if view.round.state == RoundState.RUNNING]
    waiting = [view for view in views if view.round.is_waiting]
    return next(iter(running or waiting), None)


@router.get("/rounds/{round_id}")
def round_page(
    request: Request, who: Reading, session: ReadSession, now: Now, locale: Locale, round_id: Id
) -> Response:
    """A round as a list and a map."""
    return draw_round(request, session, who, round_id, now, locale)


def draw_round(request: Request, session: Session, who: Who, round_id: int, now: datetime, locale: str) -> Response:
    """The round's page."""
    view = shown(session, reading.round_for(session, who, round_id), who, now, locale)
    may_direct = who.may("rounds", "direct")
    drivers = who_could_drive(session, view.round, locale) if may_direct and view.round.is_waiting else []
    context = {
        "view": view,
        "map": map_of([view]),
        "states": ROUND_STATES,
        "may_direct": may_direct,
        "may_drive": may_direct or view.round.is_with(who.person_id),
        "drivers": drivers,
        "incidents": INCIDENTS,
    }
    return render(request, "rounds/round.html", context, headers=KEEP)


def who_could_drive(session: Session, round_: Round, locale: str) -> list[tuple[int, str]]:
    """The drivers of the region, who is free in the shift's hours first, with what is known of each."""
    shift = shifts_by_id(session, [round_.shift_id])[round_.shift_id]
    zone = load_region_config(round_.region).time_zone
    diary = Diary(session, round_.region, shift.starts_at, shift.ends_at, zone)
    found = diary.candidates(shift.starts_at, shift.ends_at, shift.key)
    return [(one.person.key, f"{one.person.name} · {one.answer.said(locale)}") for one in found]


@router.get("/rounds/{round_id}/sheet.pdf")
def sheet(who: Reading, session: ReadSession, now: Now, settings: AppSettings, round_id: Id) -> Response:
    """The round sheet, to print."""
    pdf = sheet_pdf(session, settings, reading.round_for(session, who, round_id), who, now)
    name = f'inline; filename="tournee-{round_id}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


def _home(who: Who, round_id: int) -> RedirectResponse:
    """Back to where one works: the driver's home, or the round's page for a dispatcher."""
    target = f"/rounds/{round_id}" if who.may("rounds", "direct") else "/rounds/mine"
    return RedirectResponse(target, status_code=303)


@router.post("/rounds/{round_id}/acceptance")
def accept(who: Accepting, session: WriteSession, now: Now, round_id: Id) -> Response:
    """The driver says yes."""
    driving.accept(session, reading.round_for(session, who, round_id), who=who, now=now)
    return _home(who, round_id)


@router.post("/rounds/{round_id}/departure")
def depart(who: Accepting, session: WriteSession, now: Now, made_at: MadeAt, round_id: Id) -> Response:
    """The round leaves."""
    driving.depart(session, reading.round_for(session, who, round_id), who=who, now=now, at=made_at)
    return _home(who, round_id)


@router.post("/rounds/{round_id}/end")
def finish(who: Reporting, session: WriteSession, now: Now, made_at: MadeAt, round_id: Id) -> Response:
    """The round is back."""
    driving.finish(session, reading.round_for(session, who, round_id), who=who, now=now, at=made_at)
    return _home(who, round_id)


@router.post("/rounds/{round_id}/publication")
def publish(who: Directing, session: WriteSession, now: Now, round_id: Id) -> Response:
    """Show a draft to its driver."""
    driving.publish(session, reading.round_for(session, who, round_id), who=who, now=now)
    return RedirectResponse(f"/rounds/{round_id}", status_code=303)


@router.post("/rounds/{round_id}/validation")
def validate(who: Directing, session: WriteSession, now: Now, round_id: Id) -> Response:
    """What was reported is right."""
    driving.validate(session, reading.round_for(session, who, round_id), who=who, now=now)
    return RedirectResponse(f"/rounds/{round_id}", status_code=303)


@router.post("/rounds/{round_id}/driver")
def give_to(
    who: Directing, session: WriteSession, now: Now, round_id: Id, driver_id: Annotated[int, Form(gt=0, le=2**53)]
) -> Response:
    """Give the round to a driver."""
    driving.give_to(session, reading.round_for(session, who, round_id), driver_id, who=who, now=now)
    return RedirectResponse(f"/rounds/{round_id}", status_code=303)
