"""Ruin and recreate: take strings of neighbouring shipments out of several rounds, put them back better.

After Christiaens & Vanden Berghe (2020), slack induction by string removals, with simulated annealing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import numpy as np

from routing.engine.board import Board
from routing.engine.construct import total, worth_of
from routing.engine.insertion import cheapest, placed
from routing.engine.instance import Instance
from routing.engine.route import Route, build

Solution = tuple[list[Route], list[int]]
MEAN_REMOVED = 8
LONGEST_STRING = 10
BLINK = 0.01
GENEROUS = 0.1
NEIGHBOURS = 80
RETRIED = 12  # shipments left out that are tried again in one round of the search


class Search:
    """One annealed search from a starting solution; `run` returns the best solution it met."""

    def __init__(self, inst: Instance, start: Solution, seed: int) -> None:
        self.inst = inst
        self.random = Random(seed)
        self.board = Board(inst, start[0])
        self.left = set(start[1])
        self.value = total(inst, self.board.routes, sorted(self.left))
        self.best: Solution = (list(self.board.routes), sorted(self.left))
        self.best_value = self.value
        self.iterations = 0
        self.route_of: dict[int, int] = {}
        for row, route in enumerate(self.board.routes):
            self._enter(row, route)
        self.near: dict[int, list[int]] = {}
        self.ships = [k for k in range(len(inst.pickup)) if k not in inst.settled]
        self._places()

    def _places(self) -> None:
        """Sites of each shipment, for measuring how near two shipments are."""
        inst = self.inst
        self.first = np.array([inst.site[inst.pickup[k]] for k in self.ships], dtype=np.int64)
        self.last = np.array([inst.site[inst.deliveries[k][0]] for k in self.ships], dtype=np.int64)

    def _enter(self, row: int, route: Route) -> None:
        for task in route.tasks:
            self.route_of[self.inst.ship[task]] = row

    def _neighbours(self, ship: int) -> list[int]:
        """Shipments whose places are nearest, `ship` itself first."""
        known = self.near.get(ship)
        if known is None:
            inst = self.inst
            table = inst.seconds_table[0]
            fetch, bring = inst.site[inst.pickup[ship]], inst.site[inst.deliveries[ship][0]]
            apart = np.minimum(table[fetch, self.first] + table[bring, self.last], 10**9)
            apart = np.minimum(apart, 2 * table[fetch, self.first])
            order = np.argsort(apart, kind="stable")[: NEIGHBOURS + 1]
            known = [ship] + [self.ships[at] for at in order.tolist() if self.ships[at] != ship]
            self.near[ship] = known
        return known

    def _ruin(self) -> tuple[dict[int, Route], list[int], list[int]]:
        """Shortened routes by vehicle, the shipments taken out of them, and the neighbourhood."""
        inst, random = self.inst, self.random
        centre = random.choice(self.ships)
        if self.left and random.random() < 0.25:
            centre = random.choice(sorted(self.left))
        around = self._neighbours(centre)
        routes = self.board.routes
        busy = [len(route.tasks) / 2 for route in routes if route.tasks]
        mean = sum(busy) / len(busy) if busy else 1.0
        longest = min(LONGEST_STRING, mean)
        strings = 1 + int(random.random() * max(1.0, 4 * MEAN_REMOVED / (1 + longest) - 1))
        changed: dict[int, Route] = {}
        removed: list[int] = []
        for ship in around:
            if len(changed) >= strings:
                break
            row = self.route_of.get(ship)
            if row is None or row in changed or ship in self.left:
                continue
            tasks = routes[row].tasks
            order = list(dict.fromkeys(inst.ship[task] for task in tasks))
            size = 1 + int(random.random() * min(longest, len(order)))
            at = order.index(ship)
            low = max(0, at - size + 1)
            begin = random.randint(low, min(at, max(low, len(order) - size)))
            gone = set(order[begin : begin + size])
            shorter = build(inst, inst.crews[row], [task for task in tasks if inst.ship[task] not in gone])
            if shorter is None:
                continue
            changed[row] = shorter
            removed += [name for name in order if name in gone]
        return changed, removed, around

    def _sorted(self, ships: list[int]) -> list[int]:
        inst, random = self.inst, self.random
        random.shuffle(ships)
        way = random.random()
        if way < 0.35:
            ships.sort(key=lambda k: -inst.worth[k])
        elif way < 0.55:
            table = inst.seconds_table[0]
            depot = inst.crews[0].site
            ships.sort(key=lambda k: -int(table[depot, inst.site[inst.pickup[k]]]))
        elif way < 0.75:
            ships.sort(key=lambda k: inst.windows[inst.pickup[k]][-1:])
        ships.sort(key=lambda k: inst.carrier[k] < 0)
        return ships

    def step(self, heat: float) -> bool:
        """One ruin and one recreate, kept or undone; True when a new best was found."""
        inst, board, random = self.inst, self.board, self.random
        changed, removed, around = self._ruin()
        before = {row: board.routes[row] for row in changed}
        waiting = [ship for ship in around if ship in self.left][:RETRIED]
        for row, route in changed.items():
            board.put(row, route)
        missed = 0.0
        out: list[int] = []
        placed_ships: list[int] = []
        # Two that are not worth a trip each may be worth one together, so now and then a loss is risked.
        ready_to_pay = 4.0 if random.random() < GENEROUS else 1.0
        for ship in self._sorted(removed + waiting):
            # What found no place before can only find one where something has changed.
            among = before.keys() if ship in self.left and ready_to_pay == 1 else None
            worth = ready_to_pay * worth_of(inst, ship)
            found = cheapest(board, ship, worth, BLINK, random, tries=25, among=among)
            if found is None:
                out.append(ship)
                continue
            before.setdefault(found.vehicle, board.routes[found.vehicle])
            board.put(found.vehicle, placed(board, found))
            placed_ships.append(ship)
        was = set(waiting)
        for ship in out:
            missed += 0.0 if ship in was else inst.worth[ship]
        gained = sum(inst.worth[ship] for ship in placed_ships if ship in was)
        delta = missed - gained + sum(board.routes[row].cost - old.cost for row, old in before.items())
        if any(inst.carrier[ship] >= 0 for ship in out):
            delta = math.inf
        self.iterations += 1
        if delta >= -heat * math.log(max(1e-12, random.random())):
            for row, old in before.items():
                board.put(row, old)
            return False
        self.left |= set(out)
        self.left -= set(placed_ships)
        for row in before:
            self._enter(row, board.routes[row])
        self.value += delta
        if self.value < self.best_value - 1e-6:
            self.best_value = self.value
            self.best = (list(board.routes), sorted(self.left))
            return True
        return False

    def run(self, done: Callable[[int], float], improved: Callable[[int, float], None]) -> Solution:
        """Anneal until `done(iterations)` (the share of the way gone, 0 … 1) reaches 1."""
        if not self.ships or not self.inst.crews:
            return self.best
        driven = sum(route.cost for route in self.board.routes)
        usual = driven / max(1, len(self.ships) - len(self.left)) or 1.0
        hot, cold = 0.2 * usual, 0.002 * usual
        while (share := done(self.iterations)) < 1:
            if self.step(hot * (cold / hot) ** share):
                improved(self.iterations, self.best_value)
        return self.best
