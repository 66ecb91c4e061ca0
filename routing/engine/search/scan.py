"""Compiled: the cheapest place for one shipment in one route.

A pair of gaps is looked at only while the detours alone can still beat the best pair found; times are carried
forward from the loading gap, so each pair costs a few sums. Orders whose rides, pauses or duration are bounded are
then timed as a whole.
"""

from __future__ import annotations

from routing.engine.search.compiling import inner
from routing.engine.search.gaps import is_timed
from routing.engine.search.moments import NEVER, snap
from routing.engine.search.state import State
from routing.engine.search.tables import Tables
from routing.engine.search.timing import INFINITE, measure

TRIALS = 40  # orders timed as a whole for one shipment and one route before it is given up
FEW = 2  # tasks of a route up to which all orders are timed where detours do not tell the cost


@inner
def _alone(tables: Tables, state: State, v: int, task: int) -> float:
    """Detour of `task` alone per gap into the slots, infinite where times forbid it; the least of them."""
    node, n, slot = state.rows.node[v], state.rows.row[v].size, state.slot
    crew, job = tables.crew[v], tables.task[task]
    ways = tables.way[crew.cost_class, job.site]
    earliest = job.opens + job.service
    least = INFINITE
    open_still = True
    for k in range(n + 1):
        slot[k].alone = INFINITE
        # Most gaps are too early or too late, which needs no look at the tables.
        if not open_still or node[k + 1].due < earliest:
            continue
        inward, onward = ways[node[k].at], ways[node[k + 1].at]
        start = snap(tables, task, node[k].leave + inward.back_s)
        if start == NEVER:
            open_still = False
        elif start + job.service + onward.s <= node[k + 1].due:
            slot[k].alone = inward.back_cost + onward.cost - node[k].leg
            least = min(least, slot[k].alone)
    return least


@inner
def _trial(tables: Tables, state: State, v: int, load: int, i: int, drop: int, j: int, only_whether: bool) -> float:
    """Cents of the route with `load` in gap i (−1: it is aboard) and `drop` in gap j, or infinite.

    `only_whether`: that it is finite is all that is asked, the cents may be those of other moments.
    """
    node, order = state.rows.node[v], state.order
    n = 0
    for k in range(state.rows.row[v].size + 1):
        if k > 0:
            order[n] = node[k].task
            n += 1
        if k == i and load >= 0:
            order[n] = load
            n += 1
        if k == j:
            order[n] = drop
            n += 1
    return measure(tables, state, v, n, only_whether)


@inner
def _one(tables: Tables, state: State, ship: int, v: int, drop: int, below: float, must: bool) -> float:
    """The least detour below `below` for unloading what is aboard, noted in `state.known`; else `below`."""
    found = state.known[ship, v]
    best = below
    for k in range(state.rows.row[v].size + 1):
        if state.slot[k].alone < best and (not must or _trial(tables, state, v, -1, k, drop, k, True) < INFINITE):
            best = state.slot[k].alone
            found.load, found.drop, found.task = k, k, drop
    return best


