"""The rounds of every week, and the shifts they open."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from config.planning import planning
from config.regions import list_regions, load_region_config
from service.accounts.queries import closed_days, sites_by_id
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound
from service.rounds.actions.crews import crew_fields, demand_crew, demand_place
from service.rounds.actions.fleet import STAFF
from service.rounds.actions.promising import promises_of, tell_promised
from service.rounds.actions.shifts import call_off, tell_shift
from service.rounds.errors import PeriodUpsideDown
from service.rounds.forms import FixedRoundForm
from service.rounds.models import CrewPlace, FixedRound, Shift
from service.rounds.queries import fleet
from service.rounds.queries.rounds import round_of_shift

# How many days ahead the shifts of fixed rounds are opened.
DAYS_AHEAD = 7


def add_fixed_round(session: Session, form: FixedRoundForm, *, who: Who, now: datetime) -> FixedRound:
    """A round of every week; the shifts of the days ahead are opened at once."""
    _check(session, form, who)
    fixed = FixedRound(region=who.region, **(form.model_dump() | crew_fields(form)))
    session.add(fixed)
    session.flush()
    _tell(session, fixed, who, now)
    _open_ahead(session, now, who.region)
    tell_promised(session, who.region, [], promises_of(_ahead(session, fixed, now)), who=who, now=now)
    return fixed


def change_fixed_round(session: Session, fixed_id: int, form: FixedRoundForm, *, who: Who, now: datetime) -> FixedRound:
    """From now on; shifts already opened that nobody has begun follow."""
    fixed = _fixed(session, fixed_id, who)
    _check(session, form, who)
    for name, value in (form.model_dump() | crew_fields(form)).items():
        setattr(fixed, name, value)
    session.add(fixed)
    promised = promises_of(_ahead(session, fixed, now))
    _close_ahead(session, fixed, who, now)
    _tell(session, fixed, who, now)
    _open_ahead(session, now, who.region)
    tell_promised(session, who.region, promised, promises_of(_ahead(session, fixed, now)), who=who, now=now)
    return fixed


def end_fixed_round(session: Session, fixed_id: int, *, who: Who, now: datetime) -> None:
    """The last one was yesterday, or has already begun today."""
    fixed = _fixed(session, fixed_id, who)
    today = local(now, load_region_config(who.region).time_zone).date()
    fixed.last_day = today - timedelta(days=1)
    session.add(fixed)
    promised = promises_of(_ahead(session, fixed, now))
    _close_ahead(session, fixed, who, now)
    _tell(session, fixed, who, now)
    tell_promised(session, who.region, promised, [], who=who, now=now)


def open_fixed_shifts(session: Session, now: datetime, region: str | None = None) -> int:
    """Open the shifts of fixed rounds for the days ahead (a job, safe to run again); how many were opened.

    Days on which the region is shut are left out.
    """
    return sum(_open_ahead(session, now, slug) for slug in ([region] if region else list_regions()))


def _open_ahead(session: Session, now: datetime, region: str) -> int:
    zone = load_region_config(region).time_zone
    today = local(now, zone).date()
    shut = closed_days(session, region, today, today + timedelta(days=DAYS_AHEAD))
    opened = 0
    for day in (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)):
        for fixed in fleet.fixed_rounds_on(session, day, region) if day not in shut else ():
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
    busy = fleet.overlapping_shift(session, vehicle_id=fixed.vehicle_id, person_id=None, start=start, end=end, but=None)
    if busy is not None:
        return 0

    away = {row.person_id: row for row in fleet.absences(session, fixed.region, start, end)}

    def free(person_id: int | None) -> int | None:
        if person_id is None or person_id in away:
            return None
        if fleet.overlapping_shift(session, vehicle_id=None, person_id=person_id, start=start, end=end, but=None):
            return None
        return person_id

    crew = planning().crew
    shift = Shift(
        region=fixed.region,
        vehicle_id=fixed.vehicle_id,
        driver_id=free(fixed.driver_id),
        crew_size=fixed.crew_size,
        mate_id=free(fixed.mate_id),
        end_site_id=fixed.end_site_id,
        starts_at=start,
        ends_at=end,
        break_minutes=crew.break_minutes,
        break_after_minutes=crew.break_after_minutes,
        fixed_round_id=fixed.key,
        cut_off_at=fixed.cut_off_on(day, zone),
    )
    session.add(shift)
    session.flush()
    # Who is there after all has it then.
    for person_id, place in ((fixed.driver_id, CrewPlace.DRIVER), (fixed.mate_id, CrewPlace.MATE)):
        if person_id is not None and person_id in away:
            away[person_id].gave_back = [*(away[person_id].gave_back or []), (shift.key, place.value)]
            session.add(away[person_id])
    tell_shift(session, "shift.opened", shift, None, now)
    return 1


def _ahead(session: Session, fixed: FixedRound, now: datetime) -> list[Shift]:
    """The shifts it has opened that nobody has begun."""
    shifts = fleet.shifts(session, fixed.region, now, now + timedelta(days=DAYS_AHEAD + 1))
    return [shift for shift in shifts if shift.fixed_round_id == fixed.key]


def _close_ahead(session: Session, fixed: FixedRound, who: Who, now: datetime) -> None:
    """Shifts a fixed round opened and nobody has begun go away; deleted, so that the new hours may open theirs."""
    for shift in _ahead(session, fixed, now):
        if round_of_shift(session, shift.key) is None:
            session.delete(shift)
        else:
            call_off(session, shift, who=who, now=now)
    session.flush()


def _check(session: Session, form: FixedRoundForm, who: Who) -> None:
    if form.ends <= form.starts:
        raise PeriodUpsideDown(fields={"ends": PeriodUpsideDown.message})
    if form.last_day is not None and form.last_day < form.first_day:
        raise PeriodUpsideDown(fields={"last_day": PeriodUpsideDown.message})
    fleet.vehicle_by_id(session, who.region, form.vehicle_id)
    demand_crew(session, who.region, form.driver_id, form.mate_id)
    demand_place(session, who.region, "end_site_id", form.end_site_id)
    known = sites_by_id(session, set(form.first_sites))
    if any(key not in known or known[key].region != who.region for key in form.first_sites):
        raise Invalid(fields={"first_sites": N_("Choisissez des lieux de la région.")})


def _fixed(session: Session, fixed_id: int, who: Who) -> FixedRound:
    fixed = session.get(FixedRound, fixed_id)
    if fixed is None or fixed.region != who.region:
        raise NotFound()
    return fixed


def _tell(session: Session, fixed: FixedRound, who: Who, now: datetime) -> None:
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
