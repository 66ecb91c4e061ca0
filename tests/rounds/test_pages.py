"""The pages answer, act, and keep what was typed when something is wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.rounds.models import RoundState, Vehicle
from service.shipments.models import ShipmentState
from tests.people import Make
from tests.rounds.conftest import Fleet, Road

SignIn = Callable[[int], TestClient]


@pytest.fixture
def driving(fleet: Fleet, make: Make, road: Road, sign_in: SignIn) -> Any:
    """A planned round and its driver's browser."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"), category="yoghurt")
    fleet.plan()
    return sign_in(fleet.carrier.person.key), shipment


def test_a_driver_drives_a_round_with_pages_alone(driving: Any, fleet: Fleet) -> None:
    """Accept, leave, arrive, load with a temperature, deliver with the code, end: by forms, without scripts."""
    browser, shipment = driving
    [round_] = fleet.rounds()
    pickup, delivery = fleet.stops(round_)
    assert "J'accepte cette tournée" in browser.get("/rounds/mine").text.replace("&#39;", "'")
    browser.post(f"/rounds/{round_.key}/acceptance")
    browser.post(f"/rounds/{round_.key}/departure")
    base = f"/rounds/{round_.key}/stops"
    page = browser.get("/rounds/mine").text
    assert "geo:" in page
    assert "openstreetmap.org" in page
    assert browser.post(f"{base}/{pickup.number}/report", data={"kind": "arrived"}).status_code == 303
    assert browser.get(f"{base}/{pickup.number}").status_code == 200
    [item] = fleet.items(shipment)
    wrong = browser.post(f"{base}/{pickup.number}/report", data={"kind": "loaded", f"kg.{item.key}": "9,5"})
    assert wrong.status_code == 422
    assert 'value="9,5"' in wrong.text
    good = {"kind": "loaded", f"kg.{item.key}": "9,5", "temperature_c": "4,5"}
    assert browser.post(f"{base}/{pickup.number}/report", data=good).status_code == 303
    assert fleet.shares(shipment)[0].collected_grams == 9_500
    done = {"kind": "delivered", "code": f"{delivery.code[:3]} {delivery.code[3:]}", "temperature_c": "5"}
    assert browser.post(f"{base}/{delivery.number}/report", data=done).status_code == 303
    assert fleet.shipment(shipment.key).state == ShipmentState.DELIVERED
    assert browser.post(f"/rounds/{round_.key}/end").status_code == 303
    assert fleet.rounds()[0].state == RoundState.FINISHED
    assert browser.get("/rounds/mine").status_code == 200


def test_a_whole_round_is_entered_from_paper_on_one_page(driving: Any, fleet: Fleet, road: Road) -> None:
    """Two hours and two weights: everything is delivered, marked late; a wrong hour keeps nothing and says where."""
    browser, shipment = driving
    [round_] = fleet.rounds()
    pickup, delivery = fleet.stops(round_)
    browser.post(f"/rounds/{round_.key}/acceptance")
    road.later(hours=3)
    path = f"/rounds/{round_.key}/afterwards"
    assert browser.get(path).status_code == 200
    bad = {f"at.{pickup.number}": "17:15", f"at.{delivery.number}": "23:59"}
    assert browser.post(path, data=bad).status_code == 422
    assert fleet.shipment(shipment.key).state == ShipmentState.PLANNED
    good = {f"at.{pickup.number}": "17:15", f"at.{delivery.number}": "17:50", f"temperature.{delivery.number}": "6"}
    assert browser.post(path, data=good).status_code == 303
    [share] = fleet.shares(shipment)
    assert share.state == "delivered"
    assert share.delivered_at == fleet.now + timedelta(minutes=50)


