"""Threads at work side by side: each on the whole problem, or each on a part of its own.

Apart, a thread moves only the routes of its part, so that nothing is done twice: on large problems that is worth more
than several tries. Parts are cut anew every time, so no border stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from routing.engine.instance import Instance
from routing.engine.search.lane import Lane, Routes, Solution
from routing.engine.search.parting import Part, parts_of
from routing.engine.search.tables import tables_of

LEAST_SHIPMENTS = 250  # from so many on, parts of a problem are large enough to be searched apart …
LEAST_ROUTES = 8  # … if each thread has so many routes to move shipments between


@dataclass(frozen=True, slots=True)
class Put:
    """A solution put together from the parts, and its cents."""

    routes: Routes
    left: list[int]
    value: float


class Team:
    """The threads of a search, one lane each; a context manager that ends them."""

    def __init__(self, inst: Instance, seed: int, threads: int) -> None:
        self.tables = tables_of(inst)
        self.lanes = [Lane(self.tables, inst.settled, seed * 1000 + n) for n in range(max(1, threads))]
        self.pool = ThreadPoolExecutor(len(self.lanes))
        self.dice = np.random.default_rng(abs(seed))

    def __enter__(self) -> Team:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown()

    @property
    def leader(self) -> Lane:
        """The lane with the best solution."""
        return min(self.lanes, key=lambda lane: lane.value)

    @property
    def steps(self) -> int:
        """Steps taken by all threads together."""
        return sum(lane.steps for lane in self.lanes)

    def is_large(self, routes: Routes) -> bool:
        """Whether `routes` are better searched apart."""
        busy = sum(1 for tasks in routes if tasks)
        many = len(self.tables.ours) >= LEAST_SHIPMENTS and busy >= LEAST_ROUTES * len(self.lanes)
        return len(self.lanes) > 1 and many

    def together(self, work: Callable[[Lane], object]) -> list[object]:
        """Let every lane do `work`; what each returned."""
        return list(self.pool.map(work, self.lanes))

    def share(self, solution: Solution, closed: Collection[int] = ()) -> None:
        """Let every lane go on from `solution`."""
        for lane in self.lanes:
            lane.take(solution[0], closed)

    def apart(
        self, routes: Routes, left: Sequence[int], rows: Sequence[int], work: Callable[[Lane], object]
    ) -> tuple[Put, Put]:
        """Let every lane do `work` on a part of a solution of which the vehicles `rows` may be moved.

        What comes of it: the solution as it stands now, and the best met.
        """
        parts = parts_of(self.tables, routes, left, rows, len(self.lanes), self.dice)
        everyone = range(len(routes))

        def go(job: tuple[Lane, Part]) -> None:
            lane, part = job
            lane.take(routes, [at for at in everyone if at not in part.rows], set(left) - part.left)
            work(lane)

        list(self.pool.map(go, zip(self.lanes, parts, strict=True)))
        return self._put(routes, parts, best=False), self._put(routes, parts, best=True)

    def _put(self, routes: Routes, parts: Sequence[Part], *, best: bool) -> Put:
        whole = list(routes)
        cost = self.lanes[0].state.rows.row["cost"].copy()
        left: list[int] = []
        for lane, part in zip(self.lanes, parts, strict=True):
            own, own_left = lane.best() if best else lane.current()
            costs = lane.state.best_row["cost"] if best else lane.state.rows.row["cost"]
            for at in part.rows:
                whole[at] = own[at]
                cost[at] = costs[at]
            left += own_left
        return Put(whole, sorted(left), float(cost.sum() + self.tables.ship["worth"][left].sum()))
