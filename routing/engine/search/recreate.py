"""Compiled: what is out put back where it is cheapest, now and then overlooking a route."""

from __future__ import annotations

from routing.engine.search.compiling import inner
from routing.engine.search.dice import chance
from routing.engine.search.gaps import refresh, touch
from routing.engine.search.scan import evaluate
from routing.engine.search.state import State
from routing.engine.search.tables import Tables
from routing.engine.search.timing import INFINITE

COST = 0  # a step is judged by cents
ABSENCE = 1  # a step is judged by the absence counters first
RETRIED = 12  # shipments left out that are tried again in one step


@inner
def rank_out(tables: Tables, state: State, count: int, mode: int) -> None:
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
            if (
                duty[v].shut
                or fresh != (turn > 0)
                or not tables.may[ship, v]
                or (turn > 0 and duty[v].mate == turn - 1)
            ):
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
def add_waiting(tables: Tables, state: State, out: int, centre: int, mode: int) -> int:
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
