"""A problem and its plan as numbers, kept from one question about one more shipment to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from routing.engine.assemble import plan_of
from routing.engine.board import Board
from routing.engine.cheapest import Found
from routing.engine.growing import GrowingInstance
from routing.engine.reasons import Reasons
from routing.engine.route import build
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


class Kept:
    """Everything worked out that does not depend on the shipment asked about."""

    def __init__(self, problem: Problem, plan: Plan, asked: Shipment | None = None) -> None:
        """`asked`: a shipment whose id the problem may know; it takes that one's place, at the end and in no route."""
        if asked is not None:
            others = tuple(item for item in problem.shipments if item.id != asked.id)
            promises = tuple(promise for promise in problem.promises if promise.shipment != asked.id)
            problem = replace(problem, shipments=(*others, asked), promises=promises)
        self.inst = GrowingInstance(problem)
        skip = frozenset() if asked is None else frozenset({len(problem.shipments) - 1})
        routes, left, cut = routes_of(self.inst, plan, skip)
        self._left = [ship for ship in left if ship not in skip]
        # A round that no longer fits the problem takes nothing more.
        self._cut = sorted(cut)
        for ship in skip:
            self.inst.may[ship, self._cut] = False
        self._board = Board(self.inst, routes)
        self._given = plan
        self._plan: Plan | None = None
        self._reasons: Reasons | None = None
        self._changed = False

    @property
    def source(self) -> Plan:
        """The plan these numbers were read from, or what became of it."""
        return self.plan() if self._changed else self._given

    def plan(self) -> Plan:
        """The plan as it stands; every shipment in no route is left out with its reason."""
        if self._plan is None:
            inst, given = self.inst, self._given
            known = {one.shipment: one for one in given.unserved}
            names = [(ship, inst.problem.shipments[ship].id) for ship in self._left]
            unserved = [known.get(name) or self.why_not(ship) for ship, name in names]
            self._plan = plan_of(inst, self._board.routes, unserved, given.engine, given.iterations)
        return self._plan

    def push(self, shipment: Shipment) -> int:
        """Add a shipment with an id of its own, in no route yet; its number."""
        ship = self.inst.push(shipment)
        self.inst.may[ship, self._cut] = False
        return ship

    def pop(self) -> None:
        """Let the last shipment, in no route, go."""
        self.inst.pop()

    def cheapest(self, ship: int) -> Found | None:
        """The cheapest place for a shipment that is in no route."""
        return self._board.cheapest(ship)

    def keep(self, found: Found) -> None:
        """Go on with the place found."""
        tasks = _as_read_back(self.inst, found)
        self._board.put(found.row, tasks if build(self.inst, self.inst.crews[found.row], tasks) else found.tasks)
        self._plan, self._changed = None, True

    def told(self, ship: int, found: Found) -> Insertion:
        """The place found in the words of the problem."""
        inst = self.inst
        unload = next(task for task in inst.deliveries[ship] if task in found.tasks)
        at = found.tasks.index(unload)
        before = found.tasks.index(inst.pickup[ship]) if inst.carrier[ship] < 0 else at
        return Insertion(
            shipment=inst.problem.shipments[ship].id,
            vehicle=inst.problem.vehicles[found.row].id,
            delivery_site=inst.problem.sites[inst.site[unload]].id,
            added_cents=round(found.added),
            pickup_s=found.timing.starts[before],
            delivery_s=found.timing.starts[at],
            load_position=before,
            unload_position=at,
        )

    def why_not(self, ship: int) -> Unserved:
        """Why there is no place for a shipment."""
        if self._reasons is None:
            self._reasons = Reasons(self.inst)
        return self._reasons.explain(ship, None)


def _as_read_back(inst: GrowingInstance, found: Found) -> tuple[int, ...]:
    """The tasks in the order in which they are read from a plan: at one stop and one moment, unloading comes first."""
    starts = dict(zip(found.tasks, found.timing.starts, strict=True))
    ordered: list[int] = []
    stop: list[int] = []
    for task in found.tasks:
        if stop and inst.site[task] != inst.site[stop[0]]:
            ordered += sorted(stop, key=lambda one: (starts[one], starts[one] + inst.service[one], inst.loads[one]))
            stop = []
        stop.append(task)
    return (*ordered, *sorted(stop, key=lambda one: (starts[one], starts[one] + inst.service[one], inst.loads[one])))
