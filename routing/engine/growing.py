"""An instance that takes one more shipment at its end, and lets it go again, without making its tables anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from routing.engine.instance import Instance, _clipped
from routing.problem import Problem
from routing.shipment import Shipment

SPARE_ROWS = 32  # rows of `may` kept ready for shipments to come


def with_shipment(problem: Problem, shipment: Shipment) -> Problem:
    """`problem` with `shipment` at the end, not checked again.

    The caller vouches that the shipment's sites are known and that nothing but it has its id.
    """
    grown: Any = object.__new__(Problem)
    grown.__dict__.update(problem.__dict__, shipments=(*problem.shipments, shipment))
    checked: Problem = grown
    return checked


class GrowingInstance(Instance):
    """The numbers of a problem, its last shipments coming and going; sites and vehicles stay."""

    def __init__(self, problem: Problem, like: GrowingInstance | None = None) -> None:
        """`like`: an instance of the same sites and vehicles, whose tables of ways are used instead of new ones."""
        self._like = like
        super().__init__(problem)
        if like is not None:
            for crew, other in zip(self.crews, like.crews, strict=True):
                crew.metres, crew.seconds = other.metres, other.seconds
        self._like = None
        crews, vehicles = self.crews, problem.vehicles
        # Vehicles with the same cold equipment share their lists of ride bounds, so each list grows once.
        self._cold: list[tuple[Any, list[int], list[int]]] = []
        classes: dict[int, int] = {}
        for crew, vehicle in zip(crews, vehicles, strict=True):
            if id(crew.ride_s) not in classes:
                classes[id(crew.ride_s)] = len(self._cold)
                rooms = [vehicle.compartment(kind) for kind in self.kinds]
                self._cold.append((tuple(room.cold if room else None for room in rooms), crew.ride_s, crew.ride_m))
        self.ride_class = np.array([classes[id(crew.ride_s)] for crew in crews], dtype=np.intp)
        most = [[min(room[at], crew.payload[at]) for room in crew.room] for at in (0, 1) for crew in crews]
        # Compartment × vehicle: the largest shipment it could take.
        self._most = np.array(most, dtype=np.int64).reshape(2, len(crews), len(self.kinds)).transpose(0, 2, 1)
        self._skills = [vehicle.skills for vehicle in vehicles]
        self._rows = np.zeros((len(self.may) + SPARE_ROWS, len(crews)), dtype=bool)
        self._rows[: len(self.may)] = self.may
        self.may = self._rows[: len(self.may)]
        self._replaced: list[int | None] = []
        self.read = len(problem.shipments)  # shipments it was made with; those after it came one by one

    def _tables(self, profile: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        if self._like is None:
            return super()._tables(profile)
        at = self._like.profiles.index(profile)
        return self._like.metres_table[at], self._like.seconds_table[at]

    def push(self, shipment: Shipment) -> int:
        """Add `shipment`, nothing promised and loaded nowhere; its number. Its sites must be known."""
        number = len(self.pickup)
        spans = _clipped(shipment.pickup, shipment.ready_s)
        self.pickup.append(self._task(number, shipment, shipment.pickup, spans, True))
        self.deliveries.append(
            tuple(self._task(number, shipment, d, _clipped(d, None), False) for d in shipment.deliveries)
        )
        self.promise.append(None)
        weights = self.weights
        self.worth.append(float(weights.value * shipment.value + (weights.mandatory if shipment.mandatory else 0)))
        self._replaced.append(self.number.get(shipment.id))
        self.number[shipment.id] = number
        self.carrier.append(-1)
        for cold, ride_s, ride_m in self._cold:
            seconds, metres = self._limits((shipment,), cold)
            ride_s += seconds
            ride_m += metres
        self._allow(number, shipment)
        self.problem = with_shipment(self.problem, shipment)
        return number

    def pop(self) -> None:
        """Let the last shipment go."""
        number = len(self.pickup) - 1
        first = self.pickup.pop()
        self.deliveries.pop()
        for of_task in (self.site, self.service, self.ship, self.compartment, self.grams, self.crates):
            del of_task[first:]
        del self.windows[first:], self.loads[first:], self.place[first:]
        del self.promise[number:], self.worth[number:], self.carrier[number:]
        before = self._replaced.pop()
        shipment = self.problem.shipments[-1].id
        if before is None:
            del self.number[shipment]
        else:
            self.number[shipment] = before
        for _, ride_s, ride_m in self._cold:
            del ride_s[number:]
            del ride_m[number:]
        self.may = self._rows[:number]
        grown: Any = object.__new__(Problem)
        grown.__dict__.update(self.problem.__dict__, shipments=self.problem.shipments[:-1])
        self.problem = grown

    def per_vehicle(self, ship: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The bounds on the ride of `ship` in each vehicle: seconds, metres."""
        seconds = np.array([ride_s[ship] for _, ride_s, _ in self._cold], dtype=np.int64)
        metres = np.array([ride_m[ship] for _, _, ride_m in self._cold], dtype=np.int64)
        return seconds[self.ride_class], metres[self.ride_class]

    def _allow(self, number: int, shipment: Shipment) -> None:
        """The row of `may` of a new shipment."""
        if number >= len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self.may = self._rows[: number + 1]
        if not self.crews:
            return
        kind = self.compartment[self.pickup[number]]
        row = self.per_vehicle(number)[0] >= 0
        row &= (self._most[0, kind] >= shipment.grams) & (self._most[1, kind] >= shipment.crates)
        if shipment.skills:
            row &= np.array([shipment.skills <= skills for skills in self._skills], dtype=bool)
        self._rows[number] = row
