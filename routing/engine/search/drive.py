"""The search as a whole: a first plan, the fleet lowered where vehicles count most, then annealing on every thread.

Threads meet at fixed points (shares of the time, or counts of steps), so a search stopped by steps gives the same plan
for the same seed and number of threads. A small problem is searched whole by each, and who lags goes on from the best;
of a large one each searches a part.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from routing.engine.instance import Instance
from routing.engine.search.clock import Clock, Limits
from routing.engine.search.fleet import Fleet
from routing.engine.search.lane import Lane, Routes, Solution
from routing.engine.search.pool import Pool
from routing.engine.search.tables import NO_WAY, Small
from routing.engine.search.team import Put, Team

TRIED = 600  # up to so many shipments every order of insertion is tried for a first plan
MEETINGS = 12  # how often threads compare while they anneal the whole
CUTS = 120  # how often a large problem is parted anew
LONG = 30  # tasks of a route, on average, from which on shipments may be left out on the way …
DEAR = 10.0  # … at so many mean cents per task each, at first …
UNTIL = 0.7  # … up to this share of the annealing
ALONE = 0.35  # share before which no thread goes on from another's best then: two tries find more
HOT, COLD = 3.0, 0.02  # heat at the beginning and the end, in mean cents per task
RECOMBINED = (0.5, 0.75, 1.0)  # shares of the annealing after which the routes met on the way are recombined …
NOTED = 0.3  # share of the annealing before which routes are not worth remembering
RECOMBINING = 0.02  # … each time for so much of the time at most
WARM = 0.3  # share of the heat where the search begins from a plan people know

Told = Callable[[str, float, int], None]


class Drive:
    """One search from first plan to last; `run` returns the best solution found, `value` its cents."""

    def __init__(self, inst: Instance, seed: int, limits: Limits, told: Told) -> None:
        self.clock = Clock(limits)
        self.limits = limits
        self.told = told
        self.team = Team(inst, seed, limits.threads)
        self.tables = self.team.tables
        self.value = self.team.leader.value
        self.pool = Pool(self.tables)
        self.closed: list[int] = []

    @property
    def steps(self) -> int:
        """Steps taken by all threads together."""
        return self.team.steps

    def run(self, warm: Routes | None) -> Solution:
        """Search from `warm`, or from nothing."""
        with self.team as team:
            if not len(self.tables.ours) or not len(self.tables.crew):
                return team.leader.best()
            self._first(warm)
            self._tell("first plan", team.leader.value)
            if self._vehicles_first():
                routes = Fleet(team, self.clock, self._usual()).lower(team.leader.best()[0], self._tell_fewer)
                if not self.tables.mixed:
                    self.closed = [at for at, tasks in enumerate(routes) if not tasks]
                team.share((routes, []), self.closed)
            best = self._anneal(WARM if warm is not None else 1.0)
        self.value = best.value
        return best.routes, best.left

    def _tell(self, phase: str, value: float) -> None:
        self.told(phase, value, self.steps)

    def _tell_fewer(self) -> None:
        self._tell("fewer vehicles", self.team.leader.value)

    def _first(self, warm: Routes | None) -> None:
        """A first plan in every lane: the given one filled up, or the best of several orders of insertion."""
        lanes, orders = self.team.lanes, self._orders()
        if warm is not None and not lanes[0].take(warm):
            lanes[0].take([[] for _ in warm])
        own = dict(zip(lanes, range(len(lanes)), strict=True))
        self.team.together(lambda lane: lane.fill(orders[own[lane] % len(orders)], self.clock))
        if warm is None and len(self.tables.ours) <= TRIED and not self.clock.over():
            # Another order now and then finds a much better beginning; it costs little.
            for order in orders[len(lanes) :]:
                trial = lanes[-1]
                kept = trial.best()[0], trial.value
                trial.take([[] for _ in kept[0]])
                trial.fill(order, self.clock)
                if trial.value > kept[1]:
                    trial.take(kept[0])
        leader = self.team.leader
        for lane in lanes:
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
        cost = self.tables.way["cost"]
        legs = cost[cost < NO_WAY]
        longest = float(legs.max()) if legs.size else 0.0
        # One vehicle less seldom costs a hundredth of all driving there could be, or more than so many longest ways.
        detour = max(longest * 2 * len(ship) / 100, 20 * longest)
        return bool(
            np.all(crew["fixed"] > detour)
            and np.all(ship["worth"] > crew["fixed"].max())
            and not np.any(crew["under_way"])
            and self.team.leader.left == 0
        )

    def _usual(self) -> float:
        """Cents of driving a task costs on average in the best solution."""
        leader = self.team.leader
        routes = leader.best()[0]
        # Of vehicles that are out already the fixed cost is spent, and no part of what a route costs.
        sent = np.array([bool(tasks) for tasks in routes]) & (self.tables.crew["is_out"] == 0)
        fixed = float(self.tables.crew["fixed"][sent].sum())
        tasks = sum(len(tasks) for tasks in routes)
        driven = float(leader.state.best_row["cost"].sum()) - fixed
        return max(1e-6, driven / tasks) if tasks else 1.0

    def _are_long(self, routes: Routes) -> bool:
        busy = [len(tasks) for tasks in routes if tasks]
        return sum(busy) >= LONG * max(1, len(busy))

    def _anneal(self, warmth: float) -> Put:
        """Anneal every lane, meeting now and then; the best solution of all."""
        usual = self._usual()
        hot, cold = HOT * usual * warmth, COLD * usual
        begins = self.clock.gone_s()
        recombining = 0.0 if self.clock.counted else RECOMBINING * self.limits.seconds
        span = max(1e-6, self.limits.seconds - begins - recombining)
        lanes = self.team.lanes
        counted = self.limits.steps
        steps = None if counted is None else max(0, counted - max(lane.steps for lane in lanes))
        routes, left = self.team.leader.best()
        best = now = Put(routes, left, self.team.leader.value)
        large = self.team.is_large(routes)
        loose = not large and self._vehicles_first() and self._are_long(routes)
        if loose:
            for lane in lanes:
                lane.loosen(DEAR * usual, UNTIL)
        closed = set(self.closed)
        rows = [at for at in range(len(routes)) if at not in closed]
        meetings = CUTS if large else MEETINGS
        behind = 0.0

        def heat(share: float) -> float:
            return float(hot * (cold / hot) ** min(1.0, share))

        for meeting in range(meetings):
            upto = (meeting + 1) / meetings
            count = None if steps is None else steps * (meeting + 1) // meetings - steps * meeting // meetings

            def gone(meeting: int = meeting) -> float:
                if self.limits.cancelled():
                    return 1.0
                return (self.clock.gone_s() - begins) / span if steps is None else meeting / meetings

            def search(lane: Lane, upto: float = upto, count: int | None = count) -> None:
                lane.anneal(heat, upto, gone, count, noting=recombining > 0 and upto > NOTED)

            if self.limits.cancelled() or (steps is None and gone() >= upto):
                continue
            if loose and meeting >= UNTIL * meetings:
                loose = False
                for lane in lanes:
                    lane.tighten()
                    lane.take(lane.best()[0], self.closed)
            if large:
                now, met = self.team.apart(now.routes, now.left, rows, search)
                best = min(best, met, key=lambda put: put.value)
            else:
                self.team.together(search)
                leader = self.team.leader
                for lane in lanes:
                    if (not loose or upto > ALONE) and lane.value > leader.value:
                        lane.take(leader.best()[0], self.closed)
                best = Put(*leader.best(), leader.value)
            if recombining and any(behind < share <= upto for share in RECOMBINED):
                better = self._recombined(best, recombining)
                if better.value < best.value:
                    best = now = better
                    if not large:
                        self.team.share((best.routes, best.left), self.closed)
            behind = upto
            self._tell("ruin and recreate", best.value)
        return best

    def _recombined(self, best: Put, seconds: float) -> Put:
        """The cheapest choice of routes met on the way, or `best`.

        Its limit is a time, so it has no place in a search stopped by steps, which is to repeat itself.
        """
        pool, first = self.pool, self.team.lanes[0]
        for lane in self.team.lanes:
            for at, tasks, cost in lane.met:
                pool.meet(at, tasks, cost)
            lane.met.clear()
        first.take(best.routes, self.closed)
        pool.add(best.routes, first.state.rows.row["cost"].tolist(), self.closed)
        found = pool.recombine(best.routes, best.left, best.value, seconds, self.limits.cancelled)
        if found is None:
            return best
        if not first.take(found, self.closed):
            first.take(best.routes, self.closed)
            return best
        self.told("recombined", min(best.value, first.value), self.steps)
        return Put(*first.best(), first.value)
