"""A van breaks down with food aboard: another one fetches it where it stands, cold minutes run on, no gram is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

import routing
from service.accounts.protected import SecretAddress, keep_address
from service.lots.models import Lot, ShareState
from service.rounds.actions.seeing import forget_roadsides
from service.rounds.actions.watching import watch_rounds
from service.rounds.models import CallReason, Cold, Round, RoundState, Stop, Transfer, TransferState
from service.rounds.planning.inserting import insert_untried
from service.rounds.planning.problem import build, profiles_of, vehicle_id
from service.rounds.planning.reading import read
from service.rounds.planning.travel import matrices
from service.shipments.models import Shipment, ShipmentState
from tests.people import REGION, TOWNS, Make
from tests.rounds.conftest import Fleet, Road
from tests.rounds.test_incidents import adds_up, calls, incident

HERE = {"latitude": 47.2301, "longitude": -1.6012}


def transfers(fleet: Fleet) -> list[Transfer]:
    with fleet.database.read() as session:
        return list(session.exec(select(Transfer).order_by(Transfer.id)).all())


class Breakdown:
    """A van with food aboard that has just broken down near Nantes, and another one at its depot."""

    def __init__(self, road: Road, fleet: Fleet, make: Make, category: str, cold: Cold, second: Cold | None) -> None:
        self.road, self.fleet = road, fleet
        self.colleague = make.driver("Transports du Nord", town="Saint-Herblain")
        self.first = fleet.vehicle(cold=cold)
        fleet.shift(self.first, hours=6)
        self.donor, self.charity = make.donor(), make.charity(town="Rezé")
        self.shipment = fleet.carried(self.donor, self.charity, 12_000, category=category)
        fleet.plan()
        self.round, (self.pickup, self.delivery) = road.set_off()
        road.later(minutes=5)
        assert road.report(self.pickup, "loaded", temperature_c=3).status_code == 200
        road.later(minutes=10)
        if second is not None:
            other = fleet.vehicle(name="Fourgon 2", cold=second, home_site_id=self.colleague.site.key)
            fleet.shift(other, hours=6, driver_id=self.colleague.person.key)
        assert incident(road, self.round.key, "breakdown", **HERE).status_code == 200

    @property
    def transfer(self) -> Transfer:
        [found] = transfers(self.fleet)
        return found

    @property
    def relay(self) -> Shipment:
        return self.fleet.shipment(self.transfer.relay_id)

    def second_round(self) -> tuple[Round, list[Stop]]:
        [found] = [round_ for round_ in self.fleet.rounds() if round_.key != self.round.key]
        return found, self.fleet.stops(found)


@pytest.fixture
def broken(road: Road, fleet: Fleet, make: Make) -> Callable[..., Breakdown]:
    def make_one(category: str = "bread", cold: Cold = Cold.BOX, second: Cold | None = Cold.BOX) -> Breakdown:
        return Breakdown(road, fleet, make, category, cold, second)

    return make_one


def test_another_van_takes_the_load_over_and_delivers_it(broken: Any, road: Road, fleet: Fleet) -> None:
    """One tap: the load waits at the roadside, enters the second van's round at once, is signed for and delivered."""
    scene = broken("yoghurt")
    assert fleet.shipment(scene.shipment.key).state == ShipmentState.FAILED
    assert (scene.relay.state, scene.relay.grams) == (ShipmentState.WANTED, 12_000)
    assert fleet.rounds()[0].state == RoundState.FINISHED
    [share] = fleet.shares(scene.relay)
    assert share.state == ShareState.COLLECTED
    adds_up(fleet)
    fleet.plan(road.clock[0])
    second, (pickup, delivery) = scene.second_round()
    assert (pickup.latitude, pickup.longitude) == (HERE["latitude"], HERE["longitude"])
    assert scene.relay.state == ShipmentState.PLANNED
    colleague = road.as_(scene.colleague)
    assert colleague.post(f"/rounds/{second.key}/departure").status_code == 200
    road.later(minutes=15)
    assert colleague.report(pickup, "loaded").status_code == 422, "cold food is measured when it changes vans"
    assert colleague.report(pickup, "loaded", temperature_c=3.5).status_code == 200
    assert (scene.transfer.state, scene.transfer.taken_by) == (TransferState.TAKEN, second.key)
    adds_up(fleet)
    road.later(minutes=10)
    answer = colleague.report(delivery, "delivered", temperature_c=3.8, code=delivery.code)
    assert answer.status_code == 200, answer.text
    [share] = fleet.shares(scene.relay)
    assert (share.state, share.received_grams) == (ShareState.DELIVERED, 12_000)
    assert colleague.post(f"/rounds/{second.key}/end").status_code == 200
    adds_up(fleet)


