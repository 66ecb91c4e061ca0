"""The cheapest place for one more shipment in a plan: bounded over all gaps at once, then timed where it may pay."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from routing.engine.growing import GrowingInstance
from routing.engine.instance import Crew
from routing.engine.route import Route, priced
from routing.engine.strip import BOUNDED, Floats, Ints, Pairs, Strip
from routing.engine.timing import Timing, fits, tightened, timed

FIRST_LOOK = 2  # places tried before the others are bounded more closely


@dataclass(frozen=True, slots=True)
class Found:
    """The cheapest place: the vehicle's tasks with the shipment among them, their times, and what it adds in cents."""

    row: int
    tasks: tuple[int, ...]
    timing: Timing
    added: float


def cheapest_of_all(inst: GrowingInstance, routes: list[Route], strip: Strip, ship: int) -> Found | None:
    """The place that adds least, waiting and promises included, over all vehicles and orders; None when there is none.

    Places are tried by what they add at least, until the next one cannot beat the best found. The first few are tried
    at once; where that settles nothing, the others are bounded more closely before they are.
    """
    places = [pairs for pairs in strip.places(ship) if len(pairs.row)]
    if not places:
        return None
    least = np.concatenate([pairs.least for pairs in places])
    begins = np.cumsum([0, *(len(pairs.row) for pairs in places)]).tolist()
    best: Found | None = None
    first = np.argpartition(least, FIRST_LOOK)[:FIRST_LOOK] if len(least) > FIRST_LOOK else np.arange(len(least))
    best = _best_of(inst, routes, ship, places, begins, first, least[first], None)
    least[first] = np.inf
    rest = np.flatnonzero(least < (np.inf if best is None else best.added))
    if not len(rest):
        return best
    for pairs, begin, end in zip(places, begins, begins[1:], strict=False):
        own = rest[(rest >= begin) & (rest < end)]
        least[own] = strip.closer(ship, pairs, own - begin)
    return _best_of(inst, routes, ship, places, begins, rest, least[rest], best)


def _best_of(
    inst: GrowingInstance,
    routes: list[Route],
    ship: int,
    places: list[Pairs],
    begins: list[int],
    among: Ints,
    least: Floats,
    best: Found | None,
) -> Found | None:
    """The best of these places and `best`."""
    below = float("inf") if best is None else best.added
    for n in np.lexsort((among, least)).tolist():
        if least[n] >= below:
            break
        at = int(among[n])
        group = bisect_right(begins, at) - 1
        pairs, at = places[group], at - begins[group]
        found = _timed_at(inst, routes, ship, int(pairs.row[at]), int(pairs.load[at]), int(pairs.drop[at]), pairs.task)
        if found is not None and found.added < below:
            best, below = found, found.added
    return best


def _timed_at(
    inst: GrowingInstance, routes: list[Route], ship: int, row: int, load: int, drop: int, task: int
) -> Found | None:
    """The route of `row` with the shipment in these gaps, timed and priced; None when a rule forbids it."""
    crew, route = inst.crews[row], routes[row]
    body = route.tasks
    if inst.carrier[ship] >= 0:
        tasks = (*body[:drop], task, *body[drop:])
    else:
        tasks = (*body[:load], inst.pickup[ship], *body[load:drop], task, *body[drop:])
    if _must_fit(inst, crew, tasks) and not fits(inst, crew, tasks):
        return None
    timing = timed(inst, crew, tasks)
    if timing is None:
        return None
    timing = tightened(inst, crew, tasks, timing)
    if timing.end_s - timing.start_s > crew.max_duration_s:
        return None
    return Found(row, tasks, timing, priced(inst, crew, tasks, timing) - route.cost)


def _must_fit(inst: GrowingInstance, crew: Crew, tasks: tuple[int, ...]) -> bool:
    """Whether stops or ride metres could be too many; there is room, or the place would not be one."""
    ride_m, ships = crew.ride_m, inst.ship
    return len(tasks) > crew.stops_left or any(ride_m[ships[task]] < BOUNDED for task in tasks)
