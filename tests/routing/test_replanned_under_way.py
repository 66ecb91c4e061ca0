"""The search replans a day under way: with heat, with what is aboard wherever it lies, from a plan of any length."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import routing as r
from routing.engine.instance import Instance
from routing.engine.search.clock import Limits
from routing.engine.search.drive import Drive

CHILLED, AMBIENT = r.Temperature.CHILLED, r.Temperature.AMBIENT


def _ways(size: int, seconds: int) -> dict[str, r.Matrix]:
    table = np.full((size, size), seconds)
    np.fill_diagonal(table, 0)
    return {"van": r.Matrix(table * 10, table)}


def test_goods_aboard_where_they_may_not_ride_are_still_delivered() -> None:
    """A chilled lot that somebody put into an uncooled compartment goes to its charity, not on riding."""
    rooms = (r.Compartment(CHILLED, 10**6, 100), r.Compartment(AMBIENT, 10**6, 100))
    van = r.Vehicle("v", "d", "d", r.Window(0, 3300), rooms)
    cold = r.Shipment("cold", r.Place("a"), (r.Place("b"),), 1000, 1, CHILLED, *r.cold_chain_limits(CHILLED))
    other = tuple(r.Shipment(f"o{n}", r.Place("e"), (r.Place("c"),), 90_000, 1) for n in range(2))
    done = r.FixedStop("a", ("cold",), (), 600, 600, 1000)
    state = r.VehicleState("v", "a", 1000, 600, (done,), (), (r.Aboard("cold", 1000),), 6000, 600)
    sites = tuple(r.Site(name) for name in "dabce")
    problem = r.Problem(sites, (cold, *other), (van,), _ways(5, 600), (state,))
    plans = {engine: r.solve(problem, 1, iterations=300, engine=engine) for engine in ("search", "ortools")}
    for plan in plans.values():
        assert "cold" not in {left.shipment for left in plan.unserved}
        assert r.check(problem, plan) == []
    assert r.score(problem, plans["search"]).total == pytest.approx(r.score(problem, plans["ortools"]).total)


def test_heat_is_that_of_the_driving_whoever_is_out() -> None:
    """The fixed cost of vehicles that are out is spent, so it is not taken off what driving costs."""
    sites = tuple(r.Site(f"s{n}") for n in range(12))
    vans = tuple(
        r.Vehicle(f"v{n}", "s0", "s0", r.Window(0, 40_000), (r.Compartment(AMBIENT, 10**6, 100),), fixed_cents=3000)
        for n in range(4)
    )
    ships = tuple(
        r.Shipment(f"g{n}", r.Place(f"s{1 + n % 10}"), (r.Place(f"s{1 + (n + 3) % 10}"),), 50_000, 2) for n in range(20)
    )
    states = tuple(
        r.VehicleState(f"v{n}", "s1", 1000, 600, (r.FixedStop("s1", (), (), 600, 600, 1000),), (), (), 3000, 300)
        for n in range(3)
    )
    usual = []
    for out in ((), states):
        drive = Drive(Instance(r.Problem(sites, ships, vans, _ways(12, 300), out)), 0, LIMITS, lambda *told: None)
        with drive.team:
            drive._first(None)
            usual.append(drive._usual())
    assert usual[1] > 0.3 * usual[0]


LIMITS = Limits(60.0, 100, 1, lambda: False)


@pytest.mark.slow
def test_a_plan_with_a_very_long_round_can_be_begun_with() -> None:
    """More tasks in one round than the search has room for: it begins with a part of them and loses nothing."""
    ships = tuple(r.Shipment(f"g{n}", r.Place("a"), (r.Place("b"),), 1) for n in range(540))
    van = r.Vehicle("v", "a", "a", r.Window(0, 10**6), (r.Compartment(AMBIENT, 10**6, 10**6),))
    problem = r.Problem((r.Site("a"), r.Site("b")), ships, (van,), _ways(2, 10))
    first = r.solve(problem, iterations=1, engine="ortools")
    assert first.totals.shipments == 540
    again = r.solve(problem, iterations=2, engine="search", warm=first)
    assert again.totals.shipments == 540
    assert r.check(problem, again) == []


@pytest.mark.parametrize("frozen", [(), (r.FixedStop("b", (), ("early",)),)])
@pytest.mark.parametrize("engine", ["search", "ortools"])
def test_who_is_overdue_for_a_pause_rests_at_once_and_goes_on(engine: str, frozen: tuple[r.FixedStop, ...]) -> None:
    """A crew that worked too long already takes its pause now; what it carries is still delivered."""
    room = (r.Compartment(AMBIENT, 10**6, 100),)
    van = r.Vehicle("v", "d", "d", r.Window(0, 40_000), room, break_rule=r.BreakRule(5_000, 1_200))
    ships = tuple(
        r.Shipment(name, r.Place("a"), (r.Place(to),), 1000, 1) for name, to in (("early", "b"), ("late", "c"))
    )
    done = r.FixedStop("a", ("early", "late"), (), 600, 600, 1_000)
    aboard = tuple(r.Aboard(one.id, 1_000) for one in ships)
    state = r.VehicleState("v", "a", 7_000, 600, (done,), frozen, aboard, 6_000, 600)
    problem = r.Problem(tuple(r.Site(name) for name in "dabc"), ships, (van,), _ways(4, 600), (state,))
    plan = r.solve(problem, 1, iterations=100, engine=engine)
    assert plan.unserved == ()
    assert r.check(problem, plan) == []
    (trip,) = plan.rounds
    assert trip.pauses[0].start_s == 7_000
    late = replace(trip, pauses=(r.Pause(7_600, 8_800), *trip.pauses[1:]))
    assert (
        "the pause comes too late" in {one.message for one in r.check(problem, replace(plan, rounds=(late,)))} or frozen
    )


@pytest.mark.parametrize("cents", [0, 1200])
@pytest.mark.parametrize("opens", [9000, 12_000])
def test_who_pauses_before_leaving_leaves_rested(opens: int, cents: int) -> None:
    """A crew whose pause is to end after its vehicle is free leaves after it, and its next pauses count from there."""
    rooms = (r.Compartment(AMBIENT, 10**6, 100),)
    rule = r.BreakRule(2000, 300)
    van = r.Vehicle("v", "d", "d", r.Window(4000, 90_000), rooms, per_hour_cents=cents, break_rule=rule)
    shipment = r.Shipment("one", r.Place("a"), (r.Place("b", (r.Window(opens, opens),)),), 90_000, 1)
    seconds = np.array([[0, 2700, 3000], [2700, 0, 300], [3000, 300, 0]])
    ways = {"van": r.Matrix(seconds * 10, seconds)}
    sites = tuple(r.Site(name) for name in "dab")
    problem = r.Problem(sites, (shipment,), (van,), ways, (r.VehicleState("v", paused_until_s=5000),))
    for engine in ("search", "ortools"):
        plan = r.solve(problem, 1, iterations=20, engine=engine)
        assert r.check(problem, plan) == []
        assert all(trip.start_s >= 5000 for trip in plan.rounds if trip.stops)
    assert not r.solve(problem, 1, iterations=20, engine="search").unserved
