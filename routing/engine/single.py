"""Can a round bring this one too? The best place for one more shipment in a plan that stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from routing.engine.board import Board
from routing.engine.insertion import INFINITE, cheapest, exact_added
from routing.engine.instance import Instance
from routing.engine.reasons import Explainer
from routing.engine.timing import feasible
from routing.engine.warm import routes_of
from routing.plan import Plan, Unserved
from routing.problem import Problem
from routing.shipment import Shipment


@dataclass(frozen=True, slots=True)
class Insertion:
    """Where one more shipment fits best: cents it adds, who carries it, where and when.

    `load_position` and `unload_position` count the handlings before it among those of the round that are still
    free, the shipment's own included.
    """

    shipment: str
    vehicle: str
    delivery_site: str
    added_cents: int
    pickup_s: int
    delivery_s: int
    load_position: int
    unload_position: int


def insert(problem: Problem, plan: Plan, shipment: Shipment) -> Insertion | Unserved:
    """The cheapest place for `shipment` in `plan` that keeps every rule, or why there is none, as an Unserved.

    The plan is not changed, and shipments it leaves out are not looked at. `shipment` may be new to the problem or
    replace one of the same id; its sites must be among the problem's. A round that no longer fits the problem takes
    nothing more. The place may cost more than the shipment is worth: the caller compares.
    """
    others = tuple(item for item in problem.shipments if item.id != shipment.id)
    promises = tuple(promise for promise in problem.promises if promise.shipment != shipment.id)
    asked = replace(problem, shipments=(*others, shipment), promises=promises)
    inst = Instance(asked)
    ship = len(others)
    routes, _, cut = routes_of(inst, plan, frozenset({ship}))
    inst.may[ship, sorted(cut)] = False
    board = Board(inst, routes)
    found = cheapest(board, ship, INFINITE)
    if found is None:
        return Explainer(inst, routes).explain(ship)
    crew = inst.crews[found.vehicle]
    timing = feasible(inst, crew, found.tasks)
    assert timing is not None, "a place was found that cannot be timed"
    unload = next(task for task in inst.deliveries[ship] if task in found.tasks)
    at = found.tasks.index(unload)
    before = found.tasks.index(inst.pickup[ship]) if inst.carrier[ship] < 0 else at
    return Insertion(
        shipment=shipment.id,
        vehicle=asked.vehicles[found.vehicle].id,
        delivery_site=asked.sites[inst.site[unload]].id,
        added_cents=round(exact_added(board, found)),
        pickup_s=timing.starts[before],
        delivery_s=timing.starts[at],
        load_position=before,
        unload_position=at,
    )
