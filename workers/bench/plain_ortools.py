"""The peer of the day benchmark: RoutingModel with default parameters on the same problem, for the same time."""

from __future__ import annotations

from dataclasses import dataclass

import routing


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What one engine made of a day."""

    engine: str
    grams: int
    grams_offered: int
    metres: int
    rounds: int
    breaches: int

    @property
    def share_carried(self) -> float:
        """Share of the offered grams that is carried, 0 … 1."""
        return self.grams / self.grams_offered if self.grams_offered else 0.0

    @property
    def km_per_kg(self) -> float | None:
        """Kilometres driven for each kilogram carried; None when nothing is carried."""
        return self.metres / self.grams if self.grams else None


def figures(problem: routing.Problem, plan: routing.Plan) -> DayFigures:
    """The figures of a plan, with the independent checker's verdict."""
    totals = plan.totals
    offered = sum(shipment.grams for shipment in problem.shipments)
    broken = len(routing.check(problem, plan))
    return DayFigures(plan.engine, totals.grams, offered, totals.metres, totals.rounds, broken)


def plain(problem: routing.Problem, seconds: float) -> routing.Plan:
    """The plan of OR-Tools alone: its default search, no first plan and no improvement of ours."""
    return routing.solve_in_child(problem, seconds, engine="ortools-plain")