def test_the_board_shows_rounds_what_is_left_and_asks_for_plans(fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """Rounds with their state, the lot nobody can carry with its reason, and a button that asks for a plan."""
    from service.rounds.models import Cold

    fleet.shift(fleet.vehicle(cold=Cold.NONE))
    donor, charity = make.donor(), make.charity(town="Rezé")
    fleet.carried(donor, charity)
    fleet.carried(donor, charity, category="yoghurt")
    fleet.plan()
    browser = sign_in(fleet.dispatcher.person.key)
    page = browser.get("/dispatch").text
    assert "Fourgon 1" in page
    assert "frais" in page
    assert browser.post("/dispatch/plans").status_code == 303
    assert "Plan demandé" in browser.get("/dispatch").text
    assert browser.get("/dispatch?day=2026-11-21").status_code == 200


def test_vehicles_shifts_fixed_rounds_and_absences_have_forms(fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """Each form opens, refuses what is wrong with its words, and keeps what is right."""
    browser = sign_in(fleet.dispatcher.person.key)
    for path in ("vehicles", "vehicles/new", "absences/new", "shifts", "fixed-rounds"):
        assert browser.get(f"/dispatch/{path}").status_code == 200, path
    vehicle = {
        "name": "Fourgon neuf",
        "kind": "van",
        "cold": "box",
        "organisation_id": fleet.carrier.id,
        "home_site_id": fleet.carrier.site.key,
        "payload_kg": "800",
    }
    assert browser.post("/dispatch/vehicles/new", data={**vehicle, "payload_kg": "-3"}).status_code == 422
    assert browser.post("/dispatch/vehicles/new", data=vehicle).status_code == 303
    with fleet.database.read() as session:
        [row] = session.exec(select(Vehicle)).all()
    assert (row.payload_grams, row.chilled_grams, row.profile) == (800_000, 320_000, "van")
    assert browser.get(f"/dispatch/vehicles/{row.key}").status_code == 200
    shift = {"vehicle_id": row.key, "driver_id": fleet.driver.person_id, "day": "2026-11-21"}
    assert browser.post("/dispatch/shifts", data={**shift, "starts": "08:30", "ends": "12:30"}).status_code == 303
    assert browser.post("/dispatch/shifts", data={**shift, "starts": "11:00", "ends": "13:00"}).status_code == 409
    fixed = {"name": "Lundi matin", "vehicle_id": row.key, "weekday": "0", "starts": "08:30", "ends": "12:30"}
    assert browser.post("/dispatch/fixed-rounds", data=fixed).status_code == 422
    assert browser.post("/dispatch/fixed-rounds", data={**fixed, "first_day": "2026-11-20"}).status_code == 303
    assert "Lundi matin" in browser.get("/dispatch/fixed-rounds").text
    assert browser.get("/dispatch/shifts").text.count("Fourgon neuf") >= 2
    away = {"vehicle_id": row.key, "first_day": "2026-11-23", "last_day": "2026-11-24", "reason": "Contrôle technique"}
    assert browser.post("/dispatch/absences/new", data=away).status_code == 303
    assert "Contrôle technique" in browser.get("/dispatch/vehicles").text


def test_a_charity_sees_when_the_van_comes_and_its_code(fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """The receiver has the code on its screen, the donor sees the pickup without any code, the driver never does."""
    fleet.shift(fleet.vehicle())
    donor, charity = make.donor(), make.charity(town="Rezé")
    fleet.carried(donor, charity)
    fleet.plan()
    delivery = fleet.stops(fleet.rounds()[0])[-1]
    code = delivery.code or ""
    page = sign_in(charity.person.key).get("/arrivals").text
    assert code[:3] in page
    assert code[3:] in page
    assert 'class="code"' not in sign_in(donor.person.key).get("/arrivals").text
    driver = sign_in(fleet.carrier.person.key)
    driver.post(f"/rounds/{delivery.round_id}/acceptance")
    for path in ("/rounds/mine", f"/rounds/{delivery.round_id}", f"/api/v1/rounds/{delivery.round_id}"):
        assert code not in driver.get(path).text
