"""Of the choices a pool of routes allows, the cheapest to the cent is taken, and the same one every time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine.search import pool as room
from routing.engine.search.lane import Routes
from routing.engine.search.pool import Pool
from tests.routing.pools import Column, bare_tables, put, tasks_of


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
        routes[at] = tasks_of(ships)
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
    pool = Pool(bare_tables(worth, twins, fixed))
    met: dict[tuple[int, frozenset[int]], Column] = {}
    for _ in range(random.randint(1, 14)):
        at = random.randrange(len(twins))
        ships = frozenset(random.sample(range(count), random.randint(1, min(3, count))))
        column = (at, ships, fixed[at] + random.randint(1, 300))
        put(pool, len(twins), column, closed)
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


def test_a_shipment_is_left_out_when_that_is_cheaper() -> None:
    """A detour of 90 cents is not made for what is worth 40, and is made for what is worth 400."""
    for worth, carried in ((40.0, [0, 1]), (400.0, [0, 1, 2, 3])):
        pool = Pool(bare_tables([1e8, worth], [0], [0.0]))
        for ships, cents in (({0, 1}, 190.0), ({0}, 100.0)):
            put(pool, 1, (0, frozenset(ships), cents))
        found = pool.recombine([[]], [0, 1], 1e8 + worth, 60.0)
        assert found == [carried]


def test_a_vehicle_less_outweighs_any_detour() -> None:
    """Where a vehicle costs ten million euros, one route of 999 takes the place of two of 5 and 6."""
    columns: list[Column] = [
        (0, frozenset({0}), 1e9 + 5),
        (1, frozenset({1}), 1e9 + 6),
        (0, frozenset({0, 1}), 1e9 + 999),
    ]
    pool = Pool(bare_tables([1e12, 1e12], [0, 0], [1e9, 1e9]))
    for column in columns:
        put(pool, 2, column)
    found = pool.recombine([[0, 1], [2, 3]], [], 2e9 + 11, 60.0)
    assert found == [[0, 1, 2, 3], []]


def test_cents_count_beside_dear_vehicles() -> None:
    """Seventy vehicles of ten million euros do not hide what a single cent more or less of driving is."""
    vehicles = 70
    pool = Pool(bare_tables([1e12] * 2 * vehicles, [0] * vehicles, [1e9] * vehicles))
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
    pool = Pool(bare_tables([1e12] * count, [0] * count, [0.0] * count))
    cheapest = {1 << k: 1e6 + 200 for k in range(count)}
    for _ in range(200):
        ships = frozenset(random.sample(range(count), random.randint(2, 4)))
        cents = 1e6 * len(ships) + random.randint(1, 600)
        put(pool, count, (0, ships, cents))
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


def test_the_same_routes_give_the_same_choice() -> None:
    """A choice that was searched to its end repeats itself, though many are equally cheap."""
    random = Random(3)
    columns: list[Column] = []
    for _ in range(300):
        columns.append((0, frozenset(random.sample(range(12), random.randint(1, 4))), 100.0))
    answers = []
    for _ in range(2):
        pool = Pool(bare_tables([1000.0] * 12, [0] * 12, [0.0] * 12))
        for column in columns:
            put(pool, 12, column)
        answers.append(pool.recombine([[] for _ in range(12)], list(range(12)), 12_000.0, 60.0))
    assert answers[0] is not None
    assert answers[0] == answers[1]
