"""A plan kept ready answers as one read anew, shipment after shipment, and what it takes keeps every rule."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import routing as r
from routing.engine.by_itself import NEARNESS, ByItself, Facts, fails
from routing.engine.growing import GrowingInstance
from routing.engine.instance import Instance
from routing.engine.route import Route, build
from routing.engine.warm import routes_of
from tests.routing.conftest import make_day
from tests.routing.test_engine_keeps_the_rules import random_problem
from tests.routing.test_under_way import _state_of as state_of


def _planned(seed: int, shipments: int, vehicles: int, ahead: int) -> tuple[r.Problem, r.Plan, list[r.Shipment]]:
    """A random problem without its last shipments, its plan, and those last shipments."""
    whole = random_problem(seed, shipments + ahead, vehicles, gaps=False)
    problem = replace(whole, shipments=whole.shipments[:shipments])
    plan = r.solve(problem, iterations=5, seed=seed, engine="search")
    if seed % 2:
        problem = replace(problem, promises=r.promises_of(plan))
    return problem, plan, list(whole.shipments[shipments:])


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(0, 8), st.integers(1, 3))
def test_kept_ready_or_read_anew_the_answer_is_the_same(seed: int, shipments: int, vehicles: int) -> None:
    """Before and after each shipment taken, both ways of asking agree, and the plan has no breach."""
    problem, plan, ahead = _planned(seed, shipments, vehicles, 5)
    standing = r.Standing(problem, plan)
    for shipment in ahead:
        for other in ahead:
            if standing.plan.left_out(other.id) is None and other.id in {s.id for s in standing.problem.shipments}:
                continue
            assert standing.insert(other) == r.insert(standing.problem, standing.plan, other)
        before = standing.plan
        answer = standing.take(shipment)
        if isinstance(answer, r.Unserved):
            assert standing.plan == before
            continue
        assert r.check(standing.problem, standing.plan) == []
        trip = standing.plan.round_of(answer.vehicle)
        assert trip is not None
        loads = {h.shipment: h.start_s for stop in trip.stops for h in stop.loads}
        unloads = {h.shipment: h.start_s for stop in trip.stops for h in stop.unloads}
        assert (loads[shipment.id], unloads[shipment.id]) == (answer.pickup_s, answer.delivery_s)
        now = r.score(standing.problem, standing.plan).total
        assert now - r.score(problem, before).total == pytest.approx(answer.added_cents, abs=0.51)
        problem = standing.problem


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(1, 3))
def test_a_plan_is_read_back_whole(seed: int, shipments: int, vehicles: int) -> None:
    """Nothing of a plan that keeps the rules is lost when it is read as what stands."""
    problem, plan, _ = _planned(seed, shipments, vehicles, 0)
    standing = r.Standing(problem, plan).plan
    assert standing.totals == plan.totals
    assert standing.unserved == plan.unserved


def _least(problem: r.Problem, plan: r.Plan, shipment: r.Shipment) -> float | None:
    """What `shipment` adds at least: every vehicle, every order that keeps the others', every delivery site."""
    inst = Instance(replace(problem, shipments=(*problem.shipments, shipment)))
    ship = len(problem.shipments)
    routes, _, cut = routes_of(inst, plan, frozenset({ship}))
    found: list[float] = []
    for row, (crew, route) in enumerate(zip(inst.crews, routes, strict=True)):
        if row in cut or not inst.may[ship, row]:
            continue
        body = route.tasks
        for drop in inst.deliveries[ship]:
            for i in range(len(body) + 1):
                for j in range(i, len(body) + 1):
                    grown: Route | None = build(inst, crew, (*body[:i], inst.pickup[ship], *body[i:j], drop, *body[j:]))
                    if grown is not None:
                        found.append(grown.cost - route.cost)
    return min(found, default=None)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(0, 8), st.integers(1, 3))
def test_no_place_adds_less(seed: int, shipments: int, vehicles: int) -> None:
    """The place found adds no more than the best of all places tried one by one; none is found where there is none."""
    problem, plan, ahead = _planned(seed, shipments, vehicles, 2)
    standing = r.Standing(problem, plan)
    for shipment in ahead:
        answer, least = standing.insert(shipment), _least(problem, plan, shipment)
        if least is None:
            assert isinstance(answer, r.Unserved)
        else:
            assert isinstance(answer, r.Insertion)
            assert answer.added_cents == round(least) or abs(answer.added_cents - least) < 0.51


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 1000), st.integers(0, 4), st.integers(0, 3))
def test_vehicles_under_way_take_more_without_a_breach(seed: int, done: int, frozen: int) -> None:
    """With stops done or frozen and goods aboard the answer is the best place, the same both ways, and keeps rules."""
    whole = make_day(18, 4, seed)
    problem, ahead = replace(whole, shipments=whole.shipments[:14]), whole.shipments[14:]
    plan = r.solve(problem, iterations=5, engine="search")
    states = tuple(state_of(trip, done, frozen, problem) for trip in plan.rounds)
    problem = replace(problem, states=states, promises=r.promises_of(plan))
    standing = r.Standing(problem, plan)
    # A round that lost shipments takes nothing more while the object is kept; what is left of it, read anew, would.
    assume(len(standing.plan.unserved) == len(plan.unserved))
    for shipment in ahead:
        problem, plan = standing.problem, standing.plan
        answer, least = standing.take(shipment), _least(problem, plan, shipment)
        assert answer == r.insert(problem, plan, shipment)
        if isinstance(answer, r.Unserved):
            assert least is None
            continue
        assert answer.added_cents == pytest.approx(least, abs=0.51)
        assert r.check(standing.problem, standing.plan) == []
        for vehicle in (state.vehicle for state in states):
            assert _fixed(standing.plan.round_of(vehicle)) == _fixed(plan.round_of(vehicle))


