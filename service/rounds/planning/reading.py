"""Reading the situation of a zone from the tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from config.planning import planning
from config.regions import load_region_config
from config.settings import Settings
from service.accounts.queries import closures
from service.journal.queries import newest_number
from service.kit.clock import day_bounds
from service.rounds import rules
from service.rounds.models import (
    Absence,
    Round,
    Shift,
    Stop,
    StopState,
    StopTask,
    TaskKind,
    TaskState,
    Vehicle,
    VehicleKind,
)
from service.rounds.models.rounds import BEHIND
from service.rounds.planning.carrying import Carrying, Day
from service.rounds.planning.places import Places
from service.rounds.planning.sentences import Sentence
from service.rounds.planning.situation import Carry, Conditions, Crew, Point, Situation, Visit
from service.rounds.queries import fleet, plans, rounds, standing
from service.shipments.models import OPEN, UNDER_WAY, Shipment, ShipmentState
from service.shipments.queries import shipments_by_id, under_way

# Night rounds belong to the day they leave on.
NIGHT = timedelta(hours=6)


@dataclass(frozen=True)
class Only:
    """A part of a zone: some shifts with what their rounds carry, and some more shipments."""

    shifts: frozenset[int]
    shipments: frozenset[int] = frozenset()


def read(
    session: Session,
    settings: Settings | None,
    region: str,
    zone: str,
    day: date,
    now: datetime,
    only: Only | None = None,
) -> Situation:
    """The situation of a zone for a local day, or of a part of it.

    Without settings protected places are known roughly, for guesses.
    """
    return _Reader(session, settings, region, zone, day, now, only).situation()


def carry_of(
    session: Session, region: str, zone: str, day: date, now: datetime, shipment: Shipment
) -> tuple[Carry, dict[str, Point]] | None:
    """One shipment as a guess sees it, with the points of its places; None when no search could serve it that day."""
    reader = _Reader(session, None, region, zone, day, now)
    reader.places.learn({shipment.pickup_site_id, shipment.delivery_site_id})
    reader.carrying.shut = closures(session, set(reader.places.sites))
    found = reader.carrying.carry(shipment) if reader.in_zone(shipment.pickup_site_id) else None
    return (found, reader.places.points) if isinstance(found, Carry) else None


class _Reader:
    def __init__(
        self,
        session: Session,
        settings: Settings | None,
        region: str,
        zone: str,
        day: date,
        now: datetime,
        only: Only | None = None,
    ) -> None:
        self.only = only
        # Every shipment of a round read so far.
        self.known: dict[int, Shipment] = {}
        self.session, self.settings = session, settings
        self.region, self.zone, self.day, self.now = region, zone, day, now
        config = load_region_config(region)
        self.time_zone, self.country = config.time_zone, config.country
        self.opens, midnight = day_bounds(day, self.time_zone)
        self.closes = midnight + NIGHT
        self.places = Places(session, settings)
        self.carrying = Carrying(Day(self.opens, self.closes, now, self.time_zone, self.country), self.places, {})
        self.hopeless: list[tuple[int, Sentence]] = []

    def situation(self) -> Situation:
        current = plans.current_plan(self.session, self.region, self.zone, self.day)
        cursor = newest_number(self.session)
        shifts = self._shifts()
        vehicles = fleet.vehicles_by_id(self.session, {shift.vehicle_id for shift in shifts})
        driven = self._driven()
        waiting = under_way(self.session, self.region) if self.only is None else self._asked(driven.values())
        profile = standing.day_profile(self.session, self.region, self.day)
        if profile is not None and not profile.bikes:
            shifts = [shift for shift in shifts if vehicles[shift.vehicle_id].kind != VehicleKind.BIKE]
        self.places.learn(
            {s.pickup_site_id for s in waiting}
            | {s.delivery_site_id for s in waiting}
            | {v.home_site_id for v in vehicles.values()}
            | {s.end_site_id for s in shifts if s.end_site_id is not None},
        )
        self.carrying.shut = closures(self.session, set(self.places.sites))
        crews = self._crews(shifts, vehicles, driven)
        aboard = {shipment for crew in crews for shipment, _, _ in crew.aboard}
        kept = {key for crew in crews for visit in crew.frozen for key in visit.loads}
        carries = self._carries(waiting, aboard, kept, self._of_other_days(waiting))
        return Situation(
            region=self.region,
            zone=self.zone,
            day=self.day,
            now=self.now,
            time_zone=self.time_zone,
            origin=self.opens,
            base_version=(current.version or 0) if current else 0,
            cursor=cursor,
            carries=tuple(carries),
            crews=tuple(crews),
            places=self.places.points,
            hopeless=tuple(self.hopeless),
            promised=self._promised([carry.id for carry in carries]),
            locked=self._locked(carries, crews),
            conditions=Conditions(profile.speed_percent, profile.cold_percent) if profile else Conditions(),
        )

    def _shifts(self) -> Sequence[Shift]:
        if self.only is None:
            return fleet.shifts(self.session, self.region, self.opens, self.closes - NIGHT)
        found = fleet.shifts_by_id(self.session, self.only.shifts).values()
        return sorted((s for s in found if s.cancelled_at is None), key=lambda s: (s.starts_at, s.key))

    def _driven(self) -> dict[int, Round]:
        """The rounds of the day, by shift."""
        if self.only is not None:
            return {r.shift_id: r for r in rounds.rounds_of_shifts(self.session, self.only.shifts)}
        return {r.shift_id: r for r in rounds.rounds_of_day(self.session, self.region, self.day)}

    def _asked(self, driven: Iterable[Round]) -> list[Shipment]:
        """What some rounds carry or are to carry, and what else is asked about, of all that is under way."""
        assert self.only is not None
        stops = rounds.stops_of(self.session, [round_.key for round_ in driven])
        tasks = rounds.tasks_of(self.session, [stop.key for found in stops.values() for stop in found])
        keys = {task.shipment_id for found in tasks.values() for task in found} | self.only.shipments
        found = self.known = shipments_by_id(self.session, keys)
        return [found[key] for key in sorted(found) if found[key].state in UNDER_WAY]

    def _locked(self, carries: Iterable[Carry], crews: Iterable[Crew]) -> dict[int, int]:
        """What a dispatcher keeps on a shift that runs: a shift that does not keeps nothing."""
        running = {crew.shift.key for crew in crews}
        found = standing.locks_of(self.session, [carry.id for carry in carries])
        return {key: lock.shift_id for key, lock in found.items() if lock.shift_id in running}

    def in_zone(self, site_id: int) -> bool:
        return planning().zones.of(self.places.sites[site_id].departement) == self.zone

    # Crews

    def _crews(self, shifts: Sequence[Shift], vehicles: dict[int, Vehicle], driven: dict[int, Round]) -> list[Crew]:
        away = fleet.absences(self.session, self.region, self.opens, self.closes)
        fixed = fleet.fixed_rounds_by_id(self.session, {s.fixed_round_id for s in shifts if s.fixed_round_id})
        crews = []
        for shift in shifts:
            vehicle = vehicles[shift.vehicle_id]
            done = driven.get(shift.key)
            if not self.in_zone(vehicle.home_site_id) or not vehicle.active or (done is not None and done.is_over):
                continue
            absent = [
                (a.starts_at, a.ends_at)
                for a in away
                if a.vehicle_id == vehicle.id or (a.person_id is not None and a.person_id == shift.driver_id)
            ]
            hours = rules.left_of(shift.starts_at, shift.ends_at, absent)
            home = self.places.key_of(vehicle.home_site_id)
            running = done is not None and done.departed_at is not None
            if running and self._broken(vehicle, away):
                continue
            if hours is None or home is None or (hours[1] <= self.now and not running):
                continue
            first_sites = frozenset(fixed[shift.fixed_round_id].first_sites) if shift.fixed_round_id else frozenset()
            end = self.places.key_of(shift.end_site_id) if shift.end_site_id is not None else home
            crew = Crew(shift, vehicle, home, end or home, *hours, first_sites=first_sites)
            crews.append(self._under_way(crew, done) if done is not None else crew)
        return crews

    def _broken(self, vehicle: Vehicle, away: Sequence[Absence]) -> bool:
        """Whether a vehicle on the road is out of use now: no plan says what becomes of what it holds."""
        return any(a.vehicle_id == vehicle.id and a.starts_at <= self.now < a.ends_at for a in away)

    def _under_way(self, crew: Crew, done: Round) -> Crew:
        stops = rounds.stops_of(self.session, [done.key])[done.key]
        tasks = rounds.tasks_of(self.session, [stop.key for stop in stops])
        new = {task.shipment_id for rows in tasks.values() for task in rows} - self.known.keys()
        shipments = self.known = {**self.known, **(shipments_by_id(self.session, new) if new else {})}
        executed = [
            Visit(stop.key, self._stop_place(stop), arrived_at=stop.arrived_at or stop.done_at, done_at=stop.done_at)
            for stop in sorted(stops, key=lambda s: (s.done_at or self.now, s.sequence))
            if stop.state in BEHIND
        ]
        ahead = [stop for stop in stops if stop.is_ahead]
        count = rules.frozen_count(
            done.state, done.starts_at, [(s.expected_at, s.state == StopState.ARRIVED) for s in ahead], self.now,
            planning().when,
        )  # fmt: skip
        frozen = []
        for stop in ahead[:count]:
            loads, unloads = self._to_do(tasks[stop.key], shipments)
            if loads or unloads:
                frozen.append(Visit(stop.key, self._stop_place(stop), loads, unloads, arrived_at=stop.arrived_at))
        return Crew(
            crew.shift,
            crew.vehicle,
            crew.home,
            crew.end,
            crew.starts_at,
            crew.ends_at,
            round_id=done.key,
            departed_at=done.departed_at,
            executed=tuple(executed),
            frozen=tuple(frozen),
            aboard=self._aboard(stops, tasks, shipments),
            first_sites=crew.first_sites,
            held_until=done.held_until,
        )

    def _stop_place(self, stop: Stop) -> str:
        pin = (stop.latitude, stop.longitude) if stop.latitude is not None and stop.longitude is not None else None
        key = self.places.key_of(stop.site_id, pin)
        assert key is not None, "a stop is only planned where the place is known"
        return key

    def _to_do(self, tasks: list[StopTask], shipments: dict[int, Shipment]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Loads and unloads still to do at a stop, those that were cancelled left out."""
        todo = [task for task in tasks if task.state == TaskState.TODO]
        loads = [t.shipment_id for t in todo if t.kind == TaskKind.LOAD and shipments[t.shipment_id].is_open]
        unloads = [
            t.shipment_id
            for t in todo
            if t.kind == TaskKind.UNLOAD and shipments[t.shipment_id].state in (*OPEN, ShipmentState.LOADED)
        ]
        return tuple(loads), tuple(unloads)

    def _aboard(
        self, stops: Iterable[Stop], tasks: dict[int, list[StopTask]], shipments: dict[int, Shipment]
    ) -> tuple[tuple[int, datetime, str], ...]:
        held = []
        for stop in stops:
            for task in tasks[stop.key]:
                loaded = task.kind == TaskKind.LOAD and task.state in (TaskState.DONE, TaskState.PARTLY)
                if loaded and shipments[task.shipment_id].state == ShipmentState.LOADED:
                    at = task.done_at or stop.done_at or self.now
                    held.append((task.shipment_id, at, self._stop_place(stop)))
        return tuple(held)

    # Shipments

    def _of_other_days(self, waiting: Iterable[Shipment]) -> set[int]:
        """Shipments that the plan of an earlier day carries: this day leaves them alone."""
        if self.only is not None:
            # What is asked of some rounds is theirs, or nobody's yet.
            return set()
        planned = [s.key for s in waiting if s.state == ShipmentState.PLANNED]
        found = rounds.open_tasks_of_shipments(self.session, planned)
        ids = {stop.round_id for pairs in found.values() for _, stop in pairs}
        days = {key: round_.day for key, round_ in rounds.rounds_by_id(self.session, ids).items()}
        return {key for key, pairs in found.items() if any(days[stop.round_id] < self.day for _, stop in pairs)}

    def _promised(self, ids: list[int]) -> dict[int, int]:
        found = rounds.open_tasks_of_shipments(self.session, ids)
        keys = {stop.round_id for pairs in found.values() for _, stop in pairs}
        shifts = {key: round_.shift_id for key, round_ in rounds.rounds_by_id(self.session, keys).items()}
        return {key: shifts[pairs[0][1].round_id] for key, pairs in found.items() if pairs}

    def _carries(
        self, waiting: Iterable[Shipment], aboard: set[int], kept: set[int], elsewhere: set[int]
    ) -> list[Carry]:
        carries = []
        for shipment in waiting:
            fixed = shipment.key in aboard or shipment.key in kept
            if not fixed and (not shipment.is_open or shipment.key in elsewhere):
                continue
            if not fixed and not self.in_zone(shipment.pickup_site_id):
                continue
            found = self.carrying.carry(shipment, fixed, shipment.key in aboard)
            if isinstance(found, Carry):
                carries.append(found)
            elif found is not None:
                self.hopeless.append((shipment.key, found))
        return carries
