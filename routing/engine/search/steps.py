"""Compiled: ruin and recreate, the step everything else repeats, and whether it is kept.

To lower the fleet the same step is judged by how long the shipments left out have been left out (absence counters):
one that nobody wanted for long pushes out one that is easy to place.
"""

from __future__ import annotations

import math

from routing.engine.search.compiling import entry, inner
from routing.engine.search.dice import chance
from routing.engine.search.gaps import keep_best, leave_out, settle, take_in
from routing.engine.search.recreate import ABSENCE, COST, add_waiting, place, rank_out
from routing.engine.search.ruin import Style, ruin
from routing.engine.search.state import State
from routing.engine.search.tables import Small, Tables
from routing.engine.search.timing import INFINITE

GENEROUS = 0.1  # share of steps in which a shipment may cost more than it is worth
SHUT = 0.5  # share of the emptied vehicles that stay at home, where it matters which vehicle drives a route
THOROUGH = 0.05  # share of steps that look at every row, mates or not
TINY = 1e-13  # less than this share of the value is rounding


@inner
def _shut(tables: Tables, state: State) -> None:
    """Let vehicles that were emptied stay at home in this step, now and then: they would only be refilled."""
    for k in range(1, state.touched[0] + 1):
        v = state.touched[k]
        if state.rows.row[v].size == 0 and not tables.crew[v].under_way and chance(state.dice) < SHUT:
            state.duty[v].shut = 1


@inner
def step(tables: Tables, state: State, style: Style, heat: float) -> bool:
    """One ruin and one recreate, kept or undone; whether it was kept."""
    loose = style.dear < INFINITE
    dice, cargo, out = state.dice, state.cargo, state.out
    taken, centre = ruin(tables, state, style)
    if tables.mixed:
        _shut(tables, state)
    count = add_waiting(tables, state, taken, centre, style.mode)
    rank_out(tables, state, count, style.mode)
    pay = 4.0 if style.mode == COST and chance(dice) < GENEROUS else 1.0
    thorough = chance(dice) < THOROUGH
    delta = 0.0
    absence, gone = 0, 0
    possible = True
    for k in range(count):
        ship = tables.ship[out[k]]
        was_out = cargo[out[k]].seat >= 0
        worth = min(ship.worth, style.dear)
        if place(tables, state, out[k], pay * min(ship.limit, style.dear), style.blink, thorough):
            if was_out:
                delta -= worth
                absence -= cargo[out[k]].misses + 1
        else:
            state.gone[gone] = out[k]
            gone += 1
            if not was_out:
                delta += worth
                absence += cargo[out[k]].misses + 1
                possible = possible and ship.carrier < 0
    routes = 0.0
    for k in range(1, state.touched[0] + 1):
        v = state.touched[k]
        state.duty[v].shut = 0
        routes += state.rows.row[v].cost - state.undo.row[v].cost
        # Leaving things out on the way is not to be paid for by a vehicle that stays at home.
        possible = possible and not (loose and gone > 0 and state.rows.row[v].size == 0 and state.undo.row[v].size > 0)
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

    Returns how often the best was improved. In the mode ABSENCE it ends as soon as nothing is left out. Where
    `style.dear` is finite, shipments may be left out on the way, and the best is met only when none is.
    """
    if len(order):
        _fill(tables, state, order)
    loose = style.dear < INFINITE
    state.value[0] = state.value[2]
    for k in range(1, state.left[0] + 1):
        state.value[0] += min(tables.ship[state.left[k]].worth, style.dear)
    improved = 0
    cooling = (cold / hot) ** (1.0 / max(1, steps)) if hot > 0.0 else 1.0
    heat = hot
    for _ in range(steps):
        kept = step(tables, state, style, heat)
        heat *= cooling
        if style.mode == ABSENCE:
            if state.left[0] == 0:
                break
        elif kept and not (loose and state.left[0]) and state.value[0] < state.value[1] - TINY * abs(state.value[1]):
            keep_best(state)
            improved += 1
    state.counter[2] += improved
    return improved
