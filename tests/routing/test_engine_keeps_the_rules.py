"""Whatever the problem, no engine's plan breaks a rule, and on tiny problems the search finds the optimum."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing as r
from tests.routing.brute_force import optimum

BOX, UNIT = r.ColdEquipment.BOX, r.ColdEquipment.REFRIGERATED
KINDS = list(r.Temperature)


def random_problem(seed: int, shipments: int, vehicles: int, plain: bool = False, gaps: bool = True) -> r.Problem:
    """A small problem with a bit of everything, or (plain) one without compartments, cold, pauses and limits.

    `gaps`: now and then there is no way between two places, though there is one through a third.
    """
    random = Random(seed)
    count = random.randint(3, 8)
    metres = np.array([[0 if a == b else random.randint(100, 9000) for b in range(count)] for a in range(count)])
    seconds = np.array([[0 if a == b else random.randint(10, 900) for b in range(count)] for a in range(count)])
    for table in (metres, seconds):
        # Real roads: no direct way is longer than one through a third place.
        for via in range(count):
            np.minimum(table, table[:, [via]] + table[[via], :], out=table)
    if not plain:
        for _ in range(random.randint(0, 3)):
            a, b = random.sample(range(count), 2)
            if gaps:
                metres[a, b] = seconds[a, b] = -1
    sites = tuple(r.Site(f"s{n}", stop_s=0 if plain else random.choice([0, 0, 60])) for n in range(count))

    def windows() -> tuple[r.Window, ...]:
        begins = sorted(random.sample(range(0, 6000, 10), 2 * random.randint(0, 2)))
        return tuple(r.Window(a, b) for a, b in zip(begins[::2], begins[1::2], strict=True))

    def place(name: str) -> r.Place:
        return r.Place(name, windows(), random.choice([0, 30, 200]))

    goods = []
    for number in range(shipments):
        names = random.sample([site.id for site in sites], 1 + random.randint(1, 1 if plain else 2))
        kind = r.Temperature.AMBIENT if plain else random.choice(KINDS)
        cold: dict[r.ColdEquipment, int | None] = {}
        if kind != r.Temperature.AMBIENT:
            cold = {BOX: random.choice([200, 600, 1500]), UNIT: None}
        goods.append(
            r.Shipment(
                id=f"g{number}",
                pickup=place(names[0]),
                deliveries=tuple(place(name) for name in names[1:]),
                grams=random.randint(1, 600),
                crates=random.randint(0, 3),
                temperature=kind,
                max_ride_s=cold,
                max_ride_m={BOX: 9000, UNIT: None} if cold and random.random() < 0.5 else {},
                value=random.choice([0, 300, 2000]),
                mandatory=random.random() < 0.2,
                ready_s=random.choice([None, None, 800]),
                skills=frozenset({"lift"}) if not plain and random.random() < 0.15 else frozenset(),
            )
        )
    fleet = []
    for number in range(vehicles):
        starts = random.choice([0, 0, 1000])
        rooms = [r.Compartment(kind, random.randint(200, 1500), random.randint(2, 8), BOX) for kind in KINDS]
        fleet.append(
            r.Vehicle(
                id=f"v{number}",
                start=random.choice(sites).id,
                end=None if not plain and random.random() < 0.2 else random.choice(sites).id,
                shift=r.Window(starts, starts + random.choice([2000, 5000])),
                compartments=tuple(rooms[: 1 if plain else random.randint(1, 3)]),
                payload_grams=None if plain or random.random() < 0.5 else random.randint(300, 2000),
                fixed_cents=random.choice([0, 100]),
                per_km_cents=50,
                per_hour_cents=0 if plain else 1200,
                max_stops=None if plain else random.choice([None, 3, 6]),
                max_duration_s=None if plain else random.choice([None, 1800, 3000]),
                break_rule=None if plain else random.choice([None, r.BreakRule(1200, 200)]),
                skills=frozenset({"lift"}) if random.random() < 0.5 else frozenset(),
            )
        )
    return r.Problem(sites, tuple(goods), tuple(fleet), {"van": r.Matrix(metres, seconds)})


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(0, 9), st.integers(1, 3))
def test_search_never_breaks_a_rule(seed: int, shipments: int, vehicles: int) -> None:
    """Random days with every kind of constraint come back without a breach."""
    problem = random_problem(seed, shipments, vehicles)
    plan = r.solve(problem, iterations=15, seed=seed, engine="search")
    assert r.check(problem, plan) == []


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_routing_model_never_breaks_a_rule(seed: int, shipments: int) -> None:
    """The same holds for RoutingModel, with and without our first plan."""
    problem = random_problem(seed, shipments, 2)
    for engine in ("ortools", "ortools-plain"):
        plan = r.solve(problem, 0.5, iterations=5, seed=seed, engine=engine)
        assert r.check(problem, plan) == []


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(1, 2), st.integers(1, 2))
def test_no_plan_is_better_than_brute_force(seed: int, shipments: int, vehicles: int) -> None:
    """With every kind of constraint at once, an engine's plan never costs less than trying everything allows."""
    problem = random_problem(seed, shipments, vehicles)
    least = optimum(problem)
    for engine, seconds in (("search", 60.0), ("ortools", 0.5)):
        plan = r.solve(problem, seconds, iterations=20, seed=seed, engine=engine)
        assert r.score(problem, plan).total >= least - 0.01


@pytest.mark.slow
@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(1, 2), st.integers(1, 2), st.booleans())
def test_constrained_problems_are_solved_to_the_optimum(seed: int, shipments: int, vehicles: int, paid: bool) -> None:
    """Every rule at once, pauses included, time paid or not: the search is as good as trying all."""
    problem = random_problem(seed, shipments, vehicles, gaps=False)
    if not paid:
        problem = replace(problem, vehicles=tuple(replace(one, per_hour_cents=0) for one in problem.vehicles))
    plan = r.solve(problem, 60, iterations=2000, seed=seed, engine="search")
    assert r.check(problem, plan) == []
    assert r.score(problem, plan).total == pytest.approx(optimum(problem), abs=0.01)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 2))
