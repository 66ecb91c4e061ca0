"""A driver's own shifts, what may be taken, when they can drive and when they are away."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.models import Person
from service.accounts.queries import closed_days, sites_by_id
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.ids import Id
from service.kit.refusals import Invalid, Refusal
from service.rounds.actions import availability as actions
from service.rounds.forms import AvailabilityForm, OwnAbsenceForm
from service.rounds.leaving import starts_of
from service.rounds.models import Availability, Shift
from service.rounds.pages.filled import form_page, saved_or_again
from service.rounds.pages.fleet import checked, day_typed, midnight
from service.rounds.pages.turns import hour_typed
from service.rounds.people import joined
from service.rounds.queries import availability as reading
from service.rounds.queries import fleet, rounds
from service.rounds.taking import shifts_to_take
from service.rounds.words import PARTS, WEEKDAYS
from service.web.deps import Now, ReadSession, WriteSession
from service.web.forms import TypedForm

router = APIRouter()
Saying = Annotated[Who, Depends(Guard("availability", "say"))]
AHEAD = timedelta(days=30)


@router.get("/shifts/mine")
def my_shifts(request: Request, who: Saying, session: ReadSession, now: Now) -> Response:
    """What one has promised, what one may take, when one can drive."""
    return _draw(request, session, who, now, {}, None)


def _draw(
    request: Request, session: Session, who: Who, now: datetime, typed: dict[str, str], refusal: Refusal | None
) -> Response:
    person, today = who.must_be_somebody(), local(now, who.zone).date()
    mine = fleet.shifts_of_person(session, person, now, now + AHEAD)
    away = reading.absences_of(session, person, now)
    said = reading.availability_of(session, person)
    starts = starts_of(session, mine, now)
    sites = {shift.end_site_id for shift in mine if shift.end_site_id is not None} | set(starts.values())
    sites |= {said.end_site_id} if said is not None and said.end_site_id is not None else set()
    context = {
        "shifts": _told(session, mine, person),
        "starts": _elsewhere(session, mine, starts),
        "ends": sites_by_id(session, {key for key in sites if key is not None}),
        "away": away,
        "absent": {shift.key for shift in mine for one in away if one.covers(shift.starts_at, shift.ends_at)},
        "said": said,
        "week": _week(said),
        "weekdays": WEEKDAYS,
        "offered": shifts_to_take(session, who, now),
        "today": today,
        "shut": closed_days(session, who.region, today, today + AHEAD),
        "days": {shift.key: local(shift.starts_at, who.zone).date() for shift in mine},
    }
    return form_page(request, "rounds/own_shifts.html", context, typed, refusal)


def _told(session: Session, mine: Sequence[Shift], person: int) -> list[tuple[Shift, str, str, bool, bool]]:
    """Each shift with its vehicle, who else is aboard, whether one drives, and whether it may be given back."""
    vehicles = fleet.vehicles_by_id(session, {shift.vehicle_id for shift in mine})
    left = {row.shift_id for row in rounds.rounds_of_shifts(session, [s.key for s in mine]) if row.departed_at}
    found = []
    for shift in mine:
        others = [session.get_one(Person, key).name for key in shift.crew if key != person]
        drives = shift.driver_id == person
        found.append((shift, vehicles[shift.vehicle_id].name, ", ".join(others), drives, shift.key not in left))
    return found


def _elsewhere(session: Session, mine: Sequence[Shift], starts: dict[int, int]) -> dict[int, int]:
    """The sites where vehicles stand that are not at home, by shift."""
    vehicles = fleet.vehicles_by_id(session, {shift.vehicle_id for shift in mine})
    homes = {shift.key: vehicles[shift.vehicle_id].home_site_id for shift in mine}
    return {key: site for key, site in starts.items() if site != homes[key]}


def _week(said: Availability | None) -> list[tuple[int, list[tuple[time, time]]]]:
    """The weekdays one can drive, with their hours."""
    if said is None:
        return []
    days = [(day, joined(said.on(day))) for day in range(7)]
    return [(day, hours) for day, hours in days if hours]


@router.get("/shifts/availability")
def availability_page(request: Request, who: Saying, session: ReadSession, now: Now) -> Response:
    """The usual week, ticked."""
    said = reading.availability_of(session, who.must_be_somebody())
    return _draw_week(request, session, who, now, _ticked(said), None)


def _ticked(said: Availability | None) -> dict[str, str]:
    """What was said, as the form's fields: parts of days that were ticked, else hours of one's own."""
    typed: dict[str, str] = {}
    if said is None:
        return typed
    for day in range(7):
        left = said.on(day)
        for part, (_label, start, end) in PARTS.items():
            if (start, end) in left:
                left.remove((start, end))
                typed[f"{part}{day}"] = "on"
        if left:
            typed[f"from{day}"], typed[f"to{day}"] = f"{left[0][0]:%H:%M}", f"{left[0][1]:%H:%M}"
    typed["end_site_id"] = str(said.end_site_id or "")
    return typed


def _draw_week(
    request: Request, session: Session, who: Who, now: datetime, typed: dict[str, str], refusal: Refusal | None
) -> Response:
    sites = actions.ends_for(session, who, now)
    context = {
        "weekdays": WEEKDAYS,
        "day_parts": PARTS,
        "ends": [(site.key, f"{site.name}, {site.city}" if site.city else site.name) for site in sites],
        "exact": any(typed.get(f"from{day}") or typed.get(f"to{day}") for day in range(7)),
    }
    return form_page(request, "rounds/availability.html", context, typed, refusal)


@router.post("/shifts/availability")
def say_availability(request: Request, who: Saying, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """Replace what was said of the week."""
    return saved_or_again(
        session,
        lambda: actions.say_availability(session, _week_typed(typed), who=who, now=now),
        "/shifts/mine",
        lambda refusal: _draw_week(request, session, who, now, typed, refusal),
    )


def _week_typed(typed: Mapping[str, str]) -> AvailabilityForm:
    """The usual week as it was ticked and typed. Raises Invalid."""
    wrong: dict[str, str] = {}
    spans: list[dict[str, Any]] = []
    for day in range(7):
        for part, (_label, start, end) in PARTS.items():
            if typed.get(f"{part}{day}"):
                spans.append({"weekday": day, "starts": start, "ends": end})
        starts, ends = hour_typed(typed, f"from{day}", wrong), hour_typed(typed, f"to{day}", wrong)
        if starts is not None and ends is not None and starts < ends:
            spans.append({"weekday": day, "starts": starts, "ends": ends})
        elif starts is not None or ends is not None:
            wrong.setdefault(f"to{day}", N_("Indiquez de quelle heure à quelle heure, dans cet ordre."))
    return checked(AvailabilityForm, {"hours": spans, "end_site_id": typed.get("end_site_id", "")}, wrong)


@router.post("/shifts/absences")
def be_away(request: Request, who: Saying, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """Away from the first day to the last, both included."""
    return saved_or_again(
        session,
        lambda: actions.be_away(session, _absence_typed(typed, who.zone), who=who, now=now),
        "/shifts/mine",
        lambda refusal: _draw(request, session, who, now, typed, refusal),
    )


def _absence_typed(typed: Mapping[str, str], zone: str) -> OwnAbsenceForm:
    """From which day to which. Raises Invalid."""
    wrong: dict[str, str] = {}
    first, last = day_typed(typed, "first_day", wrong), day_typed(typed, "last_day", wrong)
    if first is None or last is None:
        raise Invalid(fields=wrong)
    values = {"starts_at": midnight(first, zone), "ends_at": midnight(last + timedelta(days=1), zone)}
    return checked(OwnAbsenceForm, values, wrong)


@router.post("/shifts/absences/{absence_id}/end")
def be_back(who: Saying, session: WriteSession, now: Now, absence_id: Id) -> Response:
    """There after all."""
    actions.be_back(session, absence_id, who=who, now=now)
    return RedirectResponse("/shifts/mine", status_code=303)
