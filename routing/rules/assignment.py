"""Nothing is lost and nothing appears: each shipment is carried whole by one vehicle, or left out with a reason."""

from __future__ import annotations

from collections import Counter

from routing.breach import Breach
from routing.kinds import StopState
from routing.plan import Plan, Reason
from routing.problem import Problem
from routing.rules.reading import Book, acts, place_of

RULE = "assignment"


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Shipments loaded or unloaded not exactly once, at a wrong place, by two vehicles, lost, or both in and out."""
    book = Book(problem)
    found: list[Breach] = []
    loaded: dict[str, list[str]] = {}
    unloaded: dict[str, list[str]] = {}
    aboard = {item.shipment: state.vehicle for state in problem.states for item in state.aboard}
    executed = {name for state in problem.states for stop in state.executed for name in stop.loads}
    # What is loaded whatever we do may be left with the reason "undeliverable"; anything else may not.
    fixed = set(aboard) | {n for state in problem.states for stop in state.frozen for n in stop.loads}
    for name, vehicle in aboard.items():
        if name not in executed:
            loaded[name] = [vehicle]
    for trip in plan.rounds:
        for act in acts(trip):
            name = act.handling.shipment
            (loaded if act.loads else unloaded).setdefault(name, []).append(trip.vehicle)
            if act.stop.state != StopState.EXECUTED and place_of(book.shipments[name], act) is None:
                verb = "loaded" if act.loads else "unloaded"
                found.append(Breach(RULE, f"{verb} at {act.stop.site!r}, which is not its place", trip.vehicle, name))
    left = Counter(item.shipment for item in plan.unserved)
    reasons = {item.shipment: item.reason for item in plan.unserved}
    for name in book.shipments:
        ins, outs = loaded.get(name, []), unloaded.get(name, [])
        if left[name] > 1:
            found.append(Breach(RULE, "left out twice", shipment=name))
        if not ins and not outs:
            if not left[name]:
                found.append(Breach(RULE, "neither carried nor left out", shipment=name))
            continue
        waiting = name in fixed and not outs and reasons.get(name) == Reason.UNDELIVERABLE
        if left[name] and not waiting:
            found.append(Breach(RULE, "both carried and left out", shipment=name))
        if len(ins) != 1 or (len(outs) != 1 and not waiting):
            facts: dict[str, int | str] = {"loaded": len(ins), "unloaded": len(outs)}
            found.append(Breach(RULE, "must be loaded once and unloaded once", shipment=name, facts=facts))
        elif outs and ins != outs:
            found.append(Breach(RULE, f"loaded by {ins[0]!r}, unloaded by {outs[0]!r}", outs[0], name))
    return found
