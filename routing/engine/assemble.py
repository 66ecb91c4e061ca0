"""From routes back to the plan people see: stops with times and loads, rounds, sums."""

from __future__ import annotations

from collections.abc import Sequence

from routing.engine.head import Head
from routing.engine.instance import Crew, Instance
from routing.engine.route import Route
from routing.kinds import StopState
from routing.objective import totals
from routing.plan import Handling, Load, Pause, Plan, Round, Stop, Unserved


def _with_loads(inst: Instance, head: Head, stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """The stops with what lies in each compartment after them."""
    held = [[0, 0] for _ in inst.kinds]

    def take(ship: int, sign: int) -> None:
        task = inst.pickup[ship]
        held[inst.compartment[task]][0] += sign * inst.grams[task]
        held[inst.compartment[task]][1] += sign * inst.crates[task]

    for ship in head.aboard_before:
        take(ship, 1)
    told = []
    for stop in stops:
        for handling in stop.loads:
            take(inst.number[handling.shipment], 1)
        for handling in stop.unloads:
            take(inst.number[handling.shipment], -1)
        after = tuple(Load(kind, *load) for kind, load in zip(inst.kinds, held, strict=True) if any(load))
        told.append(
            Stop(
                stop.site,
                stop.arrival_s,
                stop.service_start_s,
                stop.departure_s,
                stop.loads,
                stop.unloads,
                after,
                stop.state,
            )
        )
    return tuple(told)


def _free_stops(inst: Instance, crew: Crew, route: Route) -> list[Stop]:
    """The route's tasks, one stop per visit; handlings in the order the engine chose."""
    names = [shipment.id for shipment in inst.problem.shipments]
    stops: list[Stop] = []
    now = crew.free_s if crew.started_s is not None else route.timing.start_s
    pauses = route.timing.pauses
    here, at = crew.site, 0
    while at < len(route.tasks):
        site = inst.site[route.tasks[at]]
        last = at
        while last + 1 < len(route.tasks) and inst.site[route.tasks[last + 1]] == site:
            last += 1
        parking = inst.stop_s[site] if site != here else 0
        arrives = now + crew.seconds[here * crew.size + site] - parking
        for begins_s, ends_s in pauses:
            # On the road, or before setting out; what begins on arrival is taken there.
            if now <= begins_s < arrives:
                arrives += ends_s - begins_s
        done: dict[bool, list[Handling]] = {True: [], False: []}
        for task, begin in zip(route.tasks[at : last + 1], route.timing.starts[at : last + 1], strict=True):
            now = begin + inst.service[task]
            done[inst.loads[task]].append(Handling(names[inst.ship[task]], begin, now))
        begins = route.timing.starts[at]
        place = inst.problem.sites[site].id
        stops.append(Stop(place, min(arrives, begins), begins, now, tuple(done[True]), tuple(done[False])))
        here, at = site, last + 1
    return stops


def _working(inst: Instance, start: str, stops: Sequence[Stop]) -> int:
    """Seconds of handling and parking at these stops."""
    seconds, here = 0, start
    for stop in stops:
        if stop.state == StopState.EXECUTED:
            seconds += stop.departure_s - stop.service_start_s
        else:
            seconds += inst.stop_s[inst.index[stop.site]] if stop.site != here else 0
            seconds += sum(handling.end_s - handling.start_s for handling in (*stop.loads, *stop.unloads))
        here = stop.site
    return seconds


def _round(inst: Instance, crew: Crew, head: Head, route: Route) -> Round | None:
    vehicle = inst.problem.vehicles[crew.number]
    if not head.stops and not route.tasks:
        return None
    free = _free_stops(inst, crew, route)
    stops = [*head.stops, *free]
    here, metres, drive_s = crew.site, head.metres, head.drive_s
    for site in [*(inst.index[stop.site] for stop in free), crew.end]:
        leg = here * crew.size + site
        metres += crew.metres[leg]
        drive_s += crew.seconds[leg] - (inst.stop_s[site] if site != here else 0)
        here = site
    home_s = crew.seconds[crew.site * crew.size + crew.end]
    end_s = route.timing.end_s if free else crew.free_s + home_s
    pauses = [*head.pauses, *route.timing.pauses]
    start_s = head.start_s if head.start_s is not None else route.timing.start_s
    work_s = drive_s + _working(inst, vehicle.start, stops) + sum(b - a for a, b in pauses)
    return Round(
        vehicle=vehicle.id,
        start_site=vehicle.start,
        start_s=start_s,
        end_site=vehicle.end,
        end_s=end_s,
        stops=_with_loads(inst, head, stops),
        pauses=tuple(Pause(a, b) for a, b in pauses),
        metres=metres,
        drive_s=drive_s,
        wait_s=max(0, end_s - start_s - work_s),
        grams=sum(inst.problem.shipments[inst.number[h.shipment]].grams for stop in stops for h in stop.loads),
    )


def plan_of(
    inst: Instance, routes: Sequence[Route], unserved: Sequence[Unserved], engine: str, iterations: int = 0
) -> Plan:
    """The plan of these routes; `unserved` are all shipments not in them."""
    problem = inst.problem
    rounds = []
    for crew, head, route in zip(inst.crews, inst.heads, routes, strict=True):
        trip = _round(inst, crew, head, route)
        if trip is not None:
            rounds.append(trip)
    left = {item.shipment for item in unserved}
    carried = {item.id for item in problem.shipments if item.id not in left}
    sums = totals(problem, rounds, carried)
    return Plan(tuple(rounds), tuple(unserved), sums, engine, iterations)
