"""What changes during a search: the routes, what is known of their gaps, and places already worked out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.engine.search.tables import Floats, Ints, Records, Small, Tables

Words = npt.NDArray[np.uint64]

# Nodes of a row are numbered 0 (start), 1 … size (tasks), size + 1 (end); gap k follows node k. `leave`: earliest
# moment to leave the node, `due`: latest start there, both as if rides and pauses had no bounds; `leg`, `leg_s`: cents
# and seconds of gap k (kept here because looking them up in a large table is what takes time).
NODE = np.dtype([("leave", "i8"), ("due", "i8"), ("leg", "f8"), ("leg_s", "i8"), ("at", "i4"), ("task", "i4")])
# `bounds`: tasks whose ride is bounded; `stamp`: a number for this very order of tasks.
ROW = np.dtype([("size", "i8"), ("bounds", "i8"), ("stamp", "i8"), ("cost", "f8")])
# The best place of a shipment in a row, true while `stamp` equals the row's: gaps of loading and unloading.
# `bound`: only that it adds at least `added` is known.
PLACE = np.dtype([("stamp", "i8"), ("added", "f8"), ("load", "i4"), ("drop", "i4"), ("task", "i4"), ("bound", "i4")])
# `where`: its row, −1 left out, −2 not ours to plan, −3 left out and another lane's; `seat`: its place in State.left,
# −1; `misses`: how often it was left out. The rest is working space: place and metres of its loading, taken out now,
# rank among those taken out.
CARGO = np.dtype(
    [
        ("where", "i4"),
        ("seat", "i4"),
        ("misses", "i8"),
        ("loaded", "i4"),
        ("marked", "i4"),
        ("ridden", "i8"),
        ("rank", "f8"),
    ]
)
# `touched`: it has an undo row; `closed`: it takes nothing more; `seen`: its twin was looked at; `mate`: it does
# something that goes well with what is to be placed; `stale`: its tasks were given and its gaps are not known yet;
# `shut`: it stays at home in this step.
DUTY = np.dtype([(name, "i4") for name in ("touched", "closed", "seen", "mate", "stale", "shut")])
# Working space per place in an order: seconds to it, start, waiting up to it, start in the best timing, "not before",
# bounded rides, detours per gap.
SLOT = np.dtype(
    [(name, "i8") for name in ("leg", "start", "wait", "kept", "low", "bound", "load", "drop")]
    + [("alone", "f8"), ("rest", "f8")]
)
# Working space for pauses. Per pause: its gap and earliest begin. Per place in an order: work before it, earliest
# departure to it, latest start, start in the best timing.
PAUSE = np.dtype([(name, "i8") for name in ("gap", "begin", "work", "soon", "due", "best")])
DEEPEST = 256  # pauses of one order that there is room for at least


class Rows(NamedTuple):
    """One row a vehicle."""

    row: Records  # (v,) ROW
    node: Records  # (v, length + 2) NODE
    spare: Ints  # (v, length + 2, kinds, 2) grams and crates that still fit in gap k


class State(NamedTuple):
    """One solution under change, with its undo rows, the best solution met, and the working space of its thread."""

    rows: Rows
    undo: Rows
    best: Small  # (v, length) tasks
    best_row: Records  # (v,) ROW
    known: Records  # (n, v) PLACE
    cargo: Records  # (n,) CARGO
    duty: Records  # (v,) DUTY
    left: Small  # (n + 1,) [0] how many are left out, then which
    best_left: Small  # the same for the best solution
    mine: Small  # (n + 1,) [0] how many shipments may be moved, then which
    touched: Small  # (v + 1,) [0] how many rows have an undo, then which
    open_rows: Small  # (v + 1,) [0] how many rows may take something, then which
    order: Small  # a trial order of tasks
    slot: Records  # SLOT
    pause: Records  # PAUSE
    out: Small  # (n,) shipments taken out
    gone: Small  # (n,) shipments that found no place
    value: Floats  # [current, best, routes alone], cents
    counter: Ints  # [next stamp, steps, improvements, steps kept]
    dice: Words  # [state of the random numbers]


def _rows(vehicles: int, length: int, kinds: int) -> Rows:
    wide = (vehicles, length + 2)
    return Rows(np.zeros(vehicles, ROW), np.zeros(wide, NODE), np.zeros((*wide, kinds, 2), dtype=np.int64))


def new_state(tables: Tables, settled: Collection[int], seed: int, length: int) -> State:
    """An empty state with room for `length` tasks a row; `hold` gives it routes."""
    n, vehicles, kinds = len(tables.ship), len(tables.crew), tables.room.shape[1]
    state = State(
        rows=_rows(vehicles, length, kinds),
        undo=_rows(vehicles, length, kinds),
        best=np.zeros((vehicles, length), dtype=np.int32),
        best_row=np.zeros(vehicles, ROW),
        known=np.zeros((n, vehicles), PLACE),
        cargo=np.zeros(n, CARGO),
        duty=np.zeros(vehicles, DUTY),
        left=np.zeros(n + 1, dtype=np.int32),
        best_left=np.zeros(n + 1, dtype=np.int32),
        mine=np.zeros(n + 1, dtype=np.int32),
        touched=np.zeros(vehicles + 1, dtype=np.int32),
        open_rows=np.zeros(vehicles + 1, dtype=np.int32),
        order=np.zeros(length + 4, dtype=np.int32),
        slot=np.zeros(length + 4, SLOT),
        pause=np.zeros(max(length + 4, DEEPEST), PAUSE),
        out=np.zeros(n + 1, dtype=np.int32),
        gone=np.zeros(n + 1, dtype=np.int32),
        value=np.zeros(3),
        counter=np.array([1, 0, 0, 0], dtype=np.int64),
        dice=np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64 or 1], dtype=np.uint64),
    )
    state.cargo["where"] = -1
    state.cargo["where"][list(settled)] = -2
    state.duty["stale"] = 1
    hold(tables, state, [()] * vehicles)
    return state


def hold(
    tables: Tables,
    state: State,
    routes: Sequence[Sequence[int]],
    closed: Collection[int] = (),
    others: Collection[int] = (),
) -> None:
    """Make `routes` (tasks per vehicle) the solution; the caller brings it up to date with `gaps.begin`.

    The vehicles `closed` stay as they are, and the shipments `others`, left out, are not for this lane to place.
    """
    where, rows = np.where(state.cargo["where"] == -2, -2, -1), state.rows
    sizes = rows.row["size"].tolist()
    for at, tasks in enumerate(routes):
        if tasks:
            where[tables.task["ship"][list(tasks)]] = at
        if len(tasks) != sizes[at] or not np.array_equal(rows.node["task"][at, 1 : len(tasks) + 1], tasks):
            rows.node["task"][at, 1 : len(tasks) + 1] = tasks
            rows.row["size"][at] = len(tasks)
            state.duty["stale"][at] = 1
    where[[ship for ship in others if where[ship] == -1]] = -3
    state.cargo["where"] = where
    state.duty["closed"] = 0
    state.duty["closed"][list(closed)] = 1
    mine = np.flatnonzero((where == -1) | np.isin(where, np.flatnonzero(state.duty["closed"] == 0)))
    state.mine[0] = len(mine)
    state.mine[1 : len(mine) + 1] = mine
    missing = np.flatnonzero(where == -1)
    state.cargo["seat"] = -1
    state.cargo["seat"][missing] = np.arange(1, len(missing) + 1)
    state.left[0] = len(missing)
    state.left[1 : len(missing) + 1] = missing


def held(state: State) -> tuple[list[list[int]], list[int]]:
    """The best solution met: tasks per vehicle, and the shipments it leaves out."""
    sizes = state.best_row["size"].tolist()
    routes = [state.best[at, :size].tolist() for at, size in enumerate(sizes)]
    return routes, sorted(state.best_left[1 : state.best_left[0] + 1].tolist())
