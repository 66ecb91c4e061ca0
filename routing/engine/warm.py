"""A plan from before as routes of a new problem: what still fits is kept in its order."""

from __future__ import annotations

from routing.engine.construct import empty_routes
from routing.engine.instance import Instance
from routing.engine.route import Route, build
from routing.kinds import StopState
from routing.plan import Plan, Round


def _tasks(inst: Instance, row: int, trip: Round, used: set[int]) -> list[int]:
    """The free tasks of a round that this problem still knows and this vehicle may do, whole shipments only."""
    tasks: list[int] = []
    seen: dict[int, int] = {}
    for stop in trip.stops:
        if stop.state == StopState.EXECUTED:
            continue
        both = [(handling, False) for handling in stop.unloads] + [(handling, True) for handling in stop.loads]
        for handling, loads in sorted(both, key=lambda pair: (pair[0].start_s, pair[1])):
            ship = inst.number.get(handling.shipment)
            if ship is None or ship in used or ship in inst.settled or not inst.may[ship, row]:
                continue
            if loads:
                if inst.carrier[ship] < 0 and inst.problem.shipments[ship].pickup.site == stop.site:
                    tasks.append(inst.pickup[ship])
                    seen[ship] = seen.get(ship, 0) + 1
                continue
            unload = next((t for t in inst.deliveries[ship] if inst.site[t] == inst.index.get(stop.site)), None)
            if unload is not None and (inst.carrier[ship] >= 0 or ship in seen):
                tasks.append(unload)
                seen[ship] = 2
    whole = {ship for ship, count in seen.items() if count == 2}
    return [task for task in tasks if inst.ship[task] in whole]


def routes_of(
    inst: Instance, plan: Plan, skip: frozenset[int] = frozenset()
) -> tuple[list[Route], list[int], set[int]]:
    """Routes that repeat `plan` without the shipments in `skip` as far as the rules allow.

    Also the shipments they leave out, in the problem's order, and the vehicles whose round had to lose some: a
    round that no longer fits loses its last shipments until it does.
    """
    routes = empty_routes(inst)
    rows = {vehicle.id: at for at, vehicle in enumerate(inst.problem.vehicles)}
    used: set[int] = set(skip)
    cut: set[int] = set()
    for trip in plan.rounds:
        row = rows.get(trip.vehicle)
        if row is None:
            continue
        tasks = _tasks(inst, row, trip, used)
        route = build(inst, inst.crews[row], tasks)
        while route is None and tasks:
            cut.add(row)
            last = inst.ship[tasks[-1]]
            tasks = [task for task in tasks if inst.ship[task] != last]
            route = build(inst, inst.crews[row], tasks)
        if route is not None:
            routes[row] = route
            used |= {inst.ship[task] for task in route.tasks}
    left = [k for k in range(len(inst.pickup)) if (k not in used or k in skip) and k not in inst.settled]
    return routes, left, cut


def routes_from(inst: Instance, tasks: list[list[int]]) -> list[Route]:
    """Routes through `tasks` per vehicle; one that could not be timed would lose its last shipments until it can."""
    routes = []
    for crew, order in zip(inst.crews, tasks, strict=True):
        route = build(inst, crew, order)
        while route is None:
            last = inst.ship[order[-1]]
            order = [task for task in order if inst.ship[task] != last]
            route = build(inst, crew, order)
        routes.append(route)
    return routes
