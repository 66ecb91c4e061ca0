"""Vehicles under way: executed and frozen stops stay, what is aboard is delivered, the rest is planned around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing as r


def _state_of(trip: r.Round, done: int, frozen: int, problem: r.Problem) -> r.VehicleState:
    """The state of a vehicle that has done its first stops as planned, with the next ones frozen."""
    behind, ahead = trip.stops[:done], trip.stops[done : done + frozen]
    aboard: dict[str, r.Aboard] = {}
    metres = 0
    index = {site.id: n for n, site in enumerate(problem.sites)}
    vehicle = next(v for v in problem.vehicles if v.id == trip.vehicle)
    table = problem.matrices[vehicle.profile]
    here, drive_s = trip.start_site, 0
    for stop in behind:
        leg = int(table.metres[index[here], index[stop.site]])
        metres, here = metres + leg, stop.site
        drive_s += int(table.seconds[index[trip.start_site if stop is behind[0] else here], index[stop.site]])
        aboard = {k: replace(v, metres=v.metres + leg) for k, v in aboard.items()}
        for handling in stop.unloads:
            aboard.pop(handling.shipment)
        for handling in stop.loads:
            aboard[handling.shipment] = r.Aboard(handling.shipment, stop.departure_s)

    def fixed(stop: r.Stop, times: bool) -> r.FixedStop:
        loads = tuple(h.shipment for h in stop.loads)
        unloads = tuple(h.shipment for h in stop.unloads)
        if not times:
            return r.FixedStop(stop.site, loads, unloads, service_start_s=stop.service_start_s)
        return r.FixedStop(stop.site, loads, unloads, stop.arrival_s, stop.service_start_s, stop.departure_s)

    return r.VehicleState(
        vehicle=trip.vehicle,
        site=behind[-1].site if behind else None,
        available_s=behind[-1].departure_s if behind else None,
        started_s=trip.start_s if behind else None,
        executed=tuple(fixed(stop, True) for stop in behind),
        frozen=tuple(fixed(stop, False) for stop in ahead),
        aboard=tuple(aboard.values()),
        metres=metres,
        drive_s=drive_s,
    )


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(1, 1000), st.integers(0, 5), st.integers(0, 3))
def test_replanning_during_the_day_keeps_every_rule(seed: int, done: int, frozen: int) -> None:
    """At any moment of a day the rest can be planned anew without a breach."""
    problem = _day(seed)
    plan = r.solve(problem, iterations=5, engine="search")
    states = tuple(_state_of(trip, done, frozen, problem) for trip in plan.rounds)
    later = replace(problem, states=states, promises=r.promises_of(plan))
    for engine in ("search", "ortools") if seed % 5 == 0 else ("search",):
        again = r.solve(later, 0.5, iterations=5, engine=engine, warm=plan)
        assert r.check(later, again) == []


_DAYS: list[Callable[..., r.Problem]] = []


def _day(seed: int) -> r.Problem:
    return _DAYS[0](14, 4, seed)


@pytest.fixture(autouse=True)
def _use_day(day: Callable[..., r.Problem]) -> None:
    _DAYS[:] = [day]


def test_what_is_aboard_is_delivered(day: Callable[..., r.Problem]) -> None:
    """A shipment already loaded stays in its vehicle and is brought by it."""
    problem = day(14, 4, 3)
    plan = r.solve(problem, iterations=20, engine="search")
    trip = max(plan.rounds, key=lambda item: len(item.stops))
    state = _state_of(trip, 1, 0, problem)
    assert state.aboard
    later = replace(problem, states=(state,))
    again = r.solve(later, iterations=20, engine="search", seed=5)
    unloaded = {h.shipment for stop in again.round_of(trip.vehicle).stops for h in stop.unloads}  # type: ignore[union-attr]  # it has executed stops, so it has a round
    assert {item.shipment for item in state.aboard} <= unloaded


def test_aboard_without_any_way_to_deliver_is_told(day: Callable[..., r.Problem]) -> None:
    """When every delivery place has closed, the shipment aboard is left with that reason, and nothing crashes."""
    problem = day(6, 3, 2)
    first = problem.shipments[0]
    shut = replace(
        first,
        deliveries=tuple(replace(p, windows=(r.Window(0, 1),)) for p in first.deliveries),
        max_ride_s={},
    )
    vehicle = problem.vehicles[0]
    now = vehicle.shift.start_s + 600
    stop = r.FixedStop(first.pickup.site, (first.id,), (), now - 60, now - 30, now)
    state = r.VehicleState(vehicle.id, first.pickup.site, now, now - 600, (stop,), (), (r.Aboard(first.id, now),))
    later = replace(problem, shipments=(shut, *problem.shipments[1:]), states=(state,))
    plan = r.solve(later, iterations=5, engine="search")
    left = plan.left_out(first.id)
    assert left is not None
    assert left.reason == r.Reason.UNDELIVERABLE
    assert r.check(later, plan) == []


def test_frozen_stops_keep_their_planned_start(day: Callable[..., r.Problem]) -> None:
    """Freezing the first stops of a plan and planning again moves none of them to another time."""
    problem = day(14, 4, 3)
    plan = r.solve(problem, iterations=20, engine="search")
    states = tuple(_state_of(trip, 0, 2, problem) for trip in plan.rounds)
    again = r.solve(replace(problem, states=states), iterations=5, engine="search", warm=plan)
    for trip in plan.rounds:
        kept = again.round_of(trip.vehicle)
        assert kept is not None
        assert [s.service_start_s for s in kept.stops[:2]] == [s.service_start_s for s in trip.stops[:2]]
