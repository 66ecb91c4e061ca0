"""A shipment is unloaded only after its loading has ended."""

from __future__ import annotations

from routing.breach import Breach
from routing.plan import Plan
from routing.problem import Problem
from routing.rules.reading import acts

RULE = "pickup_before_delivery"


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Unloadings that begin before the same round has loaded the shipment."""
    found: list[Breach] = []
    aboard = {(state.vehicle, item.shipment) for state in problem.states for item in state.aboard}
    for trip in plan.rounds:
        loaded = {act.handling.shipment: act for act in acts(trip) if act.loads}
        for act in acts(trip):
            name = act.handling.shipment
            if act.loads or (trip.vehicle, name) in aboard:
                continue
            load = loaded.get(name)
            if load is None:
                found.append(Breach(RULE, "unloaded but never loaded", trip.vehicle, name))
            elif load.stop_number > act.stop_number or load.handling.end_s > act.handling.start_s:
                found.append(Breach(RULE, "unloaded before it was loaded", trip.vehicle, name))
    return found
