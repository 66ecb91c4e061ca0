"""Good routes of several solutions are kept and recombined, within their vehicles and their time."""

from __future__ import annotations

import math
import time
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import routing as r
from routing.engine.instance import Instance
from routing.engine.search import pool as room
from routing.engine.search.drive import Drive, Limits
from routing.engine.search.lane import Lane, Routes
from routing.engine.search.pool import Pool
from routing.engine.search.tables import NO_WAY, tables_of
from tests.routing.pools import bare_tables, put
from tests.routing.test_engine_keeps_the_rules import random_problem


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_search_can_go_on_from_a_choice(seed: int) -> None:
    """Routes of real searches, put together, can be driven as they are, and cost what was said."""
    inst = Instance(random_problem(seed, shipments=7, vehicles=3))
    tables = tables_of(inst)
    pool, lane = Pool(tables), Lane(tables, inst.settled, 0)
    solutions = []
    for number in range(4):
        drive = Drive(inst, number, Limits(60.0, 3, 1, lambda: False), lambda *told: None)
        routes, left = drive.run(None)
        assert lane.take(routes)
        solutions.append((lane.value, routes, left))
        pool.add(routes, lane.state.rows.row["cost"].tolist())
    value, routes, left = max(solutions, key=lambda solution: solution[0])
    found = pool.recombine(routes, left, value, 60.0)
    if found is None:
        assert min(solutions)[0] > value - room.GAIN
    else:
        assert lane.take(found)
        assert lane.value <= min(min(solutions)[0] + room.GAIN, value - room.GAIN)


def test_what_is_aboard_stays_on_its_vehicle() -> None:
    """A vehicle under way keeps what it carries, though its sister at home could drive the same stops."""
    sites = tuple(r.Site(name) for name in ("depot", "shop", "home"))
    metres = np.array([[0, 3000, 4000], [3000, 0, 2000], [4000, 2000, 0]])
    goods = [
        r.Shipment(name, r.Place("shop"), (r.Place("home"),), grams=100, mandatory=True) for name in ("aboard", "other")
    ]
    vans = [
        r.Vehicle(f"van{n}", "depot", "depot", r.Window(0, 9000), (r.Compartment(r.Temperature.AMBIENT, 900, 9),))
        for n in range(3)
    ]
    state = r.VehicleState("van1", "shop", 600, 0, aboard=(r.Aboard("aboard", 600),))
    matrices = {"van": r.Matrix(metres, metres // 10)}
    inst = Instance(r.Problem(sites, tuple(goods), tuple(vans), matrices, states=(state,)))
    tables = tables_of(inst)
    assert tables.crew["twin"][1] not in (tables.crew["twin"][0], tables.crew["twin"][2])
    lane, pool = Lane(tables, inst.settled, 0), Pool(tables)
    here, there = inst.deliveries[0][0], [inst.pickup[1], inst.deliveries[1][0]]
    for routes in ([[], [here], []], [there, [], []], [[], [], there]):
        assert lane.take(routes)
        pool.add(routes, lane.state.rows.row["cost"].tolist())
    found = pool.recombine([[], [], []], [0, 1], 1e10, 60.0)
    assert found is not None
    assert found[1] == [here]
    assert sorted([found[0], found[2]]) == [[], there]


def test_a_route_stays_on_its_vehicle() -> None:
    """Of three twins, the one whose route is chosen again keeps it."""
    pool = Pool(bare_tables([1e6] * 3, [0, 0, 0], [10.0] * 3))
    pool.add([[0, 1], [4, 5], [2, 3]], [50.0, 50.0, 50.0])
    put(pool, 3, (1, frozenset({0, 1}), 60.0))
    found = pool.recombine([[0, 1], [4, 5], [2, 3]], [], 150.0, 60.0)
    assert found is not None
    assert found[1] == [4, 5]
    assert sorted([found[0], found[2]]) == [[], [0, 1, 2, 3]]


def test_a_pool_keeps_the_cheapest_order_and_forgets_what_it_met_longest_ago() -> None:
    """One route for the same shipments and class; beyond its size the one not met for longest goes."""
    pool = Pool(bare_tables([1e6] * 3, [0, 0, 1], [0.0] * 3), size=2)
    nothing: Routes = [[], [], []]
    assert pool.add([[0, 1, 2, 3], [], []], [9.0, 0.0, 0.0]) == 1
    assert pool.add([[], [2, 3, 0, 1], []], [0.0, 7.0, 0.0]) == 0
    assert pool.add([[], [0, 1, 2, 3], [4, 5]], [0.0, 8.0, 5.0]) == 1
    assert len(pool) == 2
    assert pool.recombine(nothing, [0, 1, 2], 3e6, 60.0) == [[2, 3, 0, 1], [], [4, 5]]
    assert pool.add([[0, 1, 2, 3], [], []], [9.0, 0.0, 0.0]) == 0
    assert pool.add([[4, 5], [], [0, 1]], [NO_WAY, 0.0, 6.0]) == 1
    assert len(pool) == 2
    assert pool.recombine([[], [], [4, 5]], [0, 1], 2e6 + 5.0, 60.0) == [[2, 3, 0, 1], [], []]


def test_nothing_better_is_none() -> None:
    """Neither an empty pool nor one that holds only what is known gives anything."""
    pool = Pool(bare_tables([1e6, 1e6], [0, 0], [0.0, 0.0]))
    assert pool.recombine([[], []], [0, 1], 2e6, 60.0) is None
    pool.add([[0, 1], [2, 3]], [10.0, 20.0])
    assert pool.recombine([[0, 1], [2, 3]], [], 30.0, 60.0) is None
    pool.add([[0, 1], [2, 3]], [10.0, 20.0], closed=[0, 1])
    assert pool.recombine([[], []], [0, 1], 2e6, 60.0) is None


def _tangle(shipments: int, columns: int) -> tuple[Pool, Routes, float]:
    """Many random routes, which take the solver very long, and a poor solution of them."""
    random, vehicles = Random(1), shipments
    pool = Pool(bare_tables([1e12] * shipments, [0] * vehicles, [1e9] * vehicles))
    spot = [(random.random(), random.random()) for _ in range(shipments)]
    for _ in range(columns):
        middle = random.choice(spot)
        near = sorted(range(shipments), key=lambda k: math.dist(spot[k], middle) * random.uniform(0.7, 1.3))
        put(pool, vehicles, (0, frozenset(near[: random.randint(3, 12)]), 1e9 + random.randint(1000, 9000)))
    alone: Routes = [[2 * k, 2 * k + 1] for k in range(shipments)]
    pool.add(alone, [1e9 + 5000.0] * vehicles)
    return pool, alone, (1e9 + 5000.0) * vehicles


def test_time_is_kept() -> None:
    """Where HiGHS needs minutes, half a second is half a second (and a wide margin for a busy machine)."""
    pool, routes, value = _tangle(150, 2_000)
    began = time.perf_counter()
    pool.recombine(routes, [], value, 0.5)
    assert time.perf_counter() - began < 2.0


def test_cancelled_is_at_once() -> None:
    """Cancelled before or while the solver runs, nobody waits for it."""
    pool, routes, value = _tangle(150, 2_000)
    began = time.perf_counter()
    assert pool.recombine(routes, [], value, 5.0, lambda: True) is None
    pool.recombine(routes, [], value, 5.0, lambda: time.perf_counter() > began + 0.3)
    assert time.perf_counter() - began < 2.0
