"""The sums a plan tells are the sums of what it does."""

from __future__ import annotations

from routing.breach import Breach
from routing.kinds import StopState
from routing.objective import round_cents
from routing.plan import Plan, Round
from routing.problem import Problem
from routing.rules.reading import Book

RULE = "totals"


def _waited(book: Book, trip: Round) -> int:
    """Seconds of the round that are neither driving, parking, handling nor a pause."""
    busy_s, here = trip.drive_s + sum(rest.end_s - rest.start_s for rest in trip.pauses), trip.start_site
    for stop in trip.stops:
        if stop.state == StopState.EXECUTED:
            busy_s += stop.departure_s - stop.service_start_s
        else:
            busy_s += book.stop_s[stop.site] if stop.site != here else 0
            busy_s += sum(handling.end_s - handling.start_s for handling in (*stop.loads, *stop.unloads))
        here = stop.site
    return max(0, trip.end_s - trip.start_s - busy_s)


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Each total that does not agree with the rounds and the shipments left out."""
    book = Book(problem)
    left = {item.shipment for item in plan.unserved}
    carried = [item for item in problem.shipments if item.id not in left]
    not_carried = [item for item in problem.shipments if item.id in left]
    cost = sum(
        round_cents(problem.weights, book.vehicles[trip.vehicle], trip.metres, trip.end_s - trip.start_s)
        for trip in plan.rounds
    )
    true = {
        "rounds": len(plan.rounds),
        "stops": sum(len(trip.stops) for trip in plan.rounds),
        "shipments": len(carried),
        "shipments_left": len(not_carried),
        "grams": sum(item.grams for item in carried),
        "grams_left": sum(item.grams for item in not_carried),
        "value": sum(item.value for item in carried),
        "value_left": sum(item.value for item in not_carried),
        "metres": sum(trip.metres for trip in plan.rounds),
        "drive_s": sum(trip.drive_s for trip in plan.rounds),
        "duration_s": sum(trip.end_s - trip.start_s for trip in plan.rounds),
        "cost_cents": round(cost),
    }
    found: list[Breach] = []
    for name, value in true.items():
        told = getattr(plan.totals, name)
        if told != value:
            found.append(Breach(RULE, f"{name} is {value}, not {told}", facts={"true": value, "told": told}))
    for trip in plan.rounds:
        grams = sum(book.shipments[handling.shipment].grams for stop in trip.stops for handling in stop.loads)
        if trip.grams != grams:
            found.append(Breach(RULE, f"grams loaded are {grams}, not {trip.grams}", vehicle=trip.vehicle))
        wait_s = _waited(book, trip)
        if trip.wait_s != wait_s:
            found.append(Breach(RULE, f"waits {wait_s} s, not {trip.wait_s}", vehicle=trip.vehicle))
    return found
