"""Routes told as lists of places become plans, and whatever is wrong with them is seen by the one checker."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import routing
from tests.workers.public_instances import Routes, instance, length, one_by_one
from workers.bench.routing.instances import Instance
from workers.bench.routing.measuring import Job, judged
from workers.bench.routing.rebuilding import rebuild


@pytest.fixture
def tiny(tmp_path: Path) -> Instance:
    return instance(tmp_path, pairs=3)


def job(of: Instance) -> Job:
    return Job(of, "search", 0, 1.0, 1)


def test_good_routes_become_a_plan_without_a_breach(tiny: Instance, tmp_path: Path) -> None:
    """Its vehicles and its length are those of the routes, in the file's own unit."""
    routes = [["1", "4", "2", "5"], ["3", "6"]]
    assert routing.check(tiny.problem, rebuild(tiny.problem, routes)) == []
    row = judged(job(tiny), 0.5, [*routes, []])
    assert (row.vehicles, row.breaches, row.note) == (2, 0, "")
    assert row.distance == pytest.approx(length(tmp_path / "tiny.txt", routes), abs=1e-5)


BROKEN: dict[str, tuple[Callable[[Routes], Routes], str]] = {
    "a shipment left out": (lambda routes: routes[1:], "assignment"),
    "a pickup without its delivery": (lambda routes: [["1"], *routes[1:]], "assignment"),
    "a task done twice": (lambda routes: [*routes[:2], routes[2] + routes[2]], "assignment"),
    "a delivery before its pickup": (lambda routes: [["4", "1"], *routes[1:]], "pickup_before_delivery"),
    "a shipment split over two vehicles": (lambda routes: [["1", "5"], ["2", "4"], routes[2]], "assignment"),
    "more than the vehicle holds": (lambda _: [["1", "2", "3", "4", "5", "6"]], "capacity"),
    "a place nobody knows": (lambda routes: [[*routes[0], "99"], *routes[1:]], "names"),
    "more routes than vehicles": (lambda _: [["1", "4"], ["2"], ["5"], ["3"], ["6"]], "names"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_routes_are_seen_broken(tiny: Instance, what: str) -> None:
    """Each kind of mistake is a breach of the rule it breaks, and the row has no figures but says why."""
    spoil, rule = BROKEN[what]
    routes = spoil(one_by_one(3))
    assert rule in {breach.rule for breach in routing.check(tiny.problem, rebuild(tiny.problem, routes))}
    row = judged(job(tiny), 0.5, routes)
    assert row.vehicles is None
    assert row.distance is None
    assert row.breaches
    assert row.note.startswith("invalid: ")


def test_being_late_is_seen(tiny: Instance) -> None:
    """A window that has closed when the vehicle comes, and a shift that ends before it is home."""
    problem = tiny.problem
    first = problem.shipments[0]
    closed = replace(first, deliveries=(replace(first.deliveries[0], windows=(routing.Window(0, 1),)),))
    late = replace(problem, shipments=(closed, *problem.shipments[1:]))
    assert "time_window" in {breach.rule for breach in routing.check(late, rebuild(late, one_by_one(3)))}
    short = tuple(replace(vehicle, shift=routing.Window(0, 10)) for vehicle in problem.vehicles)
    hurried = replace(problem, vehicles=short)
    assert "shift" in {breach.rule for breach in routing.check(hurried, rebuild(hurried, one_by_one(3)))}


def test_a_way_that_is_not_there_is_seen(tiny: Instance) -> None:
    """No leg is made up where the table has none."""
    matrix = tiny.problem.matrices["bench"]
    seconds, metres = matrix.seconds.copy(), matrix.metres.copy()
    seconds[1, 4] = metres[1, 4] = routing.UNREACHABLE
    cut = replace(tiny.problem, matrices={"bench": routing.Matrix(metres, seconds)})
    assert "travel_time" in {breach.rule for breach in routing.check(cut, rebuild(cut, one_by_one(3)))}


def test_ours_is_judged_the_same_as_its_own_plan(tiny: Instance) -> None:
    """The plan of our engine and the plan rebuilt from its routes drive as far with as many vehicles."""
    plan = routing.solve(tiny.problem, iterations=20, engine="search")
    again = rebuild(tiny.problem, [[stop.site for stop in trip.stops] for trip in plan.rounds])
    assert routing.check(tiny.problem, again) == []
    assert (again.totals.metres, again.totals.rounds) == (plan.totals.metres, plan.totals.rounds)
