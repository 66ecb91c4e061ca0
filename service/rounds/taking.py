"""Places in crews that nobody has, as they are offered to one person: what suits their week first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.models import Person, Site
from service.accounts.queries import closed_days, sites_by_id
from service.accounts.who import Who
from service.kit.clock import local
from service.rounds.leaving import starts_of
from service.rounds.models import CrewPlace, Shift, Vehicle
from service.rounds.people import Standing, in_week
from service.rounds.queries import fleet
from service.rounds.queries.availability import absences_of, availability_of

# Shifts are offered so far ahead.
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Offered:
    """A shift, the place in it that is free, who is in the other one, and where it leaves from and ends if not at the
    vehicle's home."""

    shift: Shift
    vehicle: Vehicle
    place: CrewPlace
    other: str
    start: Site | None
    end: Site | None
    suits: bool


def shifts_to_take(session: Session, who: Who, now: datetime) -> list[Offered]:
    """What a person may take: nothing beside their own shifts, while they are away, or on a day the region is shut."""
    person, until = who.must_be_somebody(), now + AHEAD
    mine = fleet.shifts_of_person(session, person, now, until + timedelta(days=1))
    away = absences_of(session, person, now)
    shut = closed_days(session, who.region, local(now, who.zone).date(), local(until, who.zone).date())
    free = [
        shift
        for shift in fleet.free_shifts(session, who.region, now, until)
        if not any(own.key != shift.key and _meet(own, shift) for own in mine)
        and local(shift.starts_at, who.zone).date() not in shut
        and not any(absence.covers(shift.starts_at, shift.ends_at) for absence in away)
        and (shift.place_of(person) is None or shift.free_place == CrewPlace.DRIVER)
    ]
    vehicles = fleet.vehicles_by_id(session, {shift.vehicle_id for shift in free})
    starts = starts_of(session, free, now, vehicles)
    named = {shift.end_site_id for shift in free if shift.end_site_id is not None}
    sites = sites_by_id(session, named.union(starts.values()))
    week = availability_of(session, person)

    def offered(shift: Shift, place: CrewPlace) -> Offered:
        other = next((key for key in shift.crew if key != person), None)
        person_there = session.get(Person, other) if other is not None else None
        suits = False
        if week is not None:
            begins, ends = local(shift.starts_at, who.zone), local(shift.ends_at, who.zone)
            suits = in_week(week, begins, ends).standing == Standing.FREE
        return Offered(
            shift=shift,
            vehicle=vehicles[shift.vehicle_id],
            place=place,
            other=person_there.name if person_there is not None else "",
            start=sites[start] if (start := starts[shift.key]) != vehicles[shift.vehicle_id].home_site_id else None,
            end=sites.get(shift.end_site_id or 0),
            suits=suits,
        )

    found = [offered(shift, shift.free_place) for shift in free if shift.free_place is not None]
    return sorted(found, key=lambda one: (not one.suits, one.shift.starts_at, one.shift.key))


def _meet(one: Shift, other: Shift) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
