"""Public pickup-and-delivery instances (Li & Lim; Sartori & Buriol) as problems, and plans as their solutions.

Both want the fewest vehicles, then the least distance (Li & Lim, Euclidean) or travel time (Sartori & Buriol).
Li & Lim distances are real numbers: they are kept as ten-thousandths, rounded up, so that a plan that fits our
whole numbers fits the instance; coarser where times are so large that no search could count them in ten-thousandths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from routing.errors import FormatError, ProblemError
from routing.fleet import Compartment, Vehicle
from routing.kinds import FAR, LARGEST, Temperature, Window
from routing.matrix import Grid, Matrix
from routing.objective import Weights
from routing.plan import Plan
from routing.problem import Problem
from routing.shipment import Place, Shipment, Site

SCALE = 10_000
LATEST = FAR // 2  # the end of the day in the problem's whole numbers is at most about this
LEAST_VEHICLE_CENTS = 10**9
# Beyond it a number, counted in ten-thousandths, is no longer a whole one that JSON and floats agree on.
HIGHEST = LARGEST // SCALE


@dataclass(frozen=True, slots=True)
class Named:
    """What is needed to speak of a plan in the benchmark's own words."""

    instance: str
    distances: tuple[tuple[float, ...], ...] | Grid
    # Where the nodes lie, as the file says it: x and y for Li & Lim, latitude and longitude for Sartori & Buriol.
    points: tuple[tuple[float, float], ...] = ()
    # How many of the problem's units of length and time one of the file's is.
    scale: int = 1


@dataclass(frozen=True, slots=True)
class _Node:
    line: int
    number: int
    x: float
    y: float
    demand: int
    opens: int
    closes: int
    service: int
    pickup: int
    delivery: int


def is_li_lim(text: str) -> bool:
    """Whether the first line is three numbers and the second nine."""
    lines = [line.split() for line in text.splitlines() if line.strip()][:2]
    return len(lines) == 2 and len(lines[0]) == 3 and len(lines[1]) == 9 and lines[0][0].lstrip("-").isdigit()


def is_sartori_buriol(text: str) -> bool:
    """Whether the file has the NODES and EDGES of that form, or at least begins like it."""
    return text.lstrip().startswith("NAME:") or "\nNODES" in text


def _node(line: str, number: int, expected: int) -> _Node:
    words = line.split()
    if len(words) != 9:
        raise FormatError(f"line {number}", f"a node has 9 numbers, not {len(words)}")
    try:
        node = _Node(number, int(words[0]), float(words[1]), float(words[2]), *(int(word) for word in words[3:]))
    except ValueError as error:
        raise FormatError(f"line {number}", f"a number is expected: {error}") from error
    if not (math.isfinite(node.x) and math.isfinite(node.y)):
        raise FormatError(f"line {number}", "coordinates must be finite")
    for value in (node.x, node.y, node.demand, node.opens, node.closes, node.service):
        if abs(value) > HIGHEST:
            raise FormatError(f"line {number}", f"no number may be beyond {HIGHEST}, as {value} is")
    if node.number != expected:
        raise FormatError(f"line {number}", f"node {expected} is expected, not {node.number}")
    if node.closes < node.opens:
        raise FormatError(f"line {number}", f"end_s: the window closes ({node.closes}) before it opens ({node.opens})")
    if node.service < 0:
        raise FormatError(f"line {number}", f"the service time must not be negative, not {node.service}")
    return node


def _paired(nodes: Sequence[_Node]) -> list[tuple[_Node, _Node]]:
    """Pickups with their deliveries; every node but the depot is one of a pair, or the file is damaged or cut."""
    pairs = []
    for node in nodes[1:]:
        where, other = f"line {node.line}: node {node.number}", node.delivery or node.pickup
        if not other or (node.delivery and node.pickup):
            raise FormatError(where, "must name a pickup or a delivery, and one of them only")
        kind = "delivery" if node.delivery else "pickup"
        if not 0 < other < len(nodes):
            raise FormatError(where, f"its {kind} {other} is not in the file, which ends with node {len(nodes) - 1}")
        back = nodes[other].pickup if node.delivery else nodes[other].delivery
        if back != node.number:
            raise FormatError(where, f"its {kind} {other} does not name it back")
        if node.delivery:
            if node.demand < 0:
                raise FormatError(where, f"a pickup's load must not be negative, not {node.demand}")
            if nodes[other].demand != -node.demand:
                raise FormatError(where, f"loads {node.demand}, but node {other} unloads {-nodes[other].demand}")
            pairs.append((node, nodes[other]))
    return pairs


def _points(nodes: list[_Node]) -> tuple[tuple[float, float], ...]:
    return tuple((node.x, node.y) for node in nodes)


