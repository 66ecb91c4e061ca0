"""A van breaks down with food aboard: another one fetches it where it stands, no gram is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.lots.models import Lot, ShareState
from service.rounds.models import RoundState, TransferState
from service.rounds.planning.inserting import insert_untried
from service.shipments.models import ShipmentState
from tests.people import Make
from tests.rounds.breakdown import HERE, transfers
from tests.rounds.conftest import Fleet, Road
from tests.rounds.test_incidents import adds_up, incident


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
