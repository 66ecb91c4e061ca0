"""What no plan of a day can pass: value that no vehicle could carry even alone, and cents below which nothing goes.

Both are proofs by leaving rules out, so they hold for every plan of vehicles that have not left yet; neither is tight.
The cost bound shares the cost of any plan among what it must contain, counting nothing twice:

- a second of a round costs at least the cheapest hourly wage, and the share of that vehicle's fixed cost in the longest
  round it may drive;
- a carried shipment takes its two handlings' seconds;
- a visited place is entered over some leg: at least the cheapest into it, with its parking. A pickup place's entry is
  paid once for all that is fetched there, a delivery place's is split evenly among all that might come there.

Each pickup place then either leaves everything (its value) or pays its entry, and each of its shipments the lesser of
its value and its own share. Distances are taken to be direct: no way is shorter than a leg of the tables.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt

import routing

EVER = routing.Window(-(2**40), 2**40)


@dataclass(frozen=True, slots=True)
class Bounds:
    """`value`: points at most carried. `cents`: the objective (left behind and driven) is never below."""

    value: int
    hopeless: tuple[str, ...]
    cents: float


def bounds(problem: routing.Problem) -> Bounds:
    """The bounds of a day. Raises ValueError with vehicles under way: what they have done is not bounded here."""
    if problem.states:
        raise ValueError("bounds are for vehicles that have not left yet")
    book = _Book(problem)
    # A vehicle that could carry the last one is tried first: most shipments need a single look.
    order = list(problem.vehicles)
    hopeless = []
    for shipment in problem.shipments:
        found = next((at for at, vehicle in enumerate(order) if book.fits_alone(shipment, vehicle)), None)
        if found is None:
            hopeless.append(shipment.id)
        else:
            order.insert(0, order.pop(found))
    value = sum(shipment.value for shipment in problem.shipments) - sum(book.value[name] for name in hopeless)
    return Bounds(value, tuple(hopeless), book.cents(set(hopeless)))


class _Book:
    def __init__(self, problem: routing.Problem) -> None:
        self.problem = problem
        self.index = {site.id: at for at, site in enumerate(problem.sites)}
        self.stop_s = [site.stop_s for site in problem.sites]
        self.value = {shipment.id: shipment.value for shipment in problem.shipments}

    def _way(self, vehicle: routing.Vehicle, here: str, there: str) -> tuple[int, int]:
        """(metres, seconds with parking); seconds below 0 without a way."""
        matrix, way = self.problem.matrices[vehicle.profile], (self.index[here], self.index[there])
        seconds = int(matrix.seconds[way])
        return int(matrix.metres[way]), seconds + (self.stop_s[way[1]] if here != there and seconds >= 0 else 0)

    def fits_alone(self, shipment: routing.Shipment, vehicle: routing.Vehicle) -> bool:
        """Whether the vehicle could carry this and nothing else; its crew's pauses are left out."""
        room = vehicle.compartment(shipment.temperature)
        if room is None or shipment.grams > room.grams or shipment.crates > room.crates:
            return False
        if vehicle.payload_grams is not None and shipment.grams > vehicle.payload_grams:
            return False
        if vehicle.payload_crates is not None and shipment.crates > vehicle.payload_crates:
            return False
        if not shipment.skills <= vehicle.skills or not shipment.ride_limit(room.cold)[0]:
            return False
        pickup = shipment.pickup
        return any(
            self._in_time(shipment, vehicle, room.cold, place, window, opening)
            for place in shipment.deliveries
            for window in pickup.windows or (EVER,)
            for opening in place.windows or (EVER,)
        )

    def _in_time(
        self,
        shipment: routing.Shipment,
        vehicle: routing.Vehicle,
        cold: routing.ColdEquipment,
        place: routing.Place,
        window: routing.Window,
        opening: routing.Window,
    ) -> bool:
        pickup = shipment.pickup
        _, most_s, most_m = shipment.ride_limit(cold)
        out_s = self._way(vehicle, vehicle.start, pickup.site)[1]
        ride_m, ride_s = self._way(vehicle, pickup.site, place.site)
        home_s = 0 if vehicle.end is None else self._raw_home(vehicle, place.site)
        if min(out_s, ride_s, home_s) < 0 or (most_m is not None and ride_m > most_m):
            return False
        ready_s = window.start_s if shipment.ready_s is None else max(window.start_s, shipment.ready_s)
        earliest = max(vehicle.shift.start_s + out_s, ready_s)
        given = max(opening.start_s, earliest + pickup.service_s + ride_s)
        # Fetched as late as the delivery allows: the shortest ride and the shortest round.
        fetched = min(window.end_s, given - pickup.service_s - ride_s)
        if earliest > window.end_s or given > opening.end_s:
            return False
        if most_s is not None and given - fetched - pickup.service_s > most_s:
            return False
        back = given + place.service_s + home_s
        longest = inf if vehicle.max_duration_s is None else vehicle.max_duration_s
        return back <= vehicle.shift.end_s and back - (fetched - out_s) <= longest

    def _raw_home(self, vehicle: routing.Vehicle, site: str) -> int:
        matrix = self.problem.matrices[vehicle.profile]
        assert vehicle.end is not None
        return int(matrix.seconds[self.index[site], self.index[vehicle.end]])

    # Cents

    def cents(self, hopeless: set[str]) -> float:
        """The least of what is left behind and driven together."""
        problem = self.problem
        weights = problem.weights

        def worth(shipment: routing.Shipment) -> float:
            return weights.value * shipment.value + (weights.mandatory if shipment.mandatory else 0)

        able = [shipment for shipment in problem.shipments if shipment.id not in hopeless]
        lost = float(sum(worth(shipment) for shipment in problem.shipments if shipment.id in hopeless))
        if not able:
            return lost
        second, entry = self._second(), self._entries()
        comers = Counter(place.site for shipment in able for place in shipment.deliveries)
        by_place: dict[str, list[tuple[float, float]]] = {}
        for shipment in able:
            share = second * shipment.pickup.service_s + min(
                second * place.service_s + entry[self.index[place.site]] / comers[place.site]
                for place in shipment.deliveries
            )
            by_place.setdefault(shipment.pickup.site, []).append((worth(shipment), share))
        for site, members in by_place.items():
            # A place that is also delivered to has had its entry counted there.
            first = 0.0 if comers[site] else float(entry[self.index[site]])
            lost += min(sum(one for one, _ in members), first + sum(min(pair) for pair in members))
        return lost

    def _rate(self, vehicle: routing.Vehicle) -> float:
        """Cents a second of its round costs at least."""
        weights = self.problem.weights
        longest = vehicle.shift.end_s - vehicle.shift.start_s
        if vehicle.max_duration_s is not None:
            longest = min(longest, vehicle.max_duration_s)
        return weights.time * vehicle.per_hour_cents / 3600 + weights.vehicle * vehicle.fixed_cents / max(1, longest)

    def _second(self) -> float:
        return min(self._rate(vehicle) for vehicle in self.problem.vehicles)

    def _entries(self) -> npt.NDArray[np.float64]:
        """Cents of the cheapest leg into each site by any vehicle, with its parking."""
        weights = self.problem.weights
        kinds: dict[tuple[str, int], float] = {}
        for vehicle in self.problem.vehicles:
            kind = (vehicle.profile, vehicle.per_km_cents)
            kinds[kind] = min(self._rate(vehicle), kinds.get(kind, inf))
        least = np.full(len(self.problem.sites), inf)
        parking = np.array(self.stop_s, dtype=np.float64)
        for (profile, per_km), rate in kinds.items():
            matrix = self.problem.matrices[profile]
            cost = matrix.metres * (weights.distance * per_km / 1000) + matrix.seconds * rate
            cost[matrix.seconds < 0] = inf
            np.fill_diagonal(cost, inf)
            least = np.minimum(least, cost.min(axis=0, initial=inf) + parking * rate)
        # A site that nothing leads to is entered by nobody; one that a round starts from need not be entered.
        least[~np.isfinite(least)] = 0.0
        for vehicle in self.problem.vehicles:
            least[self.index[vehicle.start]] = 0.0
        return least
