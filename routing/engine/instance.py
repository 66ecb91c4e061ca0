"""A problem as the engines read it: numbers instead of ids, one flat travel table per profile.

A *task* is one handling (load or unload of one shipment). A vehicle with a state begins where its executed and
frozen stops leave it (its *head*, projected once); engines only choose what comes after.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np

from routing.kinds import ColdEquipment, Temperature
from routing.objective import Weights
from routing.problem import Problem
from routing.shipment import Place, Promise, Shipment

FAR = 10**9  # seconds or metres of a way that does not exist; larger than any shift
OPEN = 2**52
ALWAYS = ((-OPEN, OPEN),)
Span = tuple[int, int]


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
    metres: array[int]
    seconds: array[int]
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

    def __init__(self, problem: Problem) -> None:
        from routing.engine.head import Head, project  # the head is timed with the tables built here

        self.problem = problem
        self.weights: Weights = problem.weights
        self.index = {site.id: at for at, site in enumerate(problem.sites)}
        self.nowhere = len(problem.sites)
        self.size = self.nowhere + 1
        self.stop_s = [site.stop_s for site in problem.sites] + [0]
        self.profiles = sorted({vehicle.profile for vehicle in problem.vehicles})
        tables = [self._tables(profile) for profile in self.profiles]
        self.metres_table = [table[0] for table in tables]
        self.seconds_table = [table[1] for table in tables]
        flat = [(array("q", m.tobytes()), array("q", s.tobytes())) for m, s in tables]
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
        self.may = self._may()

    def _tables(self, profile: str) -> tuple[np.ndarray, np.ndarray]:
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

    def _may(self) -> np.ndarray:
        """Table shipment × vehicle: whether the vehicle could ever take it (skills, cold, room), as uint8."""
        shipments, vehicles = self.problem.shipments, self.problem.vehicles
        may = np.zeros((len(shipments), len(vehicles)), dtype=bool)
        for k, shipment in enumerate(shipments):
            if k in self.settled:
                continue
            if self.carrier[k] >= 0:
                may[k, self.carrier[k]] = True
                continue
            kind = self.compartment[self.pickup[k]]
            for crew, vehicle in zip(self.crews, vehicles, strict=True):
                grams, crates = crew.room[kind]
                may[k, crew.number] = (
                    shipment.skills <= vehicle.skills
                    and crew.ride_s[k] >= 0
                    and shipment.grams <= min(grams, crew.payload[0])
                    and shipment.crates <= min(crates, crew.payload[1])
                )
        return may


def _clipped(place: Place, ready_s: int | None) -> tuple[Span, ...]:
    """The windows of a place from `ready_s` on; an empty tuple means never."""
    spans: tuple[Span, ...] = tuple((w.start_s, w.end_s) for w in place.windows) or ALWAYS
    if ready_s is not None:
        spans = tuple((max(start, ready_s), end) for start, end in spans if end >= ready_s)
    return spans
