"""Parts of a large problem, cut by place or by time along another line each time, so that no border stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.engine.search.lane import Routes
from routing.engine.search.tables import NO_WAY, Floats, Tables

BY_TIME = 0.25  # share of the cuts by time rather than by place
ROUND = 0.3  # share of the cuts by place that go round one corner instead of straight between two


@dataclass(frozen=True, slots=True)
class Part:
    """What one thread may move: its vehicles, and the shipments left out that it may place."""

    rows: frozenset[int]
    left: frozenset[int]


def parts_of(
    tables: Tables, routes: Routes, left: Sequence[int], rows: Sequence[int], count: int, dice: np.random.Generator
) -> list[Part]:
    """`count` parts of the vehicles `rows` and of what is `left`, with about as many tasks each.

    Vehicles at home are dealt by chance; a shipment left out goes where its neighbours are.
    """
    if dice.random() < BY_TIME:
        measure = (tables.task["opens"] + tables.task["closes"]) / 2.0
    else:
        measure = _across(tables, dice)[tables.task["site"]]
    busy = [at for at in rows if routes[at]]
    idle = [at for at in rows if not routes[at]]
    middle = {at: float(measure[routes[at]].mean()) for at in busy}
    busy.sort(key=lambda at: (middle[at], at))
    most = sum(len(routes[at]) for at in busy) / count
    mine: list[list[int]] = [[] for _ in range(count)]
    ends = [-np.inf] * count
    behind = 0.0
    for at in busy:
        part = min(count - 1, int((behind + len(routes[at]) / 2) / most))
        behind += len(routes[at])
        mine[part].append(at)
        ends[part:] = [middle[at]] * (count - part)
    for turn, at in enumerate(dice.permutation(len(idle)).tolist()):
        mine[turn % count].append(idle[at])
    placing: list[list[int]] = [[] for _ in range(count)]
    for ship in left:
        item = tables.ship[ship]
        task = item["pickup"] if item["pickup"] >= 0 else tables.drops[item["drop_from"]]
        part = min(count - 1, int(np.searchsorted(ends, measure[task])))
        if item["carrier"] >= 0:
            part = next((number for number, own in enumerate(mine) if item["carrier"] in own), 0)
        placing[part].append(ship)
    return [Part(frozenset(own), frozenset(ships)) for own, ships in zip(mine, placing, strict=True)]


def _across(tables: Tables, dice: np.random.Generator) -> Floats:
    """Each site's place along a line between two far corners (FastMap, Faloutsos & Lin 1995).

    Told from the ways between sites, since not every problem has coordinates.
    """
    cost, sites = tables.way[0]["cost"], np.unique(tables.task["site"])

    def ways_of(site: int) -> Floats:
        return np.where(cost[site] < NO_WAY, cost[site], 0.0).astype(np.float64)

    one = int(sites[np.argmax(ways_of(int(dice.choice(sites)))[sites])])
    if dice.random() < ROUND:
        return ways_of(one)
    other = int(sites[np.argmax(ways_of(one)[sites])])
    return ways_of(one) - ways_of(other)
