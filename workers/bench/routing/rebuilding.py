"""From routes as lists of places to a plan with times and loads, so that one checker judges every engine alike.

It knows no engine and mends nothing: what a route does too late, too full, twice, backwards or not at all is written
down as it is, and `routing.check` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import routing
from routing.objective import round_cents

NOWHERE = (0, 0)


def rebuild(problem: routing.Problem, routes: Sequence[Sequence[str]], engine: str = "") -> routing.Plan:
    """The plan that visits these sites in this order, the n-th route by the n-th vehicle, each act as early as it may.

    At a site everything is unloaded that comes there, then everything loaded that leaves from there: right where a
    site stands for one task, as in the public instances. Shipments that no route visits are told of by no one, which
    the checker finds. More routes than vehicles, or an unknown site, become unknown names for it to find.
    """
    book = _Book(problem)
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    rounds = []
    for number, route in enumerate(routes):
        if route:
            known = number < len(problem.vehicles)
            vehicle = problem.vehicles[number if known else -1]
            rounds.append(_Drive(book, vehicle).round(route, vehicle.id if known else f"extra {number + 1}"))
    cents = sum(
        round_cents(problem.weights, vehicles[trip.vehicle], trip.metres, trip.end_s - trip.start_s)
        for trip in rounds
        if trip.vehicle in vehicles
    )
    totals = routing.Totals(
        rounds=len(rounds),
        stops=sum(len(trip.stops) for trip in rounds),
        # Nothing is told to be left out: what is missing all the same is for the checker to find.
        shipments=len(problem.shipments),
        grams=sum(shipment.grams for shipment in problem.shipments),
        value=sum(shipment.value for shipment in problem.shipments),
        metres=sum(trip.metres for trip in rounds),
        drive_s=sum(trip.drive_s for trip in rounds),
        duration_s=sum(trip.end_s - trip.start_s for trip in rounds),
        cost_cents=round(cents),
    )
    return routing.Plan(tuple(rounds), (), totals, engine)


class _Book:
    """What happens at each site."""

    def __init__(self, problem: routing.Problem) -> None:
        self.problem = problem
        self.sites = {site.id: site for site in problem.sites}
        self.index = {site.id: at for at, site in enumerate(problem.sites)}
        self.grams = {shipment.id: shipment.grams for shipment in problem.shipments}
        self.leaving: dict[str, list[routing.Shipment]] = {}
        self.coming: dict[str, list[tuple[routing.Shipment, routing.Place]]] = {}
        for shipment in problem.shipments:
            self.leaving.setdefault(shipment.pickup.site, []).append(shipment)
            for place in shipment.deliveries:
                self.coming.setdefault(place.site, []).append((shipment, place))


@dataclass
class _Drive:
    """One vehicle on its way."""

    book: _Book
    vehicle: routing.Vehicle
    here: str = ""
    now: int = 0
    metres: int = 0
    drive_s: int = 0
    work_s: int = 0
    held: dict[routing.Temperature, list[int]] = field(default_factory=dict)

    def round(self, route: Sequence[str], name: str) -> routing.Round:
        """The round of this vehicle over these sites, under that name."""
        self.here, self.now = self.vehicle.start, self.vehicle.shift.start_s
        stops = [self._stop(site) for site in route]
        if self.vehicle.end is not None:
            self._go(self.vehicle.end)
        start_s = self.vehicle.shift.start_s
        return routing.Round(
            vehicle=name,
            start_site=self.vehicle.start,
            start_s=start_s,
            end_site=self.vehicle.end,
            end_s=self.now,
            stops=tuple(stops),
            metres=self.metres,
            drive_s=self.drive_s,
            wait_s=max(0, self.now - start_s - self.drive_s - self.work_s),
            grams=sum(self.book.grams[handling.shipment] for stop in stops for handling in stop.loads),
        )

    def _go(self, site: str) -> None:
        index, matrix = self.book.index, self.book.problem.matrices[self.vehicle.profile]
        metres, seconds = NOWHERE
        if site in index and self.here in index:
            way = index[self.here], index[site]
            metres, seconds = max(0, int(matrix.metres[way])), max(0, int(matrix.seconds[way]))
        self.metres, self.drive_s, self.now = self.metres + metres, self.drive_s + seconds, self.now + seconds
        self.here = site

    def _stop(self, site: str) -> routing.Stop:
        parking = self.book.sites[site].stop_s if site in self.book.sites and site != self.here else 0
        self._go(site)
        arrival_s = self.now
        self.now += parking
        self.work_s += parking
        unloads = [self._handle(shipment, place, -1) for shipment, place in self.book.coming.get(site, [])]
        loads = [self._handle(shipment, shipment.pickup, 1) for shipment in self.book.leaving.get(site, [])]
        first = min((handling.start_s for handling in (*unloads, *loads)), default=self.now)
        after = tuple(
            routing.Load(kind, max(0, grams), max(0, crates))
            for kind, (grams, crates) in self.held.items()
            if grams or crates
        )
        return routing.Stop(site, arrival_s, max(arrival_s, first), self.now, tuple(loads), tuple(unloads), after)

    def _handle(self, shipment: routing.Shipment, place: routing.Place, sign: int) -> routing.Handling:
        begin = self.now
        if sign > 0 and shipment.ready_s is not None:
            begin = max(begin, shipment.ready_s)
        # The first window still open; past the last one it is late, and stays so.
        window = next((window for window in place.windows if window.end_s >= begin), None)
        begin = max(begin, window.start_s) if window is not None else begin
        self.now = begin + place.service_s
        self.work_s += place.service_s
        held = self.held.setdefault(shipment.temperature, [0, 0])
        held[0] += sign * shipment.grams
        held[1] += sign * shipment.crates
        return routing.Handling(shipment.id, begin, self.now)
