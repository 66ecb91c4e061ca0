"""A problem as the engines read it: numbers instead of ids, one flat travel table per profile.

A *task* is one handling (load or unload of one shipment). A vehicle with a state begins where its executed and
frozen stops leave it (its *head*, projected once); engines only choose what comes after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from routing.kinds import FAR, ColdEquipment, Temperature
from routing.objective import Weights
from routing.problem import Problem
from routing.shipment import Place, Promise, Shipment

OPEN = 2**52
ALWAYS = ((-OPEN, OPEN),)
Span = tuple[int, int]
Ints = npt.NDArray[np.int64]


@dataclass(slots=True)
class Crew:
    """A vehicle from where it is free again: what it may take, when, and what driving costs."""

    number: int
    site: int
    end: int
    free_s: int
    shift_end_s: int
    started_s: int | None  # None: it has not left, so it may leave later than free_s
    rested_s: int | None  # since when it works without a pause; None: since it leaves
    metres: Sequence[int]  # the table of its profile, row after row
    seconds: Sequence[int]
    size: int
    per_metre: float
    per_second: float
    fixed: float
    max_duration_s: int
    stops_left: int
    pause: Span | None  # (after_s, duration_s)
    room: list[Span]  # grams, crates per compartment; (-1, -1) where there is none
    payload: Span
    held: list[list[int]]  # grams, crates per compartment after the head
    ride_s: list[int]
    ride_m: list[int]
    since: dict[int, Span] = field(default_factory=dict)  # aboard: (loading ended, metres since)
    profile: int = 0
    is_out: bool = False  # it has a head, so its fixed cost is spent whatever comes


class Instance:
    """Arrays over sites, tasks, shipments and vehicles, in the problem's order."""

    def __init__(self, problem: Problem, like: Instance | None = None) -> None:
        """`like`: an instance of the same sites and vehicles, whose tables of ways are used instead of new ones."""
        from routing.engine.head import Head, project  # the head is timed with the tables built here

        self.problem = problem
        self.weights: Weights = problem.weights
        self.index = {site.id: at for at, site in enumerate(problem.sites)}
        self.nowhere = len(problem.sites)
        self.size = self.nowhere + 1
        self.stop_s = [site.stop_s for site in problem.sites] + [0]
        self.profiles = sorted({vehicle.profile for vehicle in problem.vehicles})
        self.metres_table: list[Ints] = [] if like is None else like.metres_table
        self.seconds_table: list[Ints] = [] if like is None else like.seconds_table
        if like is None:
            for name in self.profiles:
                metres, seconds = self._tables(name)
                self.metres_table.append(metres)
                self.seconds_table.append(seconds)
        # A view of the same memory, since a large table is some hundred megabytes; it answers with plain numbers.
        flat = [
            (metres.reshape(-1).data, seconds.reshape(-1).data)
            for metres, seconds in zip(self.metres_table, self.seconds_table, strict=True)
        ]
        self.site: list[int] = []
        self.service: list[int] = []
        self.windows: list[tuple[Span, ...]] = []
        self.ship: list[int] = []
        self.loads: list[bool] = []
        self.compartment: list[int] = []
        self.grams: list[int] = []
        self.crates: list[int] = []
        self.pickup: list[int] = []
        self.deliveries: list[tuple[int, ...]] = []
        self.place: list[Place] = []
        kinds = list(Temperature)
        self.kinds = kinds
        for number, shipment in enumerate(problem.shipments):
            spans = _clipped(shipment.pickup, shipment.ready_s)
            self.pickup.append(self._task(number, shipment, shipment.pickup, spans, True))
            self.deliveries.append(
                tuple(self._task(number, shipment, d, _clipped(d, None), False) for d in shipment.deliveries)
            )
        told = {promise.shipment: promise for promise in problem.promises}
        self.promise: list[Promise | None] = [told.get(shipment.id) for shipment in problem.shipments]
        self.worth = [
            float(self.weights.value * s.value + (self.weights.mandatory if s.mandatory else 0))
            for s in problem.shipments
        ]
        self.number = {shipment.id: at for at, shipment in enumerate(problem.shipments)}
        self.carrier: list[int] = [-1] * len(problem.shipments)  # the vehicle it is already aboard of
        self.settled: set[int] = set()
        limits: dict[tuple[ColdEquipment | None, ...], tuple[list[int], list[int]]] = {}
        states = {state.vehicle: state for state in problem.states}
        self.heads: list[Head] = []
        self.crews: list[Crew] = []
        for at, vehicle in enumerate(problem.vehicles):
            rooms = [vehicle.compartment(kind) for kind in kinds]
            cold = tuple(room.cold if room else None for room in rooms)
            if cold not in limits:
                limits[cold] = self._limits(problem.shipments, cold)
            profile = self.profiles.index(vehicle.profile)
            rule = vehicle.break_rule
            crew = Crew(
                number=at,
                site=self.index[vehicle.start],
                end=self.nowhere if vehicle.end is None else self.index[vehicle.end],
                free_s=vehicle.shift.start_s,
                shift_end_s=vehicle.shift.end_s,
                started_s=None,
                rested_s=None,
                metres=flat[profile][0],
                seconds=flat[profile][1],
                size=self.size,
                per_metre=self.weights.distance * vehicle.per_km_cents / 1000,
                per_second=self.weights.time * vehicle.per_hour_cents / 3600,
                fixed=float(self.weights.vehicle * vehicle.fixed_cents),
                max_duration_s=OPEN if vehicle.max_duration_s is None else vehicle.max_duration_s,
                stops_left=OPEN if vehicle.max_stops is None else vehicle.max_stops,
                pause=(rule.after_s, rule.duration_s) if rule else None,
                room=[(room.grams, room.crates) if room else (-1, -1) for room in rooms],
                payload=(
                    OPEN if vehicle.payload_grams is None else vehicle.payload_grams,
                    OPEN if vehicle.payload_crates is None else vehicle.payload_crates,
                ),
                held=[[0, 0] for _ in kinds],
                ride_s=limits[cold][0],
                ride_m=limits[cold][1],
                profile=profile,
            )
            self.crews.append(crew)
            self.heads.append(project(self, crew, states.get(vehicle.id)))
        # Vehicles with the same cold equipment share their lists of ride bounds.
        self.cold = list(limits.items())
        numbers = {id(bounds[0]): at for at, (_, bounds) in enumerate(self.cold)}
        self.ride_class = np.array([numbers[id(crew.ride_s)] for crew in self.crews], dtype=np.intp)
        most = [[min(room[at], crew.payload[at]) for room in crew.room] for at in (0, 1) for crew in self.crews]
        # Compartment × vehicle: the largest shipment it could take, grams and crates.
        self.most = np.array(most, dtype=np.int64).reshape(2, len(self.crews), len(kinds)).transpose(0, 2, 1)
        self.skills = [vehicle.skills for vehicle in problem.vehicles]
        self.may = np.zeros((len(problem.shipments), len(self.crews)), dtype=bool)
        for number in range(len(problem.shipments)):
            self.may[number] = self._able(number)

    def _tables(self, profile: str) -> tuple[Ints, Ints]:
        """Square int64 tables with one more site ("nowhere", free to reach) and parking added to each arrival."""
        matrix = self.problem.matrices[profile]
        metres = np.zeros((self.size, self.size), dtype=np.int64)
        seconds = np.zeros((self.size, self.size), dtype=np.int64)
        if self.nowhere:
            missing = matrix.seconds < 0
            metres[:-1, :-1] = np.where(missing, FAR, matrix.metres)
            parking = np.array(self.stop_s[:-1], dtype=np.int64)[None, :]
            seconds[:-1, :-1] = np.where(missing, FAR, matrix.seconds + parking)
            np.fill_diagonal(seconds, 0)
        return metres, seconds

    def _task(self, number: int, shipment: Shipment, place: Place, spans: tuple[Span, ...], loads: bool) -> int:
        sign = 1 if loads else -1
        self.site.append(self.index[place.site])
        self.service.append(place.service_s)
        self.windows.append(spans)
        self.ship.append(number)
        self.loads.append(loads)
        self.compartment.append(self.kinds.index(shipment.temperature))
        self.grams.append(sign * shipment.grams)
        self.crates.append(sign * shipment.crates)
        self.place.append(place)
        return len(self.site) - 1

    def _limits(
        self, shipments: tuple[Shipment, ...], cold: tuple[ColdEquipment | None, ...]
    ) -> tuple[list[int], list[int]]:
        """Per shipment the ride bounds in such a vehicle: −1 when it may not ride at all."""
        seconds, metres = [], []
        for shipment in shipments:
            equipment = cold[self.kinds.index(shipment.temperature)]
            allowed, bound_s, bound_m = shipment.ride_limit(equipment) if equipment is not None else (False, None, None)
            seconds.append(-1 if not allowed else OPEN if bound_s is None else bound_s)
            metres.append(-1 if not allowed else OPEN if bound_m is None else bound_m)
        return seconds, metres

    def per_vehicle(self, ship: int) -> tuple[Ints, Ints]:
        """The bounds on the ride of `ship` in each vehicle: seconds, metres; −1 where it may not ride."""
        seconds = np.array([ride_s[ship] for _, (ride_s, _) in self.cold], dtype=np.int64)
        metres = np.array([ride_m[ship] for _, (_, ride_m) in self.cold], dtype=np.int64)
        return seconds[self.ride_class], metres[self.ride_class]

    def _able(self, ship: int) -> npt.NDArray[np.bool_]:
        """Per vehicle whether it could ever take `ship` (skills, cold, room)."""
        able = np.zeros(len(self.crews), dtype=bool)
        if ship in self.settled or not self.crews:
            return able
        if self.carrier[ship] >= 0:
            able[self.carrier[ship]] = True
            return able
        shipment = self.problem.shipments[ship]
        kind = self.compartment[self.pickup[ship]]
        able = self.per_vehicle(ship)[0] >= 0
        able &= (self.most[0, kind] >= shipment.grams) & (self.most[1, kind] >= shipment.crates)
        if shipment.skills:
            able &= np.array([shipment.skills <= skills for skills in self.skills], dtype=bool)
        return able


def _clipped(place: Place, ready_s: int | None) -> tuple[Span, ...]:
    """The windows of a place from `ready_s` on; an empty tuple means never."""
    spans: tuple[Span, ...] = tuple((w.start_s, w.end_s) for w in place.windows) or ALWAYS
    if ready_s is not None:
        spans = tuple((max(start, ready_s), end) for start, end in spans if end >= ready_s)
    return spans
