"""No compartment, and no vehicle as a whole, ever carries more grams or crates than it holds."""

from __future__ import annotations

from routing.breach import Breach
from routing.fleet import Vehicle
from routing.kinds import StopState, Temperature
from routing.plan import Plan, Round
from routing.problem import Problem
from routing.rules.reading import Book, acts

RULE = "capacity"


def _over(vehicle: Vehicle, temperature: Temperature, held: dict[Temperature, list[int]]) -> str | None:
    room = vehicle.compartment(temperature)
    if room is None:
        return f"has no {temperature.value} compartment"
    grams, crates = held[temperature]
    if grams > room.grams or crates > room.crates:
        return f"{temperature.value} compartment holds {room.grams} g, {room.crates} crates"
    all_grams = sum(load[0] for load in held.values())
    all_crates = sum(load[1] for load in held.values())
    if vehicle.payload_grams is not None and all_grams > vehicle.payload_grams:
        return f"carries at most {vehicle.payload_grams} g in all"
    if vehicle.payload_crates is not None and all_crates > vehicle.payload_crates:
        return f"carries at most {vehicle.payload_crates} crates in all"
    return None


def _of_round(book: Book, trip: Round) -> list[Breach]:
    found: list[Breach] = []
    vehicle = book.vehicles[trip.vehicle]
    held: dict[Temperature, list[int]] = {temperature: [0, 0] for temperature in Temperature}
    state = book.states.get(trip.vehicle)
    executed = {name for stop in state.executed for name in stop.loads} if state else set()
    for item in state.aboard if state else ():
        if item.shipment not in executed:
            shipment = book.shipments[item.shipment]
            held[shipment.temperature][0] += shipment.grams
            held[shipment.temperature][1] += shipment.crates
    after: dict[int, dict[Temperature, tuple[int, int]]] = {}
    for act in acts(trip):
        shipment = book.shipments[act.handling.shipment]
        sign = 1 if act.loads else -1
        held[shipment.temperature][0] += sign * shipment.grams
        held[shipment.temperature][1] += sign * shipment.crates
        if act.loads and act.stop.state == StopState.FREE:
            message = _over(vehicle, shipment.temperature, held)
            if message:
                grams, crates = held[shipment.temperature]
                facts: dict[str, int | str] = {"grams": grams, "crates": crates}
                found.append(Breach(RULE, message, trip.vehicle, shipment.id, facts))
        after[act.stop_number] = {kind: (load[0], load[1]) for kind, load in held.items()}
    for number, stop in enumerate(trip.stops):
        told = {load.temperature: (load.grams, load.crates) for load in stop.load_after}
        true = after.get(number)
        if true is not None and any(told.get(kind, (0, 0)) != load for kind, load in true.items()):
            found.append(Breach(RULE, f"load told after {stop.site!r} is not the load", vehicle=trip.vehicle))
    return found


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Free loadings that overfill a compartment or the vehicle, and loads told untruly.

    What executed and frozen stops loaded is a fact; only loading still more on top of it is a breach.
    """
    book = Book(problem)
    return [breach for trip in plan.rounds for breach in _of_round(book, trip)]
