"""The dispatcher's board: today's rounds, what nobody carries and why, the vehicles, and planning now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from config.regions import load_region_config
from config.settings import Settings
from service.accounts.guard import Guard
from service.accounts.models import Person
from service.accounts.queries import closed_days, people_with_role, sites_by_id
from service.accounts.who import Who
from service.kit.clock import day_bounds, local, real_now
from service.kit.i18n import N_, gettext
from service.practice.steps import Step, first_steps
from service.rounds.actions import driving
from service.rounds.board import Board, board_of
from service.rounds.forms import PlanAsked
from service.rounds.goods import goods_of
from service.rounds.leaving import starts_of
from service.rounds.mapping import map_of
from service.rounds.models import RoundCall, RoundState
from service.rounds.queries import fleet, plans, rounds, standing
from service.rounds.showing import Shown, shown_all
from service.rounds.timeline import LeftOut
from service.rounds.waiting import waiting_of
from service.rounds.words import CALLS, PHASES, PROFILES, ROUND_STATES
from service.shipments.queries import unserved
from service.web.deps import AppSettings, Locale, Now, ReadSession, WriteSession
from service.web.templating import render, show_hour

router = APIRouter()
# A position older than this says nothing of where a vehicle is.
SEEN = timedelta(minutes=30)


@dataclass(frozen=True)
class Call:
    """A call to make: about which vehicle, whom to call and how."""

    call: RoundCall
    vehicle: str
    driver: str
    phone: str | None


Reading = Annotated[Who, Depends(Guard("dispatch", "read"))]
Asking = Annotated[Who, Depends(Guard("plans", "ask"))]


@router.get("/dispatch")
def board(
    request: Request,
    who: Reading,
    session: ReadSession,
    now: Now,
    locale: Locale,
    settings: AppSettings,
    day: Annotated[date | None, Query()] = None,
    moved: Annotated[int | None, Query(gt=0, le=2**53)] = None,
    undone: bool = False,
) -> Response:
    """The board of a day; htmx asks for it again when something moves."""
    config = load_region_config(who.region)
    today = local(now, config.time_zone).date()
    chosen = day if day is not None and abs((day - today).days) <= 366 else today
    views = shown_all(session, rounds.rounds_of_day(session, who.region, chosen), who, now, locale)
    views = [view for view in views if view.stops]
    start, end = day_bounds(chosen, config.time_zone)
    shifts = fleet.shifts(session, who.region, start, end)
    profile = standing.day_profile(session, who.region, chosen)
    context: dict[str, Any] = {
        "day": chosen,
        "today": today,
        "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1),
        "views": views,
        "states": ROUND_STATES,
        "left": left_out(session, who, chosen, config.time_zone, locale),
        "plans": plans.current_plans(session, who.region, chosen),
        **_searches(session, who, settings),
        "map": _with_vehicles(session, map_of(views, homes=False), views, now, locale, config.time_zone),
        "may_ask": who.may("plans", "ask"),
        **_vehicles(session, who, now, shifts, views),
        "absences": _absences(session, who, start, end),
        "board": _lanes(session, views, start, now, locale, config.time_zone),
        "calls": _calls(session, who),
        "reasons": CALLS,
        "waiting": waiting_of(session, who.region),
        "profiles": PROFILES,
        "profile_choices": [(key, gettext(label, locale)) for key, (label, _icon) in PROFILES.items()],
        "shut": closed_days(session, who.region, chosen, chosen).get(chosen),
        "may_close": who.may("closed_days", "manage"),
        "profile": profile.kind if profile is not None else "",
        "may_direct": who.may("rounds", "direct"),
        "moved": moved,
        "undone": undone,
        "first_steps": first_steps(session, who, "dispatcher", _steps(session, who, bool(shifts or views))),
    }
    return render(request, "rounds/dispatch.html", context)


def _steps(session: Session, who: Who, served: bool) -> list[Step]:
    """The first steps of a dispatcher; `served`: whether a vehicle is in service on the day that is shown."""
    return [
        Step(
            "vehicle",
            N_("Un premier véhicule"),
            N_("Ce qu'il porte, ce qu'il tient au froid, où il dort."),
            "/dispatch/vehicles",
            "truck",
            bool(fleet.vehicles(session, who.region, limit=1)),
        ),
        Step(
            "driver",
            N_("Quelqu'un au volant"),
            N_("Invitez une conductrice ou un conducteur."),
            "/partners",
            "user-plus",
            bool(people_with_role(session, who.region, "driver")),
        ),
        Step(
            "shift",
            N_("Un premier service"),
            N_("Un véhicule pour quelques heures : le plan se fait alors tout seul."),
            "/dispatch/shifts",
            "calendar-days",
            served,
        ),
    ]


def _lanes(
    session: Session, views: Sequence[Shown], midnight: datetime, now: datetime, locale: str, zone: str
) -> Board:
    """The rounds on one line of time, with what is locked."""

    def hour(second: int) -> str:
        return show_hour(midnight + timedelta(seconds=second), locale, zone)

    keys = {h.shipment.key for view in views for called in view.stops for h in (*called.loads, *called.unloads)}
    locked = {key: lock.shift_id for key, lock in standing.locks_of(session, keys).items()}
    shifts = fleet.shifts_by_id(session, {view.round.shift_id for view in views})
    return board_of(views, shifts, locked, midnight, now, hour)


def _with_vehicles(
    session: Session, drawn: dict[str, Any], views: Sequence[Shown], now: datetime, locale: str, zone: str
) -> dict[str, Any]:
    """The map with the vehicles on the road whose crew says where it is, to about a kilometre."""
    for view in views if drawn else ():
        seen = standing.last_position(session, view.round.key) if view.round.state == RoundState.RUNNING else None
        if seen is not None and now - seen.at <= SEEN:
            said = gettext("%(vehicle)s, vu vers %(hour)s, à un kilomètre près", locale)
            text = said % {"vehicle": view.vehicle.name, "hour": show_hour(seen.at, locale, zone)}
            drawn["points"].append({"lat": seen.latitude, "lon": seen.longitude, "text": text, "kind": "home"})
    return drawn


def _calls(session: Session, who: Who) -> list[Call]:
    """Who is to be called, about what, and their number."""
    rows = standing.open_calls(session, who.region)
    about = rounds.rounds_by_id(session, {row.round_id for row in rows})
    vehicles = fleet.vehicles_by_id(session, {round_.vehicle_id for round_ in about.values()})
    found = []
    for row in rows:
        round_ = about[row.round_id]
        driver = session.get(Person, round_.driver_id) if round_.driver_id is not None else None
        found.append(
            Call(row, vehicles[round_.vehicle_id].name, driver.name if driver else "", driver.phone if driver else None)
        )
    return found


def _searches(session: Session, who: Who, settings: Settings) -> dict[str, Any]:
    """What is asked or searched now, how long it has taken so far and may take, in real seconds."""
    real = real_now()
    found = [
        (plan, (real - plan.began_at).total_seconds() if plan.began_at else 0.0)
        for plan in plans.under_search(session, who.region)
    ]
    return {"searching": found, "limit": settings.planning_seconds, "phases": PHASES}


def left_out(session: Session, who: Who, day: date, zone: str, locale: str) -> list[LeftOut]:
    """What no round of a day carries: the shipment, its goods, where from and where to."""
    left = [one for one in unserved(session, who.region) if _is_of(one.due_at, day, zone)]
    goods, _ = goods_of(session, {one.key: one for one in left}, locale)
    sites = sites_by_id(session, {s.pickup_site_id for s in left} | {s.delivery_site_id for s in left})
    return [(one, goods.get(one.key, ()), sites[one.pickup_site_id], sites[one.delivery_site_id]) for one in left]


def _is_of(due: Any, day: date, zone: str) -> bool:
    return due is None or local(due, zone).date() >= day


def _vehicles(session: Session, who: Who, now: datetime, shifts: Any, views: Any) -> dict[str, Any]:
    """Shifts of the day without a round that goes anywhere, with their vehicles, where these stand, and drivers."""
    busy = {view.round.shift_id for view in views}
    free = [shift for shift in shifts if shift.key not in busy]
    names = {person.key: person.name for person in people_with_role(session, who.region, "driver")}
    vehicles = fleet.vehicles_by_id(session, {shift.vehicle_id for shift in shifts})
    starts = starts_of(session, free, now, vehicles)
    sites = sites_by_id(session, set(starts.values()))
    return {
        "free": [
            (
                shift,
                vehicles[shift.vehicle_id],
                sites[starts[shift.key]],
                " + ".join(names[key] for key in shift.crew if key in names),
            )
            for shift in free
        ],
        "shift_count": len(shifts),
    }


def _absences(session: Session, who: Who, start: Any, end: Any) -> list[tuple[Any, str]]:
    rows = fleet.absences(session, who.region, start, end)
    vehicles = fleet.vehicles_by_id(session, {row.vehicle_id for row in rows if row.vehicle_id})
    names = {person.key: person.name for person in people_with_role(session, who.region, "driver")}
    return [
        (row, vehicles[row.vehicle_id].name if row.vehicle_id else names.get(row.person_id or 0, "…")) for row in rows
    ]


@router.get("/dispatch/search")
def search(request: Request, who: Reading, session: ReadSession, settings: AppSettings) -> Response:
    """How far the searches for plans are: a part of the board, asked for again and again."""
    return render(request, "rounds/search.html", _searches(session, who, settings))


@router.post("/dispatch/plans")
def plan_now(who: Asking, session: WriteSession, now: Now, day: Annotated[date | None, Form()] = None) -> Response:
    """Ask for a plan now; the board shows it as soon as it is adopted."""
    driving.ask_plan(session, PlanAsked(day=day), who=who, now=now)
    return RedirectResponse(f"/dispatch?day={day.isoformat()}" if day else "/dispatch", status_code=303)
