"""Compiled: ruin and recreate, the step everything else repeats.

Slack induction by string removals (Christiaens & Vanden Berghe 2020): strings of neighbouring tasks are taken out of
several routes near one place, then every shipment out is put back where it is cheapest, now and then overlooking a
route. To lower the fleet the same step is judged by how long the shipments left out have been left out (absence
counters): one that nobody wanted for long pushes out one that is easy to place.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from routing.engine.search.compiling import entry, inner
from routing.engine.search.gaps import drop_marked, keep_best, leave_out, refresh, settle, take_in, touch
from routing.engine.search.scan import evaluate
from routing.engine.search.state import State, Words
from routing.engine.search.tables import Small, Tables
from routing.engine.search.timing import INFINITE

COST = 0  # a step is judged by cents
ABSENCE = 1  # a step is judged by the absence counters first
GENEROUS = 0.1  # share of steps in which a shipment may cost more than it is worth
_SHIFTS = (np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(11))
_FACTOR = np.uint64(0x2545F4914F6CDD1D)
TINY = 1e-13  # less than this share of the value is rounding
THOROUGH = 0.05  # share of steps that look at every row, mates or not
RETRIED = 12  # shipments left out that are tried again in one step


class Style(NamedTuple):
    """How steps are made: tasks taken out on average, longest string, share of steps begun at something left out, and
    how often a row is overlooked.
    """

    mode: int
    removed: float
    longest: float
    from_left: float
    blink: float


@inner
def chance(dice: Words) -> float:
    """A number in [0, 1): xorshift64*, whose whole state is `dice[0]`."""
    x = dice[0]
    x ^= x >> _SHIFTS[0]
    x ^= x << _SHIFTS[1]
    x ^= x >> _SHIFTS[2]
    dice[0] = x
    return float((x * _FACTOR) >> _SHIFTS[3]) / 9007199254740992.0


@inner
def _below(dice: Words, bound: int) -> int:
    """A whole number in [0, bound)."""
    return int(chance(dice) * bound)


@inner
def _ruin_route(tables: Tables, state: State, v: int, at: int, wanted: int, out: int) -> int:
    """Take a string of `wanted` tasks around node `at` out of row `v`; how many shipments are out now."""
    row, node, dice = state.rows.row[v], state.rows.node[v], state.dice
    n = row.size
    spared = 0
    if 1 < wanted < n and chance(dice) < 0.5:
        # A split string spares some tasks in its middle.
        spared = 1
        while wanted + spared < n and chance(dice) > 0.1:
            spared += 1
    span = wanted + spared
    low, high = max(1, at - span + 1), min(at, n - span + 1)
    begin = low + _below(dice, high - low + 1)
    hole = begin + 1 + _below(dice, wanted - 1) if spared else begin + span
    touch(state, v)
    first = out
    for k in range(begin, begin + span):
        ship = tables.task[node[k].task].ship
        if not hole <= k < hole + spared and not state.cargo[ship].marked:
            state.cargo[ship].marked = 1
            state.out[out] = ship
            out += 1
    drop_marked(tables, state, v)
    ok = refresh(tables, state, v)
    for k in range(first, out):
        state.cargo[state.out[k]].marked = 0
        if ok:
            state.cargo[state.out[k]].where = -1
    if ok:
        return out
    # Where a direct way is longer than one through a third place, less can be too much: leave the row as it was.
    row.size = n
    for k in range(1, n + 1):
        node[k].task = state.undo.node[v, k].task
    refresh(tables, state, v)
    return first


@inner
def _ruin(tables: Tables, state: State, style: Style) -> tuple[int, int]:
    """Take strings out of routes near one task: (shipments now in `state.out`, the task in the middle)."""
    rows, dice = state.rows, state.dice
    if state.left[0] > 0 and chance(dice) < style.from_left:
        ship = state.left[1 + _below(dice, state.left[0])]
    else:
        ship = state.mine[1 + _below(dice, state.mine[0])]
    centre = tables.ship[ship].pickup
    if centre < 0 or chance(dice) < 0.5:
        centre = tables.drops[tables.ship[ship].drop_from]
    busy, tasks = 0, 0
    for at in range(1, state.open_rows[0] + 1):
        size = rows.row[state.open_rows[at]].size
        busy += size > 0
        tasks += size
    limit = min(style.longest, tasks / busy if busy else 1.0)
    strings = 1 + int(chance(dice) * max(1.0, 4.0 * style.removed / (1.0 + limit) - 1.0))
    out, done = 0, 0
    for k in range(-1, tables.near.shape[1]):
        task = centre if k < 0 else tables.near[centre, k]
        if done >= strings or task < 0:
            break
        v = state.cargo[tables.task[task].ship].where
        if v < 0 or state.duty[v].touched or state.duty[v].closed:
            continue
        n = rows.row[v].size
        at = 1
        while at <= n and rows.node[v, at].task != task:
            at += 1
        if at > n:
            continue
        wanted = min(n, 1 + int(chance(dice) * min(limit, float(n))))
        out = _ruin_route(tables, state, v, at, wanted, out)
        done += 1
    return out, centre


@inner
def _rank(tables: Tables, state: State, count: int, mode: int) -> None:
    """Put the first `count` of `state.out` in the order they are to be placed."""
    dice, out, cargo = state.dice, state.out, state.cargo
    way = chance(dice)
    depot = tables.crew[0].start
    for k in range(count):
        ship = tables.ship[out[k]]
        down = tables.task[tables.drops[ship.drop_from]]
        up = down if ship.pickup < 0 else tables.task[ship.pickup]
        if ship.pickup < 0:
            rank = -INFINITE
        elif mode == ABSENCE and way > 0.25:
            rank = -float(cargo[out[k]].misses)
        elif mode == COST and way > 0.75:
            rank = -ship.worth + 1e-6 * chance(dice)
        elif way < 0.30:
            rank = chance(dice)
        elif way < 0.45:
            rank = -float(up.grams)
        elif way < 0.55:
            rank = -tables.way[0, depot, up.site].cost
        elif way < 0.60:
            rank = tables.way[0, depot, up.site].cost
        elif way < 0.67:
            rank = float(min(up.closes - up.opens, down.closes - down.opens))
        elif way < 0.72:
            rank = float(up.closes)
        else:
            rank = -float(down.opens)
        cargo[out[k]].rank = rank
    for k in range(1, count):
        ship_at = out[k]
        place = k
        while place > 0 and cargo[out[place - 1]].rank > cargo[ship_at].rank:
            out[place] = out[place - 1]
            place -= 1
        out[place] = ship_at


@inner
def _mark_mates(tables: Tables, state: State, ship: int) -> None:
    """Mark the rows that do something going well with a task of `ship`."""
    item = tables.ship[ship]
    for at in range(item.drop_from - 1, item.drop_to):
        task = item.pickup if at < item.drop_from else tables.drops[at]
        if task < 0:
            continue
        for k in range(tables.mates.shape[1]):
            mate = tables.mates[task, k]
            if mate < 0:
                break
            v = state.cargo[tables.task[mate].ship].where
            if v >= 0:
                state.duty[v].mate = 1


@inner
def place(tables: Tables, state: State, ship: int, limit: float, blink: float, thorough: bool) -> bool:
    """Put `ship` where it adds the least, if that is less than `limit`.

    Rows whose answer is known are asked first: the better the best so far, the less of the others need be looked at.
    Then rows with a mate of the shipment, and all others only if `thorough` or nothing was found.
    """
    rows, known, duty = state.rows, state.known, state.duty
    best, least = -1, limit
    for at in range(1, state.open_rows[0] + 1):
        v = state.open_rows[at]
        duty[v].mate = rows.row[v].size == 0
        duty[tables.crew[v].twin].seen = 0
    _mark_mates(tables, state, ship)
    for turn in range(3):
        if turn == 2 and best >= 0 and not thorough:
            break
        for at in range(1, state.open_rows[0] + 1):
            v = state.open_rows[at]
            row, seen = rows.row[v], known[ship, v]
            fresh = seen.stamp != row.stamp or (seen.bound and seen.added < least)
            if fresh != (turn > 0) or not tables.may[ship, v] or (turn > 0 and duty[v].mate == turn - 1):
                continue
            if row.size == 0:
                twin = tables.crew[v].twin
                if duty[twin].seen:
                    continue
                duty[twin].seen = 1
            if blink > 0.0 and chance(state.dice) < blink:
                continue
            if fresh:
                evaluate(tables, state, ship, v, least)
            if seen.added < least and not seen.bound:
                best, least = v, seen.added
    if best < 0:
        return False
    touch(state, best)
    found, node, n = known[ship, best], rows.node[best], rows.row[best].size
    load = tables.ship[ship].pickup
    grow = 1 if load < 0 else 2
    for k in range(n, found.drop, -1):
        node[k + grow].task = node[k].task
    node[found.drop + grow].task = found.task
    if load >= 0:
        for k in range(found.drop, found.load, -1):
            node[k + 1].task = node[k].task
        node[found.load + 1].task = load
    rows.row[best].size = n + grow
    refresh(tables, state, best)
    state.cargo[ship].where = best
    return True


@inner
def _waiting(tables: Tables, state: State, out: int, centre: int, mode: int) -> int:
    """Add to `state.out` shipments left out that are to be tried again: all of them, or those near by."""
    if mode == ABSENCE or state.left[0] <= RETRIED:
        for k in range(1, state.left[0] + 1):
            state.out[out] = state.left[k]
            out += 1
        return out
    first = out
    for k in range(-1, tables.near.shape[1]):
        task = centre if k < 0 else tables.near[centre, k]
        if task < 0 or out - first >= RETRIED:
            break
        ship = tables.task[task].ship
        if state.cargo[ship].seat >= 0 and not state.cargo[ship].marked:
            state.cargo[ship].marked = 1
            state.out[out] = ship
            out += 1
    for k in range(first, out):
        state.cargo[state.out[k]].marked = 0
    return out


@inner
def step(tables: Tables, state: State, style: Style, heat: float) -> bool:
    """One ruin and one recreate, kept or undone; whether it was kept."""
    dice, cargo, out = state.dice, state.cargo, state.out
    taken, centre = _ruin(tables, state, style)
    count = _waiting(tables, state, taken, centre, style.mode)
    _rank(tables, state, count, style.mode)
    pay = 4.0 if style.mode == COST and chance(dice) < GENEROUS else 1.0
    thorough = chance(dice) < THOROUGH
    delta = 0.0
    absence, gone = 0, 0
    possible = True
    for k in range(count):
        ship = tables.ship[out[k]]
        was_out = cargo[out[k]].seat >= 0
        if place(tables, state, out[k], pay * ship.limit, style.blink, thorough):
            if was_out:
                delta -= ship.worth
                absence -= cargo[out[k]].misses + 1
        else:
            state.gone[gone] = out[k]
            gone += 1
            if not was_out:
                delta += ship.worth
                absence += cargo[out[k]].misses + 1
                possible = possible and ship.carrier < 0
    routes = 0.0
    for k in range(1, state.touched[0] + 1):
        v = state.touched[k]
        routes += state.rows.row[v].cost - state.undo.row[v].cost
    state.counter[1] += 1
    threshold = -heat * math.log(max(1e-12, chance(dice)))
    if style.mode == ABSENCE:
        keep = possible and (absence < 0 or (absence == 0 and routes < threshold))
    else:
        keep = possible and delta + routes < threshold
    if keep:
        for k in range(count):
            take_in(state, out[k])
        for k in range(gone):
            leave_out(state, state.gone[k])
        state.value[0] += delta + routes
        state.value[2] += routes
        state.counter[3] += 1
    else:
        for k in range(count):
            if cargo[out[k]].seat >= 0:
                cargo[out[k]].where = -1
    settle(tables, state, keep)
    if style.mode == ABSENCE:
        for k in range(1, state.left[0] + 1):
            cargo[state.left[k]].misses += 1
    return keep


@inner
def _fill(tables: Tables, state: State, order: Small) -> None:
    """Place each shipment of `order` that is left out where it is cheapest, if it is worth it."""
    for ship in order:
        if state.cargo[ship].seat >= 0 and place(tables, state, ship, tables.ship[ship].limit, 0.0, True):
            take_in(state, ship)
            state.value[0] -= tables.ship[ship].worth
    total = 0.0
    for v in range(len(state.duty)):
        total += state.rows.row[v].cost
    state.value[0] += total - state.value[2]
    state.value[2] = total
    settle(tables, state, True)
    if state.value[0] < state.value[1]:
        keep_best(state)


@entry
def run(tables: Tables, state: State, style: Style, order: Small, steps: int, hot: float, cold: float) -> int:
    """Place `order` where it is cheapest, then take `steps` steps while the heat falls from `hot` to `cold`.

    Returns how often the best was improved. In the mode ABSENCE it ends as soon as nothing is left out.
    """
    if len(order):
        _fill(tables, state, order)
    improved = 0
    cooling = (cold / hot) ** (1.0 / max(1, steps)) if hot > 0.0 else 1.0
    heat = hot
    for _ in range(steps):
        kept = step(tables, state, style, heat)
        heat *= cooling
        if style.mode == ABSENCE:
            if state.left[0] == 0:
                break
        elif kept and state.value[0] < state.value[1] - TINY * abs(state.value[1]):
            keep_best(state)
            improved += 1
    state.counter[2] += improved
    return improved