def _fixed(trip: r.Round | None) -> list[r.Stop]:
    """The stops of a round that are no longer a choice, what lies in the vehicle aside."""
    stops = trip.stops if trip else ()
    return [replace(stop, load_after=()) for stop in stops if stop.state != r.StopState.FREE]


def test_a_carried_shipment_is_taken_anew_elsewhere() -> None:
    """Taking a shipment of a known id replaces it: it is in the plan once, and the rest stays."""
    problem = make_day(20, 5)
    plan = r.solve(problem, iterations=30, engine="search")
    carried = plan.rounds[0].stops[0].loads[0].shipment
    shipment = replace(next(item for item in problem.shipments if item.id == carried), grams=1)
    standing = r.Standing(problem, plan)
    assert standing.insert(shipment) == r.insert(problem, plan, shipment)
    assert standing.plan.totals == plan.totals
    assert isinstance(standing.take(shipment), r.Insertion)
    loads = [h.shipment for trip in standing.plan.rounds for stop in trip.stops for h in stop.loads]
    assert loads.count(carried) == 1
    assert len(standing.problem.shipments) == len(problem.shipments)
    assert r.check(standing.problem, standing.plan) == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(0, 8), st.integers(1, 3))
def test_who_asks_before_taking_gets_the_same_place(seed: int, shipments: int, vehicles: int) -> None:
    """Asked about and then taken, or taken at once, or after another was taken in between: one and the same plan."""
    problem, plan, (first, second, *_) = _planned(seed, shipments, vehicles, 3)
    asking, taking = r.Standing(problem, plan), r.Standing(problem, plan)
    asking.insert(second)
    assert asking.insert(first) == asking.take(first) == taking.take(first)
    stale = asking.insert(second)
    assert asking.plan == taking.plan
    assert asking.take(second) == taking.take(second) == stale
    assert asking.plan == taking.plan


def test_a_place_taken_by_another_is_not_given_again() -> None:
    """Asked about two shipments, the first is taken: what was found for the second before is not used."""
    for seed in range(12):
        problem, plan, (first, second) = _planned(seed, 5, 1, 2)
        standing = r.Standing(problem, plan)
        standing.insert(first)
        standing.insert(second)
        if isinstance(standing.take(first), r.Unserved):
            continue
        taken = standing.take(second)
        assert r.check(standing.problem, standing.plan) == []
        anew = r.Standing(problem, plan)
        anew.take(first)
        assert taken == anew.take(second)


def test_a_site_nobody_knows_is_named() -> None:
    """A shipment from elsewhere is refused with the place in it, and the next question is answered as before."""
    problem, plan, (first, second) = _planned(3, 4, 2, 2)
    standing = r.Standing(problem, plan)
    before = standing.insert(first)
    with pytest.raises(r.ProblemError, match="unknown site 'elsewhere'") as refused:
        standing.insert(replace(second, pickup=r.Place("elsewhere")))
    assert refused.value.field == "shipments[4].pickup.site"
    with pytest.raises(r.ProblemError) as refused:
        standing.take(replace(second, deliveries=(second.deliveries[0], r.Place("elsewhere"))))
    assert refused.value.field == "shipments[4].deliveries[1].site"
    assert standing.insert(first) == before


def test_reasons_are_those_of_a_plan_read_anew() -> None:
    """Too heavy, too bulky, no skill: the reason and its figures do not depend on the way of asking."""
    problem, plan, (new, _) = _planned(8, 6, 2, 2)
    standing = r.Standing(problem, plan)
    hopeless = (
        replace(new, grams=9_000_000),
        replace(new, crates=5_000),
        replace(new, skills=frozenset({"crane"})),
        replace(new, pickup=replace(new.pickup, windows=(r.Window(-50, -10),))),
    )
    for shipment in hopeless:
        answer = standing.take(shipment)
        assert isinstance(answer, r.Unserved)
        assert answer == r.insert(problem, plan, shipment)
    assert standing.plan.unserved == plan.unserved


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(1, 4))
def test_all_vehicles_at_once_give_the_reason_of_each_in_turn(seed: int, shipments: int, vehicles: int) -> None:
    """What keeps an empty vehicle from a shipment is the same, figures too, with ways missing as well."""
    inst = GrowingInstance(random_problem(seed, shipments, vehicles))
    at_once = ByItself(inst)
    for ship in range(shipments):
        assert at_once.reason(ship) == _one_by_one(inst, ship)


def _one_by_one(inst: GrowingInstance, ship: int) -> tuple[r.Reason, Facts] | None:
    """The same, each vehicle and each place to unload in turn."""
    nearest: tuple[int, Facts] = (-1, {})
    for crew in inst.crews:
        if not inst.may[ship, crew.number]:
            continue
        for unload in inst.deliveries[ship]:
            failure = fails(inst, crew, inst.pickup[ship], unload)
            if failure is None:
                return None
            if NEARNESS.index(failure[0]) > nearest[0]:
                nearest = (NEARNESS.index(failure[0]), failure[1])
    return (NEARNESS[nearest[0]], nearest[1]) if nearest[0] >= 0 else None
