"""A first plan by inserting shipments one after another, and the last look whether something still fits."""

from __future__ import annotations

from collections.abc import Callable

from routing.engine.board import Board
from routing.engine.instance import OPEN, Instance
from routing.engine.route import Route, build

INFINITE = float("inf")


def empty_routes(inst: Instance) -> list[Route]:
    """A route without free tasks for every vehicle."""
    routes = []
    for crew in inst.crews:
        route = build(inst, crew, ())
        assert route is not None
        routes.append(route)
    return routes


def value_first(inst: Instance) -> list[int]:
    """What is already aboard, then mandatory and valuable, then what closes early."""

    def rank(ship: int) -> tuple[bool, float, int, int]:
        spans = inst.windows[inst.pickup[ship]]
        return (inst.carrier[ship] < 0, -inst.worth[ship], spans[-1][1] if spans else OPEN, ship)

    return sorted((k for k in range(len(inst.pickup)) if k not in inst.settled), key=rank)


def urgent_first(inst: Instance) -> list[int]:
    """What is already aboard, then mandatory, then what can be fetched or brought for the shortest time."""
    shifts = (
        min((c.free_s for c in inst.crews), default=0),
        max((c.shift_end_s for c in inst.crews), default=0),
    )

    def width(task: int) -> int:
        return sum(max(0, min(b, shifts[1]) - max(a, shifts[0])) for a, b in inst.windows[task])

    def rank(ship: int) -> tuple[bool, bool, int, int]:
        mandatory = inst.problem.shipments[ship].mandatory
        room = min(width(inst.pickup[ship]), max(width(task) for task in inst.deliveries[ship]))
        return (inst.carrier[ship] < 0, not mandatory, room, ship)

    return sorted((k for k in range(len(inst.pickup)) if k not in inst.settled), key=rank)


def worth_of(inst: Instance, ship: int) -> float:
    """What a place for `ship` may cost at most; anything, when it is already aboard."""
    return INFINITE if inst.carrier[ship] >= 0 else inst.worth[ship]


def fill(board: Board, order: list[int], stop: Callable[[], bool] = lambda: False) -> list[int]:
    """Insert each shipment of `order` at its cheapest place; returns those that found none worth it."""
    left: list[int] = []
    for at, ship in enumerate(order):
        if stop():
            return left + order[at:]
        found = board.cheapest(ship)
        if found is None or found.added >= worth_of(board.inst, ship):
            left.append(ship)
        else:
            board.put(found.row, found.tasks)
    return left


def total(inst: Instance, routes: list[Route], left: list[int]) -> float:
    """Cents of a solution: its routes and the worth of what is left (aboard: as dear as a mandatory shipment)."""
    missed = sum(inst.worth[ship] + (inst.weights.mandatory if inst.carrier[ship] >= 0 else 0) for ship in left)
    return sum(route.cost for route in routes) + missed


def first_plan(inst: Instance, stop: Callable[[], bool] = lambda: False) -> tuple[list[Route], list[int]]:
    """The better of two insertion orders (one alone on very large days)."""
    best: tuple[list[Route], list[int]] | None = None
    for order in (urgent_first(inst), value_first(inst)):
        board = Board(inst, empty_routes(inst))
        left = fill(board, order, stop)
        if best is None or total(inst, board.routes, left) < total(inst, *best):
            best = (list(board.routes), left)
        if stop() or len(order) > 600:
            break
    assert best is not None
    return best