def test_tiny_problems_are_solved_to_the_optimum(seed: int, shipments: int, vehicles: int) -> None:
    """The search's plan is as good as trying everything."""
    problem = random_problem(seed, shipments, vehicles, plain=True)
    plan = r.solve(problem, iterations=60, seed=seed, engine="search")
    assert r.score(problem, plan).total == pytest.approx(optimum(problem), abs=0.01)


@pytest.mark.parametrize(("shipments", "seed"), [(2, 0), (2, 81), (2, 243), (2, 441), (3, 45), (3, 69)])
def test_a_whole_round_moves_to_the_vehicle_it_suits(shipments: int, seed: int) -> None:
    """Where all goods begin on the wrong vehicle and no single one gains by leaving it, the search moves them all."""
    problem = random_problem(seed, shipments, 2, plain=True)
    plan = r.solve(problem, 60, iterations=300, seed=seed, engine="search")
    assert r.score(problem, plan).total == pytest.approx(optimum(problem), abs=0.01)


@pytest.mark.parametrize("seed", range(8))
def test_both_engines_agree_on_tiny_problems(seed: int) -> None:
    """Two independent engines find the same best value."""
    problem = random_problem(seed, 3, 2, plain=True)
    search = r.solve(problem, iterations=60, engine="search")
    model = r.solve(problem, 1.0, iterations=60, engine="ortools")
    assert r.score(problem, search).total == pytest.approx(r.score(problem, model).total, abs=0.01)


def test_same_seed_same_plan() -> None:
    """Stopped by iterations, the search is a function of the problem and the seed."""
    problem = random_problem(7, 9, 3)
    one, other = (r.solve(problem, iterations=40, seed=3, engine="search") for _ in range(2))
    assert one == other


def test_loading_waits_so_that_the_cold_lasts() -> None:
    """A pickup is put off when going at once would make the ride too long."""
    matrix = r.Matrix(np.full((3, 3), 10) - 10 * np.eye(3, dtype=int), np.full((3, 3), 60) - 60 * np.eye(3, dtype=int))
    milk = r.Shipment(
        "milk",
        r.Place("shop", (r.Window(0, 9000),)),
        (r.Place("shelf", (r.Window(5000, 6000),)),),
        10,
        temperature=r.Temperature.CHILLED,
        max_ride_s={BOX: 120},
        value=100_000,
    )
    van = r.Vehicle("van", "home", "home", r.Window(0, 9000), (r.Compartment(r.Temperature.CHILLED, 10, 1, BOX),))
    problem = r.Problem((r.Site("home"), r.Site("shop"), r.Site("shelf")), (milk,), (van,), {"van": matrix})
    plan = r.solve(problem, iterations=1, engine="search")
    assert r.check(problem, plan) == []
    assert 4880 <= plan.rounds[0].stops[0].service_start_s <= 4940


def test_warm_start_is_never_worse_than_the_plan_it_starts_from() -> None:
    """Replanning the same problem from its plan does not lose anything."""
    problem = random_problem(11, 9, 3)
    plan = r.solve(problem, iterations=50, engine="search")
    again = r.solve(problem, iterations=0, engine="search", warm=plan)
    assert r.score(problem, again).total <= r.score(problem, plan).total + 0.01


def test_promises_are_kept_when_nothing_is_lost() -> None:
    """People told by one engine's plan are disturbed less by the next search than by one that knows of no promise."""
    kept = careless = 0.0
    for seed in (7, 8, 9):
        problem = random_problem(seed, 8, 3)
        plan = r.solve(problem, iterations=5, engine="ortools")
        told = replace(problem, promises=r.promises_of(plan))
        again = r.solve(told, iterations=50, seed=99, engine="search", warm=plan)
        assert r.score(told, again).total <= r.score(told, plan).total
        kept += r.score(told, again).change
        careless += r.score(told, r.solve(problem, iterations=50, seed=99, engine="search")).change
    assert kept < careless


def test_a_real_size_day_is_planned_without_breach(day: object) -> None:
    """A day of sixty lots and nine vehicles, few iterations, no breach, most kilograms carried."""
    problem = day(60, 9)  # type: ignore[operator]  # the fixture is the function that makes days
    plan = r.solve(problem, iterations=40, engine="search")
    assert r.check(problem, plan) == []
    assert plan.totals.grams > plan.totals.grams_left


@pytest.mark.parametrize("engine", r.ENGINES)
def test_what_can_never_be_brought_keeps_nothing_else_at_home(engine: str) -> None:
    """A shipment whose delivery closes before its loading opens is left out; the other one is carried all the same."""
    way = np.array([[0, 60], [60, 0]])
    never = r.Shipment("never", r.Place("a", (r.Window(5000, 6000),)), (r.Place("b", (r.Window(0, 1000),)),), 100)
    fine = r.Shipment("fine", r.Place("a", (r.Window(0, 1000),)), (r.Place("b", (r.Window(0, 2000),)),), 10_000)
    van = r.Vehicle("van", "a", "a", r.Window(0, 9000), (r.Compartment(r.Temperature.AMBIENT, 50_000, 10),))
    problem = r.Problem((r.Site("a"), r.Site("b")), (never, fine), (van,), {"van": r.Matrix(way, way)})
    plan = r.solve(problem, 2.0, iterations=5, engine=engine)
    assert [left.shipment for left in plan.unserved] == ["never"]
    assert r.check(problem, plan) == []
