"""From routes of node numbers to the plan they state, each thing done as early as it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.errors import FormatError
from routing.fleet import Vehicle
from routing.objective import totals
from routing.plan import Handling, Load, Plan, Reason, Round, Stop, Unserved
from routing.problem import Problem
from routing.shipment import Place, Shipment

ENGINE = "file"


@dataclass(frozen=True, slots=True)
class _Act:
    shipment: Shipment
    place: Place
    loads: bool


def plan_of_routes(
    problem: Problem,
    routes: Sequence[Sequence[int]],
    places: Sequence[str],
    unserved: Sequence[str] = (),
    end: str = "",
    whole: bool = True,
) -> Plan:
    """The plan of a public instance's routes, one vehicle a route; `places` says where in the file each stands.

    Every shipment must be in a route, whole and in order, or in `unserved`: a file that was cut does not pass for a
    solution. Where less than a solution is wanted (`whole` False), what no route has is left out as not tried.
    Raises FormatError naming the place.
    """
    acts = _acts(problem)
    used = [(nodes, place) for nodes, place in zip(routes, places, strict=True) if nodes]
    if len(used) > len(problem.vehicles):
        raise FormatError(used[-1][1], f"there are {len(used)} routes for {len(problem.vehicles)} vehicles")
    seen: dict[int, str] = {}
    rounds = []
    for vehicle, (nodes, place) in zip(problem.vehicles, used, strict=False):
        rounds.append(_round(problem, vehicle, _checked(acts, nodes, place, seen)))
    carried = {handling.shipment for trip in rounds for stop in trip.stops for handling in stop.loads}
    known = {shipment.id for shipment in problem.shipments}
    for name in unserved:
        if name not in known:
            raise FormatError("$.unserved", f"the problem has no shipment {name!r}")
        if name in carried:
            raise FormatError("$.unserved", f"shipment {name!r} is in a route as well")
    lost = [shipment.id for shipment in problem.shipments if shipment.id not in carried and shipment.id not in unserved]
    if lost and whole:
        told = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
        raise FormatError(end, f"no route has shipment {told}; the file may be cut")
    left = tuple(Unserved(name, Reason.NOT_TRIED) for name in dict.fromkeys((*unserved, *lost)))
    return Plan(tuple(rounds), left, totals(problem, rounds, carried), ENGINE)


def _acts(problem: Problem) -> dict[int, _Act]:
    """What is done at each node."""
    acts = {}
    for shipment in problem.shipments:
        for place, loads in ((shipment.pickup, True), (shipment.deliveries[0], False)):
            acts[int(place.site)] = _Act(shipment, place, loads)
    return acts


def _checked(acts: dict[int, _Act], nodes: Sequence[int], place: str, seen: dict[int, str]) -> list[_Act]:
    """What a route does, when it brings all that it fetches and fetches all that it brings."""
    held: dict[str, int] = {}
    done = []
    for node in nodes:
        if node == 0:
            raise FormatError(place, "node 0 is the depot, which routes leave out")
        if node not in acts:
            raise FormatError(place, f"the problem has no node {node}")
        if node in seen:
            raise FormatError(place, f"node {node} was already visited ({seen[node]})")
        seen[node] = place
        act = acts[node]
        if act.loads:
            held[act.shipment.id] = node
        elif held.pop(act.shipment.id, None) is None:
            before = act.shipment.pickup.site
            raise FormatError(place, f"node {node} unloads what node {before} loads, which must come before it")
        done.append(act)
    if held:
        node = next(iter(held.values()))
        target = acts[node].shipment.deliveries[0].site
        raise FormatError(place, f"what node {node} loads is not brought to node {target}; the route may be cut")
    return done


def _round(problem: Problem, vehicle: Vehicle, acts: Sequence[_Act]) -> Round:
    """The round of one vehicle, leaving as late as makes nothing later."""
    matrix = problem.matrices[vehicle.profile]
    index = {site.id: at for at, site in enumerate(problem.sites)}
    here, now = index[vehicle.start], vehicle.shift.start_s
    first = index[acts[0].place.site]
    now = max(now, _begin(acts[0].place, now + int(matrix.seconds[here, first])) - int(matrix.seconds[here, first]))
    start_s, metres, drive_s, work_s = now, 0, 0, 0
    grams, crates = 0, 0
    stops = []
    for act in acts:
        there = index[act.place.site]
        leg_s = int(matrix.seconds[here, there])
        if leg_s < 0:
            raise FormatError(f"node {act.place.site}", "no way leads there from the node before")
        arrives = now + leg_s
        begins = _begin(act.place, arrives)
        now = begins + act.place.service_s
        sign = 1 if act.loads else -1
        grams, crates = grams + sign * act.shipment.grams, crates + sign * act.shipment.crates
        handling = (Handling(act.shipment.id, begins, now),)
        loads, unloads = (handling, ()) if act.loads else ((), handling)
        after = (Load(act.shipment.temperature, grams, crates),) if grams or crates else ()
        stops.append(Stop(act.place.site, arrives, begins, now, loads, unloads, after))
        metres, drive_s = metres + int(matrix.metres[here, there]), drive_s + leg_s
        work_s += act.place.service_s
        here = there
    home = index[vehicle.end or vehicle.start]
    metres, drive_s = metres + int(matrix.metres[here, home]), drive_s + int(matrix.seconds[here, home])
    end_s = now + int(matrix.seconds[here, home])
    return Round(
        vehicle=vehicle.id,
        start_site=vehicle.start,
        start_s=start_s,
        end_site=vehicle.end,
        end_s=end_s,
        stops=tuple(stops),
        metres=metres,
        drive_s=drive_s,
        wait_s=end_s - start_s - drive_s - work_s,
        grams=sum(act.shipment.grams for act in acts if act.loads),
    )


def _begin(place: Place, arrives: int) -> int:
    """When handling begins for who arrives then; who comes too late begins at once, and the checker says so."""
    for window in place.windows:
        if arrives <= window.end_s:
            return max(arrives, window.start_s)
    return arrives
