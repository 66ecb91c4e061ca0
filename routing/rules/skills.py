"""A shipment that asks for skills rides only with a vehicle that has them all."""

from __future__ import annotations

from routing.breach import Breach
from routing.kinds import StopState
from routing.plan import Plan
from routing.problem import Problem
from routing.rules.reading import Book, acts

RULE = "skills"


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Free loadings by a vehicle that lacks a skill."""
    book = Book(problem)
    found: list[Breach] = []
    for trip in plan.rounds:
        has = book.vehicles[trip.vehicle].skills
        for act in acts(trip):
            if not act.loads or act.stop.state != StopState.FREE:
                continue
            lacking = sorted(book.shipments[act.handling.shipment].skills - has)
            if lacking:
                facts: dict[str, int | str] = {"lacking": ", ".join(lacking)}
                found.append(Breach(RULE, "the vehicle lacks a skill", trip.vehicle, act.handling.shipment, facts))
    return found
