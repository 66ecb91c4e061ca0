"""A plan in force, kept ready to be asked in a moment whether one more shipment fits, and to go on with it."""

from __future__ import annotations

import threading

from routing.engine.cheapest import Found
from routing.engine.kept import Insertion, Kept
from routing.errors import ProblemError
from routing.kinds import of_kind
from routing.plan import Plan, Unserved
from routing.problem import Problem
from routing.shipment import Shipment


class Standing:
    """A problem and its plan, ready to be asked about one more shipment after another.

    Making one takes as long as reading the problem (a second on a large day); asking it takes about a millisecond,
    longer where the shipment's id is known already, since then the problem is read anew without the known one. It
    may be asked by several threads. A new state of the day (a stop done, a vehicle late) needs a new one. A round that
    no longer fits the problem takes nothing more, even when what is left of it would fit.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._lock = threading.Lock()
        self._kept = Kept(problem, plan)
        # The last question with its answer, while nothing has changed since: who asks often takes next.
        self._last: tuple[Shipment, Found | None] | None = None

    @property
    def problem(self) -> Problem:
        """The problem with the shipments taken so far."""
        with self._lock:
            return self._kept.inst.problem

    @property
    def plan(self) -> Plan:
        """The plan with the shipments taken so far: of what was given all that still fits, timed anew."""
        with self._lock:
            return self._kept.plan()

    def insert(self, shipment: Shipment) -> Insertion | Unserved:
        """What `routing.insert` answers for the problem and the plan as they stand; nothing is changed.

        Raises ProblemError where a site of the shipment is not among the problem's.
        """
        with self._lock:
            return self._asked(shipment, keep=False)

    def take(self, shipment: Shipment) -> Insertion | Unserved:
        """The same, and where there is a place, problem and plan go on with the shipment in it, whatever it costs."""
        with self._lock:
            return self._asked(shipment, keep=True)

    def _asked(self, shipment: Shipment, keep: bool) -> Insertion | Unserved:
        of_kind("shipment", shipment, Shipment)
        kept = self._kept
        passing = shipment.id not in kept.inst.number
        if passing:
            _demand_sites(kept, shipment)
            ship = kept.push(shipment)
        else:
            kept = Kept(kept.inst.problem, kept.source, shipment)
            ship = len(kept.inst.pickup) - 1
        again = passing and self._last is not None and self._last[0] is shipment
        found = self._last[1] if again and self._last is not None else kept.cheapest(ship)
        self._last = (shipment, found) if passing and not keep else None
        answer = kept.why_not(ship) if found is None else kept.told(ship, found)
        if found is not None and keep:
            kept.keep(found)
            self._kept = kept
        elif passing:
            kept.pop()
        return answer


def _demand_sites(kept: Kept, shipment: Shipment) -> None:
    """Refuse a shipment from or to a site that the problem does not know."""
    path = f"shipments[{len(kept.inst.pickup)}]"
    named = [("pickup.site", shipment.pickup.site)]
    named += [(f"deliveries[{at}].site", place.site) for at, place in enumerate(shipment.deliveries)]
    for field, site in named:
        if site not in kept.inst.index:
            raise ProblemError(f"{path}.{field}", f"unknown site {site!r}")
