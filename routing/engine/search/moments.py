"""Compiled: the moments of one order of tasks with given pauses. The same sums as `engine/moments.py`, which says why.

The order stands in `state.order`, its rides and the seconds to each task (pauses before it included) in the slots.
"""

from __future__ import annotations

from routing.engine.search.compiling import inner
from routing.engine.search.state import State
from routing.engine.search.tables import BOUND, UNSET, Tables

NEVER = 2**60


@inner
def snap(tables: Tables, task: int, moment: int) -> int:
    """The first moment from `moment` on at which `task` may start; NEVER when all its windows have closed."""
    job = tables.task[task]
    if moment <= job.closes:
        return max(moment, job.opens)
    for at in range(job.more, job.more_end):
        if moment <= tables.window[at].closes:
            return max(moment, tables.window[at].opens)
    return NEVER


@inner
def latest(tables: Tables, task: int, last: int) -> int:
    """The last moment up to `last` at which `task` may start; UNSET when there is none."""
    job = tables.task[task]
    for at in range(job.more_end - 1, job.more - 1, -1):
        if tables.window[at].opens <= last:
            return min(tables.window[at].closes, last)
    return min(job.closes, last) if job.opens <= last else UNSET


@inner
def rested(tables: Tables, v: int, leave: int) -> int:
    """Since when the crew of `v` counts as rested if it leaves at `leave`."""
    crew = tables.crew[v]
    if crew.rested_s == UNSET:
        return leave
    return crew.rested_s if crew.under_way else max(leave, crew.rested_s)


@inner
def _stretched(tables: Tables, state: State, v: int, n: int, count: int, shut: bool, leave: int, end: int) -> int:
    """Put off what the stretches between the first `count` pauses ask for.

    When to leave then: `leave` when nothing is put off by it; UNSET when nothing is put off at all, NEVER when a
    stretch cannot be kept.
    """
    crew, slot, pause = tables.crew[v], state.slot, state.pause
    after, cycle = crew.pause_after, crew.pause_after + crew.pause_lasts
    later, again = leave, False
    for i in range(count + shut):
        to, moment = n, end
        if i < count:
            to = pause[i].gap - 1
            if to < 0 or (i > 0 and pause[i - 1].gap == pause[i].gap):
                continue
            moment = slot[to].start + tables.task[state.order[to]].service
        over = moment - after - i * cycle
        if over > rested(tables, v, leave):
            if crew.under_way or over - leave > slot[to].wait:
                return NEVER
            later, again = max(later, over), True
        for at in range(i):
            base = pause[at].gap
            if base == n or (at + 1 < i and pause[at + 1].gap == base):
                continue
            over = moment - after - (i - at - 1) * cycle
            if over > slot[base].start:
                if over - slot[base].start > slot[to].wait - slot[base].wait:
                    return NEVER
                slot[base].low, again = max(slot[base].low, over), True
    return later if again else UNSET


@inner
def _least(
    tables: Tables, state: State, v: int, n: int, rides: int, count: int, shut: bool, leave: int
) -> tuple[int, int]:
    """(leaves, is back) of the least timing not before `leave`, starts and waiting in the slots; (0, NEVER) if none."""
    crew, slot, order = tables.crew[v], state.slot, state.order
    while True:
        now, waited = leave, 0
        for k in range(n):
            reach = now + slot[k].leg
            begin = snap(tables, order[k], max(reach, slot[k].low))
            if begin == NEVER:
                return 0, NEVER
            waited += begin - reach
            slot[k].start, slot[k].wait = begin, waited
            now = begin + tables.task[order[k]].service
        reach = now + slot[n].leg
        end = max(reach, slot[n].low)
        if end > crew.back_s:
            return 0, NEVER
        slot[n].wait = waited + end - reach
        again = False
        for r in range(rides):
            load, drop = slot[r].load, slot[r].drop
            over = slot[drop].start - slot[r].bound - tables.task[order[load]].service
            if over > slot[load].start:
                if over - slot[load].start > slot[drop].wait - slot[load].wait:
                    return 0, NEVER
                slot[load].low, again = max(slot[load].low, over), True
        later = leave
        if count > 0 or shut:
            found = _stretched(tables, state, v, n, count, shut, leave, end)
            if found == NEVER:
                return 0, NEVER
            if found != UNSET:
                later, again = found, True
        if not again:
            return leave, end
        leave = later


@inner
def arranged(
    tables: Tables, state: State, v: int, n: int, rides: int, count: int, shut: bool, soonest: bool
) -> tuple[int, int]:
    """(leaves, is back) of the shortest timing with the first `count` pauses, starts in `kept`; (0, NEVER) if none."""
    crew, slot, pause = tables.crew[v], state.slot, state.pause
    for k in range(n + 1):
        slot[k].low = UNSET
    if count > 0 and crew.rested_s != UNSET:
        first = pause[0].gap
        slot[first].low = crew.rested_s
        for i in range(count):
            if pause[i].gap == first:
                slot[first].low += crew.pause_lasts
    leave, left, back = crew.free_s, 0, NEVER
    while True:
        leave, end = _least(tables, state, v, n, rides, count, shut, leave)
        if end == NEVER:
            return left, back
        waited = 0 if crew.under_way else slot[n].wait
        room = BOUND
        if waited > 0:
            for k in range(n):
                job = tables.task[state.order[k]]
                begin, closes, at = slot[k].start, job.closes, job.more
                while begin > closes and at < job.more_end:
                    closes = tables.window[at].closes
                    at += 1
                room = min(room, closes - begin + slot[k].wait)
        gain = min(room, waited)
        if back == NEVER or end - leave - gain < back - left:
            for k in range(n):
                slot[k].kept = slot[k].start + max(0, gain - slot[k].wait)
            left, back = leave + gain, end
        if soonest or room >= waited:
            return left, back
        leave += room + 1