def test_the_trace_says_through_whose_hands_it_went(broken: Any, road: Road, fleet: Fleet) -> None:
    """Collected, stranded, handed on from van to van with its temperature, delivered: all in the trace of the lot."""
    scene = broken("yoghurt")
    fleet.plan(road.clock[0])
    second, (pickup, delivery) = scene.second_round()
    colleague = road.as_(scene.colleague)
    road.later(minutes=15)
    assert colleague.report(pickup, "loaded", temperature_c=3.5).status_code == 200
    road.later(minutes=10)
    assert colleague.report(delivery, "delivered", temperature_c=3.8, code=delivery.code).status_code == 200
    [share] = fleet.shares(scene.relay)
    trace = road.as_(scene.donor).get(f"/lots/{share.lot_id}/trace").json()
    entries = [entry for entry in trace["entries"] if entry["subject"] == "share"]
    assert [entry["kind"] for entry in entries] == [
        "share.reserved",
        "share.collected",
        "share.stranded",
        "share.handed_on",
        "share.delivered",
    ]
    data = entries[3]["data"]
    assert (data["from_round"], data["round"]) == (scene.round.key, second.key)
    assert (data["from_vehicle"], data["vehicle"]) == (scene.first.key, second.vehicle_id)
    assert (data["grams"], data["temperature_c"]) == (12_000, 3.5)
    assert trace["balanced"]
    assert [line["missing_grams"] for line in trace["lines"]] == [0]


def test_a_load_enters_a_round_without_a_search(broken: Any, road: Road, fleet: Fleet) -> None:
    """Another van is on duty: it is sent there within the second of the job, no search being needed."""
    scene = broken()
    assert insert_untried(fleet.database, fleet.settings, road.clock[0]) != []
    assert scene.relay.state == ShipmentState.PLANNED
    second, stops = scene.second_round()
    assert [stop.latitude for stop in stops] == [HERE["latitude"], None]
    assert second.state == RoundState.PUBLISHED


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


@pytest.mark.parametrize(("how", "state", "offered"), [("return", "returned", 1), ("write-off", "written_off", 0)])
def test_a_load_that_came_home_or_was_thrown_away(
    broken: Any, road: Road, fleet: Fleet, how: str, state: str, offered: int
) -> None:
    """Back at the depot it is a lot again, thrown away it is not; a van that was coming has nothing to do there."""
    scene = broken("yoghurt")
    fleet.plan(road.clock[0])
    assert road.as_(scene.colleague).post(f"/transfers/{scene.transfer.key}/{how}").status_code == 404
    answer = road.post(f"/transfers/{scene.transfer.key}/{how}")
    assert (answer.status_code, answer.json()["state"]) == (200, state)
    assert road.post(f"/transfers/{scene.transfer.key}/{how}").json()["code"] == "transfer-over"
    [share] = fleet.shares(scene.relay)
    with fleet.database.read() as session:
        children = session.exec(select(Lot).where(Lot.parent_id == share.lot_id)).all()
    assert [lot.site_id for lot in children] == [fleet.carrier.site.key] * offered
    _, stops = scene.second_round()
    assert not any(stop.is_ahead for stop in stops)
    adds_up(fleet)


def test_the_place_may_be_corrected(broken: Any, road: Road, fleet: Fleet) -> None:
    """Whoever stands there says where: the van that comes is sent to the right place."""
    scene = broken()
    fleet.plan(road.clock[0])
    there = {"latitude": 47.1999, "longitude": -1.5001}
    assert road.put(f"/rounds/{scene.round.key}/whereabouts", there).status_code == 204
    fleet.plan(road.later(minutes=1))
    _, stops = scene.second_round()
    assert (stops[0].latitude, stops[0].longitude) == (there["latitude"], there["longitude"])
    assert scene.transfer.exact


@pytest.mark.parametrize("how", ["return", "place"])
def test_who_is_on_the_way_there_for_nothing_is_called(broken: Any, road: Road, fleet: Fleet, how: str) -> None:
    """The second van drives to the load when it comes home by itself, or turns out to stand elsewhere: its driver does
    not look at the screen while driving, so a dispatcher calls."""
    scene = broken()
    fleet.plan(road.clock[0])
    second, (pickup, _) = scene.second_round()
    assert road.as_(scene.colleague).post(f"/rounds/{second.key}/departure").status_code == 200
    if how == "return":
        assert road.post(f"/transfers/{scene.transfer.key}/return").status_code == 200
    else:
        there = {"latitude": 47.1999, "longitude": -1.5001}
        assert road.put(f"/rounds/{scene.round.key}/whereabouts", there).status_code == 204
    assert calls(fleet) == [CallReason.BREAKDOWN, CallReason.NEXT_STOP_EMPTY]
    assert pickup.key not in {stop.key for stop in fleet.stops(second) if stop.is_ahead}


