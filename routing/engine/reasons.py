"""Why a shipment is left out: tried alone on every vehicle, then after what is fixed, then in the finished plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from routing.engine.board import Board
from routing.engine.construct import empty_routes, worth_of
from routing.engine.insertion import INFINITE, cheapest, exact_added
from routing.engine.instance import FAR, Crew, Instance
from routing.engine.route import Route
from routing.engine.timing import feasible, first_leave, fits, forward, timed
from routing.kinds import Temperature
from routing.plan import Reason, Unserved
from routing.problem import Problem

Facts = Mapping[str, int | str]
# How near to being carried a reason is; the vehicle that comes nearest tells why even it cannot.
NEARNESS = [Reason.UNREACHABLE, Reason.COLD_CHAIN, Reason.WINDOW, Reason.STOPS, Reason.SHIFT]


class Structural:
    """Reasons that lie in a shipment and the vehicles, whatever else is carried; `fresh`: the day before it began."""

    def __init__(self, inst: Instance, fresh: Instance) -> None:
        self.inst = inst
        self.fresh = fresh

    def structural(self, ship: int) -> Unserved | None:
        """Why `ship` can never be carried; None when it could be, were there nothing else."""
        shipment = self.inst.problem.shipments[ship]
        if self.inst.carrier[ship] >= 0:
            vehicle = self.inst.problem.vehicles[self.inst.carrier[ship]].id
            return Unserved(shipment.id, Reason.UNDELIVERABLE, {"vehicle": vehicle})
        reason = self._vehicle(ship) or self._alone(ship)
        return None if reason is None else Unserved(shipment.id, *reason)

    def _vehicle(self, ship: int) -> tuple[Reason, Facts] | None:
        """A reason that lies in the vehicles themselves."""
        problem, shipment = self.inst.problem, self.inst.problem.shipments[ship]
        if not problem.vehicles:
            return Reason.NO_VEHICLE, {}
        crews = list(zip(self.fresh.crews, problem.vehicles, strict=True))
        skilled = [(crew, vehicle) for crew, vehicle in crews if shipment.skills <= vehicle.skills]
        if not skilled:
            return Reason.NO_SKILL, {"skills": ", ".join(sorted(shipment.skills))}
        kind = self.inst.compartment[self.inst.pickup[ship]]
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

    def _alone(self, ship: int) -> tuple[Reason, Facts] | None:
        """A reason that holds even with an empty vehicle all to itself."""
        nearest: tuple[int, Facts] = (-1, {})
        for crew in self.fresh.crews:
            if not self.fresh.may[ship, crew.number]:
                continue
            for unload in self.fresh.deliveries[ship]:
                failure = fails(self.fresh, crew, self.fresh.pickup[ship], unload)
                if failure is None:
                    return None
                if NEARNESS.index(failure[0]) > nearest[0]:
                    nearest = (NEARNESS.index(failure[0]), failure[1])
        return (NEARNESS[nearest[0]], nearest[1]) if nearest[0] >= 0 else None


class Explainer(Structural):
    """Explains shipments left out of one solution; the trial boards are made once."""

    def __init__(self, inst: Instance, routes: list[Route]) -> None:
        problem = inst.problem
        bare = Problem(problem.sites, problem.shipments, problem.vehicles, problem.matrices, weights=problem.weights)
        super().__init__(inst, Instance(bare) if problem.states else inst)
        self.final = Board(inst, routes)
        self.base = Board(inst, empty_routes(inst))

    def explain(self, ship: int, tried: bool = True) -> Unserved:
        """The reason `ship` is not carried, with the figures; `tried` False when the engine had no time for it."""
        never = self.structural(ship)
        if never is not None:
            return never
        shipment = self.inst.problem.shipments[ship]
        base = cheapest(self.base, ship, INFINITE)
        if base is None:
            return Unserved(shipment.id, Reason.COMMITTED, {})
        worth = round(worth_of(self.inst, ship))
        final = cheapest(self.final, ship, INFINITE)
        if final is not None:
            added = round(exact_added(self.final, final))
            if added >= worth:
                return Unserved(shipment.id, Reason.NOT_WORTH, {"added_cents": added, "worth_cents": worth})
            return Unserved(shipment.id, Reason.NOT_TRIED, {"added_cents": added, "worth_cents": worth})
        alone = round(exact_added(self.base, base))
        if not tried:
            return Unserved(shipment.id, Reason.NOT_TRIED, {"alone_cents": alone, "worth_cents": worth})
        able = int(self.inst.may[ship].sum())
        facts = {"vehicles_able": able, "alone_cents": alone, "worth_cents": worth}
        return Unserved(shipment.id, Reason.DISPLACED, facts)


def fails(inst: Instance, crew: Crew, load: int, unload: int) -> tuple[Reason, Facts] | None:
    """Why `crew`, empty, cannot fetch at one place and bring to the other; None when it can."""
    vehicle = inst.problem.vehicles[crew.number].id
    ship = inst.ship[load]
    stops = [crew.site, inst.site[load], inst.site[unload], crew.end]
    legs = [here * crew.size + there for here, there in pairwise(stops)]
    if any(crew.seconds[leg] >= FAR for leg in legs):
        return Reason.UNREACHABLE, {"vehicle": vehicle}
    ride_s, ride_m = crew.seconds[legs[1]], crew.metres[legs[1]]
    if ride_s > crew.ride_s[ship] or ride_m > crew.ride_m[ship]:
        facts: dict[str, int | str] = {"vehicle": vehicle, "ride_s": ride_s, "ride_m": ride_m}
        if ride_s > crew.ride_s[ship]:
            facts["max_ride_s"] = crew.ride_s[ship]
        return Reason.COLD_CHAIN, facts
    tasks = (load, unload)
    if not fits(inst, crew, tasks):
        return Reason.STOPS, {"vehicle": vehicle}
    timing = timed(inst, crew, tasks)
    if timing is not None:
        lasts = timing.end_s - timing.start_s
        if feasible(inst, crew, tasks) is None:
            return Reason.SHIFT, {"vehicle": vehicle, "lasts_s": lasts, "max_duration_s": crew.max_duration_s}
        return None
    endless = _unbounded(crew)
    leave = first_leave(inst, endless, tasks)
    if forward(inst, endless, tasks, leave, {}, []) is None:
        return Reason.WINDOW, {"vehicle": vehicle, "earliest_s": crew.free_s + crew.seconds[legs[0]]}
    late = timed(inst, endless, tasks)
    if late is None:
        return Reason.COLD_CHAIN, {"vehicle": vehicle, "max_ride_s": crew.ride_s[ship]}
    return Reason.SHIFT, {"vehicle": vehicle, "back_s": late.end_s, "shift_end_s": crew.shift_end_s}


def _unbounded(crew: Crew) -> Crew:
    """The same vehicle with a shift that never ends and no pauses."""
    return replace(crew, shift_end_s=FAR * 1000, pause=None)
