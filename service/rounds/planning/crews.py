"""Vehicles in their shifts, and how far each round is: what is behind, what is kept, what is aboard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.planning import planning
from service.rounds import rules
from service.rounds.models import Absence, Round, Shift, Stop, StopState, StopTask, TaskKind, TaskState, Vehicle
from service.rounds.models.rounds import BEHIND
from service.rounds.planning.places import Places
from service.rounds.planning.rows import Rows
from service.rounds.planning.situation import Crew, Visit
from service.shipments.models import OPEN, Shipment, ShipmentState

Handled = Sequence[tuple[Stop, list[StopTask]]]


@dataclass(frozen=True)
class Crews:
    """Makes the crews of a zone out of rows."""

    rows: Rows
    places: Places
    zone: str
    now: datetime

    def all(self, shifts: Iterable[Shift]) -> list[Crew]:
        """The crews that may carry anything, in the order of their shifts."""
        found = [self._crew(shift) for shift in shifts]
        return [crew for crew in found if crew is not None]

    def in_zone(self, site_id: int) -> bool:
        """Whether a site belongs to the zone."""
        return planning().zones.of(self.places.sites[site_id].departement) == self.zone

    def _crew(self, shift: Shift) -> Crew | None:
        vehicle, done = self.rows.vehicles[shift.vehicle_id], self.rows.rounds.get(shift.key)
        if not self.in_zone(vehicle.home_site_id) or not vehicle.active or (done is not None and done.is_over):
            return None
        away = self.rows.absences
        absent = [
            (a.starts_at, a.ends_at)
            for a in away
            if a.vehicle_id == vehicle.id or (a.person_id is not None and a.person_id == shift.driver_id)
        ]
        hours = rules.left_of(shift.starts_at, shift.ends_at, absent)
        home = self.places.key_of(vehicle.home_site_id)
        running = done is not None and done.departed_at is not None
        if running and self._broken(vehicle, away):
            return None
        if hours is None or home is None or (hours[1] <= self.now and not running):
            return None
        fixed = self.rows.fixed.get(shift.fixed_round_id or 0)
        first_sites = frozenset(fixed.first_sites) if fixed is not None else frozenset()
        start = self.places.key_of(self.rows.starts.get(shift.key, vehicle.home_site_id))
        end = self.places.key_of(shift.end_site_id) if shift.end_site_id is not None else home
        crew = Crew(shift, vehicle, start or home, end or home, *hours, first_sites=first_sites)
        return self._under_way(crew, done) if done is not None else crew

    def _broken(self, vehicle: Vehicle, away: Sequence[Absence]) -> bool:
        """Whether a vehicle on the road is out of use now: no plan says what becomes of what it holds."""
        return any(a.vehicle_id == vehicle.id and a.starts_at <= self.now < a.ends_at for a in away)

    def _under_way(self, crew: Crew, done: Round) -> Crew:
        handled, shipments = self.rows.of_round(done.key), self.rows.shipments
        stops = [stop for stop, _ in handled]
        executed = [
            Visit(stop.key, self._stop_place(stop), arrived_at=stop.arrived_at or stop.done_at, done_at=stop.done_at)
            for stop in sorted(stops, key=lambda s: (s.done_at or self.now, s.sequence))
            if stop.state in BEHIND
        ]
        ahead = [(stop, tasks) for stop, tasks in handled if stop.is_ahead]
        count = rules.frozen_count(
            done.state, done.starts_at, [(s.expected_at, s.state == StopState.ARRIVED) for s, _ in ahead], self.now,
            planning().when,
        )  # fmt: skip
        frozen = []
        for stop, tasks in ahead[:count]:
            loads, unloads = _to_do(tasks, shipments)
            if loads or unloads:
                frozen.append(Visit(stop.key, self._stop_place(stop), loads, unloads, arrived_at=stop.arrived_at))
        return Crew(
            crew.shift,
            crew.vehicle,
            crew.start,
            crew.end,
            crew.starts_at,
            crew.ends_at,
            round_id=done.key,
            departed_at=done.departed_at,
            executed=tuple(executed),
            frozen=tuple(frozen),
            aboard=self._aboard(handled),
            first_sites=crew.first_sites,
            held_until=done.held_until,
        )

    def _stop_place(self, stop: Stop) -> str:
        pin = (stop.latitude, stop.longitude) if stop.latitude is not None and stop.longitude is not None else None
        key = self.places.key_of(stop.site_id, pin)
        assert key is not None, "a stop is only planned where the place is known"
        return key

    def _aboard(self, handled: Handled) -> tuple[tuple[int, datetime, str], ...]:
        held = []
        for stop, tasks in handled:
            for task in tasks:
                loaded = task.kind == TaskKind.LOAD and task.state in (TaskState.DONE, TaskState.PARTLY)
                if loaded and self.rows.shipments[task.shipment_id].state == ShipmentState.LOADED:
                    # Its cold minutes run on from the vehicle it was in before.
                    before = self.rows.transfers.get(task.shipment_id)
                    since = before.warm_since if before is not None else None
                    at = since or task.done_at or stop.done_at or self.now
                    held.append((task.shipment_id, at, self._stop_place(stop)))
        return tuple(held)


def _to_do(tasks: Iterable[StopTask], shipments: dict[int, Shipment]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Loads and unloads still to do at a stop, those that were cancelled left out."""
    todo = [task for task in tasks if task.state == TaskState.TODO]
    loads = [t.shipment_id for t in todo if t.kind == TaskKind.LOAD and shipments[t.shipment_id].is_open]
    unloads = [
        t.shipment_id
        for t in todo
        if t.kind == TaskKind.UNLOAD and shipments[t.shipment_id].state in (*OPEN, ShipmentState.LOADED)
    ]
    return tuple(loads), tuple(unloads)
