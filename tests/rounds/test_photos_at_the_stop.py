"""A driver sees the gate to find and the labels to recognise at the stop, and nobody else through it."""

import io
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from service.lots import actions as lots
from service.lots.models import Lot, PhotoKind
from service.lots.stored import keep_photo
from service.rounds.models import Round, Stop
from service.rounds.queries import rounds as reading
from tests.people import Make
from tests.rounds.conftest import Fleet, Road


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def carried(fleet: Fleet, make: Make, app: FastAPI) -> Any:
    """A lot with a photo of each kind, on a round."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    lot_id = fleet.shares(shipment)[0].lot_id
    for colour, kind in (("green", PhotoKind.FOOD), ("white", PhotoKind.LABEL), ("grey", PhotoKind.GATE)):
        stored = keep_photo(app.state.clients.files, picture(colour))
        with fleet.database.transaction() as session:
            lots.add_photo(session, session.get_one(Lot, lot_id), stored, kind=kind, who=None, now=fleet.now)
    fleet.plan()
    [round_] = fleet.rounds()
    pickup, delivery = fleet.stops(round_)
    return round_, pickup, delivery, lot_id


def address(round_: Round, stop: Stop, lot_id: int, number: int) -> str:
    return f"/rounds/{round_.key}/stops/{stop.number}/lots/{lot_id}/photos/{number}"


def test_the_stop_shows_gate_and_label(carried: Any, fleet: Fleet, client: TestClient, make: Make) -> None:
    """Both thumbnails, the gate first; the dish itself is not in the way; each opens for the round's own driver."""
    round_, pickup, delivery, lot_id = carried
    browser = make.signed_in(client, fleet.carrier.person.key)
    page = browser.get(f"/rounds/{round_.key}/stops/{pickup.number}").text
    assert page.index(address(round_, pickup, lot_id, 3)) < page.index(address(round_, pickup, lot_id, 2))
    assert address(round_, pickup, lot_id, 1) not in page
    assert "/photos/" not in browser.get(f"/rounds/{round_.key}/stops/{delivery.number}").text
    answer = browser.get(address(round_, pickup, lot_id, 3) + "?size=small")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")


def test_no_other_way_opens(carried: Any, fleet: Fleet, client: TestClient, make: Make) -> None:
    """Another driver, another stop, another photo, another lot, a charity: 404 or 403."""
    round_, pickup, delivery, lot_id = carried
    mine = address(round_, pickup, lot_id, 3)
    browser = make.signed_in(client, fleet.carrier.person.key)
    assert browser.get(address(round_, pickup, lot_id, 1)).status_code == 404
    assert browser.get(address(round_, delivery, lot_id, 3)).status_code == 404
    assert browser.get(address(round_, pickup, lot_id + 1, 3)).status_code == 404
    assert make.signed_in(client, make.driver("Autre").person.key).get(mine).status_code == 404
    assert make.signed_in(client, make.charity("Autre").person.key).get(mine).status_code == 403


def test_it_closes_with_the_stop(carried: Any, fleet: Fleet, road: Road, client: TestClient, make: Make) -> None:
    """Once loaded, the photos are no longer the driver's to see."""
    round_, pickup, _delivery, lot_id = carried
    road.set_off()
    assert road.report(pickup, "loaded").status_code == 200
    browser = make.signed_in(client, fleet.carrier.person.key)
    assert browser.get(address(round_, pickup, lot_id, 3)).status_code == 404
    with fleet.database.read() as session:
        assert not reading.stop_by_number(session, round_.key, pickup.number).is_ahead
