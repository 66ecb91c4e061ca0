"""Compiled: when a vehicle does tasks in a given order, and what that costs. The same sums as `engine/timing.py`."""

from __future__ import annotations

from routing.engine.search.compiling import inner
from routing.engine.search.state import State
from routing.engine.search.tables import BOUND, UNSET, Tables

NEVER = 2**60
INFINITE = float("inf")


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
def _forward(tables: Tables, state: State, v: int, n: int, leave: int) -> int:
    """Earliest starts of `state.order[:n]` into the slots when `v` leaves at `leave`; the end, or NEVER."""
    crew, slot, order = tables.crew[v], state.slot, state.order
    ways = tables.way[crew.cost_class]
    now, here = leave, crew.start
    rested = leave if crew.rested_s == UNSET else crew.rested_s
    after, lasts = crew.pause_after, crew.pause_lasts
    for k in range(n):
        job = tables.task[order[k]]
        leg = ways[here, job.site].s
        begin = snap(tables, order[k], max(now + leg, slot[k].low))
        if begin == NEVER:
            return NEVER
        if after >= 0:
            if begin - now - leg >= lasts and begin - lasts - rested <= after:
                rested = begin
            elif begin + job.service - rested > after:
                if now - rested > after:
                    return NEVER
                rested = now + lasts
                begin = snap(tables, order[k], max(rested + leg, slot[k].low))
                if begin == NEVER or begin + job.service - rested > after:
                    return NEVER
        slot[k].start = begin
        now = begin + job.service
        here = job.site
    end = now + ways[here, crew.end].s
    if after >= 0 and end - rested > after:
        if now - rested > after:
            return NEVER
        end += lasts
        if end - now - lasts > after:
            return NEVER
    return end if end <= crew.back_s else NEVER


@inner
def _timed(tables: Tables, state: State, v: int, n: int, rides: int, leave: int) -> tuple[int, int]:
    """(leaves, is back) of the least feasible times not before `leave`; (0, NEVER) when there are none."""
    crew, slot, order = tables.crew[v], state.slot, state.order
    for k in range(n):
        slot[k].low = UNSET
    first_leg = tables.way[crew.cost_class, crew.start, tables.task[order[0]].site].s
    for _ in range(2 + 4 * n):
        end = _forward(tables, state, v, n, leave)
        if end == NEVER:
            return 0, NEVER
        late = False
        for r in range(rides):
            load = slot[r].load
            over = slot[slot[r].drop].start - slot[r].bound - tables.task[order[load]].service
            if over > slot[load].start:
                slot[load].low = over
                late = True
        if not late:
            return leave, end
        if not crew.under_way and slot[0].low != UNSET:
            leave = max(leave, slot[0].low - first_leg)
    return 0, NEVER


@inner
def _fits(tables: Tables, state: State, v: int, n: int) -> bool:
    """Whether visits and ride metres allow the order (room is known from the gaps)."""
    crew = tables.crew[v]
    metres = tables.metres[crew.profile]
    here = crew.start
    visits, driven = 0, 0
    for k in range(n):
        job = tables.task[state.order[k]]
        if job.site != here or k == 0:
            visits += 1
            driven += metres[here, job.site]
            here = job.site
        cargo = state.cargo[job.ship]
        if job.loads:
            cargo.ridden = driven
        else:
            ship = tables.ship[job.ship]
            began = -ship.since_m if ship.carrier >= 0 else cargo.ridden
            if driven - began > tables.ride[crew.ride_class, job.ship].metres:
                return False
    return visits <= crew.stops_left


@inner
def _put_off(tables: Tables, state: State, v: int, n: int, leave: int) -> int:
    """Seconds by which leaving can be put off before a window closes or no waiting is left, pauses aside."""
    crew, slot = tables.crew[v], state.slot
    ways = tables.way[crew.cost_class]
    waited, slack = 0, BOUND
    now, here = leave, crew.start
    for k in range(n):
        job = tables.task[state.order[k]]
        begin = slot[k].start
        slot[k].kept = begin
        waited += begin - now - ways[here, job.site].s
        closes = job.closes
        at = job.more
        while begin > closes and at < job.more_end:
            closes = tables.window[at].closes
            at += 1
        slack = min(slack, closes - begin + waited)
        now, here = begin + job.service, job.site
    return min(slack, waited)


@inner
def _tightened(tables: Tables, state: State, v: int, n: int, rides: int, leave: int, end: int) -> tuple[int, int]:
    """The same with less waiting, by leaving later; the slots follow."""
    slot = state.slot
    while True:
        gain = _put_off(tables, state, v, n, leave)
        if gain <= 0:
            return leave, end
        later, back = _timed(tables, state, v, n, rides, leave + gain)
        if back == NEVER or back - later >= end - leave:
            for k in range(n):
                slot[k].start = slot[k].kept
            return leave, end
        leave, end = later, back


@inner
def _priced(tables: Tables, state: State, v: int, n: int, leave: int, end: int) -> float:
    """Cents beyond what the vehicle costs anyway, from the times in the slots."""
    crew = tables.crew[v]
    ways = tables.way[crew.cost_class]
    here = crew.start
    total = 0.0 if crew.is_out else crew.fixed
    driving = 0
    for k in range(n):
        job = tables.task[state.order[k]]
        way = ways[here, job.site]
        total += way.cost
        driving += way.s
        here = job.site
        ship = tables.ship[job.ship]
        if ship.told_vehicle != -1:
            told = ship.told_to
            if job.loads:
                told = ship.told_from
                if ship.told_vehicle != v:
                    total += tables.moved
            if told != UNSET:
                total += tables.shifted_s * max(0.0, abs(state.slot[k].start - told) - tables.calm_s)
    way = ways[here, crew.end]
    total += way.cost
    driving += way.s
    if crew.is_out:
        total -= ways[crew.start, crew.end].cost
    return total + crew.per_second * (end - leave - driving)


@inner
def measure(tables: Tables, state: State, v: int, n: int) -> float:
    """Cents of vehicle `v` doing `state.order[:n]`, room aside; infinite when a rule of time or way forbids it."""
    if n == 0:
        return 0.0
    crew, slot, order = tables.crew[v], state.slot, state.order
    rides = 0
    bounded = crew.strict != 0
    for k in range(n):
        job = tables.task[order[k]]
        ride = tables.ride[crew.ride_class, job.ship]
        if job.loads:
            state.cargo[job.ship].loaded = k
        elif ride.bounded:
            bounded = True
            if tables.ship[job.ship].carrier < 0 and ride.seconds < BOUND:
                slot[rides].load = state.cargo[job.ship].loaded
                slot[rides].drop = k
                slot[rides].bound = ride.seconds
                rides += 1
    if bounded and not _fits(tables, state, v, n):
        return INFINITE
    leave = crew.free_s
    if not crew.under_way:
        leg = tables.way[crew.cost_class, crew.start, tables.task[order[0]].site].s
        begin = snap(tables, order[0], leave + leg)
        if begin != NEVER:
            leave = max(leave, begin - leg)
    leave, end = _timed(tables, state, v, n, rides, leave)
    if end == NEVER:
        return INFINITE
    if not crew.under_way:
        leave, end = _tightened(tables, state, v, n, rides, leave, end)
        if end - leave > crew.max_duration:
            return INFINITE
    return _priced(tables, state, v, n, leave, end)
