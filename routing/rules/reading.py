"""How rules read a plan: look-ups by id and the order of handlings. No rule lives here, no engine is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from routing.fleet import Vehicle, VehicleState
from routing.kinds import StopState
from routing.matrix import Matrix
from routing.plan import Handling, Round, Stop
from routing.problem import Problem
from routing.shipment import Place, Shipment


class Book:
    """A problem's parts by id."""

    def __init__(self, problem: Problem) -> None:
        self.shipments: dict[str, Shipment] = {item.id: item for item in problem.shipments}
        self.vehicles: dict[str, Vehicle] = {item.id: item for item in problem.vehicles}
        self.states: dict[str, VehicleState] = {item.vehicle: item for item in problem.states}
        self.stop_s = {site.id: site.stop_s for site in problem.sites}
        self._index = {site.id: at for at, site in enumerate(problem.sites)}
        self._matrices = problem.matrices

    def way(self, vehicle: str, here: str, there: str) -> tuple[int, int]:
        """(metres, seconds) by the vehicle's profile; (−1, −1) when there is no way."""
        matrix: Matrix = self._matrices[self.vehicles[vehicle].profile]
        at, to = self._index[here], self._index[there]
        return int(matrix.metres[at, to]), int(matrix.seconds[at, to])


@dataclass(frozen=True, slots=True)
class Act:
    """One handling in a round: what, at which stop, whether it loads."""

    handling: Handling
    stop: Stop
    stop_number: int
    loads: bool


def acts(trip: Round) -> Iterator[Act]:
    """The handlings of a round in the order they happen; at one instant unloading comes first."""
    for number, stop in enumerate(trip.stops):
        both = [Act(handling, stop, number, False) for handling in stop.unloads]
        both += [Act(handling, stop, number, True) for handling in stop.loads]
        yield from sorted(both, key=lambda act: (act.handling.start_s, act.handling.end_s, act.loads))


def is_free(trip: Round) -> bool:
    """Whether any stop of the round was the engine's to choose; limits blame only what could be otherwise."""
    return any(stop.state == StopState.FREE for stop in trip.stops)


def place_of(shipment: Shipment, act: Act) -> Place | None:
    """The place of the shipment that this handling uses, or None when the stop's site is none of them."""
    if act.loads:
        return shipment.pickup if shipment.pickup.site == act.stop.site else None
    return next((place for place in shipment.deliveries if place.site == act.stop.site), None)


def metres_at_stops(book: Book, trip: Round) -> list[int]:
    """Metres driven from the round's last known position to each stop that lies ahead (0 for executed ones)."""
    state = book.states.get(trip.vehicle)
    here = state.site if state and state.site else trip.start_site
    driven, total = [], 0
    for stop in trip.stops:
        if stop.state != StopState.EXECUTED:
            total += max(0, book.way(trip.vehicle, here, stop.site)[0])
            here = stop.site
        driven.append(total)
    return driven
