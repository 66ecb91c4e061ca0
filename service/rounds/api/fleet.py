"""Vehicles, absences, shifts and fixed rounds."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.kit.pagination import AskedPage
from service.rounds.actions import absences, changing_hands, fixed_rounds, fleet, shifts
from service.rounds.forms import AbsenceForm, FixedRoundForm, ShiftForm, VehicleForm
from service.rounds.outputs.fleet import (
    AbsenceOut,
    Absences,
    FixedRoundOut,
    FixedRounds,
    ShiftOut,
    Shifts,
    VehicleOut,
    Vehicles,
)
from service.rounds.queries import fleet as reading
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["fleet"])
Reading = Annotated[Who, Depends(Guard("vehicles", "read"))]
Managing = Annotated[Who, Depends(Guard("vehicles", "manage"))]
Driving = Annotated[Who, Depends(Guard("rounds", "accept"))]
Moment = Annotated[AwareDatetime | None, Query()]
WEEK = timedelta(days=7)
# Beyond these a date is a slip, and adding days to it would leave the calendar.
LATEST = datetime.fromisoformat("2100-01-01T00:00:00+00:00")


@router.get("/vehicles")
def list_vehicles(who: Reading, session: ReadSession, page: AskedPage) -> Vehicles:
    """The region's vehicles, retired ones included."""
    rows = reading.vehicles(session, who.region, page.after or 0, page.limit + 1)
    kept = rows[: page.limit]
    return Vehicles(items=[VehicleOut.of(row) for row in kept], next=kept[-1].key if len(rows) > page.limit else None)


@router.post("/vehicles", status_code=201)
def add_vehicle(who: Managing, session: WriteSession, now: Now, form: VehicleForm) -> VehicleOut:
    """Add a vehicle; compartments left out are those usual for its cold equipment."""
    return VehicleOut.of(fleet.add_vehicle(session, form, who=who, now=now))


@router.get("/vehicles/{vehicle_id}")
def read_vehicle(who: Reading, session: ReadSession, vehicle_id: Id) -> VehicleOut:
    """One vehicle."""
    return VehicleOut.of(reading.vehicle_by_id(session, who.region, vehicle_id))


@router.put("/vehicles/{vehicle_id}")
def change_vehicle(who: Managing, session: WriteSession, now: Now, vehicle_id: Id, form: VehicleForm) -> VehicleOut:
    """Replace what is said of a vehicle."""
    row = reading.vehicle_by_id(session, who.region, vehicle_id)
    return VehicleOut.of(fleet.change_vehicle(session, row, form, who=who, now=now))


@router.delete("/vehicles/{vehicle_id}", status_code=204)
def retire_vehicle(who: Managing, session: WriteSession, now: Now, vehicle_id: Id) -> None:
    """No new round uses it; its past stays."""
    fleet.retire_vehicle(session, reading.vehicle_by_id(session, who.region, vehicle_id), who=who, now=now)


def _span(now: datetime, start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    begins = min(start or now - WEEK, LATEST)
    return begins, end or begins + 2 * WEEK


@router.get("/absences")
def list_absences(who: Reading, session: ReadSession, now: Now, start: Moment = None, end: Moment = None) -> Absences:
    """Absences that touch a stretch of time; by default from a week ago to a week ahead."""
    return Absences(
        items=[AbsenceOut.of(row) for row in reading.absences(session, who.region, *_span(now, start, end))]
    )


@router.post("/absences", status_code=201)
def declare_absence(who: Managing, session: WriteSession, now: Now, form: AbsenceForm) -> AbsenceOut:
    """A vehicle or a driver is away."""
    return AbsenceOut.of(absences.declare_absence(session, form, who=who, now=now))


@router.delete("/absences/{absence_id}", status_code=204)
def end_absence(who: Managing, session: WriteSession, now: Now, absence_id: Id) -> None:
    """Back at work."""
    absences.end_absence(session, absence_id, who=who, now=now)


@router.get("/shifts")
def list_shifts(who: Reading, session: ReadSession, now: Now, start: Moment = None, end: Moment = None) -> Shifts:
    """Shifts that begin within a stretch of time; by default from a week ago to a week ahead."""
    return Shifts(items=[ShiftOut.of(row) for row in reading.shifts(session, who.region, *_span(now, start, end))])


@router.post("/shifts", status_code=201)
def open_shift(who: Managing, session: WriteSession, now: Now, form: ShiftForm) -> ShiftOut:
    """A vehicle is ready to drive."""
    return ShiftOut.of(shifts.open_shift(session, form, who=who, now=now))


@router.put("/shifts/{shift_id}")
def change_shift(who: Managing, session: WriteSession, now: Now, shift_id: Id, form: ShiftForm) -> ShiftOut:
    """Other hours, another crew, another place to end at."""
    row = shifts.shift_of(session, who, shift_id)
    return ShiftOut.of(shifts.change_shift(session, row, form, who=who, now=now))


@router.delete("/shifts/{shift_id}", status_code=204)
def cancel_shift(who: Managing, session: WriteSession, now: Now, shift_id: Id) -> None:
    """Nobody drives it."""
    shifts.cancel_shift(session, shifts.shift_of(session, who, shift_id), who=who, now=now)


@router.post("/shifts/{shift_id}/return")
def hand_back(who: Driving, session: WriteSession, now: Now, shift_id: Id) -> ShiftOut:
    """Somebody gives their place in a crew back before it leaves; others see that it is free."""
    return ShiftOut.of(changing_hands.hand_back(session, shifts.shift_of(session, who, shift_id), who=who, now=now))


@router.post("/shifts/{shift_id}/driver")
def take_over(who: Driving, session: WriteSession, now: Now, shift_id: Id) -> ShiftOut:
    """A driver takes the free place of a crew: the wheel first, else beside it."""
    return ShiftOut.of(changing_hands.take_over(session, shifts.shift_of(session, who, shift_id), who=who, now=now))


@router.get("/fixed-rounds")
def list_fixed_rounds(who: Reading, session: ReadSession) -> FixedRounds:
    """The rounds of every week, Monday first."""
    return FixedRounds(items=[FixedRoundOut.of(row) for row in reading.fixed_rounds(session, who.region)])


@router.post("/fixed-rounds", status_code=201)
def add_fixed_round(who: Managing, session: WriteSession, now: Now, form: FixedRoundForm) -> FixedRoundOut:
    """A round of every week."""
    return FixedRoundOut.of(fixed_rounds.add_fixed_round(session, form, who=who, now=now))


@router.put("/fixed-rounds/{fixed_id}")
def change_fixed_round(
    who: Managing, session: WriteSession, now: Now, fixed_id: Id, form: FixedRoundForm
) -> FixedRoundOut:
    """From now on."""
    return FixedRoundOut.of(fixed_rounds.change_fixed_round(session, fixed_id, form, who=who, now=now))


@router.delete("/fixed-rounds/{fixed_id}", status_code=204)
def end_fixed_round(who: Managing, session: WriteSession, now: Now, fixed_id: Id) -> None:
    """It no longer takes place."""
    fixed_rounds.end_fixed_round(session, fixed_id, who=who, now=now)
