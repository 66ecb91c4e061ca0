"""An instance in disguise is the same instance: what solves one solves the other, at the same price."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import routing
from tests.workers.public_instances import instance
from workers.bench.routing.disguise import disguise, plainly
from workers.bench.routing.instances import Instance, distance_of
from workers.bench.routing.rebuilding import rebuild
from workers.bench.routing.starting import tiny


@st.composite
def tours(draw: st.DrawFn) -> tuple[int, int, list[list[str]]]:
    """(shipments, seed, routes), some of the routes overfull or too long, some good."""
    pairs = draw(st.integers(2, 5))
    routes: list[list[str]] = [[] for _ in range(4)]
    for number in range(1, pairs + 1):
        route = draw(st.sampled_from(routes))
        first = draw(st.integers(0, len(route)))
        route.insert(first, str(number))
        route.insert(draw(st.integers(first + 1, len(route))), str(number + pairs))
    return pairs, draw(st.integers(0, 10_000)), routes


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tour=tours())
@example(tour=(2, 0, [[], [], ["1", "3"], ["2", "4"]]))
def test_a_solution_maps_back_with_the_same_cost(tmp_path: Path, tour: tuple[int, int, list[list[str]]]) -> None:
    """Every route keeps or breaks the same rules in both, and costs the factor times as much in disguise."""
    pairs, seed, routes = tour
    plain = instance(tmp_path, pairs=pairs, seed=seed, width=200)
    masked = disguise(plain.problem, seed)
    names = {true: name for name, true in masked.sites.items()}
    hidden = [[names[site] for site in route] for route in routes]
    assert masked.back(hidden) == routes
    here, there = rebuild(plain.problem, routes), rebuild(masked.problem, hidden)
    assert there.totals.metres == masked.factor * here.totals.metres
    assert there.totals.cost_cents == masked.factor * here.totals.cost_cents
    broken = [[breach.rule for breach in routing.check(*pair)] for pair in
              ((plain.problem, here), (masked.problem, there))]  # fmt: skip
    assert broken[0] == broken[1]
    # A route beyond the fleet has no price.
    if {trip.vehicle for trip in here.rounds} <= {vehicle.id for vehicle in plain.problem.vehicles}:
        assert routing.score(masked.problem, there).total == masked.factor * routing.score(plain.problem, here).total


def test_an_engine_does_not_see_through_it(tmp_path: Path) -> None:
    """A plan found in disguise is one of the true instance, with the distance it claimed."""
    plain = instance(tmp_path, pairs=5)
    masked = disguise(plain.problem, 7)
    plan = routing.solve(masked.problem, iterations=30, engine="search")
    back = masked.back([[stop.site for stop in trip.stops] for trip in plan.rounds])
    true = rebuild(plain.problem, back)
    assert routing.check(plain.problem, true) == []
    assert plan.totals.metres == masked.factor * true.totals.metres
    assert distance(plain, back) == pytest.approx(true.totals.metres / plain.grain, abs=0.01)


def distance(of: Instance, routes: list[list[str]]) -> float:
    index = {site.id: at for at, site in enumerate(of.problem.sites)}
    return distance_of(of.named, index, "0", routes)


def test_nothing_recognisable_is_left(tmp_path: Path) -> None:
    """No name, no order, no number of the instance comes through; the same seed disguises the same way."""
    problem = instance(tmp_path, pairs=6).problem
    masked = disguise(problem, 3)
    assert masked.problem == disguise(problem, 3).problem
    assert masked.problem != disguise(problem, 4).problem
    assert not {site.id for site in problem.sites} & set(masked.sites)
    assert [masked.sites[site.id] for site in masked.problem.sites] != [site.id for site in problem.sites]
    assert masked.factor > 1
    before = {int(problem.matrices["bench"].metres[at]) for at in pairwise(range(len(problem.sites)))}
    after = {int(masked.problem.matrices["bench"].metres[at]) for at in pairwise(range(len(problem.sites)))}
    assert not before & after


def test_what_only_our_own_problems_have_is_disguised_too() -> None:
    """Ride limits, pauses, parking, compartments and a mirrored map."""
    problem = tiny()
    masked = disguise(problem, 1)
    factor = masked.factor
    cold = next(one for one in masked.problem.shipments if one.max_ride_s)
    assert cold.max_ride_s[routing.ColdEquipment.BOX] == 5_400 * factor
    rest = masked.problem.vehicles[0].break_rule
    assert rest is not None
    assert rest.duration_s == 1_200 * factor
    assert {site.stop_s for site in masked.problem.sites} == {120 * factor}
    assert plainly(problem).problem is problem
