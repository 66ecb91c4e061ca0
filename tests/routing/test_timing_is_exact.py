"""For any order of stops the times are as good as trying everything: pauses, rides, windows, paid time, under way."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing as r
from routing.engine.instance import Instance
from routing.engine.moments import order_of
from routing.engine.route import build
from routing.engine.search.lane import Lane
from routing.engine.search.tables import tables_of
from routing.engine.timing import Timing, fits
from tests.routing.brute_force import Act, UnderWay, least_seconds, with_service
from tests.routing.test_engine_keeps_the_rules import random_problem

RULES = [r.BreakRule(1200, 200), r.BreakRule(700, 100), r.BreakRule(500, 400), r.BreakRule(900, 900)]


def _tired(random: Random, vehicle: r.Vehicle) -> r.Vehicle:
    """The vehicle with a rule for pauses, paid or not, and room for anything."""
    rooms = tuple(replace(room, grams=9000, crates=90) for room in vehicle.compartments)
    return replace(
        vehicle,
        break_rule=random.choice(RULES),
        per_hour_cents=random.choice([0, 1200]),
        shift=r.Window(vehicle.shift.start_s, vehicle.shift.start_s + random.choice([3000, 6000])),
        max_stops=None,
        max_duration_s=random.choice([None, None, 3000]),
        compartments=rooms,
        payload_grams=None,
    )


def _order(inst: Instance, random: Random) -> list[int]:
    """One or two shipments the first vehicle may take, loading before unloading."""
    order: list[int] = []
    ships = [ship for ship in range(len(inst.pickup)) if inst.may[ship, 0]]
    random.shuffle(ships)
    for ship in ships[: random.randint(1, 2)]:
        at = random.randint(0, len(order))
        order.insert(random.randint(at, len(order)), random.choice(inst.deliveries[ship]))
        order.insert(at, inst.pickup[ship])
    return order


def _acts(inst: Instance, order: list[int]) -> list[Act]:
    shipments = inst.problem.shipments
    return [Act(shipments[inst.ship[task]], inst.place[task], inst.loads[task]) for task in order]


def _rests_in_time(vehicle: r.Vehicle, timing: Timing, acts: list[Act], free_s: int, rested_s: int) -> bool:
    """Whether the pauses are long enough, in time, apart from each other and from handling."""
    rule = vehicle.break_rule
    assert rule is not None
    busy = [(start, start + act.place.service_s) for start, act in zip(timing.starts, acts, strict=True)]
    ends = [rested_s, *(end for _, end in timing.pauses)]
    in_time = [start - end <= rule.after_s for end, (start, _) in zip(ends, timing.pauses, strict=False)]
    apart = [end <= start for end, (start, _) in zip(ends, timing.pauses, strict=False)]
    apart += [end <= a or b <= start for start, end in timing.pauses for a, b in busy]
    inside = [
        free_s <= start and end <= timing.end_s and end - start >= rule.duration_s for start, end in timing.pauses
    ]
    return all(in_time) and all(apart) and all(inside) and timing.end_s - ends[-1] <= rule.after_s


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_an_order_is_timed_as_well_as_can_be(seed: int) -> None:
    """Refused only where no moments keep the rules; else as short as any, or, unpaid, ending as soon as any."""
    random = Random(seed)
    made = random_problem(seed, 3, 1)
    problem = replace(made, vehicles=tuple(_tired(random, vehicle) for vehicle in made.vehicles))
    inst = Instance(problem)
    order = _order(inst, random)
    if not order or not fits(inst, inst.crews[0], order):
        return
    vehicle, acts, crew = problem.vehicles[0], _acts(inst, order), inst.crews[0]
    gaps = with_service(acts, order_of(inst, crew, order).legs)
    soonest = vehicle.per_hour_cents == 0
    least = least_seconds(vehicle, acts, gaps, soonest)
    route = build(inst, crew, order)
    assert (route is None) == (least is None)
    lane = Lane(tables_of(inst), inst.settled, 1)
    assert lane.take([order]) == (least is not None)
    if route is None:
        return
    timing = route.timing
    assert _rests_in_time(vehicle, timing, acts, timing.start_s, timing.start_s)
    lasts = timing.end_s - timing.start_s
    if soonest and vehicle.max_duration_s is not None:
        assert timing.end_s == least or least_seconds(vehicle, acts, gaps, soonest=False) == lasts
    else:
        assert (timing.end_s if soonest else lasts) == least
    assert float(lane.state.rows.row["cost"][0]) == pytest.approx(route.cost)


@pytest.mark.slow
@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_a_vehicle_under_way_is_back_as_soon_as_can_be(seed: int) -> None:
    """Its start is a fact and so is when it rested last; it is refused only where nothing can be done."""
    random = Random(seed)
    made = random_problem(seed, 3, 1, gaps=False)
    problem = replace(made, vehicles=tuple(_tired(random, vehicle) for vehicle in made.vehicles))
    vehicle = problem.vehicles[0]
    rule = vehicle.break_rule
    assert rule is not None
    started = vehicle.shift.start_s
    free = started + random.choice([0, 300, 900])
    rested = random.randint(max(started, free - rule.after_s), free + random.choice([0, 0, 100]))
    state = r.VehicleState(
        vehicle.id, site=vehicle.start, available_s=free, started_s=started, paused_until_s=rested if rested else None
    )
    inst = Instance(replace(problem, states=(state,)))
    order = _order(inst, random)
    if not order or not fits(inst, inst.crews[0], order):
        return
    crew, acts = inst.crews[0], _acts(inst, order)
    gaps = with_service(acts, order_of(inst, crew, order).legs)
    least = least_seconds(vehicle, acts, gaps, soonest=True, under_way=UnderWay(started, free, rested))
    route = build(inst, crew, order)
    assert (route.timing.end_s if route else None) == least
    lane = Lane(tables_of(inst), inst.settled, 1)
    assert lane.take([order]) == (least is not None)
    if route is not None:
        assert _rests_in_time(vehicle, route.timing, acts, free, rested)
        assert float(lane.state.rows.row["cost"][0]) == pytest.approx(route.cost)


def _road(*lots: r.Shipment, van: r.Vehicle) -> r.Problem:
    """A straight road; sites are named by their kilometre, a minute each."""
    names = {van.start} | {one.pickup.site for one in lots} | {to.site for one in lots for to in one.deliveries}
    order = sorted(names, key=lambda name: int(name[2:]))
    km = [[abs(int(a[2:]) - int(b[2:])) for b in order] for a in order]
    matrix = r.Matrix([[1000 * one for one in row] for row in km], [[60 * one for one in row] for row in km])
    return r.Problem(tuple(map(r.Site, order)), lots, (van,), {"van": matrix})


def _van(rule: r.BreakRule, cents: int, ends: int = 90_000) -> r.Vehicle:
    room = (r.Compartment(r.Temperature.AMBIENT, 10_000, 9),)
    return r.Vehicle(
        "van", "km0", "km0", r.Window(0, ends), room, break_rule=rule, per_hour_cents=cents, per_km_cents=0
    )


def _lot(name: str, start: int, end: int, opens: int, closes: int, *then: r.Window) -> r.Shipment:
    places = r.Place(f"km{start}", (r.Window(opens, closes),)), (r.Place(f"km{end}", then),)
    return r.Shipment(name, *places, 10, 1, value=100_000)


@pytest.mark.parametrize("cents", [0, 3600])
def test_a_wait_longer_than_the_rule_holds_several_pauses(cents: int) -> None:
    """Loaded by 600 s, brought not before 6000 s, at most 2000 s without a pause: it rests again and again."""
    problem = _road(_lot("far", 10, 20, 600, 600, r.Window(6000, 6000)), van=_van(r.BreakRule(2000, 300), cents))
    plan = r.solve(problem, iterations=1)
    assert r.check(problem, plan) == []
    (trip,) = plan.rounds
    assert (trip.start_s, trip.end_s, len(trip.pauses)) == (0, 7200, 3)


def test_a_way_longer_than_the_rule_is_interrupted_on_the_road() -> None:
    """40 km each way, at most 2000 s at a stretch: it rests on the road, twice."""
    problem = _road(_lot("far", 40, 0, 0, 90_000), van=_van(r.BreakRule(2000, 300), 3600))
    plan = r.solve(problem, iterations=1)
    assert r.check(problem, plan) == []
    (trip,) = plan.rounds
    assert trip.end_s - trip.start_s == 4800 + 2 * 300
    assert trip.wait_s == 0


def test_a_paid_crew_takes_the_later_window() -> None:
    """Fetched in the morning it would wait for an hour; fetched at noon it does not."""
    lot = r.Shipment(
        "late",
        r.Place("km10", (r.Window(600, 700), r.Window(4000, 4600))),
        (r.Place("km20", (r.Window(4500, 9000),)),),
        100_000,
        1,
    )
    van = replace(_van(r.BreakRule(8000, 300), 3600), compartments=(r.Compartment(r.Temperature.AMBIENT, 200_000, 9),))
    paid = _road(lot, van=van)
    unpaid = _road(lot, van=replace(van, per_hour_cents=0))
    (trip,), (free,) = (r.solve(one, iterations=1).rounds for one in (paid, unpaid))
    assert (trip.start_s, trip.end_s) == (3400, 5800)
    assert (free.start_s, free.end_s) == (100, 5700)


def test_a_pause_waits_for_where_there_is_waiting() -> None:
    """It can rest nowhere but while the first shop is shut, and is back just in time."""
    rule = r.BreakRule(2400, 600)
    first, second = _lot("first", 10, 20, 600, 600, r.Window(2400, 2400)), _lot("second", 20, 30, 2400, 2500)
    problem = _road(first, second, van=_van(rule, 3600, ends=4800))
    plan = r.solve(problem, iterations=5)
    assert r.check(problem, plan) == []
    (trip,) = plan.rounds
    assert not plan.unserved
    assert trip.end_s == 4800
