"""OR-Tools RoutingModel on the same numbers: the second, independent engine and the peer to compare with."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.engine.board import Board
from routing.engine.construct import INFINITE, empty_routes, fill, worth_of
from routing.engine.instance import OPEN, Instance
from routing.engine.route import Route, build
from routing.kinds import FAR

MILLI = 1000  # costs are cents; RoutingModel counts whole numbers, so it gets thousandths of them
FIRST_SHARE = 0.4  # of the time, for a first solution of its own
TABLE_LIMIT = 1200  # nodes up to which tables are handed over; beyond it they would not fit the memory


class Model:
    """The routing model of an instance: node n < vehicles is a vehicle's start, the next ones their ends."""

    def __init__(self, inst: Instance) -> None:
        self.inst = inst
        count = len(inst.crews)
        self.tasks = [
            task
            for ship in range(len(inst.pickup))
            if ship not in inst.settled
            for task in ((inst.pickup[ship],) if inst.carrier[ship] < 0 else ()) + inst.deliveries[ship]
        ]
        self.node = {task: 2 * count + at for at, task in enumerate(self.tasks)}
        starts, ends = list(range(count)), list(range(count, 2 * count))
        self.manager = pywrapcp.RoutingIndexManager(2 * count + len(self.tasks), count, starts, ends)
        self.model = pywrapcp.RoutingModel(self.manager)
        self.solver = self.model.solver()
        self.site = [crew.site for crew in inst.crews] + [crew.end for crew in inst.crews]
        self.site += [inst.site[task] for task in self.tasks]
        self.service = [0] * (2 * count) + [inst.service[task] for task in self.tasks]
        self.shift = -min((crew.free_s for crew in inst.crews), default=0)  # RoutingModel wants times ≥ 0
        # Nothing ends later, or is asked for later, than this.
        late = [crew.shift_end_s for crew in inst.crews] + [spans[-1][0] for spans in inst.windows if spans]
        self.horizon = max([1, *(moment + self.shift + 1 for moment in late)])
        self._costs()
        self._time()
        self._loads()
        self._stops()
        self._shipments()

    def index(self, task: int) -> int:
        """RoutingModel's index of a task."""
        return int(self.manager.NodeToIndex(self.node[task]))

    def _table(self, entry: Any) -> int:
        """Register a node-by-node function as a table where it fits, as a call where it does not."""
        nodes = range(len(self.site))
        if len(self.site) <= TABLE_LIMIT:
            return int(self.model.RegisterTransitMatrix([[entry(a, b) for b in nodes] for a in nodes]))
        to_node = self.manager.IndexToNode
        return int(self.model.RegisterTransitCallback(lambda a, b: entry(to_node(a), to_node(b))))

    def _costs(self) -> None:
        known: dict[tuple[int, float], int] = {}
        for crew in self.inst.crews:
            key = (crew.profile, crew.per_metre)
            if key not in known:
                metres, size, rate, site = crew.metres, crew.size, crew.per_metre, self.site
                known[key] = self._table(
                    lambda a, b, m=metres, n=size, r=rate, s=site: round(m[s[a] * n + s[b]] * r * MILLI)
                )
            self.model.SetArcCostEvaluatorOfVehicle(known[key], crew.number)
            if not crew.is_out:
                self.model.SetFixedCostOfVehicle(round(crew.fixed * MILLI), crew.number)

    def _time(self) -> None:
        known: dict[int, int] = {}
        transits = []
        for crew in self.inst.crews:
            if crew.profile not in known:
                seconds, size, site, service = crew.seconds, crew.size, self.site, self.service
                known[crew.profile] = self._table(
                    lambda a, b, m=seconds, n=size, s=site, v=service: v[a] + m[s[a] * n + s[b]]
                )
            transits.append(known[crew.profile])
        self.model.AddDimensionWithVehicleTransits(transits, self.horizon, self.horizon, False, "time")
        self.time = self.model.GetDimensionOrDie("time")
        for crew in self.inst.crews:
            start = self.time.CumulVar(self.model.Start(crew.number))
            free, last = crew.free_s + self.shift, max(0, crew.shift_end_s + self.shift)
            start.SetRange(free, max(free, last) if crew.started_s is None else free)
            self.time.CumulVar(self.model.End(crew.number)).SetRange(0, max(free, last))
            self.time.SetSpanCostCoefficientForVehicle(round(crew.per_second * MILLI), crew.number)
            gone = crew.free_s - crew.started_s if crew.started_s is not None else 0
            lasts = crew.max_duration_s - gone
            if crew.pause is not None:
                # With RoutingModel's break intervals a real day gets no first solution at all in ten seconds, so
                # this engine keeps rounds short enough to need no pause; the search may make them longer.
                rested = crew.free_s - crew.rested_s if crew.rested_s is not None else 0
                lasts = min(lasts, crew.pause[0] - rested)
            if lasts < OPEN // 2:
                self.time.SetSpanUpperBoundForVehicle(max(0, lasts), crew.number)

    def _loads(self) -> None:
        inst, count = self.inst, len(self.inst.crews)
        for kind in range(len(inst.kinds) + 1):
            for unit, amounts in ((0, inst.grams), (1, inst.crates)):
                rooms = []
                for crew in inst.crews:
                    room = crew.payload[unit] if kind == len(inst.kinds) else crew.room[kind][unit]
                    held = sum(h[unit] for h in crew.held) if kind == len(inst.kinds) else crew.held[kind][unit]
                    rooms.append(max(room, held, 0))
                if all(room >= OPEN for room in rooms):
                    continue
                change = [0] * (2 * count)
                for crew in inst.crews:
                    held = sum(h[unit] for h in crew.held) if kind == len(inst.kinds) else crew.held[kind][unit]
                    change[crew.number] = held
                for task in self.tasks:
                    same = kind == len(inst.kinds) or inst.compartment[task] == kind
                    change.append(amounts[task] if same else 0)
                if not any(change):
                    continue
                transit = self.model.RegisterUnaryTransitVector(change)
                rooms = [min(room, 2**40) for room in rooms]
                self.model.AddDimensionWithVehicleCapacity(transit, 0, rooms, True, f"load {kind} {unit}")

    def _stops(self) -> None:
        count = len(self.inst.crews)
        limits = [max(0, min(crew.stops_left, 10**6)) for crew in self.inst.crews]
        if all(limit >= 10**6 for limit in limits):
            return
        site = self.site

        def visit(a: int, b: int) -> int:
            leaves_start = a < count
            return int(b >= 2 * count and (leaves_start or site[a] != site[b]))

        self.model.AddDimensionWithVehicleCapacity(self._table(visit), 0, limits, True, "stops")

    def _shipments(self) -> None:
        inst, model, solver = self.inst, self.model, self.solver
        metres: Any = None
        if any(0 <= bound < OPEN for crew in inst.crews for bound in crew.ride_m):
            transits = []
            known: dict[int, int] = {}
            for crew in inst.crews:
                if crew.profile not in known:
                    table, size, site = crew.metres, crew.size, self.site
                    known[crew.profile] = self._table(lambda a, b, m=table, n=size, s=site: m[s[a] * n + s[b]])
                transits.append(known[crew.profile])
            model.AddDimensionWithVehicleTransits(transits, 0, 10 * FAR, True, "metres")
            metres = model.GetDimensionOrDie("metres")
        for ship in range(len(inst.pickup)):
            if ship in inst.settled:
                continue
            able = [at for at in range(len(inst.crews)) if inst.may[ship, at]]
            unloads = [self.index(task) for task in inst.deliveries[ship]]
            aboard = inst.carrier[ship] >= 0
            worth = inst.weights.mandatory if aboard else worth_of(inst, ship)
            penalty = round(min(worth, INFINITE) * MILLI)
            nodes = [*unloads] if aboard else [self.index(inst.pickup[ship]), *unloads]
            for at, task in zip(nodes, [inst.pickup[ship], *inst.deliveries[ship]][-len(nodes) :], strict=True):
                self._windows(at, task)
                if able:
                    model.VehicleVar(at).SetValues([-1, *able])
                else:
                    model.ActiveVar(at).SetValue(0)
            if aboard:
                model.AddDisjunction(unloads, penalty)
                if metres is not None:
                    crew = inst.crews[inst.carrier[ship]]
                    bound = crew.ride_m[ship] - crew.since[ship][1]
                    for at in unloads:
                        if 0 <= crew.ride_m[ship] < OPEN:
                            metres.CumulVar(at).SetMax(max(0, bound))
                continue
            load = nodes[0]
            fetch = model.AddDisjunction([load], penalty)
            bring = model.AddDisjunction(unloads, 0)
            model.AddPickupAndDeliverySets(fetch, bring)
            solver.Add(solver.Sum([model.ActiveVar(at) for at in unloads]) == model.ActiveVar(load))
            limits = [OPEN] + [crew.ride_s[ship] for crew in inst.crews]
            far = [OPEN] + [crew.ride_m[ship] for crew in inst.crews]
            for at in unloads:
                together = model.VehicleVar(at) == model.VehicleVar(load)
                solver.Add(together >= model.ActiveVar(at))
                spent = self.time.CumulVar(at) - self.time.CumulVar(load)
                # Nothing is asked of what is left out: its windows may contradict each other.
                least = inst.service[inst.pickup[ship]] + 2 * self.horizon
                solver.Add(spent >= least * model.ActiveVar(at) - 2 * self.horizon)
                if any(0 <= limit < OPEN for limit in limits):
                    self._bound(
                        spent, [min(x, self.horizon) + inst.service[inst.pickup[ship]] for x in limits], load, at
                    )
                if metres is not None and any(0 <= limit < OPEN for limit in far):
                    ride = metres.CumulVar(at) - metres.CumulVar(load)
                    self._bound(ride, [min(x, 10 * FAR) for x in far], load, at)

    def _bound(self, spent: Any, limits: list[int], load: int, at: int) -> None:
        """`spent` ≤ the bound of whichever vehicle carries it, while the unloading `at` is used."""
        most = max(limits) + 10 * FAR
        bounds = [max(0, limit) for limit in limits]
        carried = self.solver.Element(bounds, self.model.VehicleVar(load) + 1)
        self.solver.Add(spent <= carried + most * (1 - self.model.ActiveVar(at)))

    def _windows(self, at: int, task: int) -> None:
        spans = self.inst.windows[task]
        if not spans:
            self.model.ActiveVar(at).SetValue(0)
            return
        begin = self.time.CumulVar(at)
        first, last = (max(0, min(self.horizon, edge + self.shift)) for edge in (spans[0][0], spans[-1][1]))
        if spans[-1][1] + self.shift < 0:
            self.model.ActiveVar(at).SetValue(0)
            return
        begin.SetRange(first, last)
        for (_, closes), (opens, _) in pairwise(spans):
            if closes + self.shift + 1 <= opens + self.shift - 1 and opens + self.shift > 0:
                begin.RemoveInterval(max(0, closes + self.shift + 1), opens + self.shift - 1)

    def read(self, solution: Any) -> tuple[list[Route], list[int]]:
        """Our routes of RoutingModel's answer; rounds that break a rule by our timing are emptied and refilled."""
        inst = self.inst
        routes = empty_routes(inst)
        served: set[int] = set()
        for crew in inst.crews:
            at, tasks = self.model.Start(crew.number), []
            while not self.model.IsEnd(at):
                node = self.manager.IndexToNode(at)
                if node >= 2 * len(inst.crews):
                    tasks.append(self.tasks[node - 2 * len(inst.crews)])
                at = solution.Value(self.model.NextVar(at))
            route = build(inst, crew, tasks)
            if route is not None:
                routes[crew.number] = route
                served |= {inst.ship[task] for task in tasks}
        left = [k for k in range(len(inst.pickup)) if k not in served and k not in inst.settled]
        return routes, left


