"""Compiled: when a vehicle does tasks in a given order, and what that costs. The same sums as `engine/timing.py`."""

from __future__ import annotations

from routing.engine.search.compiling import inner
from routing.engine.search.moments import NEVER
from routing.engine.search.resting import with_pauses
from routing.engine.search.state import State
from routing.engine.search.tables import BOUND, UNSET, Tables

INFINITE = float("inf")


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
                total += tables.shifted_s * max(0.0, abs(state.slot[k].kept - told) - tables.calm_s)
    way = ways[here, crew.end]
    total += way.cost
    driving += way.s
    if crew.is_out:
        total -= ways[crew.start, crew.end].cost
    return total + crew.per_second * (end - leave - driving)


@inner
def measure(tables: Tables, state: State, v: int, n: int, only_whether: bool) -> float:
    """Cents of vehicle `v` doing `state.order[:n]`, room aside; infinite when a rule of time or way forbids it."""
    if n == 0:
        return 0.0
    crew, slot, order = tables.crew[v], state.slot, state.order
    ways = tables.way[crew.cost_class]
    rides, here = 0, crew.start
    bounded = crew.strict != 0
    for k in range(n):
        job = tables.task[order[k]]
        slot[k].leg = ways[here, job.site].s
        here = job.site
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
    slot[n].leg = ways[here, crew.end].s
    if bounded and not _fits(tables, state, v, n):
        return INFINITE
    # A crew that is not paid by the second ends as soon as it can, unless its round would be too long then.
    soonest = crew.under_way != 0 or crew.per_second <= 0.0
    while True:
        leave, end = with_pauses(tables, state, v, n, rides, soonest, only_whether)
        if end == NEVER:
            return INFINITE
        if crew.under_way or end - leave <= crew.max_duration:
            break
        if not soonest:
            return INFINITE
        soonest = False
    return _priced(tables, state, v, n, leave, end)
