"""A driver's round in the easy-to-read version: one thing at a time, and every report of the page in full."""

from typing import Any

import pytest

from tests.plain import both, controls
from tests.rounds.conftest import Fleet
from tests.rounds.test_pages import driving

__all__ = ["driving"]


def test_each_step_offers_the_same(driving: Any, fleet: Fleet) -> None:
    """Accept, leave, arrive, load, hand over, end: on the page of the round and at each stop, nothing is missing."""
    browser, shipment = driving
    [round_] = fleet.rounds()
    pickup, delivery = fleet.stops(round_)
    [item] = fleet.items(shipment)
    stops = f"/rounds/{round_.key}/stops"
    load = {"kind": "loaded", f"kg.{item.key}": "9,5", "temperature_c": "4,5"}
    give = {"kind": "delivered", "code": delivery.code, "temperature_c": "5"}
    steps = [
        ("", {}, "J'accepte cette tournée"),
        (f"/rounds/{round_.key}/acceptance", {}, "Je pars"),
        (f"/rounds/{round_.key}/departure", {}, "Je suis arrivé"),
        (f"{stops}/{pickup.number}/report", {"kind": "arrived"}, "Charger"),
        (f"{stops}/{pickup.number}/report", load, "Je suis arrivé"),
        (f"{stops}/{delivery.number}/report", give, "Je suis rentré"),
    ]
    for address, data, next_button in steps:
        if address:
            assert browser.post(address, data=data).status_code == 303
        full, easy = both(browser, "/rounds/mine")
        assert controls(easy) == controls(full), next_button
        assert next_button in easy.replace("&#39;", "'")
        assert "data-keep-pages" in easy
    assert 'class="say"' in easy


@pytest.mark.parametrize("arrived", [False, True])
def test_a_stop_says_what_to_do_and_asks_the_same(arrived: bool, driving: Any, fleet: Fleet) -> None:
    """The guide stands above the forms of the page in full."""
    browser, _shipment = driving
    [round_] = fleet.rounds()
    pickup = fleet.stops(round_)[0]
    browser.post(f"/rounds/{round_.key}/acceptance")
    browser.post(f"/rounds/{round_.key}/departure")
    if arrived:
        browser.post(f"/rounds/{round_.key}/stops/{pickup.number}/report", data={"kind": "arrived"})
    full, easy = both(browser, f"/rounds/{round_.key}/stops/{pickup.number}")
    assert controls(easy) == controls(full)
    easy = easy.replace("&#39;", "'")
    assert "Que faut-il faire" in easy
    assert ("Allez à l'adresse." in easy) != arrived
    assert "Mesurez la température" in easy
