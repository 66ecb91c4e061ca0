"""When a vehicle does its tasks: the earliest times that keep windows, rides, pauses and the shift.

Every constraint has the form "not before some function of earlier or later starts", and all these functions grow
with their arguments, so repeating the forward pass with raised lower bounds ends at the least solution, or shows
that there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.engine.instance import Crew, Instance, Span


@dataclass(frozen=True, slots=True)
class Timing:
    """Starts of the tasks, when the vehicle leaves and is back, and its pauses."""

    start_s: int
    starts: list[int]
    end_s: int
    pauses: list[Span]


def _snap(spans: Sequence[Span], moment: int) -> int | None:
    for opens, closes in spans:
        if moment <= closes:
            return moment if moment > opens else opens
    return None


def forward(
    inst: Instance, crew: Crew, tasks: Sequence[int], start_s: int, low: dict[int, int], pauses: list[Span]
) -> tuple[list[int], int] | None:
    """Earliest starts and the end when the vehicle leaves at `start_s`; None when a window or the shift is missed.

    `low` gives tasks that must not begin before a moment; pauses taken are appended to `pauses`.
    """
    site, service, windows = inst.site, inst.service, inst.windows
    seconds, size = crew.seconds, crew.size
    now, here = start_s, crew.site
    rested = start_s if crew.rested_s is None else crew.rested_s
    starts: list[int] = []
    for task in tasks:
        there = site[task]
        leg = seconds[here * size + there]
        begin = now + leg
        if low and begin < low.get(task, begin):
            begin = low[task]
        for opens, closes in windows[task]:
            if begin <= closes:
                if begin < opens:
                    begin = opens
                break
        else:
            return None
        if crew.pause is not None:
            after, lasts = crew.pause
            if begin - now - leg >= lasts and begin - lasts - rested <= after:
                pauses.append((begin - lasts, begin))  # waiting anyway: rest then
                rested = begin
            elif begin + service[task] - rested > after:
                if now - rested > after:
                    return None
                pauses.append((now, now + lasts))
                rested = now + lasts
                snapped = _snap(windows[task], max(rested + leg, low.get(task, rested + leg)))
                if snapped is None or snapped + service[task] - rested > after:
                    return None
                begin = snapped
        starts.append(begin)
        now = begin + service[task]
        here = there
    end = now + seconds[here * size + crew.end]
    if crew.pause is not None and end - rested > crew.pause[0]:
        if now - rested > crew.pause[0]:
            return None
        pauses.append((now, now + crew.pause[1]))
        end += crew.pause[1]
        if end - now - crew.pause[1] > crew.pause[0]:
            return None
    if end > crew.shift_end_s:
        return None
    return starts, end


def first_leave(inst: Instance, crew: Crew, tasks: Sequence[int]) -> int:
    """The latest moment to leave that does not make the first task later."""
    if crew.started_s is not None or not tasks:
        return crew.free_s
    leg = crew.seconds[crew.site * crew.size + inst.site[tasks[0]]]
    begin = _snap(inst.windows[tasks[0]], crew.free_s + leg)
    return crew.free_s if begin is None else max(crew.free_s, begin - leg)


def _rides(inst: Instance, crew: Crew, tasks: Sequence[int]) -> list[tuple[int, int, int]]:
    """(place of loading, place of unloading, seconds bound) of the bounded rides in this order of tasks."""
    bounds = crew.ride_s
    found = []
    loaded: dict[int, int] = {}
    for at, task in enumerate(tasks):
        ship = inst.ship[task]
        if inst.loads[task]:
            loaded[ship] = at
        elif bounds[ship] < 2**50 and ship in loaded:
            found.append((loaded[ship], at, bounds[ship]))
    return found


def timed(inst: Instance, crew: Crew, tasks: Sequence[int], start_s: int | None = None) -> Timing | None:
    """The least feasible times for `tasks` in this order, leaving not before `start_s`; None when there are none."""
    leave = first_leave(inst, crew, tasks) if start_s is None else start_s
    rides = _rides(inst, crew, tasks)
    low: dict[int, int] = {}
    for _ in range(2 + 4 * len(tasks)):
        pauses: list[Span] = []
        done = forward(inst, crew, tasks, leave, low, pauses)
        if done is None:
            return None
        starts, end = done
        late = False
        for load, unload, bound in rides:
            task = tasks[load]
            over = starts[unload] - bound - inst.service[task]
            if over > starts[load]:
                low[task] = over
                late = True
        if not late:
            return Timing(leave if crew.started_s is None else crew.started_s, starts, end, pauses)
        if crew.started_s is None:
            leave = max(leave, low.get(tasks[0], leave) - crew.seconds[crew.site * crew.size + inst.site[tasks[0]]])
    return None


def tightened(inst: Instance, crew: Crew, tasks: Sequence[int], timing: Timing) -> Timing:
    """The same end with less waiting on the way, by leaving later; the timing itself when nothing is gained."""
    if crew.started_s is not None or not tasks:
        return timing
    while (gain := _put_off(inst, crew, tasks, timing)) > 0:
        later = timed(inst, crew, tasks, timing.start_s + gain)
        if later is None or later.end_s - later.start_s >= timing.end_s - timing.start_s:
            break
        timing = later
    return timing


def _put_off(inst: Instance, crew: Crew, tasks: Sequence[int], timing: Timing) -> int:
    """Seconds by which leaving can be put off before a window closes or no waiting is left, pauses aside."""
    waited = 0
    slack = 2**50
    now, here = timing.start_s, crew.site
    for task, begin in zip(tasks, timing.starts, strict=True):
        waited += begin - now - crew.seconds[here * crew.size + inst.site[task]]
        closes = next(close for _, close in inst.windows[task] if begin <= close)
        slack = min(slack, closes - begin + waited)
        now, here = begin + inst.service[task], inst.site[task]
    return min(slack, waited)


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
    if timing is None:
        return None
    if timing.end_s - timing.start_s > crew.max_duration_s:
        timing = tightened(inst, crew, tasks, timing)
        if timing.end_s - timing.start_s > crew.max_duration_s:
            return None
    return timing
