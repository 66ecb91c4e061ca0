"""Shifts and the rounds of every week that open them."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.planning import planning
from config.regions import list_regions, load_region_config
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound
from service.rounds.actions.fleet import STAFF, demand_driver
from service.rounds.errors import DriverBusy, PeriodUpsideDown, ShiftUnderWay, VehicleBusy
from service.rounds.forms import FixedRoundForm, ShiftForm
from service.rounds.models import FixedRound, Shift
from service.rounds.queries import fleet
from service.rounds.queries.rounds import round_of_shift

# How many days ahead the shifts of fixed rounds are opened.
DAYS_AHEAD = 7


def open_shift(session: Session, form: ShiftForm, *, who: Who, now: datetime) -> Shift:
    """A vehicle is ready to drive: VehicleBusy or DriverBusy when it, or its driver, already is at those hours."""
    _check(session, form, who, None)
    shift = Shift(region=who.region, break_after_minutes=planning().crew.break_after_minutes, **_fields(form))
    session.add(shift)
    session.flush()
    tell_shift(session, "shift.opened", shift, who, now)
    return shift


def change_shift(session: Session, shift: Shift, form: ShiftForm, *, who: Who, now: datetime) -> Shift:
    """Other hours, another driver; refused once its round has left, except for the hour of coming back."""
    under_way = round_of_shift(session, shift.key)
    if under_way is not None and under_way.departed_at is not None:
        same = (form.vehicle_id, form.driver_id, form.starts_at) == (shift.vehicle_id, shift.driver_id, shift.starts_at)
        if not same:
            raise ShiftUnderWay()
    _check(session, form, who, shift.key)
    for name, value in _fields(form).items():
        setattr(shift, name, value)
    if under_way is not None and under_way.is_waiting:
        under_way.driver_id = shift.driver_id
        session.add(under_way)
    session.add(shift)
    tell_shift(session, "shift.changed", shift, who, now)
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


def add_fixed_round(session: Session, form: FixedRoundForm, *, who: Who, now: datetime) -> FixedRound:
    """A round of every week; the shifts of the days ahead are opened at once."""
    _check_fixed(session, form, who)
    fixed = FixedRound(region=who.region, **form.model_dump())
    session.add(fixed)
    session.flush()
    _tell_fixed(session, fixed, who, now)
    open_fixed_shifts(session, now, region=who.region)
    return fixed


def change_fixed_round(session: Session, fixed_id: int, form: FixedRoundForm, *, who: Who, now: datetime) -> FixedRound:
    """From now on; shifts already opened that nobody has begun follow."""
    fixed = _fixed(session, fixed_id, who)
    _check_fixed(session, form, who)
    for name, value in form.model_dump().items():
        setattr(fixed, name, value)
    session.add(fixed)
    _close_ahead(session, fixed, who, now)
    _tell_fixed(session, fixed, who, now)
    open_fixed_shifts(session, now, region=who.region)
    return fixed


def end_fixed_round(session: Session, fixed_id: int, *, who: Who, now: datetime) -> None:
    """The last one was yesterday, or has already begun today."""
    fixed = _fixed(session, fixed_id, who)
    today = local(now, load_region_config(who.region).time_zone).date()
    fixed.last_day = today - timedelta(days=1)
    session.add(fixed)
    _close_ahead(session, fixed, who, now)
    _tell_fixed(session, fixed, who, now)


def open_fixed_shifts(session: Session, now: datetime, region: str | None = None) -> int:
    """Open the shifts of fixed rounds for the days ahead (a job, safe to run again); how many were opened."""
    opened = 0
    for slug in [region] if region else list_regions():
        zone = load_region_config(slug).time_zone
        today = local(now, zone).date()
        for day in (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)):
            for fixed in fleet.fixed_rounds_on(session, day, slug):
                opened += _open_one(session, fixed, day, zone, now)
    return opened


def _open_one(session: Session, fixed: FixedRound, day: date, zone: str, now: datetime) -> int:
    start, end = fixed.hours_on(day, zone)
    if end <= now:
        return 0
    existing = fleet.shift_at(session, fixed.vehicle_id, start)
    if existing is not None:
        # Cancelled for that day by a dispatcher: it stays so.
        return 0
    busy = fleet.overlapping_shift(session, vehicle_id=fixed.vehicle_id, driver_id=None, start=start, end=end, but=None)
    if busy is not None:
        return 0
    driver = fixed.driver_id
    if driver is not None and fleet.overlapping_shift(
        session, vehicle_id=None, driver_id=driver, start=start, end=end, but=None
    ):
        driver = None
    crew = planning().crew
    shift = Shift(
        region=fixed.region,
        vehicle_id=fixed.vehicle_id,
        driver_id=driver,
        starts_at=start,
        ends_at=end,
        break_minutes=crew.break_minutes,
        break_after_minutes=crew.break_after_minutes,
        fixed_round_id=fixed.key,
        cut_off_at=fixed.cut_off_on(day, zone),
    )
    session.add(shift)
    session.flush()
    tell_shift(session, "shift.opened", shift, None, now)
    return 1


def _close_ahead(session: Session, fixed: FixedRound, who: Who, now: datetime) -> None:
    """Shifts a fixed round opened and nobody has begun go away; deleted, so that the new hours may open theirs."""
    for shift in fleet.shifts(session, who.region, now, now + timedelta(days=DAYS_AHEAD + 1)):
        if shift.fixed_round_id != fixed.key:
            continue
        if round_of_shift(session, shift.key) is None:
            session.delete(shift)
        else:
            cancel_shift(session, shift, who=who, now=now)
    session.flush()


def _check(session: Session, form: ShiftForm, who: Who, but: int | None) -> None:
    if form.ends_at <= form.starts_at:
        raise PeriodUpsideDown(fields={"ends_at": PeriodUpsideDown.message})
    if form.ends_at - form.starts_at > timedelta(hours=14):
        raise Invalid(fields={"ends_at": N_("Un service dure 14 heures au plus.")})
    fleet.vehicle_by_id(session, who.region, form.vehicle_id)
    demand_driver(session, who.region, form.driver_id)
    span: dict[str, Any] = {"start": form.starts_at, "end": form.ends_at, "but": but}
    if fleet.overlapping_shift(session, vehicle_id=form.vehicle_id, driver_id=None, **span):
        raise VehicleBusy()
    if form.driver_id and fleet.overlapping_shift(session, vehicle_id=None, driver_id=form.driver_id, **span):
        raise DriverBusy()


def _check_fixed(session: Session, form: FixedRoundForm, who: Who) -> None:
    if form.ends <= form.starts:
        raise PeriodUpsideDown(fields={"ends": PeriodUpsideDown.message})
    if form.last_day is not None and form.last_day < form.first_day:
        raise PeriodUpsideDown(fields={"last_day": PeriodUpsideDown.message})
    fleet.vehicle_by_id(session, who.region, form.vehicle_id)
    demand_driver(session, who.region, form.driver_id)
    known = sites_by_id(session, set(form.first_sites))
    if any(key not in known or known[key].region != who.region for key in form.first_sites):
        raise Invalid(fields={"first_sites": N_("Choisissez des lieux de la région.")})


def _fields(form: ShiftForm) -> dict[str, Any]:
    values = form.model_dump()
    if values["break_minutes"] is None:
        values["break_minutes"] = planning().crew.break_minutes
    return values


def _fixed(session: Session, fixed_id: int, who: Who) -> FixedRound:
    fixed = session.get(FixedRound, fixed_id)
    if fixed is None or fixed.region != who.region:
        raise NotFound()
    return fixed


def tell_shift(session: Session, kind: str, shift: Shift, who: Who | None, now: datetime) -> None:
    """One entry about a shift, to staff and its driver."""
    audience = [*STAFF, *([f"person:{shift.driver_id}"] if shift.driver_id else [])]
    data = {"vehicle": shift.vehicle_id, "from": shift.starts_at.isoformat(), "to": shift.ends_at.isoformat()}
    subject = ("shift", shift.key)
    append(session, region=shift.region, kind=kind, at=now, actor=who, subject=subject, data=data, audience=audience)


def _tell_fixed(session: Session, fixed: FixedRound, who: Who, now: datetime) -> None:
    subject = ("fixed_round", fixed.key)
    data = {"vehicle": fixed.vehicle_id, "weekday": fixed.weekday}
    append(
        session,
        region=who.region,
        kind="fixed_round.changed",
        at=now,
        actor=who,
        subject=subject,
        data=data,
        audience=STAFF,
    )
