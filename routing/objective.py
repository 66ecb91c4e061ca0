"""What we prefer, in one place: mandatory, then carried value, then vehicles, then time and distance, then calm.

The hierarchy is held by weights, all in cents, so that a plan has one number. The defaults keep the order for
any ordinary day: a mandatory shipment outweighs everything; with `Shipment.value` in grams, a kilogram left behind
weighs 10 €, more than the detour for it usually costs. A small lot far away can still be "not worth the trip",
and the plan then says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from routing.kinds import whole
from routing.plan import Totals

if TYPE_CHECKING:
    from routing.fleet import Vehicle
    from routing.plan import Plan, Round
    from routing.problem import Problem


@dataclass(frozen=True, slots=True)
class Weights:
    """Cents for each thing we want less of; 0 switches a term off.

    `mandatory`: a mandatory shipment not carried, or one already aboard not delivered. `value`: one point of
    `Shipment.value` not carried. `vehicle`, `distance`, `time`: factors on the vehicles' own fixed, kilometre and hour
    costs. `moved`: a shipment promised to one vehicle and carried by another. `shifted_minute`: each minute a promised
    pickup or delivery moves, beyond `calm_s` that nobody feels.
    """

    mandatory: int = 100_000_000
    value: int = 1
    vehicle: int = 1
    distance: int = 1
    time: int = 1
    moved: int = 100
    shifted_minute: int = 2
    calm_s: int = 600

    def __post_init__(self) -> None:
        for name in self.__slots__:
            whole(name, getattr(self, name))


def round_cents(weights: Weights, vehicle: Vehicle, metres: int, duration_s: int) -> float:
    """What one round costs, in cents: going out, metres driven and seconds between leaving and coming back."""
    return (
        weights.vehicle * vehicle.fixed_cents
        + weights.distance * vehicle.per_km_cents * metres / 1000
        + weights.time * vehicle.per_hour_cents * duration_s / 3600
    )


@dataclass(frozen=True, slots=True)
class Score:
    """The terms of the objective for one plan, in cents, most important first; lower is better."""

    mandatory: int
    value: int
    rounds: float
    change: float

    @property
    def total(self) -> float:
        """The one number engines minimise."""
        return self.mandatory + self.value + self.rounds + self.change


def score(problem: Problem, plan: Plan) -> Score:
    """The objective of `plan`, computed from the plan alone (no engine's word is taken for it)."""
    weights = problem.weights
    missing = {left.shipment for left in plan.unserved}
    aboard = {item.shipment for state in problem.states for item in state.aboard}
    mandatory = value = 0
    for shipment in problem.shipments:
        if shipment.id in missing:
            # What a vehicle holds already must leave it again: to keep it is as bad as to leave out what must go.
            mandatory += weights.mandatory * (shipment.mandatory + (shipment.id in aboard))
            value += weights.value * shipment.value
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    rounds = sum(
        round_cents(weights, vehicles[trip.vehicle], trip.metres, trip.end_s - trip.start_s) for trip in plan.rounds
    )
    return Score(mandatory, value, rounds, _change(problem, plan))


def _change(problem: Problem, plan: Plan) -> float:
    """What people feel of the difference to what they were promised."""
    weights = problem.weights
    told = {promise.shipment: promise for promise in problem.promises}
    total = 0.0
    for trip in plan.rounds:
        for stop in trip.stops:
            for kind, handlings in (("pickup_s", stop.loads), ("delivery_s", stop.unloads)):
                for handling in handlings:
                    promise = told.get(handling.shipment)
                    if promise is None:
                        continue
                    if kind == "pickup_s" and promise.vehicle != trip.vehicle:
                        total += weights.moved
                    promised = getattr(promise, kind)
                    if promised is not None:
                        late = max(0, abs(handling.start_s - promised) - weights.calm_s)
                        total += weights.shifted_minute * late / 60
    return total


def totals(problem: Problem, rounds: Sequence[Round], carried: Collection[str]) -> Totals:
    """The sums of a plan with these rounds that carries the shipments `carried`."""
    inside = [shipment for shipment in problem.shipments if shipment.id in carried]
    outside = [shipment for shipment in problem.shipments if shipment.id not in carried]
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    return Totals(
        rounds=len(rounds),
        stops=sum(len(trip.stops) for trip in rounds),
        shipments=len(inside),
        shipments_left=len(outside),
        grams=sum(shipment.grams for shipment in inside),
        grams_left=sum(shipment.grams for shipment in outside),
        value=sum(shipment.value for shipment in inside),
        value_left=sum(shipment.value for shipment in outside),
        metres=sum(trip.metres for trip in rounds),
        drive_s=sum(trip.drive_s for trip in rounds),
        duration_s=sum(trip.end_s - trip.start_s for trip in rounds),
        cost_cents=round(
            sum(round_cents(problem.weights, vehicles[t.vehicle], t.metres, t.end_s - t.start_s) for t in rounds)
        ),
    )
