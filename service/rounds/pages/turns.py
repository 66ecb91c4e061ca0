"""Shifts of the days ahead, who is in them, and opening one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.models import Site
from service.accounts.queries import closed_days, people_with_role, sites_by_id
from service.accounts.who import Who
from service.kit.clock import from_local, local
from service.kit.i18n import N_
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.rounds.actions import shifts
from service.rounds.forms import ShiftForm
from service.rounds.leaving import starts_of
from service.rounds.models import Shift, Vehicle
from service.rounds.pages.filled import form_page, saved_or_again
from service.rounds.pages.fleet import checked, day_typed, midnight
from service.rounds.people import Candidate, Diary
from service.rounds.queries import fleet as reading
from service.rounds.queries.owners import owners_and_sites
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.forms import TypedForm

router = APIRouter()
Reading = Annotated[Who, Depends(Guard("vehicles", "read"))]
Managing = Annotated[Who, Depends(Guard("vehicles", "manage"))]
WEEK = timedelta(days=8)
PLACES_AND_PEOPLE = ("vehicle_id", "driver_id", "mate_id", "start_site_id", "end_site_id")


def hour_typed(typed: Mapping[str, str], name: str, wrong: dict[str, str]) -> time | None:
    """A time field; what is wrong with it goes into `wrong`, an empty one is None."""
    text = typed.get(name, "").strip()
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        wrong[name] = N_("Indiquez une date ou une heure valable.")
        return None


def choices(session: Session, who: Who) -> dict[str, Any]:
    """What a shift or a round of every week is put together from."""
    return {
        "vehicles": [(row.key, row.name) for row in reading.vehicles(session, who.region, active_only=True)],
        "drivers": [(person.key, person.name) for person in people_with_role(session, who.region, "driver")],
        "sites": owners_and_sites(session, who.region)[1],
        "may_manage": who.may("vehicles", "manage"),
        # Of a round of every week: the day whose hours people are asked about.
        "first_time": None,
    }


@dataclass(frozen=True)
class ShiftRow:
    """A shift as the list tells it: who is aboard, who of them is expected elsewhere; where it leaves from and ends if
    not at the vehicle's home."""

    shift: Shift
    vehicle: Vehicle
    crew: tuple[str, ...]
    warnings: tuple[str, ...]
    start: Site | None
    end: Site | None


def _rows(
    session: Session, who: Who, rows: Sequence[Shift], since: datetime, now: datetime, locale: str
) -> list[ShiftRow]:
    diary = Diary(session, who.region, since, now + 2 * WEEK, who.zone)
    names = {person.key: person.name for person in diary.people}
    vehicles = reading.vehicles_by_id(session, {row.vehicle_id for row in rows})
    starts = starts_of(session, rows, now, vehicles)
    named = {row.end_site_id for row in rows if row.end_site_id is not None}
    sites = sites_by_id(session, named.union(starts.values()))
    found = []
    for row in rows:
        answers = {key: diary.about(key, row.starts_at, row.ends_at, row.key) for key in row.crew}
        start = starts[row.key]
        found.append(
            ShiftRow(
                shift=row,
                vehicle=vehicles[row.vehicle_id],
                crew=tuple(names.get(key, "…") for key in row.crew),
                warnings=tuple(
                    f"{names.get(key, '…')} : {answer.said(locale)}"
                    for key, answer in answers.items()
                    if answer.standing.warns
                ),
                start=sites[start] if start != vehicles[row.vehicle_id].home_site_id else None,
                end=sites.get(row.end_site_id or 0),
            )
        )
    return found


def _draw_shifts(
    request: Request,
    session: Session,
    who: Who,
    now: datetime,
    locale: str,
    typed: Mapping[str, str],
    refusal: Refusal | None,
) -> Response:
    today = local(now, who.zone).date()
    start = midnight(today, who.zone)
    rows = reading.shifts(session, who.region, start, now + WEEK)
    days: dict[date, list[ShiftRow]] = {}
    for row in _rows(session, who, rows, start, now, locale):
        days.setdefault(local(row.shift.starts_at, who.zone).date(), []).append(row)
    given = {"day": today.isoformat(), "starts": "08:30", "ends": "12:30", **typed}
    context = {
        **choices(session, who),
        **people_for(session, who, given, locale),
        "days": days,
        "shut": closed_days(session, who.region, today, today + WEEK),
        "today": today,
    }
    return form_page(request, "rounds/shifts.html", context, given, refusal)


def people_for(
    session: Session, who: Who, typed: Mapping[str, str], locale: str, but: int | None = None
) -> dict[str, Any]:
    """The drivers to choose from for the hours typed, who is free first and what speaks against the others; all by name
    while the hours cannot be read."""
    hours = hours_typed(typed, {}, who.zone)
    if hours is None:
        return {}
    diary = Diary(session, who.region, *hours, who.zone)
    found = diary.candidates(*hours, but)

    def told(one: Candidate) -> tuple[int, str]:
        return one.person.key, f"{one.person.name} · {one.answer.said(locale)}"

    return {"drivers": [told(one) for one in found], "candidates": found}


def hours_typed(typed: Mapping[str, str], wrong: dict[str, str], zone: str) -> tuple[datetime, datetime] | None:
    """From when to when, of a day and two hours; an end before the start is of the next day. None: not readable."""
    day = day_typed(typed, "day", wrong)
    starts, ends = hour_typed(typed, "starts", wrong), hour_typed(typed, "ends", wrong)
    if day is None or starts is None or ends is None:
        return None
    night = timedelta(days=1) if ends <= starts else timedelta(0)
    return from_local(day, starts, zone), from_local(day + night, ends, zone)


def first_time(typed: Mapping[str, str], today: date) -> date | None:
    """The first day, from today on, of a round of every week as it was typed. None: not readable."""
    first, weekday = day_typed(typed, "first_day", {}), typed.get("weekday", "")
    if first is None or weekday not in map(str, range(7)):
        return None
    first = max(first, today)
    return first + timedelta(days=(int(weekday) - first.weekday()) % 7)


def shift_typed(typed: Mapping[str, str], zone: str) -> ShiftForm:
    """A shift as it was typed. Raises Invalid."""
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {name: typed.get(name, "") for name in PLACES_AND_PEOPLE}
    values["crew_size"] = 2 if typed.get("two") or typed.get("mate_id") else 1
    hours = hours_typed(typed, wrong, zone)
    if hours is not None:
        values |= {"starts_at": hours[0], "ends_at": hours[1]}
    return checked(ShiftForm, values, wrong)


@router.get("/dispatch/shifts")
def shifts_page(request: Request, who: Reading, session: ReadSession, now: Now, locale: Locale) -> Response:
    """Who drives what in the days ahead."""
    return _draw_shifts(request, session, who, now, locale, {}, None)


@router.post("/dispatch/shifts")
def open_shift(
    request: Request, who: Managing, session: WriteSession, now: Now, locale: Locale, typed: TypedForm
) -> Response:
    """A vehicle and its crew for some hours of a day."""
    return saved_or_again(
        session,
        lambda: shifts.open_shift(session, shift_typed(typed, who.zone), who=who, now=now),
        "/dispatch/shifts",
        lambda refusal: _draw_shifts(request, session, who, now, locale, typed, refusal),
    )


@router.post("/dispatch/shifts/{shift_id}/cancellation")
def cancel_shift(who: Managing, session: WriteSession, now: Now, shift_id: Id) -> Response:
    """Nobody drives it."""
    shifts.cancel_shift(session, shifts.shift_of(session, who, shift_id), who=who, now=now)
    return RedirectResponse("/dispatch/shifts", status_code=303)
