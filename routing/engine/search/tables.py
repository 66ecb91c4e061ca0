"""A problem as the compiled search reads it: records of shipments, tasks and vehicles, and tables of ways.

All times are int64 seconds, loads int64 grams and crates, costs float64 cents. A way and the way back lie side by side,
because the search always asks for one site against many.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.engine.instance import OPEN, Crew, Instance
from routing.kinds import FAR

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.uint8]
Records = npt.NDArray[np.void]

UNSET = -(2**60)  # a moment that is not set
NO_WAY = float(2**50)  # cents of a leg that does not exist
BOUND = 2**50  # a ride bound of this and more is none
NEAR = 200  # tasks kept by the way to them, for taking out what lies together
BLOCK = 64  # rows of a table of ways written at a time
MATES = 30  # tasks kept by how well they go side by side, for putting back


def _fields(whole: str, real: str = "") -> np.dtype[np.void]:
    return np.dtype([(name, "i8") for name in whole.split()] + [(name, "f8") for name in real.split()])


# `more`, `more_end`: its further windows in Tables.window.
TASK = _fields("site service ship loads kind grams crates opens closes more more_end")
# `pickup` −1: aboard `carrier` already, for `since_m` metres. `told_…`: promised; vehicle −1: nothing promised.
# `worth`: cents lost when it is left out; `limit`: cents its place may cost at most.
SHIP = _fields("pickup drop_from drop_to carrier since_m told_vehicle told_from told_to", "worth limit")
# `under_way`: it has left, so its leaving cannot be put off; `is_out`: its fixed cost is spent; `pause_after` −1: no
# pauses; `twin`: vehicles of one number are interchangeable while they stay at home; `strict`: pauses, duration or
# stops are bounded, so an order of tasks must be timed as a whole.
CREW = _fields(
    "profile cost_class ride_class start end free_s back_s under_way is_out rested_s pause_after pause_lasts "
    "max_duration stops_left payload_grams payload_crates twin strict",
    "per_second fixed",
)
SPAN = _fields("opens closes")
RIDE = _fields("seconds metres bounded")
# From one site to another: seconds and cents there, and back. What a gap needs of a site lies side by side and small,
# because looking it up in a large table is what takes time.
WAY = np.dtype([("s", "i4"), ("back_s", "i4"), ("cost", "f8"), ("back_cost", "f8")])


class Tables(NamedTuple):
    """What never changes during a search: n shipments, m tasks, s sites, v vehicles."""

    task: Records  # (m,) TASK
    ship: Records  # (n,) SHIP
    crew: Records  # (v,) CREW
    window: Records  # SPAN, further windows of tasks that have several
    ride: Records  # (ride classes, n) RIDE
    drops: Small  # unloading tasks, one per possible place
    ours: Small  # shipments there is something to plan for
    near: Small  # (m, k) tasks of other shipments by distance, −1 at the end
    mates: Small  # (m, k) tasks of other shipments that go well just before or after it, −1 at the end
    way: Records  # (cost classes, s, s) WAY; cents of a leg: metres and driving time
    metres: Small  # (profiles, s, s)
    may: Flags  # (n, v)
    room: Ints  # (v, kinds, 2) grams, crates
    held: Ints  # (v, kinds, 2)
    moved: float
    shifted_s: float
    calm_s: float
    mixed: bool  # whether it matters which vehicle drives a route


def _near(inst: Instance, ships: list[int], keep: int) -> Small:
    """Tasks by the way to and from them, of all shipments but the task's own."""
    tasks = [task for k in ships for task in (inst.pickup[k], *inst.deliveries[k])]
    near = np.full((len(inst.site), max(1, min(keep, len(tasks)))), -1, dtype=np.int32)
    if not tasks or not inst.seconds_table:
        return near
    among = np.array(tasks, dtype=np.int64)
    sites = np.array([inst.site[task] for task in tasks], dtype=np.int64)
    owner = np.array([inst.ship[task] for task in tasks], dtype=np.int64)
    table, width = inst.seconds_table[0], near.shape[1]
    for task in tasks:
        here = inst.site[task]
        apart = np.minimum(table[here, sites] + table[sites, here], FAR * 2)
        apart = np.where(owner == inst.ship[task], 4 * FAR, apart)
        order = np.argpartition(apart, width - 1)[:width] if width < len(tasks) else np.arange(len(tasks))
        order = order[np.argsort(apart[order], kind="stable")]
        order = order[apart[order] < 4 * FAR]
        near[task, : len(order)] = among[order]
    return near


