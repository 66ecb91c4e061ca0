"""Compiled: strings of neighbouring tasks taken out of several routes near one place.

Slack induction by string removals (Christiaens & Vanden Berghe 2020).
"""

from __future__ import annotations

from typing import NamedTuple

from routing.engine.search.compiling import inner
from routing.engine.search.dice import below, chance
from routing.engine.search.gaps import drop_marked, refresh, touch
from routing.engine.search.state import State
from routing.engine.search.tables import Tables

WHOLE = 0.03  # share of steps that take a whole route out, where another vehicle may be better for it …
LONGEST_WHOLE = 30  # … and its tasks are no more than that


class Style(NamedTuple):
    """How steps are made: tasks taken out on average, longest string, share of steps begun at something left out, how
    often a row is overlooked, and the cents that leaving out a shipment counts at most.
    """

    mode: int
    removed: float
    longest: float
    from_left: float
    blink: float
    dear: float


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
    begin = low + below(dice, high - low + 1)
    hole = begin + 1 + below(dice, wanted - 1) if spared else begin + span
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
def ruin(tables: Tables, state: State, style: Style) -> tuple[int, int]:
    """Take strings out of routes near one task: (shipments now in `state.out`, the task in the middle)."""
    rows, dice = state.rows, state.dice
    if state.left[0] > 0 and chance(dice) < style.from_left:
        ship = state.left[1 + below(dice, state.left[0])]
    else:
        ship = state.mine[1 + below(dice, state.mine[0])]
    centre = tables.ship[ship].pickup
    if centre < 0 or chance(dice) < 0.5:
        centre = tables.drops[tables.ship[ship].drop_from]
    busy, tasks = 0, 0
    for at in range(1, state.open_rows[0] + 1):
        size = rows.row[state.open_rows[at]].size
        busy += size > 0
        tasks += size
    if tables.mixed and chance(dice) < WHOLE:
        v = state.cargo[tables.task[centre].ship].where
        if v >= 0 and not state.duty[v].closed and rows.row[v].size <= LONGEST_WHOLE:
            return _ruin_route(tables, state, v, 1, rows.row[v].size, 0), centre
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
