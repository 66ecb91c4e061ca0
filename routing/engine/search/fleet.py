"""Fewer vehicles: one after another is closed and its shipments placed elsewhere, judged by the absence counters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from routing.engine.search.clock import Clock
from routing.engine.search.lane import Lane, Routes
from routing.engine.search.team import Team

SHARE = 0.5  # of the time, for lowering the fleet where vehicles outweigh every distance
PATIENCE = 0.15  # of the time, without one vehicle less, until it is given up
MEETING_S = 0.1
STEPS = 200  # between two meetings, when steps are counted
HEAT = 0.1  # in mean cents per task: places are judged by who is missed, not by the way


class Fleet:
    """The vehicles of a solution that keeps everything aboard, being lowered in number."""

    def __init__(self, team: Team, clock: Clock, usual: float) -> None:
        self.team = team
        self.clock = clock
        self.heat = HEAT * usual
        self.steps = 0 if clock.limits.steps is None else int(clock.limits.steps * SHARE)

    def lower(self, routes: Routes, told: Callable[[], None]) -> Routes:
        """`routes` with as few vehicles as were found in the time for it; `told` after each."""
        while (fewer := self._one_less(routes)) is not None:
            routes = fewer
            self.team.share((routes, []), [at for at, tasks in enumerate(routes) if not tasks])
            told()
        return routes

    def _one_less(self, routes: Routes) -> Routes | None:
        """`routes` with one vehicle less, or None when none was found in the time for it."""
        busy = [at for at, tasks in enumerate(routes) if tasks]
        if len(busy) < 2:
            return None
        victim = self._least_missed(routes, busy)
        left = sorted(set(self.team.tables.task["ship"][routes[victim]].tolist()))
        routes = [[] if at == victim else tasks for at, tasks in enumerate(routes)]
        rows = [at for at in busy if at != victim]
        if self.team.is_large(routes):
            return self._apart(routes, left, rows)
        closed = [at for at, tasks in enumerate(routes) if not tasks]
        self.team.share((routes, left), closed)
        until = self._until()
        while self._go_on(until):
            if any(self.team.together(self._squeezing(until))):
                winners = [lane for lane in self.team.lanes if not lane.left]
                return min(winners, key=lambda lane: float(lane.state.value[0])).current()[0]
        return None

    def _apart(self, routes: Routes, left: list[int], rows: list[int]) -> Routes | None:
        until = self._until()
        while self._go_on(until):
            now, _ = self.team.apart(routes, left, rows, self._squeezing(until))
            routes, left = now.routes, now.left
            misses = np.max([lane.state.cargo["misses"] for lane in self.team.lanes], axis=0)
            for lane in self.team.lanes:
                lane.state.cargo["misses"] = misses
            if not left:
                return routes
        return None

    def _until(self) -> float:
        """When one vehicle less is given up: seconds of the clock."""
        seconds = self.clock.limits.seconds
        return min(seconds * SHARE, self.clock.gone_s() + seconds * PATIENCE)

    def _go_on(self, until: float) -> bool:
        if self.clock.over():
            return False
        return self.steps > 0 if self.clock.counted else self.clock.gone_s() < until

    def _squeezing(self, until: float) -> Callable[[Lane], bool]:
        """What a lane does until the next meeting."""
        counted = self.clock.counted
        count = min(STEPS, self.steps) if counted else None
        self.steps -= count or 0
        meeting = min(until, self.clock.gone_s() + MEETING_S)

        def squeeze(lane: Lane) -> bool:
            return lane.squeeze(
                self.heat, lambda: self.clock.over() or (not counted and self.clock.gone_s() > meeting), count
            )

        return squeeze

    def _least_missed(self, routes: Routes, busy: list[int]) -> int:
        """The vehicle whose shipments were left out least."""
        missed = np.sum([lane.state.cargo["misses"] for lane in self.team.lanes], axis=0)
        weight = {at: (int(missed[self.team.tables.task["ship"][routes[at]]].sum()), len(routes[at])) for at in busy}
        return min(busy, key=lambda at: (weight[at], at))