def read_li_lim(text: str, name: str = "") -> tuple[Problem, str, Named]:
    """A Li & Lim file as (problem, form, names). Raises FormatError naming the line."""
    lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    try:
        vehicles, capacity, _ = (int(word) for word in lines[0][1].split())
    except ValueError as error:
        raise FormatError("line 1", "must be: vehicles capacity speed") from error
    if vehicles < 0 or capacity < 0:
        raise FormatError("line 1", "vehicles and capacity must not be negative")
    if capacity > HIGHEST:
        raise FormatError("line 1", f"no number may be beyond {HIGHEST}, as {capacity} is")
    nodes = [_node(line, at, expected) for expected, (at, line) in enumerate(lines[1:])]
    if not nodes:
        raise FormatError("line 2", "there is no depot")
    xy = np.array([(node.x, node.y) for node in nodes])
    distances = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    # Rounding up can cost the triangle inequality a ten-thousandth; that is smaller than any window.
    scale = max(1, min(SCALE, LATEST // max(1, nodes[0].closes, math.ceil(float(distances.max())))))
    whole = np.ceil(distances * scale - 1e-6).astype(np.int64)
    problem = _problem(name, nodes, vehicles, capacity, whole, scale)
    return problem, "li-lim", Named(name, tuple(tuple(row) for row in distances.tolist()), _points(nodes), scale)


def read_sartori_buriol(text: str) -> tuple[Problem, str, Named]:
    """A Sartori & Buriol file as (problem, form, names). Raises FormatError naming the line."""
    lines = text.splitlines()
    header: dict[str, str] = {}
    at = 0
    while at < len(lines) and lines[at].strip() != "NODES":
        key, _, value = lines[at].partition(":")
        header[key.strip()] = value.strip()
        at += 1
    try:
        size, capacity = int(header["SIZE"]), int(header["CAPACITY"])
    except (KeyError, ValueError) as error:
        raise FormatError("header", "SIZE and CAPACITY must be whole numbers") from error
    if size < 1 or capacity < 0:
        raise FormatError("header", "SIZE must be at least 1 and CAPACITY not negative")
    if capacity > HIGHEST:
        raise FormatError("header", f"no number may be beyond {HIGHEST}, as {capacity} is")
    at += 1
    if at + size >= len(lines) or lines[at + size].strip() != "EDGES":
        raise FormatError(f"line {at + size + 1}", f"EDGES is expected after {size} nodes")
    nodes = [_node(lines[at + n], at + n + 1, n) for n in range(size)]
    at += size + 1
    rows = []
    for number in range(size):
        words = lines[at + number].split() if at + number < len(lines) else []
        if len(words) != size:
            raise FormatError(f"line {at + number + 1}", f"{size} travel times are expected, not {len(words)}")
        try:
            rows.append([int(word) for word in words])
        except ValueError as error:
            raise FormatError(f"line {at + number + 1}", f"a whole number is expected: {error}") from error
        if min(rows[-1]) < 0:
            to = next(place for place, entry in enumerate(rows[-1]) if entry < 0)
            raise FormatError(f"line {at + number + 1}", f"metres[{number}][{to}]: must not be negative")
        if max(rows[-1]) > HIGHEST:
            raise FormatError(f"line {at + number + 1}", f"no number may be beyond {HIGHEST}, as {max(rows[-1])} is")
        if rows[-1][number]:
            raise FormatError(f"line {at + number + 1}", f"node {number} must be at 0 from itself")
    # Without its last word a file may be cut within its last number.
    if at + size >= len(lines) or lines[at + size].strip() != "EOF":
        raise FormatError(f"line {at + size + 1}", "EOF is expected; the file may be cut")
    table = np.array(rows, dtype=np.int64).reshape(size, size)
    name = header.get("NAME", "")
    problem = _problem(name, nodes, (size - 1) // 2, capacity, table, 1)
    return problem, "sartori-buriol", Named(name, table, _points(nodes))


def _problem(name: str, nodes: list[_Node], vehicles: int, capacity: int, table: Grid, scale: int) -> Problem:
    sites = tuple(Site(str(node.number)) for node in nodes)

    def place(node: _Node) -> Place:
        return Place(str(node.number), (Window(node.opens * scale, node.closes * scale),), node.service * scale)

    shipments = tuple(
        Shipment(str(pickup.number), place(pickup), (place(delivery),), pickup.demand, mandatory=True)
        for pickup, delivery in _paired(nodes)
    )
    depot = nodes[0]
    # A vehicle outweighs all driving there could be; a shipment left out outweighs every vehicle.
    driving = 2 * len(shipments) * int(table.max(initial=0))
    vehicle_cents = max(LEAST_VEHICLE_CENTS, 10 ** len(str(driving)))
    try:
        # No plan has use for more vehicles than shipments, and a file may promise more of them than memory holds.
        fleet = tuple(
            Vehicle(
                id=str(number + 1),
                start="0",
                end="0",
                shift=Window(depot.opens * scale, depot.closes * scale),
                compartments=(Compartment(Temperature.AMBIENT, capacity, 0),),
                profile="bench",
                fixed_cents=vehicle_cents,
                per_km_cents=1000,
                per_hour_cents=0,
            )
            for number in range(min(vehicles, len(shipments)))
        )
        weights = Weights(mandatory=min(LARGEST, 1000 * vehicle_cents), value=0, moved=0, shifted_minute=0)
        return Problem(sites, shipments, fleet, {"bench": Matrix(table, table)}, weights=weights, name=name)
    except ProblemError as error:
        raise FormatError(error.field, error.reason) from error


def routes_of(plan: Plan) -> list[list[int]]:
    """The node numbers that each round visits, without the depot."""
    return [[int(stop.site) for stop in trip.stops] for trip in plan.rounds]


def solution(problem: Problem, plan: Plan, named: Named) -> dict[str, Any]:
    """The plan in the benchmarks' words: instance, vehicles, distance, routes of node numbers without the depot."""
    routes = routes_of(plan)
    legs = [leg for route in routes for leg in zip([0, *route], [*route, 0], strict=True)]
    distance = sum(float(named.distances[here][there]) for here, there in legs)
    return {
        "instance": named.instance or problem.name,
        "vehicles": len(routes),
        "distance": round(distance, 6),
        "routes": routes,
        "unserved": [left.shipment for left in plan.unserved],
    }
