"""One vehicle's free tasks with their times and cost; never changed, only replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.engine.instance import Crew, Instance, Span
from routing.engine.timing import Timing, feasible

NEVER = -(2**51)


@dataclass(frozen=True, slots=True)
class Route:
    """`leave[g]`: earliest moment the vehicle is free before gap g; `due[g]`: latest start of the task after it.

    `spare[kind][g]`: grams and crates that still fit in that compartment while driving gap g.
    Gaps are numbered 0 … len(tasks); both are bounds that ignore rides and pauses, so they only rule things out.
    """

    tasks: tuple[int, ...]
    cost: float
    timing: Timing
    leave: list[int]
    due: list[int]
    spare: list[list[Span]]


def _spare(inst: Instance, crew: Crew, tasks: Sequence[int]) -> list[list[Span]]:
    """Per compartment and gap the grams and crates that still fit while the vehicle drives there."""
    grams, crates = [load[0] for load in crew.held], [load[1] for load in crew.held]
    all_grams, all_crates = sum(grams), sum(crates)
    table: list[list[Span]] = [[] for _ in grams]
    for task in (None, *tasks):
        if task is not None:
            kind = inst.compartment[task]
            grams[kind] += inst.grams[task]
            crates[kind] += inst.crates[task]
            all_grams += inst.grams[task]
            all_crates += inst.crates[task]
        free_grams, free_crates = crew.payload[0] - all_grams, crew.payload[1] - all_crates
        for kind, rooms in enumerate(table):
            room = crew.room[kind]
            rooms.append((min(room[0] - grams[kind], free_grams), min(room[1] - crates[kind], free_crates)))
    return table


def _change(inst: Instance, crew: Crew, tasks: Sequence[int], timing: Timing) -> float:
    weights, total = inst.weights, 0.0
    vehicle = inst.problem.vehicles[crew.number].id
    for task, begin in zip(tasks, timing.starts, strict=True):
        promise = inst.promise[inst.ship[task]]
        if promise is None:
            continue
        if inst.loads[task] and promise.vehicle != vehicle:
            total += weights.moved
        told = promise.pickup_s if inst.loads[task] else promise.delivery_s
        if told is not None:
            total += weights.shifted_minute * max(0, abs(begin - told) - weights.calm_s) / 60
    return total


def metres_of(inst: Instance, crew: Crew, tasks: Sequence[int]) -> int:
    """Metres from where the vehicle is free, by the tasks' sites, to its end."""
    here, total = crew.site, 0
    for task in tasks:
        there = inst.site[task]
        total += crew.metres[here * crew.size + there]
        here = there
    return total + crew.metres[here * crew.size + crew.end]


def seconds_of(inst: Instance, crew: Crew, tasks: Sequence[int]) -> int:
    """Seconds of driving and parking for the same."""
    here, total = crew.site, 0
    for task in tasks:
        there = inst.site[task]
        total += crew.seconds[here * crew.size + there]
        here = there
    return total + crew.seconds[here * crew.size + crew.end]


def priced(inst: Instance, crew: Crew, tasks: tuple[int, ...], timing: Timing) -> float:
    """Cents of a route beyond what the vehicle's head costs anyway."""
    if not tasks:
        return 0.0
    fixed = 0.0 if crew.is_out else crew.fixed
    began = crew.free_s if crew.started_s is not None else timing.start_s
    metres, seconds = metres_of(inst, crew, tasks), timing.end_s - began
    if crew.is_out:
        # Coming home costs the same without further stops.
        home = crew.site * crew.size + crew.end
        metres, seconds = metres - crew.metres[home], seconds - crew.seconds[home]
    cost = fixed + metres * crew.per_metre + seconds * crew.per_second
    return cost + (_change(inst, crew, tasks, timing) if inst.problem.promises else 0.0)


def build(inst: Instance, crew: Crew, tasks: Sequence[int]) -> Route | None:
    """The route of `crew` through `tasks` in this order, or None when a rule forbids it."""
    order = tuple(tasks)
    timing = feasible(inst, crew, order)
    if timing is None:
        return None
    starts = _loose(inst, crew, order)
    leave = [crew.free_s, *(begin + inst.service[task] for task, begin in zip(order, starts, strict=True))]
    due = [crew.shift_end_s] * (len(order) + 1)
    after, bound = crew.end, crew.shift_end_s
    for at in range(len(order) - 1, -1, -1):
        task = order[at]
        last = bound - inst.service[task] - crew.seconds[inst.site[task] * crew.size + after]
        bound = NEVER
        for opens, closes in inst.windows[task]:
            if opens <= last:
                bound = min(closes, last)
        due[at], after = bound, inst.site[task]
    return Route(order, priced(inst, crew, order, timing), timing, leave, due, _spare(inst, crew, order))


def _loose(inst: Instance, crew: Crew, tasks: Sequence[int]) -> list[int]:
    """Earliest starts if rides and pauses had no bounds."""
    now, here, starts = crew.free_s, crew.site, []
    for task in tasks:
        begin = now + crew.seconds[here * crew.size + inst.site[task]]
        begin = next((max(begin, opens) for opens, closes in inst.windows[task] if begin <= closes), begin)
        starts.append(begin)
        now, here = begin + inst.service[task], inst.site[task]
    return starts
