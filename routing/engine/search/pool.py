"""Good routes of many solutions, and the cheapest choice among them.

Two solutions that are good in different places make a better third one. Which routes to take, each shipment in one at
most, is a set partitioning problem with a column a route; HiGHS solves it, through OR-Tools' MathOpt.
"""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from routing.engine.search.lane import Routes
from routing.engine.search.tables import NO_WAY, Floats, Ints, Tables

GAIN = 0.5  # cents by which a choice must be cheaper to be one
FIRST = 500  # routes looked at first, the newest; twice as many each time these are settled
WINDOW_SHARE = 0.5  # of the time left, for the routes looked at
FEWER_SHARE = 0.1  # of the time, for a vehicle less: it is seldom to be had, and hard to refute
EARLY = 0.9  # of the time left is what HiGHS is told, which looks at its clock now and then only
TICK_S = 0.02  # who waits for HiGHS looks at the clock, and whether it is cancelled, this often
WIDE = 1e9  # cents; what goes beyond is scaled down, because HiGHS's tolerances are absolute

Key = tuple[int, frozenset[int]]  # class of vehicle, shipments


class Pool:
    """Good routes met, one per set of shipments and class of vehicle (the cheapest order).

    Beyond `size` the route that was met longest ago is forgotten.
    """

    def __init__(self, tables: Tables, size: int = 20_000) -> None:
        self.size = size
        self._ship: list[int] = tables.task["ship"].tolist()
        self._twin: list[int] = tables.crew["twin"].tolist()
        self._worth: list[float] = tables.ship["worth"].tolist()
        self._fixed: list[float] = np.where(tables.crew["is_out"] != 0, 0.0, tables.crew["fixed"]).tolist()
        self._ours: list[int] = tables.ours.tolist()
        self._closed: frozenset[int] = frozenset()
        self._met: OrderedDict[Key, tuple[float, tuple[int, ...]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._met)

    def add(self, routes: Routes, costs: Sequence[float], closed: Iterable[int] = ()) -> int:
        """Remember `routes`, one row a vehicle, at their `costs` in cents; how many were new.

        `closed`: the vehicles that take nothing from now on. Rows that are empty or have no way are no routes.
        """
        self._closed = frozenset(closed)
        return sum(self.meet(at, tasks, cost) for at, (tasks, cost) in enumerate(zip(routes, costs, strict=True)))

    def meet(self, at: int, tasks: Sequence[int], cost: float) -> bool:
        """Remember one route of vehicle `at`; whether it is new."""
        if not tasks or not cost < NO_WAY:
            return False
        key = self._key(at, tasks)
        known = self._met.get(key)
        if known is None or cost < known[0]:
            self._met[key] = (float(cost), tuple(tasks))
        self._met.move_to_end(key)
        if len(self._met) > self.size:
            self._met.popitem(last=False)
        return known is None

    def recombine(
        self,
        routes: Routes,
        left: Sequence[int],
        value: float,
        seconds: float,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Routes | None:
        """The cheapest choice of routes met, or None when none below `value` cents was found in `seconds`.

        `routes` and `left` (shipments left out) are the solution to beat, of `value` cents all told. Every open
        vehicle drives one route at most; every shipment is in one at most, and costs its worth when it is in none.
        The same routes met in the same order give the same answer, unless time was over first. Nothing is to be added
        meanwhile.
        """
        until = time.perf_counter() + seconds
        homes = Counter(twin for at, twin in enumerate(self._twin) if at not in self._closed)
        if cancelled() or not any(twin in homes for twin, _ in self._met):
            return None
        choice = self._choice(routes, left, value, homes)
        # HiGHS cannot be interrupted through MathOpt. It runs beside us (and lets the interpreter go); we leave when
        # time is over, it ends by its own limit soon after.
        beside = ThreadPoolExecutor(1)
        answer = beside.submit(choice.run, seconds, until)
        beside.shutdown(wait=False)
        while not cancelled() and (rest := until - time.perf_counter()) > 0:
            if wait([answer], min(TICK_S, rest)).done:
                answer.result()  # raises what went wrong
                break
        choice.ended = True
        return None if choice.found is None else self._dealt(choice.found, routes, value, homes)

    def _key(self, at: int, tasks: Sequence[int]) -> Key:
        return self._twin[at], frozenset([self._ship[task] for task in tasks])

    def _choice(self, routes: Routes, left: Sequence[int], value: float, homes: Counter[int]) -> _Choice:
        """The problem: leaving shipments out, then the routes of `routes`, then the other routes, the newest first."""
        used = [at for at, tasks in enumerate(routes) if tasks]
        now = [key for at in used if (key := self._key(at, routes[at])) in self._met and key[0] in homes]
        keys = list(dict.fromkeys([*now, *(key for key in reversed(self._met) if key[0] in homes)]))
        carried = sorted({ship for _, ships in keys for ship in ships})
        # What no route has is lost whatever is chosen, and what is worth more than all the rest is never left out.
        value -= math.fsum(self._worth[ship] for ship in set(self._ours).difference(carried))
        spare = [ship for ship in carried if self._worth[ship] < value]
        fixed = {self._fixed[at] for at, twin in enumerate(self._twin) if twin in homes}
        charge = fixed.pop()
        if fixed or spare or charge <= value - len(used) * charge:
            charge = 0.0
        row = {ship: at for at, ship in enumerate(carried)}
        twins = {twin: len(row) + at for at, twin in enumerate(homes)}
        members = [[*sorted(row[ship] for ship in ships), twins[twin], len(row) + len(twins)] for twin, ships in keys]
        held = [*(at for at, ship in enumerate(spare) if ship in left), *(len(spare) + at for at in range(len(now)))]
        return _Choice(
            keys=keys,
            price=np.array([*(self._worth[ship] for ship in spare), *(self._met[key][0] - charge for key in keys)]),
            rows=[np.array(rows, dtype=np.int64) for rows in [*([row[ship]] for ship in spare), *members]],
            exact=len(row),
            upper=[1.0] * len(row) + [float(vehicles) for vehicles in homes.values()],
            charge=charge,
            most=len(used) if charge else len(routes),
            cut=value - len(used) * charge,
            held=np.array(held if len(now) == len(used) else [], dtype=np.int64),
        )

    def _dealt(self, keys: Sequence[Key], routes: Routes, value: float, homes: Counter[int]) -> Routes | None:
        """The routes of `keys`, each on the vehicle it is on already or on another of its class.

        None unless what came out of floating point stands: nothing twice, no class beyond its vehicles, and cheaper.
        """
        ships = [ship for _, members in keys for ship in members]
        missing = set(self._ours).difference(ships)
        cents = math.fsum([*(self._met[key][0] for key in keys), *(self._worth[ship] for ship in missing)])
        if len(set(ships)) < len(ships) or Counter(twin for twin, _ in keys) - homes or cents > value - GAIN:
            return None
        dealt: Routes = [[] for _ in routes]
        todo = dict.fromkeys(keys)
        vehicles = [at for at in range(len(routes)) if at not in self._closed]
        for at in vehicles:
            if (key := self._key(at, routes[at])) in todo:
                del todo[key]
                dealt[at] = list(self._met[key][1])
        for key in todo:
            free = next(at for at in vehicles if self._twin[at] == key[0] and not dealt[at])
            dealt[free] = list(self._met[key][1])
        return dealt


class _Answer(NamedTuple):
    """What HiGHS says: whether that is the last word, cents, what each column would add to them, the columns taken."""

    settled: bool
    cents: float = math.inf
    added: Floats | None = None
    taken: Ints | None = None


@dataclass(slots=True)
class _Choice:
    """The set partitioning problem, solved among the first routes, then among twice as many, and so on.

    The newest routes are those of the best solutions, and a few hundred are settled in a blink; among too many HiGHS
    finds nothing at all in the time. Columns are shipments left out, then routes; prices are cents without `charge`.
    A shipment is in one route exactly or left out: to let routes overlap and drop copies gained 0.03 % where most.
    """

    keys: list[Key]  # of the routes
    price: Floats
    rows: list[Ints]  # of each column: shipments, class, and the last for the number of vehicles
    exact: int  # the first rows, to be met exactly
    upper: list[float]  # of every row but the last
    charge: float  # fixed cents of any vehicle where they outweigh all else, 0 where they do not
    most: int  # vehicles
    cut: float  # to be beaten
    held: Ints  # columns of what is to be beaten, none when they are not known
    found: list[Key] | None = None
    ended: bool = False

    def run(self, seconds: float, until: float) -> None:
        """Search until every route is looked at or it is `until`; `found` is the cheapest choice so far."""
        spare, count, fewer = len(self.price) - len(self.keys), FIRST, self.charge > 0
        while True:
            window = np.arange(min(spare + count, len(self.price)))
            if not self._cheaper(window, until):
                return
            fewer = fewer and self._fewer(window, min(until, time.perf_counter() + FEWER_SHARE * seconds))
            if count >= len(self.keys) or time.perf_counter() > until - (1.0 - EARLY) * seconds:
                return
            count *= 2

    def _fewer(self, window: Ints, until: float) -> bool:
        """Look for a choice of fewer vehicles, whatever else it costs; False once that takes too long."""
        while self.most > 1:
            answer = self._solve(window, self.most - 1, until)
            if answer.settled and answer.cents < math.inf:
                answer = self._solve(window, self.most - 1, until, whole=True)
            if not self._keep(answer):
                return answer.settled
        return True

    def _cheaper(self, window: Ints, until: float) -> bool:
        """Look for a cheaper choice; False when there is no time for wider windows."""
        relaxed = self._solve(window, self.most, until)
        if relaxed.added is None or relaxed.cents > self.cut - GAIN:
            return relaxed.settled
        # A column that adds more than there is to gain is in no cheaper choice.
        worthy = np.union1d(window[relaxed.added < self.cut - relaxed.cents], self.held)
        # Of two windows that overlap one may be settled at once and the other not in minutes: none gets all the time.
        limit = until - WINDOW_SHARE * (until - time.perf_counter())
        self._keep(self._solve(worthy, self.most, limit, whole=True, below=self.cut - GAIN))
        return True

    def _keep(self, answer: _Answer) -> bool:
        """Keep the choice in `answer` if there is one and it is cheaper."""
        if answer.taken is None:
            return False
        first = len(self.price) - len(self.keys)
        keys = [self.keys[at - first] for at in answer.taken if at >= first]
        cents = math.fsum(self.price[answer.taken])
        if cents + self.charge * len(keys) > self.cut + self.charge * self.most - GAIN:
            return False
        self.found, self.held, self.cut = keys, answer.taken, cents
        self.most = len(keys) if self.charge else self.most
        return True

    def _solve(
        self, columns: Ints, most: int, until: float, *, whole: bool = False, below: float = math.inf
    ) -> _Answer:
        """The cheapest choice among `columns` with `most` vehicles, whole and below so many cents, or in parts."""
        # Loading it takes a fifth of a second, which only who recombines is to wait for.
        from ortools.math_opt import model_pb2
        from ortools.math_opt.python import mathopt

        seconds = EARLY * (until - time.perf_counter())
        if self.ended or seconds <= 0:
            return _Answer(False)
        scale = 2.0 ** -max(0, math.ceil(math.log2(max(self.cut, 1.0) / WIDE)))
        count, upper = len(columns), [*self.upper, float(most)]
        row = np.concatenate([self.rows[at] for at in columns])
        column = np.repeat(np.arange(count), [len(self.rows[at]) for at in columns])
        order = np.lexsort((column, row))
        proto = model_pb2.ModelProto()
        proto.variables.ids.extend(range(count))
        proto.variables.lower_bounds.extend([0.0] * count)
        proto.variables.upper_bounds.extend([1.0] * count)
        proto.variables.integers.extend([whole] * count)
        proto.objective.linear_coefficients.ids.extend(range(count))
        proto.objective.linear_coefficients.values.extend((scale * self.price[columns]).tolist())
        proto.linear_constraints.ids.extend(range(len(upper)))
        proto.linear_constraints.lower_bounds.extend([1.0] * self.exact + [-math.inf] * (len(upper) - self.exact))
        proto.linear_constraints.upper_bounds.extend(upper)
        proto.linear_constraint_matrix.row_ids.extend(row[order].tolist())
        proto.linear_constraint_matrix.column_ids.extend(column[order].tolist())
        proto.linear_constraint_matrix.coefficients.extend([1.0] * len(order))
        model = mathopt.Model.from_model_proto(proto)
        variables = list(model.variables())
        params = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
        # Presolve does not look at the clock (it took 12 s of 5 on long routes) and gains nothing here.
        params.highs.string_options["presolve"] = "off"
        params.highs.string_options["parallel"] = "off"
        params.highs.int_options["threads"] = 1
        hints = []
        if whole:
            params.absolute_gap_tolerance, params.relative_gap_tolerance = GAIN * scale, 0.0
            if below < math.inf:
                params.highs.double_options["objective_bound"] = below * scale
            if below < math.inf and len(self.held):
                values = map(float, np.isin(columns, self.held).tolist())
                hints = [mathopt.SolutionHint(variable_values=dict(zip(variables, values, strict=True)))]
        try:
            result = mathopt.solve(
                model,
                mathopt.SolverType.HIGHS,
                params=params,
                model_params=mathopt.ModelSolveParameters(solution_hints=hints),
            )
        except (RuntimeError, AttributeError):
            # HiGHS gave the numbers up; OR-Tools 9.15 stumbles (AttributeError) over its own words for that.
            return _Answer(False)
        optimal = result.termination.reason == mathopt.TerminationReason.OPTIMAL
        settled = optimal or result.termination.reason == mathopt.TerminationReason.INFEASIBLE
        if not result.has_primal_feasible_solution() or not (whole or optimal):
            return _Answer(settled)
        cents = result.objective_value() / scale
        if not whole:
            return _Answer(True, cents, np.array(result.reduced_costs(variables)) / scale)
        return _Answer(settled, cents, None, columns[np.array(result.variable_values(variables)) > 0.5])
