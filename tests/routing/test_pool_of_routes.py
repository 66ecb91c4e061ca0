"""Good routes of several solutions are recombined into the cheapest choice, within their vehicles and their time."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing as r
from routing.engine.instance import Instance
from routing.engine.search import pool as room
from routing.engine.search.drive import Drive, Limits
from routing.engine.search.lane import Lane, Routes
from routing.engine.search.pool import Pool
from routing.engine.search.tables import CREW, NO_WAY, SHIP, TASK, Tables, tables_of
from tests.routing.test_engine_keeps_the_rules import random_problem

Column = tuple[int, frozenset[int], float]  # vehicle, shipments, cents


def _tables(worth: list[float], twins: list[int], fixed: list[float]) -> Tables:
    """Only what a pool reads: shipment k is loaded by task 2k and unloaded by task 2k + 1."""
    task, ship, crew = np.zeros(2 * len(worth), TASK), np.zeros(len(worth), SHIP), np.zeros(len(twins), CREW)
    task["ship"] = np.repeat(np.arange(len(worth)), 2)
    ship["worth"], crew["twin"], crew["fixed"] = worth, twins, fixed
    nothing = dict.fromkeys(Tables._fields)
    return Tables(**{**nothing, "task": task, "ship": ship, "crew": crew, "ours": np.arange(len(worth))})


def _tasks(ships: frozenset[int]) -> list[int]:
    return [task for ship in sorted(ships) for task in (2 * ship, 2 * ship + 1)]


def _put(pool: Pool, vehicles: int, column: Column, closed: frozenset[int] = frozenset()) -> int:
    routes: Routes = [_tasks(column[1]) if at == column[0] else [] for at in range(vehicles)]
    return pool.add(routes, [column[2] if at == column[0] else 0.0 for at in range(vehicles)], closed)


def _choices(columns: list[Column], room_for: Counter[int], twins: list[int]) -> Iterator[list[Column]]:
    """Brute force: every choice of columns that shares no shipment and no vehicle."""
    if not columns:
        yield []
        return
    (vehicle, ships, _), rest = columns[0], columns[1:]
    yield from _choices(rest, room_for, twins)
    if room_for[twins[vehicle]]:
        others = [column for column in rest if not column[1] & ships]
        less = room_for - Counter([twins[vehicle]])
        yield from ([columns[0], *choice] for choice in _choices(others, less, twins))


def _cents(choice: list[Column], worth: list[float]) -> float:
    carried = {ship for _, ships, _ in choice for ship in ships}
    return math.fsum([c for _, _, c in choice] + [w for ship, w in enumerate(worth) if ship not in carried])


def _row_of(choice: list[Column], twins: list[int], closed: frozenset[int]) -> Routes:
    """A choice on vehicles: each on the first free one of its class."""
    routes: Routes = [[] for _ in twins]
    for vehicle, ships, _ in choice:
        at = next(v for v, t in enumerate(twins) if t == twins[vehicle] and v not in closed and not routes[v])
        routes[at] = _tasks(ships)
    return routes


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6))
def test_the_choice_is_the_cheapest_there_is(seed: int) -> None:
    """Whatever the classes, closed vehicles, fixed costs and worths, brute force finds nothing cheaper."""
    random = Random(seed)
    count = random.randint(1, 6)
    twins = sorted(random.randint(0, 2) for _ in range(random.randint(1, 5)))
    closed = frozenset(at for at in range(len(twins)) if random.random() < 0.2)
    dear = random.choice([0.0, 50.0, 1e9])
    dearer = random.random() < 0.2
    fixed = [dear * (1 + twin) if dearer else dear for twin in twins]
    huge = random.random() < 0.5
    worth = [1e12 if huge and random.random() < 0.9 else float(random.randint(0, 400)) for _ in range(count)]
    pool = Pool(_tables(worth, twins, fixed))
    met: dict[tuple[int, frozenset[int]], Column] = {}
    for _ in range(random.randint(1, 14)):
        at = random.randrange(len(twins))
        ships = frozenset(random.sample(range(count), random.randint(1, min(3, count))))
        column = (at, ships, fixed[at] + random.randint(1, 300))
        _put(pool, len(twins), column, closed)
        key = (twins[at], ships)
        met[key] = min(met.get(key, column), column, key=lambda c: c[2])
    homes = Counter(twin for at, twin in enumerate(twins) if at not in closed)
    choices = list(_choices(list(met.values()), homes, twins))
    begin = random.choice(choices)
    routes, value = _row_of(begin, twins, closed), _cents(begin, worth)
    left = [ship for ship in range(count) if all(ship not in ships for _, ships, _ in begin)]
    best = min(_cents(choice, worth) for choice in choices)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "FIRST", random.choice([1, 4, 500]))
        found = pool.recombine(routes, left, value, 60.0)

    if best >= value - room.GAIN:
        assert found is None
        return
    assert found is not None
    chosen = []
    for at, tasks in enumerate(found):
        ships = frozenset(task // 2 for task in tasks)
        if tasks:
            assert at not in closed
            chosen.append(met[twins[at], ships])  # a route of its own class
    carried = [ship for _, ships, _ in chosen for ship in ships]
    assert len(carried) == len(set(carried))
    assert _cents(chosen, worth) == pytest.approx(best, abs=1e-3, rel=0)


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


def test_a_shipment_is_left_out_when_that_is_cheaper() -> None:
    """A detour of 90 cents is not made for what is worth 40, and is made for what is worth 400."""
    for worth, carried in ((40.0, [0, 1]), (400.0, [0, 1, 2, 3])):
        pool = Pool(_tables([1e8, worth], [0], [0.0]))
        for ships, cents in (({0, 1}, 190.0), ({0}, 100.0)):
            _put(pool, 1, (0, frozenset(ships), cents))
        found = pool.recombine([[]], [0, 1], 1e8 + worth, 60.0)
        assert found == [carried]


def test_a_vehicle_less_outweighs_any_detour() -> None:
    """Where a vehicle costs ten million euros, one route of 999 takes the place of two of 5 and 6."""
    columns: list[Column] = [
        (0, frozenset({0}), 1e9 + 5),
        (1, frozenset({1}), 1e9 + 6),
        (0, frozenset({0, 1}), 1e9 + 999),
    ]
    pool = Pool(_tables([1e12, 1e12], [0, 0], [1e9, 1e9]))
    for column in columns:
        _put(pool, 2, column)
    found = pool.recombine([[0, 1], [2, 3]], [], 2e9 + 11, 60.0)
    assert found == [[0, 1, 2, 3], []]


def test_cents_count_beside_dear_vehicles() -> None:
    """Seventy vehicles of ten million euros do not hide what a single cent more or less of driving is."""
    vehicles = 70
    pool = Pool(_tables([1e12] * 2 * vehicles, [0] * vehicles, [1e9] * vehicles))
    apart: Routes = [[4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3] for n in range(vehicles)]
    crossed: Routes = [
        [4 * n, 4 * n + 1, 4 * ((n + 1) % vehicles) + 2, 4 * ((n + 1) % vehicles) + 3] for n in range(vehicles)
    ]
    pool.add(crossed, [1e9 + 7.0] * vehicles)
    pool.add(apart, [1e9 + 7.0] * (vehicles - 1) + [1e9 + 8.0])
    found = pool.recombine(apart, [], vehicles * (1e9 + 7.0) + 1.0, 60.0)
    assert found is not None
    assert sorted(map(tuple, found)) == sorted(map(tuple, crossed))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_cents_count_beside_long_ways(seed: int) -> None:
    """Of many choices that all cost a hundred thousand euros, the cheapest by a cent is taken."""
    random, count = Random(seed), 12
    pool = Pool(_tables([1e12] * count, [0] * count, [0.0] * count))
    cheapest = {1 << k: 1e6 + 200 for k in range(count)}
    for _ in range(200):
        ships = frozenset(random.sample(range(count), random.randint(2, 4)))
        cents = 1e6 * len(ships) + random.randint(1, 600)
        _put(pool, count, (0, ships, cents))
        mask = sum(1 << ship for ship in ships)
        cheapest[mask] = min(cents, cheapest.get(mask, cents))
    alone: Routes = [[2 * k, 2 * k + 1] for k in range(count)]
    pool.add(alone, [1e6 + 200] * count)
    least = [0.0] + [math.inf] * (2**count - 1)
    for all_of in range(1, 2**count):
        lowest = all_of & -all_of
        parts = (mask for mask in cheapest if mask & lowest and mask & all_of == mask)
        least[all_of] = min(cheapest[mask] + least[all_of ^ mask] for mask in parts)
    found = pool.recombine(alone, [], (1e6 + 200) * count, 60.0)
    assert found is not None
    masks = [sum(1 << ship for ship in {task // 2 for task in tasks}) for tasks in found if tasks]
    assert sum(masks) == 2**count - 1
    assert sum(cheapest[mask] for mask in masks) == least[-1]


def test_a_route_stays_on_its_vehicle() -> None:
    """Of three twins, the one whose route is chosen again keeps it."""
    pool = Pool(_tables([1e6] * 3, [0, 0, 0], [10.0] * 3))
    pool.add([[0, 1], [4, 5], [2, 3]], [50.0, 50.0, 50.0])
    _put(pool, 3, (1, frozenset({0, 1}), 60.0))
    found = pool.recombine([[0, 1], [4, 5], [2, 3]], [], 150.0, 60.0)
    assert found is not None
    assert found[1] == [4, 5]
    assert sorted([found[0], found[2]]) == [[], [0, 1, 2, 3]]


def test_a_pool_keeps_the_cheapest_order_and_forgets_what_it_met_longest_ago() -> None:
    """One route for the same shipments and class; beyond its size the one not met for longest goes."""
    pool = Pool(_tables([1e6] * 3, [0, 0, 1], [0.0] * 3), size=2)
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
    pool = Pool(_tables([1e6, 1e6], [0, 0], [0.0, 0.0]))
    assert pool.recombine([[], []], [0, 1], 2e6, 60.0) is None
    pool.add([[0, 1], [2, 3]], [10.0, 20.0])
    assert pool.recombine([[0, 1], [2, 3]], [], 30.0, 60.0) is None
    pool.add([[0, 1], [2, 3]], [10.0, 20.0], closed=[0, 1])
    assert pool.recombine([[], []], [0, 1], 2e6, 60.0) is None


def _tangle(shipments: int, columns: int) -> tuple[Pool, Routes, float]:
    """Many random routes, which take the solver very long, and a poor solution of them."""
    random, vehicles = Random(1), shipments
    pool = Pool(_tables([1e12] * shipments, [0] * vehicles, [1e9] * vehicles))
    spot = [(random.random(), random.random()) for _ in range(shipments)]
    for _ in range(columns):
        middle = random.choice(spot)
        near = sorted(range(shipments), key=lambda k: math.dist(spot[k], middle) * random.uniform(0.7, 1.3))
        _put(pool, vehicles, (0, frozenset(near[: random.randint(3, 12)]), 1e9 + random.randint(1000, 9000)))
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


def test_the_same_routes_give_the_same_choice() -> None:
    """A choice that was searched to its end repeats itself, though many are equally cheap."""
    random = Random(3)
    columns: list[Column] = []
    for _ in range(300):
        columns.append((0, frozenset(random.sample(range(12), random.randint(1, 4))), 100.0))
    answers = []
    for _ in range(2):
        pool = Pool(_tables([1000.0] * 12, [0] * 12, [0.0] * 12))
        for column in columns:
            _put(pool, 12, column)
        answers.append(pool.recombine([[] for _ in range(12)], list(range(12)), 12_000.0, 60.0))
    assert answers[0] is not None
    assert answers[0] == answers[1]
