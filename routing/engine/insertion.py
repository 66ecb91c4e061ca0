"""The cheapest place for one shipment: bounded over all vehicles at once, then looked at closely where it pays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

import numpy as np

from routing.engine.board import Board, opening
from routing.engine.instance import Crew, Instance
from routing.engine.route import Route, build, priced
from routing.engine.timing import feasible

INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Found:
    """A place found: vehicle, its tasks with the shipment in, and about what it adds in cents."""

    vehicle: int
    tasks: tuple[int, ...]
    added: float


def _gaps(inst: Instance, crew: Crew, route: Route, task: int) -> list[tuple[float, int]]:
    """(detour cost, gap) of each gap where `task` alone could be done in time."""
    seconds, metres, size = crew.seconds, crew.metres, crew.size
    site, service, spans = inst.site[task], inst.service[task], inst.windows[task]
    found = []
    here = crew.site
    for gap in range(len(route.tasks) + 1):
        there = inst.site[route.tasks[gap]] if gap < len(route.tasks) else crew.end
        inward, onward = here * size + site, site * size + there
        begin = route.leave[gap] + seconds[inward]
        for opens, closes in spans:
            if begin <= closes:
                begin = max(begin, opens)
                if begin + service + seconds[onward] <= route.due[gap]:
                    straight = here * size + there
                    cost = (metres[inward] + metres[onward] - metres[straight]) * crew.per_metre
                    cost += (seconds[inward] + seconds[onward] - seconds[straight]) * crew.per_second
                    found.append((cost, gap))
                break
        here = there
    return found


def _pairs(inst: Instance, crew: Crew, route: Route, load: int, unload: int) -> list[tuple[float, int, int]]:
    """(cost, gap of loading, gap of unloading), cheapest first."""
    spare = route.spare[inst.compartment[load]]
    grams, crates = inst.grams[load], inst.crates[load]
    # From each gap the last one before the compartment is too full to have the shipment still aboard.
    until = [-1] * len(spare)
    for gap in range(len(spare) - 1, -1, -1):
        if spare[gap][0] >= grams and spare[gap][1] >= crates:
            until[gap] = until[gap + 1] if gap + 1 < len(spare) and until[gap + 1] >= 0 else gap
    loads = [(cost, gap) for cost, gap in _gaps(inst, crew, route, load) if until[gap] >= 0]
    if not loads:
        return []
    unloads = _gaps(inst, crew, route, unload)
    seconds, metres, size = crew.seconds, crew.metres, crew.size
    first, last = inst.site[load], inst.site[unload]
    pairs = [(a + b, i, j) for a, i in loads for b, j in unloads if i < j <= until[i]]
    for _, gap in loads:
        here = inst.site[route.tasks[gap - 1]] if gap else crew.site
        there = inst.site[route.tasks[gap]] if gap < len(route.tasks) else crew.end
        legs = (here * size + first, first * size + last, last * size + there)
        cost = (sum(metres[leg] for leg in legs) - metres[here * size + there]) * crew.per_metre
        cost += (sum(seconds[leg] for leg in legs) - seconds[here * size + there]) * crew.per_second
        pairs.append((cost, gap, gap))
    pairs.sort()
    return pairs


def in_route(inst: Instance, crew: Crew, route: Route, ship: int, below: float, tries: int) -> Found | None:
    """The cheapest feasible place in one route that adds less than `below`; at most `tries` orders are timed."""
    going_out = opening(crew, route)
    best: Found | None = None
    for unload in inst.deliveries[ship]:
        if inst.carrier[ship] >= 0:
            pairs = [(cost, gap, gap) for cost, gap in sorted(_gaps(inst, crew, route, unload))]
        else:
            pairs = _pairs(inst, crew, route, inst.pickup[ship], unload)
        for cost, i, j in pairs[:tries]:
            if cost + going_out >= below:
                break
            body = route.tasks
            middle = (*body[i:j], unload)
            if inst.carrier[ship] < 0:
                middle = (inst.pickup[ship], *middle)
            tasks = (*body[:i], *middle, *body[j:])
            if feasible(inst, crew, tasks) is not None:
                best, below = Found(crew.number, tasks, cost + going_out), cost + going_out
                break
    return best


def cheapest(
    board: Board,
    ship: int,
    below: float,
    blink: float = 0.0,
    random: Random | None = None,
    tries: int = 60,
    among: Collection[int] | None = None,
) -> Found | None:
    """The cheapest feasible place over all vehicles that adds less than `below`; None when there is none.

    `among` narrows the vehicles looked at. With `blink`, each vehicle is overlooked with that probability (a little
    luck keeps the search from circling).
    """
    inst = board.inst
    if not inst.crews:
        return None
    arriving = np.min([board.scan(task) for task in inst.deliveries[ship]], axis=0)
    if inst.carrier[ship] >= 0:
        least, guess = arriving, arriving
    else:
        loading = board.scan(inst.pickup[ship])
        least, guess = np.maximum(loading, arriving), loading + arriving
    least = np.where(inst.may[ship], least + board.opening, np.inf)
    guess = guess + board.opening
    best: Found | None = None
    rows = np.flatnonzero(least < below)
    if among is not None:
        rows = np.array([row for row in rows.tolist() if row in among], dtype=np.int64)
    for row in rows[np.argsort(guess[rows], kind="stable")].tolist():
        if least[row] >= below or (blink and random is not None and random.random() < blink):
            continue
        found = in_route(inst, inst.crews[row], board.routes[row], ship, below, tries)
        if found is not None:
            best, below = found, found.added
    return best


def placed(board: Board, found: Found) -> Route:
    """The route that `found` describes, not yet put on the board."""
    route = build(board.inst, board.inst.crews[found.vehicle], found.tasks)
    assert route is not None, "a place was found that cannot be timed"
    return route


def exact_added(board: Board, found: Found) -> float:
    """What the found place adds in cents, waiting and promises included."""
    inst, crew = board.inst, board.inst.crews[found.vehicle]
    timing = placed(board, found).timing
    return priced(inst, crew, found.tasks, timing) - board.routes[found.vehicle].cost
