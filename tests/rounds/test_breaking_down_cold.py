"""Food that was aboard of a van that broke down: its cold minutes run on, and what gets too warm is written off."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import select

import routing
from service.lots.models import Lot, ShareState
from service.rounds.actions.watching import watch_rounds
from service.rounds.models import CallReason, Cold, TransferState
from service.rounds.planning.problem import build, profiles_of, vehicle_id
from service.rounds.planning.reading import read
from service.rounds.planning.travel import matrices
from service.shipments.models import ShipmentState
from tests.people import REGION, Make
from tests.rounds.breakdown import HERE, transfers
from tests.rounds.conftest import Fleet, Road
from tests.rounds.test_incidents import adds_up, calls, incident


def test_cold_minutes_run_on(broken: Any, road: Road, fleet: Fleet) -> None:
    """The plan must deliver before the food has been without cold for longer than the law allows since its first
    loading; a plan that is later breaks a rule of the checker."""
    scene = broken("yoghurt")
    transfer = scene.transfer
    assert transfer.warm_since == fleet.now + timedelta(minutes=5)
    with fleet.database.read() as session:
        situation = read(session, fleet.settings, REGION, "all", fleet.now.date(), road.clock[0])
    problem = build(situation, matrices(fleet.settings, situation, profiles_of(situation)))
    [asked] = [one for one in problem.shipments if one.id == str(transfer.relay_id)]
    assert transfer.cold_until is not None
    last = round((transfer.cold_until - situation.origin).total_seconds())
    assert max(window.end_s for window in asked.deliveries[0].windows) <= last
    plan = routing.solve(problem, seconds=20, seed=1, iterations=30)
    assert routing.check(problem, plan) == []
    [trip] = plan.rounds
    late = last + 60 - trip.stops[-1].service_start_s
    assert routing.check(problem, _later(plan, late)) != []
    fleet.plan(road.clock[0])
    second, (_, delivery) = scene.second_round()
    assert delivery.planned_start_at <= transfer.cold_until
    assert vehicle_id(second.shift_id) == trip.vehicle


def _later(plan: routing.Plan, by: int) -> routing.Plan:
    """The same plan with its last stop, and the end of its round, so much later."""
    [trip] = plan.rounds
    stop = trip.stops[-1]
    moved = replace(
        stop,
        service_start_s=stop.service_start_s + by,
        departure_s=stop.departure_s + by,
        unloads=tuple(replace(one, start_s=one.start_s + by, end_s=one.end_s + by) for one in stop.unloads),
    )
    return replace(plan, rounds=(replace(trip, stops=(*trip.stops[:-1], moved), end_s=trip.end_s + by),))


def test_aboard_of_the_second_van_the_first_ones_minutes_still_count(broken: Any, road: Road, fleet: Fleet) -> None:
    """What was loaded again a minute ago counts as aboard since its first loading."""
    scene = broken("yoghurt")
    fleet.plan(road.clock[0])
    _, (pickup, _) = scene.second_round()
    road.later(minutes=15)
    assert road.as_(scene.colleague).report(pickup, "loaded", temperature_c=3.5).status_code == 200
    with fleet.database.read() as session:
        situation = read(session, fleet.settings, REGION, "all", fleet.now.date(), road.clock[0])
    held = [(key, at) for crew in situation.crews for key, at, _ in crew.aboard]
    assert held == [(scene.transfer.relay_id, scene.transfer.warm_since)]


def test_a_cooling_unit_counts_from_the_breakdown_on(broken: Any, road: Road) -> None:
    """Until it stopped, nothing got warm."""
    scene = broken("yoghurt", cold=Cold.REFRIGERATED)
    assert scene.transfer.warm_since == road.clock[0]


def test_what_is_warm_already_is_written_off_at_once(road: Road, fleet: Fleet, make: Make) -> None:
    """The box van breaks down when its cold minutes are over: nothing waits, every gram is counted as refused."""
    fleet.shift(fleet.vehicle(cold=Cold.BOX), hours=12)
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"), category="yoghurt")
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    assert road.report(pickup, "loaded", temperature_c=3).status_code == 200
    road.later(hours=9)
    assert incident(road, round_.key, "breakdown", **HERE).status_code == 200
    assert transfers(fleet) == []
    [share] = fleet.shares(shipment)
    assert (share.state, share.refusal_reason) == (ShareState.REFUSED, "temperature")
    with fleet.database.read() as session:
        assert session.exec(select(Lot).where(Lot.parent_id == share.lot_id)).all() == []
    adds_up(fleet)


def test_cold_nobody_fetched_in_time_is_written_off_and_called_about(broken: Any, road: Road, fleet: Fleet) -> None:
    """Without another van the job writes it off when its minutes are over, once, and asks for a call."""
    scene = broken("yoghurt", second=None)
    until = scene.transfer.cold_until
    for moment, expected in ((until - timedelta(minutes=1), 0), (until, 1), (until + timedelta(minutes=1), 0)):
        with fleet.database.transaction() as session:
            assert watch_rounds(session, moment) == expected
    assert scene.transfer.state == TransferState.WRITTEN_OFF
    assert scene.relay.state == ShipmentState.FAILED
    assert calls(fleet) == [CallReason.COLD_ABOARD, CallReason.COLD_LOST]
    adds_up(fleet)


def test_what_the_second_driver_refuses_is_counted(broken: Any, road: Road, fleet: Fleet) -> None:
    """Too warm to be taken over: refused for its temperature, no gram missing."""
    scene = broken("yoghurt")
    fleet.plan(road.clock[0])
    _, (pickup, _) = scene.second_round()
    road.later(minutes=15)
    answer = road.as_(scene.colleague).report(pickup, "refused", reason="temperature")
    assert answer.status_code == 200, answer.text
    [share] = fleet.shares(scene.relay)
    assert (share.state, share.refused_grams) == (ShareState.REFUSED, 12_000)
    assert scene.transfer.state == TransferState.WRITTEN_OFF
    adds_up(fleet)
