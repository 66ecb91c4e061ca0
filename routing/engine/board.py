"""The routes of a solution with the cheapest place for one more shipment at hand."""

from __future__ import annotations

from routing.engine.cheapest import Found, cheapest_of_all
from routing.engine.instance import Instance
from routing.engine.route import Route, build
from routing.engine.strip import Strip


class Board:
    """A solution that grows one shipment at a time."""

    def __init__(self, inst: Instance, routes: list[Route]) -> None:
        self.inst = inst
        self.routes = list(routes)
        self._strip = Strip(inst, self.routes)

    def cheapest(self, ship: int) -> Found | None:
        """The cheapest place for a shipment that is in no route, by all it adds; None when there is none."""
        return cheapest_of_all(self.inst, self.routes, self._strip, ship)

    def put(self, row: int, tasks: tuple[int, ...]) -> None:
        """Make `tasks`, an order that keeps the rules, what vehicle `row` does."""
        route = build(self.inst, self.inst.crews[row], tasks)
        assert route is not None, "a place was found that cannot be timed"
        self.routes[row] = route
        self._strip.put(row, route)
