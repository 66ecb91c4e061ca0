"""One route in outline: how early each gap can be left, by how much its rides may grow, what follows a place in it.

A place that passes the look over all gaps often fails by what comes after it: a window missed, a ride come out too
long, a pause that is due, people who were told another moment. All this is bounded from below by one walk through what
follows the place, which ends where the delay has been waited off, and takes a tenth of what timing the order takes.

Each moment of the walk is two: the earliest before the first pause, and the earliest after one pause or more (which is
why later pauses are not seen). A crew that has not left may leave later and counts as rested then; of its pauses
nothing is known, and it has the first moment only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from routing.engine.instance import Crew, Instance, Span
from routing.engine.moments import NO_RIDE
from routing.engine.route import Route

NEVER = 2**60
Both = tuple[int, int]  # the earliest before the first pause, and after one; NEVER where there is none
Step = tuple[int, tuple[Span, ...], int, int]  # seconds to a task, its windows, its handling, its latest free start


class Outline:
    """The route of one crew as it is, and what another shipment would do to it at least."""

    def __init__(self, inst: Instance, crew: Crew, route: Route) -> None:
        self.inst, self.crew = inst, crew
        self.late_s, self.pause_s = NEVER - 1, NEVER  # until when to work before the first pause; how long that is
        if crew.pause is not None and crew.started_s is not None and crew.rested_s is not None:
            self.late_s, self.pause_s = crew.rested_s + crew.pause[0], crew.pause[1]
        self.sites = [crew.site, *(inst.site[task] for task in route.tasks), crew.end]
        self.steps: list[Step] = []
        here = crew.site
        for task in route.tasks:
            leg = crew.seconds[here * crew.size + inst.site[task]]
            self.steps.append((leg, inst.windows[task], inst.service[task], _calm_until(inst, task)))
            here = inst.site[task]
        self.home_s = crew.seconds[here * crew.size + crew.end]
        self.leave: list[Both] = [(crew.free_s, NEVER)]  # before each gap: when what lies before it can be left
        for leg, spans, service, _ in self.steps:
            self.leave.append(self._done(self.leave[-1], leg, spans, service))
        self.end_s = self._back(self.leave[-1], self.home_s)
        # How long what is aboard may still ride its windows tell, but not how far.
        aboard = {ship: metres for ship, (_, metres) in crew.since.items()}
        self.metres = _Rides(self, crew.metres, route.tasks, crew.ride_m, [0] * len(route.tasks), aboard)
        handling = [inst.service[task] for task in route.tasks]
        self.seconds = _Rides(self, crew.seconds, route.tasks, crew.ride_s, handling, {})

    def _done(self, moment: Both, leg_s: int, spans: tuple[Span, ...], service_s: int) -> Both:
        """When a task so far away is done at the earliest."""
        before, after = moment[0] + leg_s, moment[1] + leg_s
        if before + self.pause_s < after:
            after = before + self.pause_s
        fresh = rested = NEVER
        for opens, closes in spans:
            if before <= closes:
                fresh = (before if before > opens else opens) + service_s
                if fresh > self.late_s:
                    fresh = NEVER
                break
        if after < NEVER:
            for opens, closes in spans:
                if after <= closes:
                    rested = (after if after > opens else opens) + service_s
                    break
        return fresh, rested

    def _back(self, moment: Both, leg_s: int) -> int:
        """When the crew is back at the earliest; NEVER when that is too late."""
        end = moment[0] + leg_s
        if end > self.late_s:
            end = min(end + self.pause_s, moment[1] + leg_s)
        return end if end <= self.crew.shift_end_s else NEVER

    def with_more(self, load: int, drop: int, tasks: tuple[int, int], room: float) -> tuple[int, float] | None:
        """With this loading and unloading in the gaps `load` and `drop`: the earliest end, the least change in cents.

        The change is what is felt after the loading. None when it cannot be done, or the change alone reaches `room`.
        """
        inst, seconds, size, sites, steps = self.inst, self.crew.seconds, self.crew.size, self.sites, self.steps
        up, down = inst.site[tasks[0]], inst.site[tasks[1]]
        first_s, then_s = inst.service[tasks[0]], inst.service[tasks[1]]
        if self.metres.too_long(load, drop, (up, down), (0, 0)):
            return None
        if self.seconds.too_long(load, drop, (up, down), (first_s, then_s)):
            return None
        inward, onward = seconds[sites[load] * size + up], seconds[down * size + sites[drop + 1]]
        between = seconds[up * size + (down if load == drop else sites[load + 1])]
        change, weight = 0.0, inst.weights.shifted_minute / 60
        moment = self._done(self.leave[load], inward, inst.windows[tasks[0]], first_s)
        if load < drop:
            for at in range(load, drop):
                leg, spans, service, calm = steps[at]
                moment = self._done(moment, between if at == load else leg, spans, service)
                change += weight * max(0, min(moment) - service - calm)
            between = seconds[sites[drop] * size + down]
        moment = self._done(moment, between, inst.windows[tasks[1]], then_s)
        for at in range(drop, len(steps)):
            leg, spans, service, calm = steps[at]
            moment = self._done(moment, onward if at == drop else leg, spans, service)
            if moment == self.leave[at + 1]:
                return self.end_s, change
            over = min(moment) - service - calm
            if over > 0:
                change += weight * over
                if change >= room:
                    return None
        end = self._back(moment, onward if drop == len(steps) else self.home_s)
        return None if end == NEVER else (end, change)


class _Rides:
    """By how much, in seconds or metres, each gap of a route may grow before a ride across it is too long."""

    def __init__(
        self,
        outline: Outline,
        table: Sequence[int],
        tasks: tuple[int, ...],
        bounds: Sequence[int],
        handling: Sequence[int],
        aboard: Mapping[int, int],
    ) -> None:
        """`handling`: what each task itself takes; `aboard`: shipments loaded before, and how far they came already."""
        inst, self.size = outline.inst, outline.crew.size
        self.sites, self.table = outline.sites, table
        self.legs = [table[here * self.size + there] for here, there in pairwise(self.sites)]
        self.slack = [NEVER] * len(self.legs)
        gone = 0
        begun = {ship: (0, -ridden) for ship, ridden in aboard.items()}  # the first gap of its ride, what was gone then
        for at, task in enumerate(tasks):
            gone += self.legs[at]
            ship = inst.ship[task]
            if inst.loads[task]:
                begun[ship] = (at + 1, gone + handling[at])
            elif 0 <= bounds[ship] < NO_RIDE and ship in begun:
                gap, since = begun[ship]
                left = bounds[ship] - (gone - since)
                self.slack[gap : at + 1] = [min(left, other) for other in self.slack[gap : at + 1]]
            gone += handling[at]
        self.bounded = min(self.slack) < NEVER

    def too_long(self, load: int, drop: int, at: tuple[int, int], handled: tuple[int, int]) -> bool:
        """Whether a ride is too long with a loading and an unloading at these sites in these gaps."""
        if not self.bounded:
            return False
        table, size, sites, (up, down) = self.table, self.size, self.sites, at
        inward, onward = table[sites[load] * size + up], table[down * size + sites[drop + 1]]
        if load == drop:
            more = inward + table[up * size + down] + onward + sum(handled) - self.legs[load]
            return more > self.slack[load]
        first = inward + table[up * size + sites[load + 1]] + handled[0] - self.legs[load]
        then = table[sites[drop] * size + down] + onward + handled[1] - self.legs[drop]
        # A ride across both gaps grows by both; a place that shortens the way leaves the other one more.
        return first + min(0, then) > self.slack[load] or then + min(0, first) > self.slack[drop]


def _calm_until(inst: Instance, task: int) -> int:
    """Up to which start nobody feels that a task is late."""
    promise = inst.promise[inst.ship[task]]
    if promise is None:
        return NEVER
    told = promise.pickup_s if inst.loads[task] else promise.delivery_s
    return NEVER if told is None else told + inst.weights.calm_s