def test_without_a_position_the_last_known_place_is_taken(road: Road, fleet: Fleet, make: Make) -> None:
    """Nobody said where: the van is looked for where it made its last stop, and whoever comes is told so."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    assert road.report(pickup, "loaded").status_code == 200
    assert incident(road, round_.key, "breakdown").status_code == 200
    [transfer] = transfers(fleet)
    assert (transfer.latitude, transfer.longitude) == TOWNS["Nantes"][3:]
    assert not transfer.exact


def test_a_breakdown_at_a_protected_place_tells_nobody_where_it_is(road: Road, fleet: Fleet, make: Make) -> None:
    """The van stands in front of a shelter: its place is kept to about a kilometre, whatever the phone says."""
    fleet.shift(fleet.vehicle())
    shelter = make.charity("Refuge", town="Rezé", protected=True)
    with fleet.database.transaction() as session:
        secret = SecretAddress("7 impasse du Silence", "44400", "Rezé", 47.1917, -1.5694)
        keep_address(session, fleet.settings, shelter.site.key, secret)
    fleet.carried(make.donor(), shelter)
    fleet.plan()
    round_, (pickup, delivery) = road.set_off()
    assert road.report(pickup, "loaded").status_code == 200
    road.later(minutes=15)
    assert road.report(delivery, "arrived").status_code == 200
    assert incident(road, round_.key, "breakdown", **HERE).status_code == 200
    [transfer] = transfers(fleet)
    assert (transfer.latitude, transfer.longitude, transfer.exact) == (47.23, -1.6, False)


def test_where_the_van_stood_is_forgotten(broken: Any, road: Road, fleet: Fleet) -> None:
    """Once another van has the load, the exact place is kept for 72 hours, then to about a kilometre, everywhere."""
    scene = broken()
    fleet.plan(road.clock[0])
    second, (pickup, _) = scene.second_round()
    road.later(minutes=15)
    with fleet.database.transaction() as session:
        assert forget_roadsides(session, fleet.now + timedelta(hours=80)) == 0, "it is still to be found there"
    assert road.as_(scene.colleague).report(pickup, "loaded").status_code == 200
    with fleet.database.transaction() as session:
        assert [forget_roadsides(session, fleet.now + timedelta(hours=hours)) for hours in (71, 73, 74)] == [0, 1, 0]
    stop = next(stop for stop in fleet.stops(second) if stop.key == pickup.key)
    roughly = (47.23, -1.6)
    assert (stop.latitude, stop.longitude) == roughly
    assert (scene.relay.pickup_latitude, scene.relay.pickup_longitude) == roughly
    assert (scene.transfer.latitude, scene.transfer.longitude, scene.transfer.exact) == (*roughly, False)


def test_what_is_not_found_there_stays_wanted(broken: Any, road: Road, fleet: Fleet) -> None:
    """The second driver finds nobody: the load is not given up, it is planned again."""
    scene = broken()
    fleet.plan(road.clock[0])
    _, (pickup, _) = scene.second_round()
    road.later(minutes=15)
    answer = road.as_(scene.colleague).report(pickup, "failed", reason="nobody")
    assert answer.status_code == 200, answer.text
    assert scene.relay.state == ShipmentState.WANTED
    assert scene.transfer.state == TransferState.WAITING
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


def test_a_van_that_carries_for_its_own_charity(road: Road, fleet: Fleet, make: Make) -> None:
    """The depot is where the food was to go: the rest of the way is carried all the same."""
    charity = make.charity(town="Rezé")
    fleet.shift(fleet.vehicle(home_site_id=charity.site.key))
    fleet.carried(make.donor(), charity)
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    assert road.report(pickup, "loaded").status_code == 200
    assert incident(road, round_.key, "breakdown", **HERE).status_code == 200
    other = make.driver("Transports du Nord", town="Saint-Herblain")
    fleet.shift(fleet.vehicle(name="Fourgon 2", home_site_id=other.site.key), driver_id=other.person.key)
    fleet.plan(road.later(minutes=1))
    [transfer] = transfers(fleet)
    assert fleet.shipment(transfer.relay_id).state == ShipmentState.PLANNED


def test_both_drivers_and_the_dispatcher_see_it(
    broken: Any, road: Road, fleet: Fleet, sign_in: Callable[[int], TestClient]
) -> None:
    """The first driver reads who comes, the second whose load it is and whom to call, the dispatcher both; in English
    too."""
    scene = broken("yoghurt")
    fleet.plan(road.clock[0])
    second, (pickup, _) = scene.second_round()
    waits = sign_in(fleet.carrier.person.key).get("/rounds/mine").text
    assert "Votre chargement attend" in waits
    assert "Fourgon 2 vient le reprendre" in waits
    assert "Le froid tient jusqu" in waits
    comes = sign_in(scene.colleague.person.key)
    page = comes.get(f"/rounds/{second.key}/stops/{pickup.number}").text
    assert "Fourgon 1 est en panne ici" in page
    comes.cookies.set("glane_locale", "en")
    assert "has broken down here" in comes.get(f"/rounds/{second.key}/stops/{pickup.number}").text
    comes.cookies.delete("glane_locale")
    [share] = fleet.shares(scene.relay)
    donor = sign_in(scene.donor.person.key)
    assert "En attente dans un véhicule en panne" in donor.get(f"/lots/{share.lot_id}").text
    board = sign_in(fleet.dispatcher.person.key)
    assert "Chargements à reprendre" in board.get("/dispatch").text
    answer = board.post(f"/transfers/{scene.transfer.key}/return")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dispatch")
    assert "Chargements à reprendre" not in board.get("/dispatch").text
