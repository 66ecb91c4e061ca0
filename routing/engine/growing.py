"""An instance that takes one more shipment at its end, and lets it go again, without making its tables anew."""

from __future__ import annotations

from typing import Any

import numpy as np

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
        super().__init__(problem, like)
        self._rows = np.zeros((len(self.may) + SPARE_ROWS, len(self.crews)), dtype=bool)
        self._rows[: len(self.may)] = self.may
        self.may = self._rows[: len(self.may)]
        self._replaced: list[int | None] = []
        self.read = len(problem.shipments)  # shipments it was made with; those after it came one by one

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
        for cold, (ride_s, ride_m) in self.cold:
            seconds, metres = self._limits((shipment,), cold)
            ride_s += seconds
            ride_m += metres
        self.problem = with_shipment(self.problem, shipment)
        if number >= len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self.may = self._rows[: number + 1]
        self.may[number] = self._able(number)
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
        for _, (ride_s, ride_m) in self.cold:
            del ride_s[number:]
            del ride_m[number:]
        self.may = self._rows[:number]
        grown: Any = object.__new__(Problem)
        grown.__dict__.update(self.problem.__dict__, shipments=self.problem.shipments[:-1])
        self.problem = grown
