"""A round visits no more stops than its crew can do."""

from __future__ import annotations

from routing.breach import Breach
from routing.plan import Plan
from routing.problem import Problem
from routing.rules.reading import Book, is_free

RULE = "max_stops"


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Rounds with free stops and more stops than `max_stops`, executed ones counted."""
    book = Book(problem)
    found: list[Breach] = []
    for trip in plan.rounds:
        limit = book.vehicles[trip.vehicle].max_stops
        if limit is not None and is_free(trip) and len(trip.stops) > limit:
            facts: dict[str, int | str] = {"stops": len(trip.stops), "max_stops": limit}
            found.append(Breach(RULE, "has too many stops", trip.vehicle, facts=facts))
    return found