def _mates(inst: Instance, ships: list[int], keep: int) -> Small:
    """Tasks by how well they go next to each other: way, a part of the waiting, all of the lateness.

    The measure of Vidal, Crainic, Gendreau & Prins (2013), the better of both directions, on first and last window.
    """
    tasks = [task for k in ships for task in (inst.pickup[k], *inst.deliveries[k])]
    mates = np.full((len(inst.site), max(1, min(keep, len(tasks)))), -1, dtype=np.int32)
    if not tasks or not inst.seconds_table:
        return mates
    among = np.array(tasks, dtype=np.int64)
    sites = np.array([inst.site[task] for task in tasks], dtype=np.int64)
    owner = np.array([inst.ship[task] for task in tasks], dtype=np.int64)
    service = np.array([inst.service[task] for task in tasks], dtype=np.int64)
    opens = np.array([inst.windows[task][0][0] if inst.windows[task] else 0 for task in tasks], dtype=np.int64)
    closes = np.array([inst.windows[task][-1][1] if inst.windows[task] else 0 for task in tasks], dtype=np.int64)
    table, width = inst.seconds_table[0], mates.shape[1]
    for at, task in enumerate(tasks):
        out, back = table[sites[at], sites], table[sites, sites[at]]
        after = out + 0.2 * np.maximum(0, opens - closes[at] - service[at] - out)
        after += np.maximum(0, opens[at] + service[at] + out - closes)
        before = back + 0.2 * np.maximum(0, opens[at] - closes - service - back)
        before += np.maximum(0, opens + service + back - closes[at])
        apart = np.where(owner == owner[at], np.inf, np.minimum(after, before))
        order = np.argpartition(apart, width - 1)[:width] if width < len(tasks) else np.arange(len(tasks))
        order = order[np.argsort(apart[order], kind="stable")]
        order = order[apart[order] < FAR]
        mates[task, : len(order)] = among[order]
    return mates


def _twins(inst: Instance) -> list[int]:
    """Equal numbers for vehicles that nothing distinguishes."""
    seen: dict[Any, int] = {}
    promised = {promise.vehicle for promise in inst.promise if promise is not None}

    def key(crew: Crew) -> Any:
        vehicle = inst.problem.vehicles[crew.number]
        if crew.is_out or crew.started_s is not None or crew.since or vehicle.id in promised:
            return crew.number
        return (
            (
                crew.site,
                crew.end,
                crew.free_s,
                crew.rested_s,
                crew.shift_end_s,
                crew.profile,
                crew.pause,
                vehicle.skills,
            ),
            (crew.per_metre, crew.per_second, crew.fixed, crew.max_duration_s, crew.stops_left),
            (tuple(crew.room), crew.payload, id(crew.ride_s)),
        )

    return [seen.setdefault(key(crew), len(seen)) for crew in inst.crews]


def _records(kind: np.dtype[np.void], rows: list[tuple[Any, ...]]) -> Records:
    return np.array(rows, dtype=kind) if rows else np.zeros(0, dtype=kind)


def _tasks(inst: Instance, kinds: list[int]) -> tuple[Records, Records]:
    """The tasks and, for those that have several windows, the windows after the first."""
    more: list[tuple[int, int]] = []
    rows: list[tuple[Any, ...]] = []
    for task, spans in enumerate(inst.windows):
        first = spans[0] if spans else (0, UNSET)
        at = len(more)
        more += spans[1:]
        load = (kinds.index(inst.compartment[task]), abs(inst.grams[task]), abs(inst.crates[task]))
        head = (inst.site[task], inst.service[task], inst.ship[task], int(inst.loads[task]))
        rows.append((*head, *load, *first, at, len(more)))
    return _records(TASK, rows), _records(SPAN, list(more))


def _ships(inst: Instance) -> tuple[Records, Small]:
    """The shipments and their unloading tasks."""
    vehicle_at = {vehicle.id: at for at, vehicle in enumerate(inst.problem.vehicles)}
    ridden = {ship: metres for crew in inst.crews for ship, (_, metres) in crew.since.items()}
    drops: list[int] = []
    rows: list[tuple[Any, ...]] = []
    for k, carrier in enumerate(inst.carrier):
        at = len(drops)
        drops += inst.deliveries[k]
        promise = inst.promise[k]
        told: tuple[int, ...] = (-1, UNSET, UNSET)
        if promise is not None:
            moments = (UNSET if s is None else s for s in (promise.pickup_s, promise.delivery_s))
            told = (vehicle_at.get(promise.vehicle, -2), *moments)
        aboard = carrier >= 0
        worth = inst.worth[k] + (inst.weights.mandatory if aboard else 0)
        head = (-1 if aboard else inst.pickup[k], at, len(drops), carrier, ridden.get(k, 0))
        rows.append((*head, *told, worth, np.inf if aboard else worth))
    return _records(SHIP, rows), np.array(drops, dtype=np.int32)


