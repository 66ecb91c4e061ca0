"""Goods ride only in a compartment that keeps them, and no longer or farther than it does."""

from __future__ import annotations

from routing.breach import Breach
from routing.kinds import StopState
from routing.plan import Plan
from routing.problem import Problem
from routing.rules.reading import Book, acts, metres_at_stops

RULE = "cold_chain"


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Free loadings into a compartment without the right cold, free unloadings after too long or too far a ride."""
    book = Book(problem)
    found: list[Breach] = []
    for trip in plan.rounds:
        vehicle = book.vehicles[trip.vehicle]
        state = book.states.get(trip.vehicle)
        driven = metres_at_stops(book, trip)
        since = {item.shipment: (item.loaded_s, -item.metres) for item in (state.aboard if state else ())}
        for act in acts(trip):
            shipment = book.shipments[act.handling.shipment]
            room = vehicle.compartment(shipment.temperature)
            allowed, seconds, metres = shipment.ride_limit(room.cold) if room else (False, None, None)
            if act.loads:
                since.setdefault(shipment.id, (act.handling.end_s, driven[act.stop_number]))
                if not allowed and act.stop.state == StopState.FREE:
                    found.append(Breach(RULE, "the vehicle does not keep it cold", trip.vehicle, shipment.id))
            elif act.stop.state == StopState.FREE and shipment.id in since:
                loaded_s, loaded_m = since[shipment.id]
                ride_s, ride_m = act.handling.start_s - loaded_s, driven[act.stop_number] - loaded_m
                facts: dict[str, int | str] = {"ride_s": ride_s, "ride_m": ride_m}
                if seconds is not None and ride_s > seconds:
                    facts["max_ride_s"] = seconds
                    found.append(Breach(RULE, "rides longer than its cold lasts", trip.vehicle, shipment.id, facts))
                if metres is not None and ride_m > metres:
                    facts["max_ride_m"] = metres
                    found.append(Breach(RULE, "rides farther than its cold allows", trip.vehicle, shipment.id, facts))
    return found
