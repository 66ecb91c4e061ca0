"""The search as a whole: a first plan, the fleet lowered where vehicles count most, then annealing on every thread.

Threads meet at fixed points (shares of the time, or counts of steps): whoever lags goes on from the best found by all,
so a search stopped by steps gives the same plan for the same seed and number of threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from routing.engine.instance import Instance
from routing.engine.search.lane import Lane, Routes, Solution
from routing.engine.search.tables import NO_WAY, Small, tables_of

MEETINGS = 12  # how often threads compare while they anneal
FLEET_SHARE = 0.5  # of the time, for lowering the fleet where vehicles outweigh every distance
FLEET_PATIENCE = 0.15  # of the time, without one vehicle less, until it is given up
FLEET_MEETING_S = 0.25
FLEET_STEPS = 500  # between two meetings, when steps are counted
FLEET_HEAT = 0.1  # in mean cents per task: places are judged by who is missed, not by the way
HOT, COLD = 3.0, 0.02  # heat at the beginning and the end, in mean cents per task
WARM = 0.3  # share of the heat where the search begins from a plan people know


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: seconds from now, or steps of each thread; and whenever `cancelled()` says so."""

    seconds: float
    steps: int | None
    threads: int
    cancelled: Callable[[], bool]


Told = Callable[[str, float, int], None]
Gone = Callable[[], float]


