"""The cheapest place for one more shipment in a plan: bounded over all gaps at once, then timed where it may pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routing.engine.instance import Crew, Instance
from routing.engine.route import Route, priced
from routing.engine.strip import BOUNDED, Pairs, Strip
from routing.engine.timing import Timing, fits, timed

FEW = 2  # places timed without a closer look at their route
ROUNDED = 1e-6  # cents by which sums in another order may differ, and far less than two places differ by
Bounded = tuple[float, int, int]  # what a place adds at least, the kind of place, the place among its kind


@dataclass(frozen=True, slots=True)
class Found:
    """The cheapest place: the vehicle's tasks with the shipment among them, their times, and what it adds in cents."""

    row: int
    tasks: tuple[int, ...]
    timing: Timing
    added: float


def cheapest_of_all(inst: Instance, routes: list[Route], strip: Strip, ship: int) -> Found | None:
    """The place that adds least, waiting and promises included, over all vehicles and orders; None when there is none.

    Places are tried by what they add at least, until the next one cannot beat the best found. The first of each kind is
    tried at once; those it does not settle are bounded more closely before they are.
    """
    places = [pairs for pairs in strip.places(ship) if len(pairs.row)]
    firsts = [int(np.argmin(pairs.least)) for pairs in places]
    begun = [(float(pairs.least[at]), n, at) for n, (pairs, at) in enumerate(zip(places, firsts, strict=True))]
    best = _best_of(inst, routes, strip, ship, places, sorted(begun), None)
    below = np.inf if best is None else best.added
    rest: list[Bounded] = []
    for n, (pairs, first) in enumerate(zip(places, firsts, strict=True)):
        open_still = np.flatnonzero(pairs.least < below)
        open_still = open_still[open_still != first]
        if len(open_still):
            least = strip.closer(ship, pairs, open_still).tolist()
            rest += [(bound, n, at) for bound, at in zip(least, open_still.tolist(), strict=True) if bound < below]
    return _best_of(inst, routes, strip, ship, places, sorted(rest), best)


def _best_of(
    inst: Instance,
    routes: list[Route],
    strip: Strip,
    ship: int,
    places: list[Pairs],
    order: list[Bounded],
    best: Found | None,
) -> Found | None:
    """The best of these places, in ascending order of what they add at least, and `best`.

    A few are timed at once, of many only those that their own route does not rule out. Of places in one route that add
    the same the first is kept, so there a tie is ruled out; between routes rounding decides, as ever.
    """
    for bound, n, at in order:
        if best is not None and bound >= best.added:
            break
        pairs = places[n]
        row, load, drop = int(pairs.row[at]), int(pairs.load[at]), int(pairs.drop[at])
        if len(order) > FEW:
            below = np.inf if best is None else best.added - ROUNDED if row == best.row else best.added + ROUNDED
            if strip.nearer(ship, pairs, at, below) >= below:
                continue
        found = _timed_at(inst, routes, ship, row, load, drop, pairs.task)
        if found is not None and (best is None or found.added < best.added):
            best = found
    return best


def _timed_at(
    inst: Instance, routes: list[Route], ship: int, row: int, load: int, drop: int, task: int
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
    if timing is None or timing.end_s - timing.start_s > crew.max_duration_s:
        return None
    return Found(row, tasks, timing, priced(inst, crew, tasks, timing) - route.cost)


def _must_fit(inst: Instance, crew: Crew, tasks: tuple[int, ...]) -> bool:
    """Whether stops or ride metres could be too many; there is room, or the place would not be one."""
    ride_m, ships = crew.ride_m, inst.ship
    return len(tasks) > crew.stops_left or any(ride_m[ships[task]] < BOUNDED for task in tasks)
