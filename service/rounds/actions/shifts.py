"""Shifts: a vehicle and its crew for some hours."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.planning import planning
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound
from service.rounds.actions.crews import crew_fields, demand_crew, demand_end, man_round
from service.rounds.actions.fleet import STAFF
from service.rounds.errors import DriverBusy, PeriodUpsideDown, ShiftUnderWay, VehicleBusy
from service.rounds.forms import ShiftForm
from service.rounds.models import Shift
from service.rounds.queries import fleet
from service.rounds.queries.rounds import round_of_shift


def open_shift(session: Session, form: ShiftForm, *, who: Who, now: datetime) -> Shift:
    """A vehicle is ready to drive: VehicleBusy or DriverBusy when it, or one of its crew, already is at those hours."""
    _check(session, form, who, None)
    shift = Shift(region=who.region, break_after_minutes=planning().crew.break_after_minutes, **_fields(form))
    session.add(shift)
    session.flush()
    tell_shift(session, "shift.opened", shift, who, now)
    return shift


def change_shift(session: Session, shift: Shift, form: ShiftForm, *, who: Who, now: datetime) -> Shift:
    """Other hours, another crew, another place to end at. Once its round has left, another vehicle, driver or start is
    refused; who comes along and where it ends may still change."""
    under_way = round_of_shift(session, shift.key)
    if under_way is not None and under_way.departed_at is not None:
        same = (form.vehicle_id, form.driver_id, form.starts_at) == (shift.vehicle_id, shift.driver_id, shift.starts_at)
        if not same or under_way.is_over:
            raise ShiftUnderWay()
    _check(session, form, who, shift.key)
    before = shift.crew
    for name, value in _fields(form).items():
        setattr(shift, name, value)
    session.add(shift)
    if under_way is not None:
        man_round(session, under_way, shift, who=who, now=now)
    tell_shift(session, "shift.changed", shift, who, now, more=before)
    return shift


def cancel_shift(session: Session, shift: Shift, *, who: Who, now: datetime) -> None:
    """Nobody drives it: what its round would carry is planned anew. Refused once it has left."""
    under_way = round_of_shift(session, shift.key)
    if under_way is not None and under_way.departed_at is not None:
        raise ShiftUnderWay()
    if shift.cancelled_at is None:
        shift.cancelled_at = now
        session.add(shift)
        tell_shift(session, "shift.cancelled", shift, who, now)


def shift_of(session: Session, who: Who, shift_id: int) -> Shift:
    """A shift of the region; 404 otherwise."""
    shift = session.get(Shift, shift_id)
    if shift is None or shift.region != who.region:
        raise NotFound()
    return shift


def _check(session: Session, form: ShiftForm, who: Who, but: int | None) -> None:
    if form.ends_at <= form.starts_at:
        raise PeriodUpsideDown(fields={"ends_at": PeriodUpsideDown.message})
    if form.ends_at - form.starts_at > timedelta(hours=14):
        raise Invalid(fields={"ends_at": N_("Un service dure 14 heures au plus.")})
    fleet.vehicle_by_id(session, who.region, form.vehicle_id)
    demand_crew(session, who.region, form.driver_id, form.mate_id)
    demand_end(session, who.region, form.end_site_id)
    span: dict[str, Any] = {"start": form.starts_at, "end": form.ends_at, "but": but}
    if fleet.overlapping_shift(session, vehicle_id=form.vehicle_id, person_id=None, **span):
        raise VehicleBusy()
    for person_id in (form.driver_id, form.mate_id):
        if person_id is not None and fleet.overlapping_shift(session, vehicle_id=None, person_id=person_id, **span):
            raise DriverBusy()


def _fields(form: ShiftForm) -> dict[str, Any]:
    values = form.model_dump() | crew_fields(form)
    if values["break_minutes"] is None:
        values["break_minutes"] = planning().crew.break_minutes
    return values


def tell_shift(
    session: Session, kind: str, shift: Shift, who: Who | None, now: datetime, more: tuple[int, ...] = ()
) -> None:
    """One entry about a shift, to staff, its crew and `more` people (who were of its crew)."""
    audience = [*STAFF, *(f"person:{key}" for key in dict.fromkeys((*shift.crew, *more)))]
    data = {"vehicle": shift.vehicle_id, "from": shift.starts_at.isoformat(), "to": shift.ends_at.isoformat()}
    subject = ("shift", shift.key)
    append(session, region=shift.region, kind=kind, at=now, actor=who, subject=subject, data=data, audience=audience)
