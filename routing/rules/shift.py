"""A crew works within its shift, and no longer than its limit."""

from __future__ import annotations

from routing.breach import Breach
from routing.plan import Plan
from routing.problem import Problem
from routing.rules.reading import Book, is_free

RULE = "shift"


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Rounds with free stops that leave before the shift, end after it, or last too long."""
    book = Book(problem)
    found: list[Breach] = []
    for trip in plan.rounds:
        if not is_free(trip):
            continue
        vehicle = book.vehicles[trip.vehicle]
        state = book.states.get(trip.vehicle)
        left_already = state is not None and state.started_s is not None
        facts: dict[str, int | str] = {"start_s": trip.start_s, "end_s": trip.end_s}
        if trip.start_s < vehicle.shift.start_s and not left_already:
            found.append(Breach(RULE, "leaves before its shift", trip.vehicle, facts=facts))
        if trip.end_s > vehicle.shift.end_s:
            found.append(Breach(RULE, "is back after its shift", trip.vehicle, facts=facts))
        if vehicle.max_duration_s is not None and trip.end_s - trip.start_s > vehicle.max_duration_s:
            found.append(Breach(RULE, "lasts longer than allowed", trip.vehicle, facts=facts))
    return found
