"""The cheapest place for one more shipment in a plan: bounded over all gaps at once, then timed where it may pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routing.engine.growing import GrowingInstance
from routing.engine.route import Route, priced
from routing.engine.strip import Strip
from routing.engine.timing import Timing, feasible, tightened

FIRST_LOOK = 24  # places put in order before all the others are


@dataclass(frozen=True, slots=True)
class Found:
    """The cheapest place: the vehicle's tasks with the shipment among them, their times, and what it adds in cents."""

    row: int
    tasks: tuple[int, ...]
    timing: Timing
    added: float


def cheapest_of_all(inst: GrowingInstance, routes: list[Route], strip: Strip, ship: int) -> Found | None:
    """The place that adds least, waiting and promises included, over all vehicles and orders; None when there is none.

    Places are tried by what they add at least, until the next one cannot beat the best found.
    """
    places = [pairs for pairs in strip.places(ship) if len(pairs.row)]
    if not places:
        return None
    least = np.concatenate([pairs.least for pairs in places])
    ends = np.cumsum([len(pairs.row) for pairs in places])
    best: Found | None = None
    below = float("inf")
    few = len(least) > 2 * FIRST_LOOK
    order = np.argpartition(least, FIRST_LOOK)[:FIRST_LOOK] if few else np.arange(len(least))
    for turn in range(2 if few else 1):
        if turn:
            looked_at = np.zeros(len(least), dtype=bool)
            looked_at[order] = True
            order = np.flatnonzero(~looked_at & (least < below))
        for at in order[np.lexsort((order, least[order]))].tolist():
            if least[at] >= below:
                break
            group = int(np.searchsorted(ends, at, side="right"))
            pairs = places[group]
            at -= int(ends[group]) - len(pairs.row)
            found = _timed_at(
                inst, routes, ship, int(pairs.row[at]), int(pairs.load[at]), int(pairs.drop[at]), pairs.task
            )
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
    timing = feasible(inst, crew, tasks)
    if timing is None:
        return None
    timing = tightened(inst, crew, tasks, timing)
    return Found(row, tasks, timing, priced(inst, crew, tasks, timing) - route.cost)
