"""Why a shipment is left out: whatever else is carried, after what is fixed, and in the finished plan."""

from __future__ import annotations

from routing.engine.board import Board
from routing.engine.by_itself import ByItself, Facts
from routing.engine.cheapest import Found
from routing.engine.construct import empty_routes
from routing.engine.growing import GrowingInstance
from routing.kinds import Temperature
from routing.plan import Reason, Unserved
from routing.problem import Problem


class Reasons:
    """Explains shipments of one day; what does not depend on the shipment is made once, and grows with the day."""

    def __init__(self, day: GrowingInstance) -> None:
        problem = day.problem
        self._day = day
        self._fresh = day  # the day before it began
        if problem.states:
            read = problem.shipments[: day.read]
            bare = Problem(problem.sites, read, problem.vehicles, problem.matrices, weights=problem.weights)
            self._fresh = GrowingInstance(bare, like=day)
        self._by_itself = ByItself(self._fresh)
        self._empty = Board(day, empty_routes(day))

    def explain(self, ship: int, found: Found | None, tried: bool = True) -> Unserved:
        """The reason `ship` is not carried, with the figures.

        `found`: the cheapest place in the plan; None when there is none, or nobody looked (`tried` False).
        """
        day, shipment = self._day, self._day.problem.shipments[ship]
        worth = round(day.worth[ship])
        if found is not None and day.carrier[ship] < 0:
            added = round(found.added)
            reason = Reason.NOT_WORTH if added >= worth else Reason.NOT_TRIED
            return Unserved(shipment.id, reason, {"added_cents": added, "worth_cents": worth})
        never = self.structural(ship)
        if never is not None:
            return never
        if not tried:
            return Unserved(shipment.id, Reason.NOT_TRIED, {"worth_cents": worth})
        alone = self._empty.cheapest(ship)
        if alone is None:
            return Unserved(shipment.id, Reason.COMMITTED, {})
        facts: Facts = {"alone_cents": round(alone.added), "worth_cents": worth}
        return Unserved(shipment.id, Reason.DISPLACED, {"vehicles_able": int(day.may[ship].sum()), **facts})

    def structural(self, ship: int) -> Unserved | None:
        """Why `ship` can never be carried; None when it could be, were there nothing else."""
        shipment = self._day.problem.shipments[ship]
        if self._day.carrier[ship] >= 0:
            vehicle = self._day.problem.vehicles[self._day.carrier[ship]].id
            return Unserved(shipment.id, Reason.UNDELIVERABLE, {"vehicle": vehicle})
        coming = self._day.problem.shipments[len(self._fresh.pickup) :]
        for one in coming:
            self._fresh.push(one)
        reason = self._vehicle(ship) or self._by_itself.reason(ship)
        if coming:
            self._fresh.pop()  # The last one asked about may not stay; one that does is pushed again.
        return None if reason is None else Unserved(shipment.id, *reason)

    def _vehicle(self, ship: int) -> tuple[Reason, Facts] | None:
        """A reason that lies in the vehicles themselves."""
        problem, shipment = self._day.problem, self._day.problem.shipments[ship]
        if self._fresh.may[ship].any():
            return None  # a vehicle has the skills, the cold and the room
        if not problem.vehicles:
            return Reason.NO_VEHICLE, {}
        crews = list(zip(self._fresh.crews, problem.vehicles, strict=True))
        skilled = [(crew, vehicle) for crew, vehicle in crews if shipment.skills <= vehicle.skills]
        if not skilled:
            return Reason.NO_SKILL, {"skills": ", ".join(sorted(shipment.skills))}
        kind = self._day.compartment[self._day.pickup[ship]]
        cold = [crew for crew, _ in skilled if crew.room[kind][0] >= 0 and crew.ride_s[ship] >= 0]
        if not cold:
            reason = Reason.NO_COLD
            if shipment.temperature == Temperature.AMBIENT and not shipment.max_ride_s and not shipment.max_ride_m:
                reason = Reason.NO_VEHICLE
            return reason, {"temperature": shipment.temperature.value, "vehicles": len(skilled)}
        most = max(min(crew.room[kind][0], crew.payload[0]) for crew in cold)
        if shipment.grams > most:
            return Reason.TOO_HEAVY, {"grams": shipment.grams, "largest_grams": most}
        strong = [crew for crew in cold if shipment.grams <= min(crew.room[kind][0], crew.payload[0])]
        most = max(min(crew.room[kind][1], crew.payload[1]) for crew in strong)
        if shipment.crates > most:
            return Reason.TOO_BULKY, {"crates": shipment.crates, "largest_crates": most}
        return None
