"""A public instance as the peers ask for it: one kind of vehicle, one place a task, one table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import routing
from routing.matrix import Grid


class Unsuitable(ValueError):
    """The problem has parts that this way of asking a peer cannot say."""


class Task:
    """The numbers of a public instance. Raises Unsuitable for a problem that says more than one."""

    def __init__(self, problem: routing.Problem) -> None:
        vehicles = problem.vehicles
        if not vehicles or len({(v.start, v.end, v.shift, v.compartments, v.profile) for v in vehicles}) != 1:
            raise Unsuitable("peers are asked about one kind of vehicle only")
        if len(vehicles[0].compartments) != 1 or any(len(shipment.deliveries) != 1 for shipment in problem.shipments):
            raise Unsuitable("peers are asked about one compartment and one delivery place only")
        self.problem = problem
        self.index = {site.id: at for at, site in enumerate(problem.sites)}
        self.capacity = vehicles[0].compartments[0].grams
        self.end = vehicles[0].end or vehicles[0].start
        matrix = problem.matrices[vehicles[0].profile]
        self.metres: Grid = matrix.metres
        self.seconds: Grid = matrix.seconds
        # What a vehicle costs in units of distance: what the instance says, where it says more than nothing.
        per_metre = vehicles[0].per_km_cents / 1000
        self.above_all = int(vehicles[0].fixed_cents / per_metre) if per_metre and vehicles[0].fixed_cents else 10**9

    def length(self, routes: Sequence[Sequence[str]]) -> int:
        """Sum of the metres of all legs, from and to the depot."""
        first, last = self.index[self.problem.vehicles[0].start], self.index[self.end]
        total = 0
        for route in routes:
            stops = [first, *(self.index[site] for site in route), last]
            total += sum(int(self.metres[here, there]) for here, there in pairwise(stops))
        return total


def costs_before(task: Task, one: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> bool:
    """Whether `one` is better: fewer vehicles, then less distance."""
    return (len(one), task.length(one)) < (len(other), task.length(other))
