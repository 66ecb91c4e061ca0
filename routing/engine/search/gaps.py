"""Compiled: what is known of a route's gaps, kept true after each change; undo; the best solution met."""

from __future__ import annotations

from routing.engine.search.compiling import entry, inner
from routing.engine.search.moments import NEVER, latest, snap
from routing.engine.search.state import Rows, State
from routing.engine.search.tables import BOUND, UNSET, Tables
from routing.engine.search.timing import measure


@inner
def refresh(tables: Tables, state: State, v: int) -> bool:
    """Work out times, room and cost of row `v` from its tasks; False when its times cannot be kept."""
    rows, crew = state.rows, tables.crew[v]
    row, node = rows.row[v], rows.node[v]
    ways = tables.way[crew.cost_class]
    n = row.size
    now, here = crew.free_s, crew.start
    node[0].at, node[0].leave = here, now
    legs = 0.0
    row.bounds = 0
    ok = True
    for k in range(1, n + 1):
        job = tables.task[node[k].task]
        node[k].at = job.site
        way = ways[here, job.site]
        node[k - 1].leg, node[k - 1].leg_s = way.cost, way.s
        begin = snap(tables, node[k].task, now + node[k - 1].leg_s)
        if begin == NEVER:
            ok = False
            begin = now + node[k - 1].leg_s
        legs += node[k - 1].leg
        now, here = begin + job.service, job.site
        node[k].leave = now
        row.bounds += tables.ride[crew.ride_class, job.ship].bounded
    node[n + 1].at = crew.end
    way = ways[here, crew.end]
    node[n].leg, node[n].leg_s = way.cost, way.s
    legs += node[n].leg
    ok = ok and now + node[n].leg_s <= crew.back_s
    bound = crew.back_s
    node[n + 1].due = bound
    for k in range(n, 0, -1):
        bound = latest(tables, node[k].task, bound - tables.task[node[k].task].service - node[k].leg_s)
        node[k].due = bound
    _make_room(tables, state, v)
    row.stamp = state.counter[0]
    state.counter[0] += 1
    if n == 0:
        row.cost, ok = 0.0, True
    elif ok and is_timed(tables, rows, v):
        for k in range(n):
            state.order[k] = node[k + 1].task
        row.cost = measure(tables, state, v, n, False)
        ok = row.cost < BOUND
    elif crew.is_out:
        row.cost = legs - ways[crew.start, crew.end].cost
    else:
        row.cost = legs + crew.fixed
    return ok


@inner
def _make_room(tables: Tables, state: State, v: int) -> None:
    """What still fits in each gap: the compartment's room, narrowed by the vehicle's payload as a whole."""
    rows, crew = state.rows, tables.crew[v]
    spare, node = rows.spare[v], rows.node[v]
    kinds = spare.shape[1]
    grams, crates = crew.payload_grams, crew.payload_crates
    for kind in range(kinds):
        spare[0, kind, 0] = tables.room[v, kind, 0] - tables.held[v, kind, 0]
        spare[0, kind, 1] = tables.room[v, kind, 1] - tables.held[v, kind, 1]
        grams -= tables.held[v, kind, 0]
        crates -= tables.held[v, kind, 1]
    for k in range(1, rows.row[v].size + 1):
        job = tables.task[node[k].task]
        sign = 1 if job.loads else -1
        for kind in range(kinds):
            spare[k, kind, 0] = spare[k - 1, kind, 0]
            spare[k, kind, 1] = spare[k - 1, kind, 1]
        spare[k, job.kind, 0] -= sign * job.grams
        spare[k, job.kind, 1] -= sign * job.crates
    if crew.payload_grams >= BOUND and crew.payload_crates >= BOUND:
        return
    for k in range(rows.row[v].size + 1):
        if k > 0:
            job = tables.task[node[k].task]
            sign = 1 if job.loads else -1
            grams -= sign * job.grams
            crates -= sign * job.crates
        for kind in range(kinds):
            spare[k, kind, 0] = min(spare[k, kind, 0], grams)
            spare[k, kind, 1] = min(spare[k, kind, 1], crates)


