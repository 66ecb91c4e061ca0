"""When a vehicle does its tasks, and whether it can: the times that pay least and keep windows, rides, pauses, shift.

A crew that is paid by the second makes the shortest round there is, and of those the one that ends first. One that is
not ends as soon as it can, leaving as late as the windows it comes to first allow (a later window with the same end is
not sought); where that is longer than it may take, it makes the shortest round too. `moments` says why this is exact
for given pauses, `resting` how pauses are chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.engine.instance import OPEN, Crew, Instance, Span
from routing.engine.moments import order_of
from routing.engine.resting import spans_of, with_pauses


@dataclass(frozen=True, slots=True)
class Timing:
    """Starts of the tasks, when the vehicle leaves and is back, and its pauses."""

    start_s: int
    starts: list[int]
    end_s: int
    pauses: list[Span]


def timed(inst: Instance, crew: Crew, tasks: Sequence[int]) -> Timing | None:
    """The best times for `tasks` in this order, however long the round becomes; None when there are none."""
    order = order_of(inst, crew, tasks)
    soonest = crew.per_second <= 0 or crew.started_s is not None
    found = with_pauses(order, soonest)
    if found is None:
        return None
    moments, gaps = found
    if soonest and crew.started_s is None and moments.end_s - moments.leave_s > crew.max_duration_s:
        moments, gaps = with_pauses(order, False) or found
    leaves = moments.leave_s if crew.started_s is None else crew.started_s
    return Timing(leaves, moments.starts, moments.end_s, spans_of(order, gaps, moments))


def in_windows(inst: Instance, crew: Crew, tasks: Sequence[int]) -> bool:
    """Whether the crew can begin each task in a window of it and be back in its shift, rides and pauses aside."""
    now, here = crew.free_s, crew.site
    for task in tasks:
        begin = now + crew.seconds[here * crew.size + inst.site[task]]
        begin = next((max(begin, opens) for opens, closes in inst.windows[task] if begin <= closes), -OPEN)
        if begin < now:
            return False
        now, here = begin + inst.service[task], inst.site[task]
    return now + crew.seconds[here * crew.size + crew.end] <= crew.shift_end_s


def fits(inst: Instance, crew: Crew, tasks: Sequence[int]) -> bool:
    """Whether stops, room and ride metres allow these tasks in this order (times aside)."""
    site, ships, size = inst.site, inst.ship, crew.size
    held = [list(load) for load in crew.held]
    grams = sum(load[0] for load in held)
    crates = sum(load[1] for load in held)
    driven = 0
    here = crew.site
    visits = 0
    since = {ship: -metres for ship, (_, metres) in crew.since.items()}
    for at, task in enumerate(tasks):
        there = site[task]
        if there != here or at == 0:
            visits += 1
            driven += crew.metres[here * size + there]
            here = there
        kind = inst.compartment[task]
        load = held[kind]
        load[0] += inst.grams[task]
        load[1] += inst.crates[task]
        grams += inst.grams[task]
        crates += inst.crates[task]
        ship = ships[task]
        if inst.loads[task]:
            room = crew.room[kind]
            if load[0] > room[0] or load[1] > room[1] or grams > crew.payload[0] or crates > crew.payload[1]:
                return False
            since[ship] = driven
        elif driven - since.get(ship, driven) > crew.ride_m[ship] >= 0:
            return False
    return visits <= crew.stops_left


def feasible(inst: Instance, crew: Crew, tasks: Sequence[int]) -> Timing | None:
    """Times for `tasks` when every rule can be kept; None otherwise."""
    if not tasks:
        return Timing(crew.free_s if crew.started_s is None else crew.started_s, [], crew.free_s, [])
    if not fits(inst, crew, tasks):
        return None
    timing = timed(inst, crew, tasks)
    if timing is None or timing.end_s - timing.start_s > crew.max_duration_s:
        return None
    return timing
