"""A linear program in whole numbers, built once and solved for one aim after another, by OR-Tools' MathOpt.

It knows no clock: work is limited by steps of the simplex method and by nodes of the search tree.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.errors import EngineError

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt as types

Numbers = NDArray[np.float64]
Terms = Iterable[tuple[int, float]]  # column, coefficient
WAY = 3  # of putting the question to the solvers: another one may decide ties otherwise
SEED = 1
STEPS = 500_000  # of the simplex method


def named() -> str:
    """The solvers and how they are asked, as decisions keep it."""
    return f"GLOP and HiGHS, OR-Tools {version('ortools')}, way {WAY}"


class Relaxed(NamedTuple):
    """Columns that need not be whole: their values, what one more of each costs, what one more of each row's bound
    saves, and what the aim cannot go below."""

    values: Numbers
    reduced: Numbers
    prices: Numbers
    bound: float


class Solved(NamedTuple):
    """The value of every column, and what the aim cannot go below while the columns stay within `upper`."""

    values: Numbers
    bound: float


class Program:
    """Columns from 0 to a bound, rows with bounds."""

    def __init__(self) -> None:
        self.upper: list[float] = []
        self.integer: list[bool] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._factors: list[float] = []

    def column(self, upper: float, *, integer: bool = False) -> int:
        """A new column from 0 to `upper`."""
        self.upper.append(float(upper))
        self.integer.append(integer)
        return len(self.upper) - 1

    def row(self, terms: Terms, *, low: float = -math.inf, high: float = math.inf) -> int:
        """`low` ≤ the sum of `terms` ≤ `high`; each column at most once."""
        at = len(self._low)
        self._low.append(low)
        self._high.append(high)
        for column, factor in sorted(terms):
            self._rows.append(at)
            self._columns.append(column)
            self._factors.append(float(factor))
        return at

    def drop(self, row: int) -> None:
        """The row holds no more."""
        self._low[row], self._high[row] = -math.inf, math.inf

    def relaxed(self, aim: Mapping[int, float]) -> Relaxed:
        """The columns, whole or not, that make `aim` smallest.

        The bound is counted here from the prices of the rows (weak duality): it holds whatever the solver's tolerances
        and wherever it stopped. Raises EngineError when the solver gives up.
        """
        from ortools.math_opt.python import mathopt

        model = self._model(aim, np.array(self.upper), [False] * len(self.upper))
        params = mathopt.SolveParameters(iteration_limit=STEPS, random_seed=SEED, threads=1)
        result = _answer(model, mathopt.SolverType.GLOP, params)
        values, prices = np.zeros(len(self.upper)), np.zeros(len(self._low))
        for solution in result.solutions[:1]:
            if solution.primal_solution is not None:
                values = np.array([solution.primal_solution.variable_values[one] for one in model.variables()])
            if solution.dual_solution is not None:
                prices = np.array([solution.dual_solution.dual_values[one] for one in model.linear_constraints()])
        low, high = np.array(self._low), np.array(self._high)
        prices[(prices > 0) & np.isinf(low) | (prices < 0) & np.isinf(high)] = 0.0
        rows = np.array(self._rows, dtype=np.int64)
        columns = np.array(self._columns, dtype=np.int64)
        paid = np.bincount(columns, np.array(self._factors) * prices[rows], minlength=len(self.upper))
        reduced = self.dense(aim) - paid
        rises, falls = prices > 0, prices < 0
        bound = prices[rises] @ low[rises] + prices[falls] @ high[falls] + np.minimum(reduced, 0.0) @ self.upper
        return Relaxed(values, reduced, prices, float(bound))

    def minimise(
        self,
        aim: Mapping[int, float],
        *,
        upper: Numbers,
        start: Numbers,
        nodes: int,
        slack: float,
    ) -> Solved:
        """The columns, none above `upper`, that make `aim` smallest, and what it cannot go below so.

        The two are no more than `slack` apart unless `nodes` of the search tree were not enough. `start`: a solution to
        begin with, and the answer when nothing is found. Raises EngineError when the solver gives up.
        """
        from ortools.math_opt.python import mathopt

        model = self._model(aim, upper, self.integer)
        params = mathopt.SolveParameters(
            relative_gap_tolerance=0.0, absolute_gap_tolerance=slack, random_seed=SEED, node_limit=max(1, nodes)
        )
        params.highs.string_options["parallel"] = "off"
        params.highs.int_options["threads"] = 1
        variables = list(model.variables())
        hint = mathopt.SolutionHint(variable_values=dict(zip(variables, start.tolist(), strict=True)))
        result = _answer(model, mathopt.SolverType.HIGHS, params, hint)
        if not result.has_primal_feasible_solution():
            # The start may be outside by a hair of the solver's tolerance: then nothing is proven.
            infeasible = result.termination.reason == mathopt.TerminationReason.INFEASIBLE
            return Solved(start, -math.inf if infeasible else result.dual_bound())
        return Solved(np.array(result.variable_values(variables)), result.dual_bound())

    def cut_down(self, start: Numbers, free: NDArray[np.bool_]) -> tuple[Program, NDArray[np.int64]]:
        """The program of the `free` columns alone, the others as in `start`; and which columns its own are."""
        columns = np.flatnonzero(free)
        place = np.full(len(self.upper), -1)
        place[columns] = np.arange(len(columns))
        part = Program()
        part.upper = np.array(self.upper)[columns].tolist()
        part.integer = np.array(self.integer)[columns].tolist()
        of_row, of_column = np.array(self._rows, dtype=np.int64), np.array(self._columns, dtype=np.int64)
        factors = np.array(self._factors)
        inside = free[of_column]
        rows = np.unique(of_row[inside])
        row_place = np.full(len(self._low), -1)
        row_place[rows] = np.arange(len(rows))
        # What the others have of a row is taken from its bounds.
        held = np.bincount(of_row[~inside], (factors * start[of_column])[~inside], minlength=len(self._low))[rows]
        part._low = (np.array(self._low)[rows] - held).tolist()
        part._high = (np.array(self._high)[rows] - held).tolist()
        part._rows = row_place[of_row[inside]].tolist()
        part._columns = place[of_column[inside]].tolist()
        part._factors = factors[inside].tolist()
        return part, columns

    def dense(self, aim: Mapping[int, float]) -> Numbers:
        """An aim as a number for every column."""
        made = np.zeros(len(self.upper))
        made[list(aim)] = list(aim.values())
        return made

    def _model(self, aim: Mapping[int, float], upper: Numbers, integer: Sequence[bool]) -> types.Model:
        from ortools.math_opt import model_pb2
        from ortools.math_opt.python import mathopt

        proto = model_pb2.ModelProto()
        proto.variables.ids.extend(range(len(upper)))
        proto.variables.lower_bounds.extend([0.0] * len(upper))
        proto.variables.upper_bounds.extend(upper.tolist())
        proto.variables.integers.extend(integer)
        columns = sorted(column for column, price in aim.items() if price)
        proto.objective.linear_coefficients.ids.extend(columns)
        proto.objective.linear_coefficients.values.extend(float(aim[column]) for column in columns)
        proto.linear_constraints.ids.extend(range(len(self._low)))
        proto.linear_constraints.lower_bounds.extend(self._low)
        proto.linear_constraints.upper_bounds.extend(self._high)
        proto.linear_constraint_matrix.row_ids.extend(self._rows)
        proto.linear_constraint_matrix.column_ids.extend(self._columns)
        proto.linear_constraint_matrix.coefficients.extend(self._factors)
        return mathopt.Model.from_model_proto(proto)


def _answer(
    model: types.Model, solver: types.SolverType, params: types.SolveParameters, hint: types.SolutionHint | None = None
) -> types.SolveResult:
    from ortools.math_opt.python import mathopt

    given = mathopt.ModelSolveParameters(solution_hints=[hint] if hint else [])
    try:
        return mathopt.solve(model, solver, params=params, model_params=given)
    except (RuntimeError, AttributeError) as error:
        # OR-Tools 9.15 stumbles with an AttributeError over HiGHS's own words for giving up.
        raise EngineError(f"the solver gave up: {error}") from error
