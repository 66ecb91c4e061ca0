"""Can a round bring this one too? The best place for one more shipment in a plan that stands."""

from __future__ import annotations

from routing.engine.kept import Insertion, Kept
from routing.plan import Plan, Unserved
from routing.problem import Problem
from routing.shipment import Shipment


def insert(problem: Problem, plan: Plan, shipment: Shipment) -> Insertion | Unserved:
    """The place for `shipment` in `plan` that adds least and keeps every rule, or why there is none, as an Unserved.

    The plan is not changed, and shipments it leaves out are not looked at. `shipment` may be new to the problem or
    replace one of the same id; its sites must be among the problem's. A round that no longer fits the problem takes
    nothing more. The place may cost more than the shipment is worth: the caller compares. Who asks about one plan
    more than once keeps a `Standing`.
    """
    kept = Kept(problem, plan, shipment)
    ship = len(kept.inst.pickup) - 1
    found = kept.cheapest(ship)
    return kept.why_not(ship) if found is None else kept.told(ship, found)
