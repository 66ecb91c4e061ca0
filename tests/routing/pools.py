"""Pools of routes made by hand: tables of shipments and vehicles with only what a pool reads, and columns put in."""

from __future__ import annotations

import numpy as np

from routing.engine.search.lane import Routes
from routing.engine.search.pool import Pool
from routing.engine.search.tables import CREW, SHIP, TASK, Tables

Column = tuple[int, frozenset[int], float]  # vehicle, shipments, cents


def bare_tables(worth: list[float], twins: list[int], fixed: list[float]) -> Tables:
    """Only what a pool reads: shipment k is loaded by task 2k and unloaded by task 2k + 1."""
    task, ship, crew = np.zeros(2 * len(worth), TASK), np.zeros(len(worth), SHIP), np.zeros(len(twins), CREW)
    task["ship"] = np.repeat(np.arange(len(worth)), 2)
    ship["worth"], crew["twin"], crew["fixed"] = worth, twins, fixed
    nothing = dict.fromkeys(Tables._fields)
    return Tables(**{**nothing, "task": task, "ship": ship, "crew": crew, "ours": np.arange(len(worth))})


def tasks_of(ships: frozenset[int]) -> list[int]:
    """The tasks of a route that carries these shipments, one after the other."""
    return [task for ship in sorted(ships) for task in (2 * ship, 2 * ship + 1)]


def put(pool: Pool, vehicles: int, column: Column, closed: frozenset[int] = frozenset()) -> int:
    """Offer a pool one route of a solution; how many routes were new to it."""
    routes: Routes = [tasks_of(column[1]) if at == column[0] else [] for at in range(vehicles)]
    return pool.add(routes, [column[2] if at == column[0] else 0.0 for at in range(vehicles)], closed)
