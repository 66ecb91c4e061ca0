"""One thread of the search: its solution, its heat, and the chunks of compiled work it does between two looks up."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Sequence

import numpy as np

from routing.engine.search.clock import Clock
from routing.engine.search.gaps import begin
from routing.engine.search.recreate import ABSENCE, COST
from routing.engine.search.ruin import Style
from routing.engine.search.state import State, held, hold, new_state
from routing.engine.search.steps import run
from routing.engine.search.tables import Small, Tables

Routes = list[list[int]]
Solution = tuple[Routes, list[int]]

NOTHING: Small = np.zeros(0, dtype=np.int32)
LOOK_UP_S = 0.03  # a thread looks at the clock, and whether it is cancelled, about this often
FIXED_STEPS = 50  # steps between two looks when they are counted
# Small ruins mend, large ones rearrange: each chunk of steps takes one of these (tasks removed, longest string).
RUINS = ((6.0, 10.0), (10.0, 10.0), (20.0, 20.0), (15.0, 40.0))
LOOSE = 0.01  # share of the shipments that may be left out on the way where that is allowed, falling to none …
DEARER, CHEAPER = 1.05, 0.98  # … by what leaving out one costs, changed after each chunk
LONGEST_ROW = 1024  # tasks a route may have


class Lane:
    """A solution being searched by one thread; lanes share nothing but the tables."""

    def __init__(self, tables: Tables, settled: set[int], seed: int) -> None:
        self.tables = tables
        self.length = min(2 * len(tables.ship) + 2, LONGEST_ROW)
        self.state: State = new_state(tables, settled, seed, self.length)
        self.steps = 0
        self.pace = 1  # until it is known how long a step takes
        self.seen = np.zeros(len(tables.crew), dtype=np.int64)
        self.dear = math.inf
        self.until = 0.0
        self.most = float(tables.ship["worth"].max(initial=0.0))
        self.met: list[tuple[int, list[int], float]] = []
        begin(self.tables, self.state)

    @property
    def value(self) -> float:
        """Cents of the best solution met."""
        return float(self.state.value[1])

    @property
    def left(self) -> int:
        """How many shipments the current solution leaves out."""
        return int(self.state.left[0])

    def best(self) -> Solution:
        """The best solution met: tasks per vehicle, and what it leaves out."""
        return held(self.state)

    def current(self) -> Solution:
        """The solution as it stands."""
        rows = self.state.rows
        sizes = rows.row["size"].tolist()
        routes = [rows.node["task"][at, 1 : size + 1].tolist() for at, size in enumerate(sizes)]
        return routes, sorted(self.state.left[1 : self.left + 1].tolist())

    def take(self, routes: Sequence[Sequence[int]], closed: Collection[int] = (), others: Collection[int] = ()) -> bool:
        """Go on from `routes`, the vehicles `closed` staying as they are and nobody placing `others`, left out.

        False when a route cannot be kept.
        """
        hold(self.tables, self.state, routes, closed, others)
        return begin(self.tables, self.state)

    def fill(self, order: Small, clock: Clock) -> None:
        """Place the shipments of `order` one after another where they are cheapest, until it is late by the `clock`."""
        style, at, size = Style(COST, *RUINS[1], 0.0, 0.0, math.inf), 0, FIXED_STEPS if clock.counted else 1
        while at < len(order) and not clock.late():
            began = time.perf_counter()
            run(self.tables, self.state, style, order[at : at + size], 0, 1.0, 1.0)
            at += size
            # Sums differ in their last bits by how they are cut, so a search that is to repeat itself cuts alike.
            size = size if clock.counted else _fitted(size, time.perf_counter() - began)

    def note(self) -> None:
        """Add the routes that are new since the last time to `met`: vehicle, tasks, cents."""
        row, node = self.state.rows.row, self.state.rows.node
        for at in np.flatnonzero(row["stamp"] != self.seen).tolist():
            if size := int(row["size"][at]):
                self.met.append((at, node["task"][at, 1 : size + 1].tolist(), float(row["cost"][at])))
        self.seen[:] = row["stamp"]

    def anneal(
        self,
        heat: Callable[[float], float],
        upto: float,
        gone: Callable[[], float],
        count: int | None,
        noting: bool = False,
    ) -> None:
        """Search while `gone()`, the share of the way behind, is below `upto`, or for `count` steps.

        `heat` gives the cents at which a loss is accepted with probability 1/e, from the share of the way. `noting`:
        the routes on the way are kept in `met`.
        """
        first, share = self.steps, gone()
        while self.state.mine[0] and (
            (count is None and share < upto) or (count is not None and self.steps - first < count)
        ):
            size = self.pace if count is None else min(FIXED_STEPS, count - (self.steps - first))
            began = time.perf_counter()
            removed, longest = RUINS[(self.steps // FIXED_STEPS) % len(RUINS)]
            from_left = 0.25 if self.left else 0.0
            warm = heat(share)
            style = Style(COST, removed, longest, from_left, 0.01, self.dear)
            run(self.tables, self.state, style, NOTHING, size, warm, warm)
            self._priced(share, warm)
            self._paced(size, time.perf_counter() - began)
            share = gone()
            if noting:
                self.note()

    def squeeze(self, heat: float, over: Callable[[], bool], count: int | None) -> bool:
        """Try to place what is left out by letting the least missed give way; True once nothing is left out."""
        first = self.steps
        while self.left and not over() and (count is None or self.steps - first < count):
            size = self.pace if count is None else min(FIXED_STEPS, count - (self.steps - first))
            began = time.perf_counter()
            run(self.tables, self.state, Style(ABSENCE, 10.0, 10.0, 0.5, 0.01, math.inf), NOTHING, size, heat, heat)
            self._paced(size, time.perf_counter() - began)
        return not self.left

    def loosen(self, dear: float, until: float) -> None:
        """Let shipments be left out on the way, at `dear` cents each to begin with, until the share `until` of it.

        Where vehicles are few and full, whole plans lie too far apart to get from one to a better one by small steps
        that leave nothing out. The best is still only what leaves out nothing.
        """
        self.dear, self.until = dear, until

    def tighten(self) -> None:
        """Let nothing more be left out on the way."""
        self.dear = math.inf

    def _priced(self, share: float, heat: float) -> None:
        """Make leaving out dearer while more is left out than there should be at `share` of the way, else cheaper."""
        if self.dear < math.inf:
            enough = LOOSE * float(self.state.mine[0]) * max(0.0, 1.0 - share / self.until)
            dear = self.dear * (DEARER if self.left > enough else CHEAPER)
            self.dear = max(2.0 * heat, min(dear, self.most))

    def _paced(self, size: int, took: float) -> None:
        """Count the steps taken, of `size` asked for, and fit the next chunk to the clock."""
        taken = int(self.state.counter[1]) - self.steps
        self.steps += taken
        if taken == size:
            self.pace = _fitted(size, took)


def _fitted(size: int, took: float) -> int:
    """How much to do until the next look at the clock, when so much `took` so many seconds."""
    return max(1, min(4 * size, round(size * LOOK_UP_S / max(took, 1e-6))))
