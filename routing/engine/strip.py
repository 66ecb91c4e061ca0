"""All gaps of a plan's routes end to end in one array, so that what one more shipment would add is bounded at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.engine.instance import OPEN, Crew, Instance
from routing.engine.outline import Outline
from routing.engine.piece import Piece, back_s, joined, piece_of, snapped
from routing.engine.route import Route

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# What is known of a gap. `before` … `due` as in Route; `leg_s`, `leg_m`: the way across it; `work`, `way`: seconds of
# driving and handling, and metres, from the route's begin to leaving `before`; `idle`: seconds the vehicle stands
# still from here on, which something more to do may use up; `row`: its vehicle; `left`: gaps that follow it. `head_…`
# and `tail_…`: what lies before and after the gap as one piece (see `Piece`).
BEFORE, AFTER, LEAVE, DUE, LEG_S, LEG_M, WORK, WAY, IDLE, ROW, LEFT, HEAD = range(12)
TAIL, SPARE = HEAD + 3, HEAD + 6
MOST_STOPS = 4  # that one shipment can add: where a stop is cut in two, loading adds two, and unloading too
BOUNDED = 2**50  # a ride bound of this and more is none


class Alone(NamedTuple):
    """The gaps where a task could be done in time if nothing else were added: place in the strip, start, ways."""

    gap: Ints
    start: Ints
    inward_s: Ints
    onward_s: Ints
    inward_m: Ints
    onward_m: Ints


class Pairs(NamedTuple):
    """Places for a shipment: vehicle, gap of loading (or of unloading what is aboard), gap of unloading, task.

    `least`: cents that the place adds at least; `metres` that it adds. `gap`, `last`: the two gaps' places in the
    strip; `inward_s`, `ride_s`, `onward_s`: seconds to the loading, at least from there to the unloading, and on.
    """

    least: Floats
    row: Ints
    load: Ints
    drop: Ints
    task: int
    metres: Ints
    gap: Ints
    last: Ints
    inward_s: Ints
    ride_s: Ints
    onward_s: Ints


def opening(crew: Crew, route: Route) -> float:
    """What sending out a vehicle that stays at home adds to the detour: its fixed cost and the way home."""
    if route.tasks or crew.is_out:
        return 0.0
    home = crew.site * crew.size + crew.end
    return crew.fixed + crew.metres[home] * crew.per_metre + crew.seconds[home] * crew.per_second


class Strip:
    """The gaps of all routes of a solution."""

    def __init__(self, inst: Instance, routes: list[Route]) -> None:
        self.inst = inst
        crews = inst.crews
        self.order = sorted(range(len(crews)), key=lambda row: (crews[row].profile, row))
        self.per_metre: Floats = np.array([crew.per_metre for crew in crews])
        self.per_second: Floats = np.array([crew.per_second for crew in crews])
        self.free: Ints = np.array([crew.free_s for crew in crews], dtype=np.int64)
        self.back: Ints = np.array([back_s(crew) for crew in crews], dtype=np.int64)
        most_s = [crew.max_duration_s if crew.started_s is None else OPEN for crew in crews]
        self.most_s: Ints = np.array(most_s, dtype=np.int64)
        # Where no pause is asked for, the first is due after longer than any day.
        self.pause_after: Ints = np.array([crew.pause[0] if crew.pause else OPEN for crew in crews], dtype=np.int64)
        self.pause_s: Ints = np.array([crew.pause[1] if crew.pause else 0 for crew in crews], dtype=np.int64)
        rested = [0 if crew.rested_s is None else crew.free_s - crew.rested_s for crew in crews]
        self.rested: Ints = np.array(rested, dtype=np.int64)
        self._routes = list(routes)
        self._outlines: dict[int, Outline] = {}  # of routes that were looked at closely
        self.blocks = [self._block(row, route) for row, route in enumerate(routes)]
        # Cents that sending a vehicle out adds, less the change against promises that may be mended by it.
        self.opening: Floats = np.array([self._opening(row, route) for row, route in enumerate(routes)])
        self.lasts: Ints = np.array([self._lasts(row, route) for row, route in enumerate(routes)], dtype=np.int64)
        self.work: Ints = np.array([self._work(block) for block in self.blocks], dtype=np.int64)
        # Stops that may still be added.
        self.stops: Ints = np.array([self._stops(row, route) for row, route in enumerate(routes)], dtype=np.int64)
        self._join()

    def put(self, row: int, route: Route) -> None:
        """Make `route` the route of vehicle `row`."""
        self._routes[row] = route
        self._outlines.pop(row, None)
        self.blocks[row] = self._block(row, route)
        self.opening[row] = self._opening(row, route)
        self.lasts[row] = self._lasts(row, route)
        self.work[row] = self._work(self.blocks[row])
        self.stops[row] = self._stops(row, route)
        self._join()

    def _work(self, block: Ints) -> int:
        """Seconds of driving and handling of a route."""
        return int(block[WORK, -1] + block[LEG_S, -1])

    def _stops(self, row: int, route: Route) -> int:
        """How many more stops the vehicle may make than the route does."""
        inst, left = self.inst, self.inst.crews[row].stops_left
        if left >= BOUNDED or not route.tasks:
            return left
        return left - 1 - sum(inst.site[here] != inst.site[there] for here, there in pairwise(route.tasks))

    def _lasts(self, row: int, route: Route) -> int:
        """Seconds the route is paid for now; of a vehicle that stays at home the way there and back."""
        crew, timing = self.inst.crews[row], route.timing
        if not route.tasks:
            return int(crew.seconds[crew.site * crew.size + crew.end])
        return timing.end_s - (crew.free_s if crew.started_s is not None else timing.start_s)

    def _block(self, row: int, route: Route) -> Ints:
        inst, crew, tasks = self.inst, self.inst.crews[row], route.tasks
        sites = [crew.site, *(inst.site[task] for task in tasks), crew.end]
        legs = [here * crew.size + there for here, there in pairwise(sites)]
        leg_s, leg_m = [crew.seconds[leg] for leg in legs], [crew.metres[leg] for leg in legs]
        work, way = [0], [0]
        now = crew.free_s if crew.started_s is not None else route.timing.start_s
        waits = []
        for at, (task, begin) in enumerate(zip(tasks, route.timing.starts, strict=True)):
            work.append(work[-1] + leg_s[at] + inst.service[task])
            way.append(way[-1] + leg_m[at])
            waits.append(begin - now - leg_s[at])
            now = begin + inst.service[task]
        waits.append(route.timing.end_s - now - leg_s[-1] if tasks else 0)
        idle = [sum(waits[at:]) for at in range(len(waits))]
        if route.timing.pauses or any(
            0 <= crew.ride_s[inst.ship[task]] < BOUNDED or len(inst.windows[task]) > 1 for task in tasks
        ):
            # A pause, or a loading that waits for the cold to last, may move to where there is waiting anyway, and so
            # may the waiting itself where a place opens twice.
            idle = [idle[0]] * len(idle)
        gaps = len(tasks) + 1
        heads, tails = self._pieces(row, route, leg_s)
        spare = [side for kind in route.spare for side in zip(*kind, strict=True)]
        told = (sites[:-1], sites[1:], route.leave, route.due, leg_s, leg_m, work, way, idle)
        return np.array([*told, [row] * gaps, range(gaps - 1, -1, -1), *heads, *tails, *spare], dtype=np.int64)

    def _pieces(self, row: int, route: Route, leg_s: list[int]) -> tuple[list[list[int]], list[list[int]]]:
        """Of each gap what lies before it and what lies after it: seconds, from, to."""
        inst, crew = self.inst, self.inst.crews[row]
        begin = (0, crew.free_s, OPEN if crew.started_s is None else crew.free_s)
        nodes = [begin, *(piece_of(inst, task) for task in route.tasks), (0, -OPEN, back_s(crew))]
        heads, tails = [nodes[0]], [nodes[-1]]
        for at in range(1, len(nodes) - 1):
            heads.append(joined(heads[-1], leg_s[at - 1], nodes[at]))
            tails.append(joined(nodes[-1 - at], leg_s[-at], tails[-1]))
        return [list(side) for side in zip(*heads, strict=True)], [
            list(side) for side in zip(*tails[::-1], strict=True)
        ]

    def _opening(self, row: int, route: Route) -> float:
        inst, crew = self.inst, self.inst.crews[row]
        if not route.tasks or not inst.problem.promises:
            return opening(crew, route)
        block, timing = self.blocks[row], route.timing
        began = crew.free_s if crew.started_s is not None else timing.start_s
        metres, seconds = int(block[LEG_M].sum()), timing.end_s - began
        if crew.is_out:
            home = crew.site * crew.size + crew.end
            metres, seconds = metres - crew.metres[home], seconds - crew.seconds[home]
        plain = (0.0 if crew.is_out else crew.fixed) + metres * crew.per_metre + seconds * crew.per_second
        return min(0.0, plain - route.cost)

    def _join(self) -> None:
        inst = self.inst
        depth = SPARE + 2 * len(inst.kinds)
        blocks = [self.blocks[row] for row in self.order] or [np.zeros((depth, 0), dtype=np.int64)]
        self.gaps: Ints = np.concatenate(blocks, axis=1)
        self.first: Ints = np.zeros(len(self.order), dtype=np.int64)  # where a vehicle's gaps begin
        ends = np.cumsum([block.shape[1] for block in blocks])
        self.first[self.order] = [0, *ends[:-1]][: len(self.order)]
        profile = np.array([inst.crews[row].profile for row in self.order], dtype=np.int64)
        sizes = np.array([self.blocks[row].shape[1] for row in self.order], dtype=np.int64)
        self.profile_ends = [int(sizes[profile <= at].sum()) for at in range(len(inst.profiles))]

    def alone(self, task: int, able: npt.NDArray[np.bool_]) -> Alone:
        """The gaps of `able` where `task` by itself could be done in time."""
        inst, gaps = self.inst, self.gaps
        spans, service, site = inst.windows[task], inst.service[task], inst.site[task]
        opens, closes = (spans[0][0], spans[-1][1]) if spans else (1, 0)
        # Most gaps are too early or too late, which needs no look at the tables.
        open_still = able & (gaps[LEAVE] <= closes) & (gaps[DUE] >= opens + service) if spans else able & False
        gap = np.flatnonzero(open_still)
        inward_s, onward_s = self._ways(gap, site, inst.seconds_table)
        start, late = snapped(spans, gaps[LEAVE].take(gap) + inward_s)
        kept = np.flatnonzero(~late & (start + (service + onward_s) <= gaps[DUE].take(gap)))
        gap = gap.take(kept)
        return Alone(
            gap, start.take(kept), inward_s.take(kept), onward_s.take(kept), *self._ways(gap, site, inst.metres_table)
        )

    def _ways(self, gap: Ints, site: int, tables: Sequence[Ints]) -> tuple[Ints, Ints]:
        """By these tables, one a profile, the ways from before each gap to `site`, and from there to after it."""
        before, after = self.gaps[BEFORE].take(gap), self.gaps[AFTER].take(gap)
        inward, onward = np.empty(len(gap), dtype=np.int64), np.empty(len(gap), dtype=np.int64)
        begin = 0
        for table, end in zip(tables, np.searchsorted(gap, self.profile_ends).tolist(), strict=True):
            inward[begin:end] = table[:, site][before[begin:end]]
            onward[begin:end] = table[site].take(after[begin:end])
            begin = end
        return inward, onward

    def places(self, ship: int) -> list[Pairs]:
        """Every place for `ship` that times, room and the ride by itself do not rule out, per unloading task."""
        inst, gaps = self.inst, self.gaps
        able = inst.may[ship][gaps[ROW]]
        if inst.carrier[ship] >= 0:
            return [self._one(task, able) for task in inst.deliveries[ship]]
        load = inst.pickup[ship]
        kind = SPARE + 2 * inst.compartment[load]
        roomy = (gaps[kind] >= inst.grams[load]) & (gaps[kind + 1] >= inst.crates[load])
        loads = self.alone(load, able & roomy)
        if not len(loads.gap):
            return []
        full = np.append(np.flatnonzero(~roomy), gaps.shape[1])
        # From each gap of loading the last one up to which there is room for the shipment.
        upto = np.minimum(full[np.searchsorted(full, loads.gap)] - 1, loads.gap + gaps[LEFT, loads.gap])
        rides = inst.per_vehicle(ship)
        found = []
        for drop in inst.deliveries[ship]:
            found.append(self._together(ship, loads, drop, rides))
            found.append(self._apart(ship, loads, upto, self.alone(drop, able), drop, rides))
        return found

    def _one(self, task: int, able: npt.NDArray[np.bool_]) -> Pairs:
        """Unloading what is aboard already."""
        found, service = self.alone(task, able), self.inst.service[task]
        here = self.gaps[:, found.gap]
        metres = found.inward_m + found.onward_m - here[LEG_M]
        seconds = found.inward_s + found.onward_s - here[LEG_S] + service - here[IDLE]
        ways = (found.inward_s, np.zeros_like(found.gap), found.onward_s)
        return self._pairs(here[ROW], found.gap, found.gap, metres, seconds, task, ways)

    def _together(self, ship: int, loads: Alone, drop: int, rides: tuple[Ints, Ints]) -> Pairs:
        """Loading and unloading in the same gap."""
        inst, gaps, gap = self.inst, self.gaps, loads.gap
        load, row = inst.pickup[ship], self.gaps[ROW].take(loads.gap)
        here, there = inst.site[load], inst.site[drop]
        profile = np.searchsorted(self.profile_ends, gap, side="right")
        between_s = np.array([table[here, there] for table in inst.seconds_table])[profile]
        between_m = np.array([table[here, there] for table in inst.metres_table])[profile]
        (_, onward_s), (_, onward_m) = (self._ways(gap, there, of) for of in (inst.seconds_table, inst.metres_table))
        spans = inst.windows[drop]
        opens, closes = (spans[0][0], spans[-1][1]) if spans else (1, 0)
        start = np.maximum(loads.start + (inst.service[load] + between_s), opens)
        fits = (start <= closes) & (start + (inst.service[drop] + onward_s) <= gaps[DUE].take(gap))
        fits &= (between_s <= rides[0][row]) & (between_m <= rides[1][row])
        metres = loads.inward_m + between_m + onward_m - gaps[LEG_M].take(gap)
        seconds = loads.inward_s + between_s + onward_s - gaps[LEG_S].take(gap) - gaps[IDLE].take(gap)
        seconds += inst.service[load] + inst.service[drop]
        kept = np.flatnonzero(fits)
        gap = gap[kept]
        ways = (loads.inward_s[kept], between_s[kept], onward_s[kept])
        return self._pairs(row[kept], gap, gap, metres[kept], seconds[kept], drop, ways)

    def _apart(self, ship: int, loads: Alone, upto: Ints, drops: Alone, drop: int, rides: tuple[Ints, Ints]) -> Pairs:
        """Loading in one gap and unloading in a later one."""
        inst, gaps = self.inst, self.gaps
        load = inst.pickup[ship]
        begins = np.searchsorted(drops.gap, loads.gap, side="right")
        counts = np.maximum(0, np.searchsorted(drops.gap, upto, side="right") - begins)
        a = np.repeat(np.arange(len(counts)), counts)
        b = np.arange(len(a)) + np.repeat(begins - (np.cumsum(counts) - counts), counts)
        i, j = loads.gap.take(a), drops.gap.take(b)
        row, leg_s, leg_m = gaps[ROW].take(i), gaps[LEG_S].take(i), gaps[LEG_M].take(i)
        # The ride drives and handles at least so long, whatever is waited for on it.
        ride_s = loads.onward_s.take(a) - leg_s + gaps[WORK].take(j) - gaps[WORK].take(i) + drops.inward_s.take(b)
        ride_m = loads.onward_m.take(a) - leg_m + gaps[WAY].take(j) - gaps[WAY].take(i) + drops.inward_m.take(b)
        start = np.maximum(drops.start.take(b), loads.start.take(a) + inst.service[load] + ride_s)
        spans = inst.windows[drop]
        fits = start + inst.service[drop] + drops.onward_s.take(b) <= gaps[DUE].take(j)
        fits &= (ride_s <= rides[0].take(row)) & (ride_m <= rides[1].take(row))
        fits &= start <= (spans[-1][1] if spans else -OPEN)
        kept = np.flatnonzero(fits)
        a, b, i, j, row = a.take(kept), b.take(kept), i.take(kept), j.take(kept), row.take(kept)
        first_m = loads.inward_m.take(a) + loads.onward_m.take(a) - leg_m.take(kept)
        then_m = drops.inward_m.take(b) + drops.onward_m.take(b) - gaps[LEG_M].take(j)
        first_s = loads.inward_s.take(a) + loads.onward_s.take(a) - leg_s.take(kept) + inst.service[load]
        then_s = drops.inward_s.take(b) + drops.onward_s.take(b) - gaps[LEG_S].take(j) + inst.service[drop]
        seconds = np.maximum(first_s + then_s - gaps[IDLE].take(i), then_s - gaps[IDLE].take(j))
        ways = (loads.inward_s.take(a), ride_s.take(kept), drops.onward_s.take(b))
        return self._pairs(row, i, j, first_m + then_m, seconds, drop, ways)

    def _pairs(
        self, row: Ints, gap: Ints, last: Ints, metres: Ints, seconds: Ints, task: int, ways: tuple[Ints, Ints, Ints]
    ) -> Pairs:
        """The places with what they add at least; no shipment more makes a round shorter."""
        least = metres * self.per_metre[row] + np.maximum(seconds, 0) * self.per_second[row] + self.opening[row]
        first = self.first[row]
        return Pairs(least, row, gap - first, last - first, task, metres, gap, last, *ways)

    def closer(self, ship: int, pairs: Pairs, at: Ints) -> Floats:
        """What the places `at` of `pairs` add at least, counting waits before and after them and the pauses needed.

        Infinite where the round would end too late or make too many stops.
        """
        inst, gaps = self.inst, self.gaps
        if inst.carrier[ship] >= 0:
            return pairs.least[at]
        row, gap, last = pairs.row[at], pairs.gap[at], pairs.last[at]
        head, tail = Piece(*gaps[HEAD:TAIL, gap]), Piece(*gaps[TAIL:SPARE, last])
        piece, late = head.then(pairs.inward_s[at], Piece(*piece_of(inst, inst.pickup[ship])))
        piece, later = piece.then(pairs.ride_s[at], Piece(*piece_of(inst, pairs.task)))
        piece, latest = piece.then(pairs.onward_s[at], tail)
        work = gaps[WORK, gap] + pairs.inward_s[at] + pairs.ride_s[at] + pairs.onward_s[at] + self.work[row]
        work += inst.service[inst.pickup[ship]] + inst.service[pairs.task] - gaps[WORK, last] - gaps[LEG_S, last]
        # Between two pauses, and before the first, lies so much at most; each is a time without work.
        stretch, pause_s = self.pause_after[row], self.pause_s[row]
        pauses = np.maximum(0, -((stretch - self.rested[row] - piece.lasts_s) // (stretch + pause_s)))
        lasts = np.maximum(piece.lasts_s, work + pauses * pause_s)
        ends = np.maximum(piece.from_s + piece.lasts_s, self.free[row] + lasts)
        late = late + later + latest > 0
        late |= (ends > self.back[row]) | (lasts > self.most_s[row])
        if len(full := np.flatnonzero(self.stops[row] < MOST_STOPS)):
            late[full] |= self._more_stops(ship, pairs, at[full]) > self.stops[row[full]]
        seconds = lasts - self.lasts[row]
        least = pairs.metres[at] * self.per_metre[row] + seconds * self.per_second[row] + self.opening[row]
        least = np.maximum(least, pairs.least[at])
        least[late] = np.inf
        return np.asarray(least, dtype=np.float64)

    def _more_stops(self, ship: int, pairs: Pairs, at: Ints) -> Ints:
        """How many stops more the places `at` of `pairs` make of their routes."""
        inst, gap, last = self.inst, pairs.gap[at], pairs.last[at]
        up, down = inst.site[inst.pickup[ship]], inst.site[pairs.task]
        # The first task of a route is a stop wherever the vehicle stands before.
        before = np.where(pairs.load[at] == 0, -1, self.gaps[BEFORE, gap])
        then = np.where(pairs.drop[at] == 0, -1, self.gaps[BEFORE, last])
        after, ahead = self.gaps[AFTER, gap], self.gaps[AFTER, last]
        follows = self.gaps[LEFT, last] > 0
        between = np.where(gap == last, int(up != down), (up != after) + 0 - (before != after) + (then != down))
        return np.asarray((before != up) + between + follows * ((down != ahead) + 0 - (then != ahead)))

    def nearer(self, ship: int, pairs: Pairs, at: int, below: float) -> float:
        """What the place `at` of `pairs` adds at least, seen from its own route.

        Infinite where it cannot be, or where it is not below `below`.
        """
        inst, row, least = self.inst, int(pairs.row[at]), float(pairs.least[at])
        if inst.carrier[ship] >= 0:
            return least
        crew, outline = inst.crews[row], self._outlines.get(row)
        if outline is None:
            outline = self._outlines[row] = Outline(inst, crew, self._routes[row])
        tasks = (inst.pickup[ship], pairs.task)
        found = outline.with_more(int(pairs.load[at]), int(pairs.drop[at]), tasks, below - least)
        if found is None:
            return float("inf")
        end_s, change = found
        if crew.started_s is not None:
            seconds = end_s - crew.free_s - int(self.lasts[row])
            own = int(pairs.metres[at]) * crew.per_metre + seconds * crew.per_second + float(self.opening[row])
            least = max(least, own)
        return least + change
