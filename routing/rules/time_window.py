"""Handling begins while the place is open, and never before the goods are ready."""

from __future__ import annotations

from routing.breach import Breach
from routing.kinds import StopState
from routing.plan import Plan
from routing.problem import Problem
from routing.rules.reading import Book, acts, place_of

RULE = "time_window"


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Handlings at free stops that begin outside every window, or before `ready_s`.

    Executed and frozen stops are exempt: being late there is a fact, not a choice.
    """
    book = Book(problem)
    found: list[Breach] = []
    for trip in plan.rounds:
        for act in acts(trip):
            if act.stop.state != StopState.FREE:
                continue
            shipment = book.shipments[act.handling.shipment]
            place = place_of(shipment, act)
            start_s = act.handling.start_s
            facts: dict[str, int | str] = {"start_s": start_s, "site": act.stop.site}
            if place and place.windows and not any(w.start_s <= start_s <= w.end_s for w in place.windows):
                found.append(Breach(RULE, f"{act.stop.site!r} is closed then", trip.vehicle, shipment.id, facts))
            if act.loads and shipment.ready_s is not None and start_s < shipment.ready_s:
                found.append(Breach(RULE, "loaded before it is ready", trip.vehicle, shipment.id, facts))
    return found
