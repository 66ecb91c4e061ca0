"""All routes side by side in padded arrays, so that one shipment is held against every gap of every route at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from routing.engine.instance import FAR, Crew, Instance
from routing.engine.route import Route

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def _both_ways(tables: list[Ints]) -> tuple[Ints, Ints]:
    """The tables of all profiles by place of departure, and the same by place of arrival."""
    if not tables:
        return np.zeros((0, 1, 1), dtype=np.int64), np.zeros((0, 1, 1), dtype=np.int64)
    stacked = np.stack(tables)
    return stacked, np.ascontiguousarray(stacked.transpose(0, 2, 1))


def opening(crew: Crew, route: Route) -> float:
    """What sending out a vehicle that stays at home adds to the detour: its fixed cost and the way home."""
    if route.tasks or crew.is_out:
        return 0.0
    home = crew.site * crew.size + crew.end
    return crew.fixed + crew.metres[home] * crew.per_metre + crew.seconds[home] * crew.per_second


class Board:
    """The routes of a solution and a quick, optimistic scan over them."""

    def __init__(self, inst: Instance, routes: list[Route]) -> None:
        self.inst = inst
        self.routes = list(routes)
        crews = inst.crews
        self.profile: Ints = np.array([crew.profile for crew in crews], dtype=np.int64)[:, None]
        self.metres, self.metres_to = _both_ways(inst.metres_table)
        self.seconds, self.seconds_to = _both_ways(inst.seconds_table)
        self.per_metre: Floats = np.array([crew.per_metre for crew in crews])[:, None]
        self.per_second: Floats = np.array([crew.per_second for crew in crews])[:, None]
        self.opening: Floats = np.zeros(len(crews))
        self.width = 0
        self._widen(max([8] + [len(route.tasks) + 5 for route in routes]))

    def _widen(self, width: int) -> None:
        rows = len(self.routes)
        self.width = width
        self.before: Ints = np.zeros((rows, width), dtype=np.int64)
        self.after: Ints = np.zeros((rows, width), dtype=np.int64)
        self.leave: Ints = np.full((rows, width), FAR * 4, dtype=np.int64)
        self.due: Ints = np.full((rows, width), -FAR * 4, dtype=np.int64)
        self.leg: Floats = np.zeros((rows, width))
        for row in range(rows):
            self._write(row)

    def put(self, row: int, route: Route) -> None:
        """Make `route` the route of vehicle `row`."""
        self.routes[row] = route
        if len(route.tasks) + 1 > self.width:
            self._widen(len(route.tasks) + 8)
        else:
            self._write(row)

    def _write(self, row: int) -> None:
        inst, route, crew = self.inst, self.routes[row], self.inst.crews[row]
        gaps = len(route.tasks) + 1
        sites = [inst.site[task] for task in route.tasks]
        self.before[row, :gaps] = [crew.site, *sites]
        self.after[row, :gaps] = [*sites, crew.end]
        self.leave[row, :gaps] = route.leave
        self.leave[row, gaps:] = FAR * 4
        self.due[row, :gaps] = route.due
        before, after = self.before[row, :gaps], self.after[row, :gaps]
        metres, seconds = self.metres[crew.profile], self.seconds[crew.profile]
        self.leg[row, :gaps] = metres[before, after] * crew.per_metre + seconds[before, after] * crew.per_second
        self.opening[row] = opening(crew, route)

    def scan(self, task: int) -> Floats:
        """Per vehicle the least detour cost of `task` alone over the gaps that its times allow; inf where none."""
        inst = self.inst
        site = inst.site[task]
        profile, before, after = self.profile, self.before, self.after
        # One site's row of each table is small and lies together in memory; the whole table does not.
        there = self.seconds_to[:, site][profile, before]
        onward = self.seconds[:, site][profile, after]
        begin = self.leave + there
        spans = inst.windows[task]
        if len(spans) == 1:
            begin = np.maximum(begin, spans[0][0])
            late = begin > spans[0][1]
        elif not spans:
            return np.full(len(self.routes), np.inf)
        else:
            opens = np.array([span[0] for span in spans], dtype=np.int64)
            closes = np.array([span[1] for span in spans], dtype=np.int64)
            at = np.searchsorted(closes, begin)
            late = at >= len(spans)
            begin = np.maximum(begin, opens[np.minimum(at, len(spans) - 1)])
        late |= begin + inst.service[task] + onward > self.due
        extra = self.metres_to[:, site][profile, before] + self.metres[:, site][profile, after]
        cost = extra * self.per_metre + (there + onward) * self.per_second - self.leg
        cost[late] = np.inf
        least: Floats = cost.min(axis=1) if cost.size else np.full(len(self.routes), np.inf)
        return least
