"""The moments of one order of tasks when it is settled in which gaps the crew rests.

Gap g lies before task g, the last one before the end of the round. With so many pauses in each gap, every rule has the
form "this moment is at most so long after that earlier one" (way, pause and handling the other way round; a ride; a
stretch of work), apart from the windows, which speak of one moment each. The common minimum, and the common maximum, of
two timings that keep such rules keeps them too. So there is a least timing that does not leave before a given moment:
go through the tasks at the earliest, put off the begin of each ride and stretch that comes out too long, repeat. That
ends: what lies between the two bounds of a ride is way and handling, or waiting; if waiting cannot absorb what there
is too much, nothing can.

Leaving d seconds later puts off a task by d less the waiting before it, if that is more than nothing, and every
difference between two moments only becomes smaller; so it is allowed until a task comes to the end of its window, and
pays until no waiting is left. Leaving still later, a task falls into its next window: the least timing from there is
the next to look at. A round of least duration is found after as many as there are windows passed, and of those equally
short the first.

Stretches: r, the moment from which the crew counts as rested, is after a gap with m pauses min(start of the task after
it, r before + m·(after + lasts)), as every pause is taken as late as may be. "Every departure to a gap with pauses, and
the end, lie at most `after` past r" is hence a bound from each earlier gap with pauses, and from leaving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.engine.instance import OPEN, Crew, Instance

Bound = tuple[int, int, int]  # from the start of one task (−1: from leaving) to that of another (n: the end), seconds
NO_RIDE = 2**50  # a ride bound of this and more is none


@dataclass(frozen=True, slots=True)
class Moments:
    """When the vehicle leaves, begins each task, and is back; seconds."""

    leave_s: int
    starts: list[int]
    end_s: int


@dataclass(frozen=True, slots=True)
class Order:
    """Tasks of one crew in their order: seconds to each and home, and the rides whose time is bounded."""

    inst: Instance
    crew: Crew
    tasks: Sequence[int]
    legs: list[int]
    rides: list[Bound]


def order_of(inst: Instance, crew: Crew, tasks: Sequence[int]) -> Order:
    """What timing needs to know of `tasks` in this order."""
    site, seconds, bounds = inst.site, crew.seconds, crew.ride_s
    here = crew.site * crew.size
    legs = []
    for task in tasks:
        legs.append(seconds[here + site[task]])
        here = site[task] * crew.size
    legs.append(seconds[here + crew.end])
    rides = []
    loaded: dict[int, int] = {}
    for at, task in enumerate(tasks):
        ship = inst.ship[task]
        if inst.loads[task]:
            loaded[ship] = at
        elif bounds[ship] < NO_RIDE and ship in loaded:
            begun = loaded[ship]
            rides.append((begun, at, bounds[ship] + inst.service[tasks[begun]]))
    return Order(inst, crew, tasks, legs, rides)


def rested_s(crew: Crew, leave_s: int) -> int:
    """Since when a crew that leaves then counts as rested."""
    if crew.rested_s is None:
        return leave_s
    return crew.rested_s if crew.started_s is not None else max(leave_s, crew.rested_s)


def arranged(order: Order, gaps: Sequence[int], shut: bool, soonest: bool) -> Moments | None:
    """The shortest timing with a pause in each of `gaps` (ascending), the first one of several; None without any.

    `soonest`: the earliest end instead, leaving as late as the windows come to first allow. `shut`: no further pauses,
    so the end must follow the last one in time; otherwise that is left open, and no timing with more pauses is
    better.
    """
    inst, crew, tasks = order.inst, order.crew, order.tasks
    legs, bounds = order.legs, order.rides
    low = [-OPEN] * (len(tasks) + 1)
    if crew.pause is not None and (gaps or shut):
        bounds = order.rides + _stretches(order, gaps, shut)
        if gaps:
            legs = list(legs)
            for gap in gaps:
                legs[gap] += crew.pause[1]
            if crew.rested_s is not None:
                low[gaps[0]] = crew.rested_s + gaps.count(gaps[0]) * crew.pause[1]  # one pause is over before the next
    leave = crew.free_s
    best: Moments | None = None
    while True:
        least = _least(order, legs, bounds, low, leave)
        if least is None:
            return best
        leave, starts, end, waits = least
        if crew.started_s is not None:
            return Moments(leave, starts, end)
        room = OPEN
        for at, task in enumerate(tasks):
            begin = starts[at]
            closes = next(close for _, close in inst.windows[task] if begin <= close)
            room = min(room, closes - begin + waits[at])
        gain = min(room, waits[-1])
        if best is None or end - leave - gain < best.end_s - best.leave_s:
            later = [begin + gain - wait if gain > wait else begin for begin, wait in zip(starts, waits, strict=False)]
            best = Moments(leave + gain, later, end)
        if soonest or room >= waits[-1]:
            return best
        leave += room + 1


def _stretches(order: Order, gaps: Sequence[int], shut: bool) -> list[Bound]:
    """The bounds between leaving, the tasks after pauses, the departures to the next ones, and the end."""
    crew, n = order.crew, len(order.tasks)
    assert crew.pause is not None
    after, cycle = crew.pause[0], sum(crew.pause)
    found = []
    for count, gap in enumerate([*gaps, n] if shut else gaps):
        shut_in = shut and count == len(gaps)
        if not shut_in and (gap == 0 or gap in gaps[:count]):
            continue
        to = n if shut_in else gap - 1
        lasts = 0 if shut_in else order.inst.service[order.tasks[to]]
        found.append((-1, to, after + count * cycle - lasts))
        found += [
            (base, to, after + (count - at - 1) * cycle - lasts)
            for at, base in enumerate(gaps[:count])
            if base < n and (at + 1 == count or gaps[at + 1] != base)
        ]
    return found


def _least(
    order: Order, legs: list[int], bounds: list[Bound], low: list[int], leave: int
) -> tuple[int, list[int], int, list[int]] | None:
    """The least (leaving, starts, end, waiting before each) not before `leave` and `low`, which is raised on the way.

    None when a window or the shift is missed, or a bound cannot be kept.
    """
    crew, tasks = order.crew, order.tasks
    windows, service = order.inst.windows, order.inst.service
    while True:
        now, waited = leave, 0
        starts, waits = [], []
        for at, task in enumerate(tasks):
            reach = now + legs[at]
            begin = reach if reach > low[at] else low[at]
            for opens, closes in windows[task]:
                if begin <= closes:
                    if begin < opens:
                        begin = opens
                    break
            else:
                return None
            waited += begin - reach
            starts.append(begin)
            waits.append(waited)
            now = begin + service[task]
        reach = now + legs[-1]
        end = max(reach, low[-1])
        if end > crew.shift_end_s:
            return None
        waits.append(waited + end - reach)
        again, later = False, leave
        for base, to, most in bounds:
            over = (starts[to] if to < len(tasks) else end) - most
            if base < 0:
                if over <= rested_s(crew, leave):
                    continue
                if crew.started_s is not None or over - leave > waits[to]:
                    return None
                later = max(later, over)
            elif over > starts[base]:
                if over - starts[base] > waits[to] - waits[base]:
                    return None
                low[base] = max(low[base], over)
            else:
                continue
            again = True
        if not again:
            return leave, starts, end, waits
        leave = later
