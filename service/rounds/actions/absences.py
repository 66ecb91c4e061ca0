"""Absences of vehicles and people: what they would drive is planned anew, and a person's shifts go to somebody else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from service.accounts.models import Person
from service.accounts.queries import people_with_role
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound
from service.notices.actions import tell as tell_people
from service.rounds.actions.changing_hands import free_place, have_again
from service.rounds.actions.fleet import STAFF, demand_driver
from service.rounds.errors import PeriodUpsideDown
from service.rounds.forms import AbsenceForm
from service.rounds.models import Absence, CrewPlace, Shift
from service.rounds.people import weekly_ahead
from service.rounds.queries import fleet
from service.rounds.queries.availability import absences_of

# A round that leaves so soon is a call to make at once, at night too.
SOON = timedelta(hours=12)
# Rounds of every week are looked for so far ahead.
AHEAD = timedelta(days=60)


def declare_absence(session: Session, form: AbsenceForm, *, who: Who, now: datetime) -> Absence:
    """A vehicle or a driver is away: what they would carry is planned anew. A driver's shifts are given back, and
    dispatchers are told which rounds nobody drives now; a round that has left stays theirs."""
    if form.ends_at <= form.starts_at:
        raise PeriodUpsideDown()
    if (form.vehicle_id is None) == (form.person_id is None):
        raise Invalid(fields={"vehicle_id": N_("Choisissez un véhicule, ou une personne.")})
    if form.vehicle_id is not None:
        fleet.vehicle_by_id(session, who.region, form.vehicle_id)
    else:
        demand_driver(session, who.region, form.person_id)
    absence = Absence(region=who.region, **form.model_dump())
    session.add(absence)
    session.flush()
    data = {"absence": absence.key, "from": form.starts_at.isoformat(), "to": form.ends_at.isoformat()}
    _tell(session, "vehicle.absent", absence, who, now, data)
    if absence.person_id is not None:
        _give_back(session, absence, absence.person_id, who, now)
    return absence


def end_absence(session: Session, absence_id: int, *, who: Who, now: datetime) -> None:
    """Back at work, earlier than said or never gone: a person has those of their shifts again that nobody took."""
    absence = session.get(Absence, absence_id)
    if absence is None or absence.region != who.region:
        raise NotFound()
    session.delete(absence)
    session.flush()
    _tell(session, "vehicle.back", absence, who, now, {"absence": absence_id})
    if absence.person_id is not None and absence.gave_back:
        places = {key: CrewPlace(place) for key, place in absence.gave_back}
        _have_again(session, absence.person_id, places, who, now)


def _give_back(session: Session, absence: Absence, person_id: int, who: Who, now: datetime) -> None:
    """Every shift of theirs that has not left, and what they would have driven in the weeks ahead."""
    gone: list[tuple[Shift, CrewPlace]] = []
    for shift in fleet.shifts_of_person(session, person_id, max(absence.starts_at, now), absence.ends_at):
        place = shift.place_of(person_id)
        rings = shift.starts_at - now < SOON
        if place is not None and free_place(session, shift, place, who=who, now=now, rings=rings):
            gone.append((shift, place))
    absence.gave_back = [(shift.key, place.value) for shift, place in gone]
    session.add(absence)
    session.flush()
    without = [(shift.vehicle_id, shift.starts_at) for shift, place in gone if place == CrewPlace.DRIVER]
    until = min(absence.ends_at, now + AHEAD)
    ahead = weekly_ahead(session, absence.region, max(absence.starts_at, now), until, who.zone)
    without += [
        (fixed.vehicle_id, begins)
        for fixed, begins, ends in ahead
        if fixed.driver_id == person_id and absence.covers(begins, ends)
    ]
    if without:
        _tell_dispatchers(session, absence, person_id, without, who, now)


def _tell_dispatchers(
    session: Session, absence: Absence, person_id: int, without: Iterable[tuple[int, datetime]], who: Who, now: datetime
) -> None:
    """Which rounds nobody drives any more: their vehicles, days and hours."""
    rows = sorted(without, key=lambda one: (one[1], one[0]))
    vehicles = fleet.vehicles_by_id(session, {vehicle for vehicle, _ in rows})
    last = local(absence.ends_at - timedelta(seconds=1), who.zone)
    tell_people(
        session,
        region=absence.region,
        person_ids=[person.key for person in people_with_role(session, absence.region, "dispatcher")],
        kind="driver_away",
        params={
            "person": session.get_one(Person, person_id).name,
            "from": local(absence.starts_at, who.zone).date(),
            "to": last.date(),
            "rounds": [(vehicles[key].name, starts) for key, starts in rows],
        },
        subject=("person", person_id),
        now=now,
    )


def _have_again(session: Session, person_id: int, places: dict[int, CrewPlace], who: Who, now: datetime) -> None:
    """The places that are still free, where nothing else keeps them: not another absence, not another vehicle."""
    away = absences_of(session, person_id, now)
    for shift in sorted(fleet.shifts_by_id(session, places).values(), key=lambda row: row.starts_at):
        if not any(absence.covers(shift.starts_at, shift.ends_at) for absence in away):
            have_again(session, shift, person_id, places[shift.key], who=who, now=now)


def _tell(session: Session, kind: str, absence: Absence, who: Who, now: datetime, data: dict[str, Any]) -> None:
    subject = ("vehicle", absence.vehicle_id) if absence.vehicle_id else ("person", absence.person_id or 0)
    append(session, region=who.region, kind=kind, at=now, actor=who, subject=subject, data=data, audience=STAFF)
