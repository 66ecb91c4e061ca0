"""Benchmarks plan with costs of their own, so that tables of different days compare."""

import tomllib

from config.planning import planning, planning_with
from workers.cli.bench import PLANNING


def test_the_costs_of_benchmarks_are_complete_and_leave_again() -> None:
    """Every kind of vehicle has its costs there, and what is not said there is as shipped."""
    shipped = planning()
    with planning_with(tomllib.loads(PLANNING.read_text(encoding="utf-8"))):
        assert planning().cost.keys() == shipped.cost.keys()
        assert planning().cost["van"].per_hour > shipped.cost["van"].per_hour
        assert planning().crew == shipped.crew
    assert planning() == shipped
