"""The compiled search counts as the plain code does, repeats itself for a seed, and has a stand-in."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import routing as r
from routing.engine.instance import Instance
from routing.engine.route import build
from routing.engine.search import team
from routing.engine.search.clock import Clock, Limits
from routing.engine.search.drive import Drive
from routing.engine.search.lane import Lane
from routing.engine.search.parting import parts_of
from routing.engine.search.tables import tables_of
from routing.engine.timing import fits
from tests.routing.test_engine_keeps_the_rules import random_problem

CLOCK = Clock(Limits(60.0, None, 1, lambda: False))


def _orders(inst: Instance, random: Random) -> list[list[int]]:
    """Random orders of tasks, loading before unloading, one a vehicle, nothing twice."""
    ships = [k for k in range(len(inst.pickup)) if k not in inst.settled]
    random.shuffle(ships)
    orders: list[list[int]] = [[] for _ in inst.crews]
    for ship in ships[: random.randint(0, 5)]:
        row = inst.carrier[ship] if inst.carrier[ship] >= 0 else random.randrange(len(orders))
        if not inst.may[ship, row]:
            continue
        order = orders[row]
        at = random.randint(0, len(order))
        order.insert(random.randint(at, len(order)), random.choice(inst.deliveries[ship]))
        if inst.carrier[ship] < 0:
            order.insert(at, inst.pickup[ship])
    return orders


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6))
def test_compiled_sums_are_those_of_the_plain_code(seed: int) -> None:
    """Any order of tasks that fits has the same cents in compiled and in plain code, or is refused by both."""
    inst = Instance(random_problem(seed, shipments=5, vehicles=2))
    lane = Lane(tables_of(inst), inst.settled, seed)
    for row, order in enumerate(_orders(inst, Random(seed))):
        routes: list[list[int]] = [[] for _ in inst.crews]
        routes[row] = order
        possible = lane.take(routes)
        plain = build(inst, inst.crews[row], order)
        # Room is the gaps' affair in compiled code, so only what fits is compared.
        if order and not fits(inst, inst.crews[row], order):
            continue
        assert possible == (plain is not None)
        if plain is None:
            continue
        assert math.isclose(float(lane.state.rows.row["cost"][row]), plain.cost, abs_tol=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_every_route_of_the_search_stands_as_it_is(seed: int) -> None:
    """What compiled code found, plain code can time without dropping anything, and at the same total."""
    inst = Instance(random_problem(seed, shipments=7, vehicles=3))
    drive = Drive(inst, seed, Limits(60.0, 200, 1, lambda: False), lambda phase, value, steps: None)
    routes, left = drive.run(None)
    built = [build(inst, crew, order) for crew, order in zip(inst.crews, routes, strict=True)]
    assert all(route is not None for route in built)
    worth = drive.tables.ship["worth"][left].sum()
    total = sum(route.cost for route in built if route is not None) + worth
    assert math.isclose(total, drive.value, rel_tol=1e-9, abs_tol=1e-4)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_seed_repeats_itself_on_any_number_of_threads(threads: int) -> None:
    """Stopped by steps, the same seed and number of threads give the same plan twice."""
    problem = random_problem(11, shipments=9, vehicles=3)
    plans = [r.solve(problem, 60, 3, iterations=400, engine="search", threads=threads) for _ in range(2)]
    assert plans[0] == plans[1]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_parts_take_every_route_once(seed: int, count: int) -> None:
    """Every vehicle that may be moved and every shipment left out is in exactly one part."""
    inst = Instance(random_problem(seed, shipments=12, vehicles=6))
    lane = Lane(tables_of(inst), inst.settled, seed)
    lane.fill(lane.tables.ours, CLOCK)
    routes, left = lane.current()
    rows = [at for at in range(6) if at != seed % 6]
    parts = parts_of(lane.tables, routes, left, rows, count, np.random.default_rng(seed))
    assert sorted(at for part in parts for at in part.rows) == rows
    assert sorted(ship for part in parts for ship in part.left) == left


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
@example(4029)  # leaving later twice, round a pause
def test_a_search_in_parts_keeps_its_sums(seed: int) -> None:
    """Searched apart by three threads, a plan stands as it is, costs what was summed, and repeats itself."""
    inst = Instance(random_problem(seed, shipments=14, vehicles=6))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(team, "LEAST_SHIPMENTS", 1)
        patch.setattr(team, "LEAST_ROUTES", 0)
        drives = [Drive(inst, seed, Limits(60.0, 400, 3, lambda: False), lambda *told: None) for _ in range(2)]
        (routes, left), again = [drive.run(None) for drive in drives]
    assert (routes, left) == again
    built = [build(inst, crew, order) for crew, order in zip(inst.crews, routes, strict=True)]
    assert all(route is not None for route in built)
    assert {inst.ship[task] for order in routes for task in order}.isdisjoint(left)
    total = sum(route.cost for route in built if route is not None) + drives[0].tables.ship["worth"][left].sum()
    assert math.isclose(total, drives[0].value, rel_tol=1e-9, abs_tol=1e-3)


def test_what_is_left_out_on_the_way_is_never_missing_in_the_best() -> None:
    """Where shipments may be left out on the way, some are; the best plan met misses none and costs what it says."""
    missed = 0
    for seed in range(12):
        made = random_problem(seed, shipments=10, vehicles=3)
        inst = Instance(replace(made, shipments=tuple(replace(one, mandatory=True) for one in made.shipments)))
        lane = Lane(tables_of(inst), inst.settled, seed)
        lane.fill(lane.tables.ours, CLOCK)
        hopeless, at_first = lane.best()[1], lane.value
        lane.loosen(1.0, 1.0)
        for part in range(10):
            lane.anneal(lambda share: 1.0, 1.0, lambda part=part: part / 10, 50)
            missed += lane.left > len(hopeless)
        routes, left = lane.best()
        built = [build(inst, crew, order) for crew, order in zip(inst.crews, routes, strict=True)]
        total = sum(route.cost for route in built if route is not None) + lane.tables.ship["worth"][left].sum()
        assert math.isclose(total, lane.value, rel_tol=1e-9, abs_tol=1e-3)
        assert set(left) <= set(hopeless)
        assert lane.value <= at_first
        lane.tighten()
        lane.take(routes)
        lane.anneal(lambda share: 1.0, 1.0, lambda: 0.5, 50)
        assert lane.left <= len(left)
    assert missed > 10


def test_without_a_compiler_the_other_engine_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where compiled code cannot be made, RoutingModel plans, and the plan says which engine it was."""
    monkeypatch.setitem(sys.modules, "numba", None)  # importing it fails from now on
    problem = random_problem(5, shipments=4, vehicles=2)
    plan = r.solve(problem, 5, iterations=5, engine="search")
    assert plan.engine == "ortools"
    assert r.check(problem, plan) == []


def test_cancelling_stops_the_threads_at_once() -> None:
    """A search that is cancelled before it begins gives a plan that keeps the rules, and at once."""
    problem = random_problem(12, shipments=8, vehicles=3)
    r.solve(problem, 60, iterations=1)  # what is compiled is loaded
    began = time.monotonic()
    plan = r.solve(problem, 60, engine="search", threads=2, cancelled=lambda: True)
    assert time.monotonic() - began < 0.5
    assert r.check(problem, plan) == []
