"""A benchmark's solution read back: lists of node numbers become a plan with times, loads and sums."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from routing.errors import FormatError
from routing.kinds import Temperature
from routing.objective import round_cents
from routing.plan import Handling, Load, Plan, Reason, Round, Stop, Totals, Unserved
from routing.problem import Problem
from routing.rules.reading import Book
from routing.shipment import Place, Shipment


def read_routes(problem: Problem, text: str) -> Plan:
    """The plan of a JSON solution whose `routes` are lists of node numbers without the depot.

    Each vehicle leaves when its shift begins and does everything as early as it may; whether that keeps the rules is
    for `check` to say. Raises FormatError naming the route.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"line {error.lineno}, column {error.colno}", f"is not JSON: {error.msg}") from error
    routes = data.get("routes") if isinstance(data, dict) else None
    if not isinstance(routes, list) or not all(isinstance(route, list) for route in routes):
        raise FormatError("$.routes", "must be a list of lists of node numbers")
    if len(routes) > len(problem.vehicles):
        raise FormatError("$.routes", f"has {len(routes)} routes; the problem has {len(problem.vehicles)} vehicles")
    walker = _Walker(problem)
    trips = tuple(walker.trip(at, route) for at, route in enumerate(routes) if route)
    return _plan(problem, trips)


class _Walker:
    def __init__(self, problem: Problem) -> None:
        self.problem, self.book = problem, Book(problem)
        self.tasks: Mapping[str, tuple[Shipment, Place, bool]] = {
            place.site: (shipment, place, place is shipment.pickup)
            for shipment in problem.shipments
            for place in (shipment.pickup, *shipment.deliveries)
        }

    def trip(self, at: int, route: Sequence[Any]) -> Round:
        vehicle = self.problem.vehicles[at]
        here, now = vehicle.start, vehicle.shift.start_s
        metres = drive = carried = held = waited = 0
        stops = []
        for to, node in enumerate(route):
            where = f"$.routes[{at}][{to}]"
            if str(node) not in self.tasks:
                raise FormatError(where, f"{node!r} is no node with a task")
            shipment, place, loads = self.tasks[str(node)]
            leg = self._leg(where, vehicle.id, here, place.site)
            metres, drive = metres + leg[0], drive + leg[1]
            arrival = now + leg[1]
            start = max(arrival, place.windows[0].start_s if place.windows else arrival)
            now, waited = start + place.service_s, waited + start - arrival
            held += shipment.grams if loads else -shipment.grams
            carried += shipment.grams if loads else 0
            done = (Handling(shipment.id, start, now),)
            load = (Load(Temperature.AMBIENT, held, 0),) if held > 0 else ()
            taken, given = (done, ()) if loads else ((), done)
            stops.append(Stop(place.site, arrival, start, now, taken, given, load))
            here = place.site
        if vehicle.end is not None:
            leg = self._leg(f"$.routes[{at}]", vehicle.id, here, vehicle.end)
            metres, drive, now = metres + leg[0], drive + leg[1], now + leg[1]
        return Round(
            vehicle=vehicle.id,
            start_site=vehicle.start,
            start_s=vehicle.shift.start_s,
            end_site=vehicle.end,
            end_s=now,
            stops=tuple(stops),
            metres=metres,
            drive_s=drive,
            wait_s=waited,
            grams=carried,
        )

    def _leg(self, where: str, vehicle: str, here: str, there: str) -> tuple[int, int]:
        metres, seconds = self.book.way(vehicle, here, there)
        if seconds < 0:
            raise FormatError(where, f"no way from {here!r} to {there!r}")
        return metres, seconds


def _plan(problem: Problem, trips: tuple[Round, ...]) -> Plan:
    done = {handling.shipment for trip in trips for stop in trip.stops for handling in stop.loads}
    carried = [shipment for shipment in problem.shipments if shipment.id in done]
    left = [shipment for shipment in problem.shipments if shipment.id not in done]
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    cost = sum(
        round_cents(problem.weights, vehicles[trip.vehicle], trip.metres, trip.end_s - trip.start_s) for trip in trips
    )
    return Plan(
        rounds=trips,
        unserved=tuple(Unserved(shipment.id, Reason.NOT_TRIED) for shipment in left),
        totals=Totals(
            rounds=len(trips),
            stops=sum(len(trip.stops) for trip in trips),
            shipments=len(carried),
            shipments_left=len(left),
            grams=sum(shipment.grams for shipment in carried),
            grams_left=sum(shipment.grams for shipment in left),
            value=sum(shipment.value for shipment in carried),
            value_left=sum(shipment.value for shipment in left),
            metres=sum(trip.metres for trip in trips),
            drive_s=sum(trip.drive_s for trip in trips),
            duration_s=sum(trip.end_s - trip.start_s for trip in trips),
            cost_cents=round(cost),
        ),
    )