@inner
def _pair(tables: Tables, state: State, ship: int, v: int, drop: int, below: float, must: bool) -> float:
    """The least detour below `below` for loading and unloading at `drop`, noted in `state.known`; else `below`."""
    node, n, slot, spare = state.rows.node[v], state.rows.row[v].size, state.slot, state.rows.spare[v]
    crew, found, load = tables.crew[v], state.known[ship, v], tables.ship[ship].pickup
    up, down = tables.task[load], tables.task[drop]
    up_ways, down_ways = tables.way[crew.cost_class, up.site], tables.way[crew.cost_class, down.site]
    between, between_s = up_ways[down.site].cost, up_ways[down.site].s
    kind, grams, crates = up.kind, up.grams, up.crates
    earliest = up.opens + up.service
    best = below
    trials = 0
    slot[n + 1].rest = INFINITE
    for k in range(n, -1, -1):
        slot[k].rest = min(slot[k].alone, slot[k + 1].rest)
    for i in range(n + 1):
        if node[i + 1].due < earliest or spare[i, kind, 0] < grams or spare[i, kind, 1] < crates:
            continue
        inward, there = up_ways[node[i].at], node[i + 1].at
        begun = inward.back_cost - node[i].leg
        detour = begun + up_ways[there].cost
        joint = begun + between + down_ways[there].cost
        if detour + slot[i + 1].rest >= best and joint >= best:
            continue
        start = snap(tables, load, node[i].leave + inward.back_s)
        if start == NEVER:
            break
        now = start + up.service
        if joint < best:
            start = snap(tables, drop, now + between_s)
            if start != NEVER and start + down.service + down_ways[there].s <= node[i + 1].due:
                if must:
                    trials += 1
                if not must or (trials <= TRIALS and _trial(tables, state, v, load, i, drop, i, True) < INFINITE):
                    best = joint
                    found.load, found.drop, found.task = i, i, drop
        for j in range(i + 1, n + 1):
            if detour + slot[j].rest >= best:
                break
            stop = node[j]
            start = snap(tables, stop.task, now + (up_ways[stop.at].s if j == i + 1 else node[j - 1].leg_s))
            if start > stop.due or spare[j, kind, 0] < grams or spare[j, kind, 1] < crates:
                break
            now = start + tables.task[stop.task].service
            if detour + slot[j].alone < best:
                start = snap(tables, drop, now + down_ways[stop.at].back_s)
                if start != NEVER and start + down.service + down_ways[node[j + 1].at].s <= node[j + 1].due:
                    if must:
                        trials += 1
                    if not must or (trials <= TRIALS and _trial(tables, state, v, load, i, drop, j, True) < INFINITE):
                        best = detour + slot[j].alone
                        found.load, found.drop, found.task = i, j, drop
    return best


@inner
def _timed(tables: Tables, state: State, ship: int, v: int, drop: int, below: float) -> float:
    """The least cents below `below` of the route with the shipment in it, every place timed; else `below`."""
    n, spare, found, load = state.rows.row[v].size, state.rows.spare[v], state.known[ship, v], tables.ship[ship].pickup
    job = tables.task[drop]
    best = below
    for i in range(n + 1):
        for j in range(i, n + 1):
            if load < 0 and j > i:
                break
            if load >= 0 and (spare[j, job.kind, 0] < job.grams or spare[j, job.kind, 1] < job.crates):
                break
            cents = _trial(tables, state, v, load, i, drop, j, False)
            if cents < best:
                best = cents
                found.load, found.drop, found.task = i, j, drop
    return best


@inner
def evaluate(tables: Tables, state: State, ship: int, v: int, limit: float) -> None:
    """Find the best place of `ship` in row `v` that adds less than `limit` and note it in `state.known`.

    Where none is found, it is noted that the row adds at least `limit`, or that there is no place at all.
    """
    rows, found, crew = state.rows, state.known[ship, v], tables.crew[v]
    n = rows.row[v].size
    found.stamp = rows.row[v].stamp
    found.added = INFINITE
    found.bound = 0
    if not tables.may[ship, v] or n + 2 > state.best.shape[1]:
        return
    item = tables.ship[ship]
    bounded = tables.ride[crew.ride_class, ship].bounded != 0
    must = crew.strict != 0 or rows.row[v].bounds > 0 or bounded
    timed = must or is_timed(tables, rows, v)
    opening = 0.0
    if n == 0 and not crew.is_out:
        opening = crew.fixed + tables.way[crew.cost_class, crew.start, crew.end].cost
    # What waiting, rides and promises add is known only once the whole order is timed, so no bound holds before.
    below = INFINITE if timed else limit - opening
    best = below
    if n <= FEW and (crew.per_second > 0.0 or tables.moved > 0.0 or tables.shifted_s > 0.0):
        for at in range(item.drop_from, item.drop_to):
            best = _timed(tables, state, ship, v, tables.drops[at], best)
        found.added = best - rows.row[v].cost
        return
    for at in range(item.drop_from, item.drop_to):
        if _alone(tables, state, v, tables.drops[at]) < best:
            if item.pickup < 0:
                best = _one(tables, state, ship, v, tables.drops[at], best, must)
            else:
                best = _pair(tables, state, ship, v, tables.drops[at], best, must)
    if best == below:
        found.added = below + opening
        found.bound = 1
    elif timed:
        found.added = (
            _trial(tables, state, v, item.pickup, found.load, found.task, found.drop, False) - rows.row[v].cost
        )
    else:
        found.added = best + opening
