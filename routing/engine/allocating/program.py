"""A linear program in whole numbers, built once and solved for one aim after another, by OR-Tools' MathOpt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from routing.errors import EngineError

Terms = Sequence[tuple[int, float]]  # column, coefficient
SEED = 1


def named() -> str:
    """The solver and its version, as decisions keep it."""
    return f"HiGHS, OR-Tools {version('ortools')}"


@dataclass(frozen=True, slots=True)
class Solved:
    """The value of every column, and what the aim cannot go below."""

    values: list[float]
    bound: float


@dataclass(slots=True)
class Program:
    """Columns with bounds, rows with bounds; no clock: work is limited by nodes of the search tree."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, Terms]] = field(default_factory=list)

    def column(self, upper: float, *, integer: bool = False) -> int:
        """A new column from 0 to `upper`."""
        self.lower.append(0.0)
        self.upper.append(float(upper))
        self.integer.append(integer)
        return len(self.upper) - 1

    def row(self, terms: Terms, *, low: float = -math.inf, high: float = math.inf) -> None:
        """`low` ≤ the sum of `terms` ≤ `high`."""
        self.rows.append((low, high, terms))

    def minimise(
        self, aim: Mapping[int, float], *, start: Sequence[float], nodes: int, near: float, slack: float
    ) -> Solved:
        """The columns that make `aim` smallest, and what it cannot go below.

        The two are no more than `slack`, or the part `near`, apart unless `nodes` of the search tree were not enough.
        `start`: a solution to begin with, and the answer when nothing is found. Raises EngineError when the solver
        gives up.
        """
        from ortools.math_opt import model_pb2
        from ortools.math_opt.python import mathopt

        proto = model_pb2.ModelProto()
        count = len(self.upper)
        proto.variables.ids.extend(range(count))
        proto.variables.lower_bounds.extend(self.lower)
        proto.variables.upper_bounds.extend(self.upper)
        proto.variables.integers.extend(self.integer)
        columns = sorted(column for column, price in aim.items() if price)
        proto.objective.linear_coefficients.ids.extend(columns)
        proto.objective.linear_coefficients.values.extend(float(aim[column]) for column in columns)
        proto.linear_constraints.ids.extend(range(len(self.rows)))
        proto.linear_constraints.lower_bounds.extend(low for low, _, _ in self.rows)
        proto.linear_constraints.upper_bounds.extend(high for _, high, _ in self.rows)
        matrix = proto.linear_constraint_matrix
        for at, (_, _, terms) in enumerate(self.rows):
            ordered = sorted(terms)
            matrix.row_ids.extend([at] * len(ordered))
            matrix.column_ids.extend(column for column, _ in ordered)
            matrix.coefficients.extend(float(factor) for _, factor in ordered)
        model = mathopt.Model.from_model_proto(proto)
        variables = list(model.variables())
        params = mathopt.SolveParameters(
            relative_gap_tolerance=near, absolute_gap_tolerance=slack, random_seed=SEED, node_limit=max(1, nodes)
        )
        params.highs.string_options["parallel"] = "off"
        params.highs.int_options["threads"] = 1
        hint = mathopt.SolutionHint(variable_values=dict(zip(variables, start, strict=True)))
        try:
            result = mathopt.solve(
                model,
                mathopt.SolverType.HIGHS,
                params=params,
                model_params=mathopt.ModelSolveParameters(solution_hints=[hint]),
            )
        except (RuntimeError, AttributeError) as error:
            # OR-Tools 9.15 stumbles with an AttributeError over HiGHS's own words for giving up.
            raise EngineError(f"the solver gave up: {error}") from error
        if not result.has_primal_feasible_solution():
            # The start may be outside by a hair of the solver's tolerance: then nothing is proven.
            infeasible = result.termination.reason == mathopt.TerminationReason.INFEASIBLE
            return Solved(list(start), -math.inf if infeasible else result.dual_bound())
        return Solved(list(result.variable_values(variables)), result.dual_bound())