@inner
def is_timed(tables: Tables, rows: Rows, v: int) -> bool:
    """Whether an order of `v`'s tasks must be timed as a whole, rather than gap by gap, to be allowed or priced."""
    crew = tables.crew[v]
    promised = tables.moved > 0.0 or tables.shifted_s > 0.0
    return crew.per_second > 0.0 or crew.strict != 0 or rows.row[v].bounds > 0 or promised


@inner
def copy_row(source: Rows, target: Rows, v: int) -> None:
    """Copy all that is known of row `v`."""
    n = source.row[v].size
    target.row[v] = source.row[v]
    for k in range(n + 2):
        target.node[v, k] = source.node[v, k]
        for kind in range(source.spare.shape[2]):
            target.spare[v, k, kind, 0] = source.spare[v, k, kind, 0]
            target.spare[v, k, kind, 1] = source.spare[v, k, kind, 1]


@inner
def touch(state: State, v: int) -> None:
    """Keep row `v` as it is for undoing, once per step."""
    if not state.duty[v].touched:
        state.duty[v].touched = 1
        state.touched[0] += 1
        state.touched[state.touched[0]] = v
        copy_row(state.rows, state.undo, v)


@inner
def settle(tables: Tables, state: State, keep: bool) -> None:
    """End a step: keep the touched rows, or put back what they were, with where each shipment rides."""
    for k in range(1, state.touched[0] + 1):
        v = state.touched[k]
        state.duty[v].touched = 0
        if not keep:
            copy_row(state.undo, state.rows, v)
    for k in range(1, state.touched[0] + 1):
        v = state.touched[k]
        for at in range(1, state.rows.row[v].size + 1):
            state.cargo[tables.task[state.rows.node[v, at].task].ship].where = v
    state.touched[0] = 0


@inner
def keep_best(state: State) -> None:
    """Remember the current solution as the best."""
    for v in range(len(state.duty)):
        row = state.rows.row[v]
        if state.best_row[v].stamp != row.stamp:
            state.best_row[v] = row
            for k in range(row.size):
                state.best[v, k] = state.rows.node[v, k + 1].task
    for k in range(state.left[0] + 1):
        state.best_left[k] = state.left[k]
    state.value[1] = state.value[0]


@inner
def leave_out(state: State, ship: int) -> None:
    """Add `ship` to what is left out."""
    cargo = state.cargo[ship]
    if cargo.seat < 0:
        state.left[0] += 1
        state.left[state.left[0]] = ship
        cargo.seat = state.left[0]
    cargo.where = -1


@inner
def take_in(state: State, ship: int) -> None:
    """Take `ship` off what is left out."""
    seat = state.cargo[ship].seat
    if seat >= 0:
        last = state.left[state.left[0]]
        state.left[seat] = last
        state.cargo[last].seat = seat
        state.left[0] -= 1
        state.cargo[ship].seat = -1


@inner
def drop_marked(tables: Tables, state: State, v: int) -> None:
    """Drop the tasks of marked shipments from row `v`; its gaps are not refreshed."""
    node = state.rows.node[v]
    kept = 0
    for k in range(1, state.rows.row[v].size + 1):
        if not state.cargo[tables.task[node[k].task].ship].marked:
            kept += 1
            node[kept].task = node[k].task
    state.rows.row[v].size = kept


@entry
def begin(tables: Tables, state: State) -> bool:
    """Bring a state that was given routes up to date; False when one of them cannot be kept."""
    ok = True
    total = 0.0
    for v in range(len(state.duty)):
        if state.duty[v].stale:
            kept = refresh(tables, state, v)
            ok = ok and kept
            state.duty[v].stale = 1 - kept
        total += state.rows.row[v].cost
        state.best_row[v].stamp = UNSET
    state.value[2] = total
    state.open_rows[0] = 0
    for v in range(len(state.duty)):
        if not state.duty[v].closed:
            state.open_rows[0] += 1
            state.open_rows[state.open_rows[0]] = v
    for k in range(1, state.left[0] + 1):
        total += tables.ship[state.left[k]].worth
    state.value[0] = total
    keep_best(state)
    return ok