def _parameters(seconds: float, solutions: int | None, plain: bool) -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
    if solutions is not None:
        parameters.solution_limit = max(1, solutions)  # it knows no search without a solution
    if not plain:
        enums = routing_enums_pb2
        parameters.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.guided_local_search_lambda_coefficient = 0.1
    return parameters


def improve(
    inst: Instance,
    routes: list[Route] | None,
    seconds: float,
    solutions: int | None = None,
    plain: bool = False,
) -> tuple[list[Route], list[int]]:
    """RoutingModel's best answer within `seconds` (or that many solutions), from `routes` or its own first solution.

    It begins at whichever of the two is cheaper. `plain`: default parameters, no warm start, nothing of ours added
    afterwards. Without an answer in time the given routes, or empty ones, come back.
    """
    fallback = routes if routes is not None else empty_routes(inst)
    carried = {inst.ship[task] for route in fallback for task in route.tasks}
    missing = [k for k in range(len(inst.pickup)) if k not in carried and k not in inst.settled]
    if not inst.crews or len(inst.settled) == len(inst.pickup):
        return list(fallback), missing
    began = time.monotonic()
    model = Model(inst)
    parameters = _parameters(seconds - (time.monotonic() - began), solutions, plain)
    answer = None
    if routes is not None and not plain:
        model.model.CloseModelWithParameters(parameters)
        orders = [[model.index(t) for t in route.tasks] if not route.timing.pauses else [] for route in routes]
        known = model.model.ReadAssignmentFromRoutes(orders, True)
        first = _parameters((seconds - (time.monotonic() - began)) * FIRST_SHARE, 1, plain)
        first.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT
        own = model.model.SolveWithParameters(first)
        if own is not None and (known is None or own.ObjectiveValue() < known.ObjectiveValue()):
            known = own
        parameters = _parameters(seconds - (time.monotonic() - began), solutions, plain)
        if known is not None:
            answer = model.model.SolveFromAssignmentWithParameters(known, parameters)
    else:
        answer = model.model.SolveWithParameters(parameters)
    if answer is None:
        return list(fallback), missing
    found, left = model.read(answer)
    if plain:
        return found, left
    board = Board(inst, found)
    rest = fill(board, left)
    return list(board.routes), rest
