"""Shifts of the week and the rounds of every week."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from config.regions import load_region_config
from service.accounts.guard import Guard
from service.accounts.queries import people_with_role
from service.accounts.who import Who
from service.kit.clock import from_local, local
from service.kit.i18n import N_
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.rounds.actions import shifts
from service.rounds.forms import FixedRoundForm, ShiftForm
from service.rounds.pages.filled import Filled, wrong_of
from service.rounds.pages.fleet import checked, day_typed, midnight
from service.rounds.queries import fleet as reading
from service.rounds.queries.owners import donor_sites
from service.rounds.words import WEEKDAYS
from service.web.deps import Now, ReadSession, WriteSession
from service.web.forms import TypedForm
from service.web.templating import render

router = APIRouter()
Reading = Annotated[Who, Depends(Guard("vehicles", "read"))]
Managing = Annotated[Who, Depends(Guard("vehicles", "manage"))]
WEEK = timedelta(days=8)


def hour_typed(typed: Mapping[str, str], name: str, wrong: dict[str, str]) -> time | None:
    """A time field; what is wrong with it goes into `wrong`, an empty one is None."""
    text = typed.get(name, "").strip()
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        wrong[name] = N_("Indiquez une date ou une heure valable.")
        return None


def _choices(session: Session, who: Who) -> dict[str, Any]:
    return {
        "vehicles": [(row.key, row.name) for row in reading.vehicles(session, who.region, active_only=True)],
        "drivers": [(person.key, person.name) for person in people_with_role(session, who.region, "driver")],
        "may_manage": who.may("vehicles", "manage"),
    }


def _draw_shifts(
    request: Request, session: Session, who: Who, now: datetime, typed: Mapping[str, str], refusal: Refusal | None
) -> Response:
    zone = load_region_config(who.region).time_zone
    today = local(now, zone).date()
    rows = reading.shifts(session, who.region, midnight(today, zone), now + WEEK)
    vehicles = reading.vehicles_by_id(session, {row.vehicle_id for row in rows})
    choices = _choices(session, who)
    names = dict(choices["drivers"])
    days: dict[Any, list[Any]] = {}
    for row in rows:
        day = local(row.starts_at, zone).date()
        days.setdefault(day, []).append((row, vehicles[row.vehicle_id], names.get(row.driver_id)))
    context = {
        **choices,
        "days": days,
        "today": today,
        "typed": Filled(typed),
        "refusal": refusal,
        "wrong": wrong_of(refusal),
    }
    return render(request, "rounds/shifts.html", context, status=refusal.status if refusal else 200)


@router.get("/dispatch/shifts")
def shifts_page(request: Request, who: Reading, session: ReadSession, now: Now) -> Response:
    """Who drives what in the days ahead."""
    return _draw_shifts(request, session, who, now, {}, None)


@router.post("/dispatch/shifts")
def open_shift(request: Request, who: Managing, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """A vehicle and a driver for some hours of a day."""
    try:
        wrong: dict[str, str] = {}
        zone = load_region_config(who.region).time_zone
        day = day_typed(typed, "day", wrong)
        starts, ends = hour_typed(typed, "starts", wrong), hour_typed(typed, "ends", wrong)
        values: dict[str, Any] = {"vehicle_id": typed.get("vehicle_id", ""), "driver_id": typed.get("driver_id", "")}
        if day is not None and starts is not None and ends is not None:
            night = timedelta(days=1) if ends <= starts else timedelta(0)
            values |= {"starts_at": from_local(day, starts, zone), "ends_at": from_local(day + night, ends, zone)}
        shifts.open_shift(session, checked(ShiftForm, values, wrong), who=who, now=now)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        session.rollback()
        return _draw_shifts(request, session, who, now, typed, refusal)
    return RedirectResponse("/dispatch/shifts", status_code=303)


@router.post("/dispatch/shifts/{shift_id}/cancellation")
def cancel_shift(who: Managing, session: WriteSession, now: Now, shift_id: Id) -> Response:
    """Nobody drives it."""
    shifts.cancel_shift(session, shifts.shift_of(session, who, shift_id), who=who, now=now)
    return RedirectResponse("/dispatch/shifts", status_code=303)


def _draw_fixed(
    request: Request, session: Session, who: Who, now: datetime, typed: Mapping[str, str], refusal: Refusal | None
) -> Response:
    today = local(now, load_region_config(who.region).time_zone).date()
    rows = [row for row in reading.fixed_rounds(session, who.region) if row.last_day is None or row.last_day >= today]
    vehicles = reading.vehicles_by_id(session, {row.vehicle_id for row in rows})
    choices = _choices(session, who)
    names = dict(choices["drivers"])
    context = {
        **choices,
        "fixed": [(row, vehicles[row.vehicle_id], names.get(row.driver_id)) for row in rows],
        "weekdays": WEEKDAYS,
        "sites": donor_sites(session, who.region),
        "today": today,
        "typed": Filled(typed),
        "refusal": refusal,
        "wrong": wrong_of(refusal),
    }
    return render(request, "rounds/fixed_rounds.html", context, status=refusal.status if refusal else 200)


@router.get("/dispatch/fixed-rounds")
def fixed_rounds_page(request: Request, who: Reading, session: ReadSession, now: Now) -> Response:
    """The rounds of every week."""
    return _draw_fixed(request, session, who, now, {}, None)


@router.post("/dispatch/fixed-rounds")
def add_fixed_round(request: Request, who: Managing, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """A round of every week."""
    try:
        wrong: dict[str, str] = {}
        names = ("name", "vehicle_id", "driver_id", "weekday", "starts", "ends", "cut_off", "first_day", "last_day")
        values: dict[str, Any] = {name: typed.get(name, "").strip() for name in names}
        values["first_sites"] = [typed[name] for name in ("site1", "site2", "site3") if typed.get(name, "").strip()]
        shifts.add_fixed_round(session, checked(FixedRoundForm, values, wrong), who=who, now=now)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        session.rollback()
        return _draw_fixed(request, session, who, now, typed, refusal)
    return RedirectResponse("/dispatch/fixed-rounds", status_code=303)


@router.post("/dispatch/fixed-rounds/{fixed_id}/end")
def end_fixed_round(who: Managing, session: WriteSession, now: Now, fixed_id: Id) -> Response:
    """It no longer takes place."""
    shifts.end_fixed_round(session, fixed_id, who=who, now=now)
    return RedirectResponse("/dispatch/fixed-rounds", status_code=303)