def _crews(inst: Instance, cost_class: list[int], ride_class: list[int]) -> Records:
    rows: list[tuple[Any, ...]] = []
    for crew, cost, ride, twin in zip(inst.crews, cost_class, ride_class, _twins(inst), strict=True):
        back = crew.shift_end_s
        if crew.started_s is not None:
            back = min(back, crew.started_s + crew.max_duration_s)
        pause = crew.pause or (-1, 0)
        strict = crew.pause is not None or min(crew.max_duration_s, crew.stops_left) < BOUND
        rows.append(
            (
                *(crew.profile, cost, ride, crew.site, crew.end, crew.free_s, back),
                *(int(crew.started_s is not None), int(crew.is_out)),
                *(UNSET if crew.rested_s is None else crew.rested_s, *pause),
                *(crew.max_duration_s, crew.stops_left, *crew.payload, twin, int(strict)),
                *(crew.per_second, crew.fixed),
            )
        )
    return _records(CREW, rows)


def _ways(inst: Instance, classes: list[tuple[int, float, float]]) -> Records:
    """The ways of each cost class: its profile, cents a metre and cents a second."""
    way = np.zeros((max(1, len(classes)), inst.size, inst.size), dtype=WAY)
    for at, (profile, per_metre, per_second) in enumerate(classes):
        seconds, metres = inst.seconds_table[profile], inst.metres_table[profile]
        # Some rows at a time: a large table read column by column would be fetched anew for every entry.
        for first in range(0, inst.size, BLOCK):
            rows = slice(first, first + BLOCK)
            for s, cost, own_s, own_m in (
                ("s", "cost", seconds[rows], metres[rows]),
                ("back_s", "back_cost", seconds[:, rows].T, metres[:, rows].T),
            ):
                way[at, rows][s] = own_s
                way[at, rows][cost] = np.where(own_s >= FAR, NO_WAY, own_m * per_metre + own_s * per_second)
    return way


def tables_of(inst: Instance) -> Tables:
    """The arrays for `inst`, every shipment and vehicle of it included."""
    crews, n, side = inst.crews, len(inst.pickup), inst.size
    # Compartments nothing is to ride in would only be carried along.
    kinds = sorted(set(inst.compartment)) or [0]
    metres = np.zeros((max(1, len(inst.metres_table)), side, side), dtype=np.int32)
    for at, table in enumerate(inst.metres_table):
        metres[at] = table
    classes: dict[tuple[int, float, float], int] = {}
    cost_class = [classes.setdefault((c.profile, c.per_metre, c.per_second), len(classes)) for c in crews]
    rides: dict[int, int] = {}
    ride_class = [rides.setdefault(id(crew.ride_s), len(rides)) for crew in crews]
    ride = np.zeros((max(1, len(rides)), n), dtype=RIDE)
    ride["seconds"] = ride["metres"] = OPEN
    for crew, at in zip(crews, ride_class, strict=True):
        # What may not ride in it has no bound there either: it can only be aboard already, and `may` says the rest.
        for bound, given in (("seconds", crew.ride_s), ("metres", crew.ride_m)):
            ride[bound][at] = [OPEN if most < 0 else most for most in given]
    ride["bounded"] = (ride["seconds"] < BOUND) | (ride["metres"] < BOUND)
    fleet = _crews(inst, cost_class, ride_class)
    task, window = _tasks(inst, kinds)
    ship, drops = _ships(inst)
    ours = [k for k in range(n) if k not in inst.settled]
    promised = bool(inst.problem.promises)
    return Tables(
        task=task,
        ship=ship,
        crew=fleet,
        window=window,
        ride=ride,
        drops=drops,
        ours=np.array(ours, dtype=np.int32),
        near=_near(inst, ours, NEAR),
        mates=_mates(inst, ours, MATES),
        way=_ways(inst, list(classes)),
        metres=metres,
        may=np.ascontiguousarray(inst.may, dtype=np.uint8),
        room=np.array([[crew.room[kind] for kind in kinds] for crew in crews], dtype=np.int64).reshape(
            -1, len(kinds), 2
        ),
        held=np.array([[crew.held[kind] for kind in kinds] for crew in crews], dtype=np.int64).reshape(
            -1, len(kinds), 2
        ),
        moved=float(inst.weights.moved) if promised else 0.0,
        shifted_s=inst.weights.shifted_minute / 60 if promised else 0.0,
        calm_s=float(inst.weights.calm_s),
        mixed=len(np.unique(fleet["twin"])) > 1,
    )
