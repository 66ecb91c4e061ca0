"""Shifts: a vehicle and its crew for some hours."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.planning import planning
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound
from service.rounds.actions.calling import settle_call
from service.rounds.actions.crews import crew_fields, demand_crew, demand_place, man_round
from service.rounds.actions.fleet import STAFF
from service.rounds.actions.promising import promises_of, tell_promised
from service.rounds.actions.staying import leave_at_home
from service.rounds.errors import DriverBusy, PeriodUpsideDown, ShiftUnderWay, VehicleBusy
from service.rounds.forms import ShiftForm
from service.rounds.models import CallReason, Shift
from service.rounds.queries import fleet
from service.rounds.queries.rounds import round_of_shift


def open_shift(session: Session, form: ShiftForm, *, who: Who, now: datetime) -> Shift:
    """A vehicle is ready to drive: VehicleBusy or DriverBusy when it, or one of its crew, already is at those hours."""
    _check(session, form, who, None)
    shift = Shift(region=who.region, break_after_minutes=planning().crew.break_after_minutes, **_fields(form))
    session.add(shift)
    session.flush()
    tell_shift(session, "shift.opened", shift, who, now)
    tell_promised(session, who.region, [], promises_of([shift]), who=who, now=now)
    return shift


def change_shift(session: Session, shift: Shift, form: ShiftForm, *, who: Who, now: datetime) -> Shift:
    """Other hours, another crew, another place to leave from or to end at. Once its round has left, another vehicle,
    driver or start is refused; who comes along and where it ends may still change."""
    under_way = round_of_shift(session, shift.key)
    if under_way is not None and under_way.departed_at is not None:
        stays = ("vehicle_id", "driver_id", "starts_at", "start_site_id")
        if under_way.is_over or any(getattr(form, name) != getattr(shift, name) for name in stays):
            raise ShiftUnderWay()
    _check(session, form, who, shift.key)
    before, promised = shift.crew, promises_of([shift])
    for name, value in _fields(form).items():
        setattr(shift, name, value)
    session.add(shift)
    if under_way is not None:
        man_round(session, under_way, shift, who=who, now=now)
        if shift.driver_id is not None:
            settle_call(session, under_way, CallReason.SHIFT_DROPPED, who=who, now=now)
    tell_shift(session, "shift.changed", shift, who, now, more=before)
    tell_promised(session, who.region, promised, promises_of([shift]), who=who, now=now)
    return shift


def cancel_shift(session: Session, shift: Shift, *, who: Who, now: datetime) -> None:
    """Nobody drives it, and its crew is told: what its round would carry is planned anew. Refused once it has left."""
    promised = promises_of([shift])
    call_off(session, shift, who=who, now=now)
    tell_promised(session, who.region, promised, promises_of([shift]), who=who, now=now)


def call_off(session: Session, shift: Shift, *, who: Who | None, now: datetime) -> None:
    """Nobody drives it; its crew is told by whoever calls it off. The stops of its round go at once, for no plan looks
    at a shift that is not. Refused once it has left."""
    under_way = round_of_shift(session, shift.key)
    if under_way is not None and under_way.departed_at is not None:
        raise ShiftUnderWay()
    if shift.cancelled_at is None:
        shift.cancelled_at = now
        session.add(shift)
        if under_way is not None and not under_way.is_over:
            leave_at_home(session, under_way, who=who, now=now)
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
    demand_place(session, who.region, "start_site_id", form.start_site_id)
    demand_place(session, who.region, "end_site_id", form.end_site_id)
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
