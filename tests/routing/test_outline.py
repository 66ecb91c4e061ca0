"""What is seen of a place from its route alone never claims more than timing it, so answers are the same with it."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing as r
from routing.engine.cheapest import _timed_at
from routing.engine.growing import GrowingInstance
from routing.engine.strip import Strip
from routing.engine.warm import routes_of
from tests.routing.conftest import make_day
from tests.routing.test_engine_keeps_the_rules import random_problem
from tests.routing.test_under_way import _state_of as state_of

Day = tuple[r.Problem, r.Plan, list[r.Shipment]]


def _any_day(seed: int) -> Day:
    """A small day with a bit of every rule: some of it promised, some vehicles with their next stops frozen."""
    random = Random(seed)
    whole = random_problem(seed, random.randint(6, 12), random.randint(1, 3), gaps=random.random() < 0.5)
    # Long shifts with short spells between pauses, so that rounds of several pauses have room for more.
    tired = tuple(
        replace(
            one,
            shift=r.Window(one.shift.start_s, one.shift.start_s + 9000),
            break_rule=random.choice([None, r.BreakRule(1200, 200), r.BreakRule(700, 100)]),
            max_duration_s=random.choice([None, None, 7000]),
            max_stops=random.choice([None, None, 8]),
            per_hour_cents=random.choice([0, 1200]),
        )
        for one in whole.vehicles
    )
    problem = replace(whole, vehicles=tired, shipments=whole.shipments[:-4])
    plan = r.solve(problem, iterations=20, seed=seed, engine="search")
    if random.random() < 0.8:
        problem = replace(problem, promises=r.promises_of(plan), weights=r.Weights(calm_s=random.choice([0, 60, 600])))
    states = [_frozen(trip, random) for trip in plan.rounds if random.random() < 0.7]
    return replace(problem, states=tuple(states)), plan, list(whole.shipments[-4:])


def _frozen(trip: r.Round, random: Random) -> r.VehicleState:
    """A vehicle about to leave with its first stop fixed, later than planned now and then."""
    late = random.choice([0, 0, 100, 400])
    fixed = tuple(
        r.FixedStop(
            stop.site,
            tuple(handling.shipment for handling in stop.loads),
            tuple(handling.shipment for handling in stop.unloads),
            service_start_s=stop.service_start_s + late,
        )
        for stop in trip.stops[: random.randint(0, 1)]
    )
    return r.VehicleState(trip.vehicle, frozen=fixed)


def _day_under_way(seed: int) -> Day:
    """A day of longer rounds, some of its stops done, others frozen, goods aboard."""
    random = Random(seed)
    whole = make_day(30, 5, seed)
    problem, ahead = replace(whole, shipments=whole.shipments[:26]), whole.shipments[26:]
    plan = r.solve(problem, iterations=20, engine="search")
    states = tuple(state_of(trip, random.randint(0, 3), random.randint(0, 2), problem) for trip in plan.rounds)
    return replace(problem, states=states, promises=r.promises_of(plan)), plan, list(ahead)


def _seen_and_timed(day: Day) -> tuple[int, int]:
    """Compare all places of a day; how many of those no timing allows are seen, and how many change a promise."""
    problem, plan, ahead = day
    inst = GrowingInstance(problem)
    routes, _, cut = routes_of(inst, plan)
    refused = changed = 0
    strip = Strip(inst, routes)
    for shipment in ahead:
        ship = inst.push(shipment)
        inst.may[ship, sorted(cut)] = False
        for pairs in strip.places(ship):
            bounds = strip.closer(ship, pairs, np.arange(len(pairs.row)))
            for at in range(len(pairs.row)):
                row, load, drop = int(pairs.row[at]), int(pairs.load[at]), int(pairs.drop[at])
                found = _timed_at(inst, routes, ship, row, load, drop, pairs.task)
                seen = strip.nearer(ship, pairs, at, math.inf)
                assert found is None or max(seen, bounds[at]) <= found.added + 1e-6
                if found is not None:
                    assert strip.nearer(ship, pairs, at, found.added + 1e-3) == seen
                refused += found is None and seen == math.inf
                changed += found is not None and seen > float(pairs.least[at]) + 1.0
        inst.pop()
    return refused, changed


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_no_place_adds_less_than_is_seen_of_it(seed: int) -> None:
    """With every rule there is: what is seen is a bound, and a place seen as impossible cannot be timed."""
    _seen_and_timed(_any_day(seed))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 1000))
def test_the_same_with_stops_done_and_goods_aboard(seed: int) -> None:
    """On longer rounds under way it is a bound too."""
    _seen_and_timed(_day_under_way(seed))


def test_much_is_seen() -> None:
    """Of places that cannot be timed many are seen, and of others what they cost those who were promised."""
    seen = [_seen_and_timed(_any_day(seed)) for seed in range(40)]
    assert sum(refused for refused, _ in seen) > 50
    assert sum(changed for _, changed in seen) > 50


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.booleans())
def test_answers_are_those_of_timing_every_place(seed: int, under_way: bool) -> None:
    """Asked and taken one after another: same place, times and cents as where nothing is seen beforehand."""
    problem, plan, ahead = _day_under_way(seed % 1000 + 1) if under_way else _any_day(seed)
    seeing, timing = r.Standing(problem, plan), r.Standing(problem, plan)
    for shipment in ahead:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Strip, "nearer", lambda self, ship, pairs, at, below: -math.inf)
            asked, taken = timing.insert(shipment), timing.take(shipment)
        assert (seeing.insert(shipment), seeing.take(shipment)) == (asked, taken)
    assert seeing.plan == timing.plan


def test_what_was_taken_is_seen_in_the_next_answer() -> None:
    """After a shipment was taken its round is looked at anew: asking goes on as from a plan read afresh."""
    problem, plan, ahead = _day_under_way(7)
    standing = r.Standing(problem, plan)
    for shipment in ahead:
        assert standing.insert(shipment) == r.insert(standing.problem, standing.plan, shipment)
        standing.take(shipment)