class Drive:
    """One search from first plan to last; `run` returns the best solution found."""

    def __init__(self, inst: Instance, seed: int, limits: Limits, told: Told) -> None:
        self.began = time.perf_counter()
        self.limits = limits
        self.told = told
        self.tables = tables_of(inst)
        self.lanes = [Lane(self.tables, inst.settled, seed * 1000 + n) for n in range(max(1, limits.threads))]
        self.fleet_steps = 0
        if limits.steps is not None:
            self.fleet_steps = int(limits.steps * FLEET_SHARE)

    @property
    def steps(self) -> int:
        """Steps taken by all threads together."""
        return sum(lane.steps for lane in self.lanes)

    def run(self, warm: Routes | None) -> Solution:
        """Search from `warm`, or from nothing."""
        if not len(self.tables.ours) or not len(self.tables.crew):
            return self.lanes[0].best()
        self._first(warm)
        self._tell("first plan")
        with ThreadPoolExecutor(len(self.lanes)) as pool:
            if self._vehicles_first():
                self._lower_fleet(pool)
            self._anneal(pool, WARM if warm is not None else 1.0)
        return self._leader().best()

    def _gone_s(self) -> float:
        return time.perf_counter() - self.began

    def _over(self) -> bool:
        return self.limits.cancelled() or (self.limits.steps is None and self._gone_s() >= self.limits.seconds)

    def _leader(self) -> Lane:
        return min(self.lanes, key=lambda lane: lane.value)

    def _tell(self, phase: str) -> None:
        self.told(phase, self._leader().value, self.steps)

    def _first(self, warm: Routes | None) -> None:
        """A first plan in every lane: the given one filled up, or the best of several orders of insertion."""
        orders = self._orders()
        for number, lane in enumerate(self.lanes):
            if warm is not None and number == 0:
                lane.take(warm)
            lane.fill(orders[number % len(orders)])
        leader = self._leader()
        if warm is None and not self._over():
            # Another order now and then finds a much better beginning; it costs little.
            for order in orders[len(self.lanes) :]:
                trial = self.lanes[-1]
                kept = trial.best()[0], trial.value
                trial.take([[] for _ in kept[0]])
                trial.fill(order)
                if trial.value > kept[1]:
                    trial.take(kept[0])
            leader = self._leader()
        for lane in self.lanes:
            if lane.value > leader.value:
                lane.take(leader.best()[0])

    def _orders(self) -> list[Small]:
        """Orders of insertion: what closes early, what is worth most, what is open shortest."""
        tables = self.tables
        ours = tables.ours.astype(np.int64)
        ship = tables.ship[ours]
        drop = tables.task[tables.drops[ship["drop_from"]]]
        load = np.where(ship["pickup"] >= 0, ship["pickup"], 0)
        up = tables.task[load]
        width = np.minimum(up["closes"] - up["opens"], drop["closes"] - drop["opens"])
        keys = ((up["closes"],), (up["closes"], -ship["worth"]), (width,))
        aboard = ship["carrier"] < 0
        return [ours[np.lexsort((*key, aboard))].astype(np.int32) for key in keys]

    def _vehicles_first(self) -> bool:
        """Whether a vehicle less is worth more than any detour, and nothing may be left out for it."""
        crew, ship = self.tables.crew, self.tables.ship[self.tables.ours]
        legs = self.tables.cost[self.tables.cost < NO_WAY]
        longest = float(legs.max()) * 2 * len(ship) if legs.size else 0.0
        return bool(
            np.all(crew["fixed"] > longest / 100)
            and np.all(ship["worth"] > crew["fixed"].max())
            and not np.any(crew["under_way"])
            and self._leader().left == 0
        )

    def _lower_fleet(self, pool: ThreadPoolExecutor) -> None:
        """Close one vehicle after another and place its shipments elsewhere, until that takes too long."""
        routes = self._leader().best()[0]
        heat = FLEET_HEAT * self._usual()
        while (fewer := self._one_less(pool, routes, heat)) is not None:
            routes = fewer
        idle = [at for at, tasks in enumerate(routes) if not tasks]
        for lane in self.lanes:
            lane.take(routes, idle)
        self._tell("fewer vehicles")

    def _one_less(self, pool: ThreadPoolExecutor, routes: Routes, heat: float) -> Routes | None:
        """`routes` with one vehicle less, or None when none was found in the time for it."""
        if not self._close_one(routes):
            return None
        counted = self.limits.steps is not None
        until = min(self.limits.seconds * FLEET_SHARE, self._gone_s() + self.limits.seconds * FLEET_PATIENCE)
        while not self._over() and (self.fleet_steps > 0 if counted else self._gone_s() < until):
            count = min(FLEET_STEPS, self.fleet_steps) if counted else None
            self.fleet_steps -= count or 0
            meeting = min(until, self._gone_s() + FLEET_MEETING_S)

            def squeeze(lane: Lane, meeting: float = meeting, count: int | None = count) -> bool:
                return lane.squeeze(heat, lambda: self._over() or (not counted and self._gone_s() > meeting), count)

            if any(list(pool.map(squeeze, self.lanes))):
                winners = [lane for lane in self.lanes if not lane.left]
                return min(winners, key=lambda lane: float(lane.state.value[0])).current()[0]
        return None

    def _close_one(self, routes: Routes) -> bool:
        """Take the route that was missed least out of every lane; False when only one is left."""
        busy = [at for at, tasks in enumerate(routes) if tasks]
        if len(busy) < 2:
            return False
        missed = np.sum([lane.state.cargo["misses"] for lane in self.lanes], axis=0)
        weight = {at: (int(missed[self.tables.task["ship"][routes[at]]].sum()), len(routes[at])) for at in busy}
        victim = min(busy, key=lambda at: (weight[at], at))
        closed = [at for at in range(len(routes)) if at == victim or not routes[at]]
        for lane in self.lanes:
            lane.take([[] if at == victim else tasks for at, tasks in enumerate(routes)], closed)
        return True

    def _usual(self) -> float:
        """Cents of driving a task costs on average in the best solution."""
        leader = self._leader()
        routes = leader.best()[0]
        fixed = sum(float(self.tables.crew["fixed"][at]) for at, tasks in enumerate(routes) if tasks)
        fixed *= not np.all(self.tables.crew["is_out"])
        tasks = sum(len(tasks) for tasks in routes)
        driven = float(leader.state.best_row["cost"].sum()) - fixed
        return max(1e-6, driven / tasks) if tasks else 1.0

    def _anneal(self, pool: ThreadPoolExecutor, warmth: float) -> None:
        """Anneal every lane, meeting now and then; who lags goes on from the best."""
        usual = self._usual()
        hot, cold = HOT * usual * warmth, COLD * usual
        begins = self._gone_s()
        span = max(1e-6, self.limits.seconds - begins)
        steps = (
            None if self.limits.steps is None else max(0, self.limits.steps - max(lane.steps for lane in self.lanes))
        )

        def heat(share: float) -> float:
            return float(hot * (cold / hot) ** min(1.0, share))

        for meeting in range(MEETINGS):
            upto = (meeting + 1) / MEETINGS
            count = None if steps is None else steps * (meeting + 1) // MEETINGS - steps * meeting // MEETINGS

            def gone(meeting: int = meeting) -> float:
                if self.limits.cancelled():
                    return 1.0
                return (self._gone_s() - begins) / span if steps is None else meeting / MEETINGS

            def search(lane: Lane, upto: float = upto, count: int | None = count, gone: Gone = gone) -> None:
                lane.anneal(heat, upto, gone, count)

            if self.limits.cancelled() or (steps is None and gone() >= upto):
                continue
            list(pool.map(search, self.lanes))
            self._meet()
            self._tell("ruin and recreate")

    def _meet(self) -> None:
        leader = self._leader()
        for lane in self.lanes:
            if lane is not leader and lane.value > leader.value:
                lane.take(leader.best()[0], np.flatnonzero(lane.state.duty["closed"]).tolist())
