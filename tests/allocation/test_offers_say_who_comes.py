"""A card's weightiest button fits the answer: a round that can bring it, or one's own legs."""

import re

from fastapi.testclient import TestClient

from tests.allocation.conftest import Stall
from tests.people import Make
from tests.rounds.conftest import Fleet, fleet  # noqa: F401  the fixture, for a region with a van


def buttons(html: str) -> dict[str, bool]:
    """Each way offered by the buttons, and whether it is the primary one."""
    found = re.findall(r'name="way" value="(\w+)"><button class="([^"]*)"', html)
    return {way: "btn-primary" in classes for way, classes in found}


def test_without_a_round_going_there_leads(stall: Stall, client: TestClient, make: Make) -> None:
    """No vehicle that day: fetching is the primary button, being brought stays possible, and no place changes."""
    lot = stall.post()
    make.signed_in(client, stall.charity.person.key)
    before = client.get("/offers").text
    answer = client.get(f"/offers/{lot.key}/reach?site={stall.charity.site.key}&card=true").text
    assert buttons(before) == {"bring": True, "collect": False}
    assert "Pas de tournée" in answer
    assert buttons(answer) == {"bring": False, "collect": True}
    assert list(buttons(answer)) == list(buttons(before))
    assert f"/offers/{lot.key}/reach?site={stall.charity.site.key}&amp;card=true" in before


def test_without_a_round_the_form_begins_with_going_there(stall: Stall, client: TestClient, make: Make) -> None:
    """The same truth on the page where a part is asked for."""
    lot = stall.post()
    make.signed_in(client, stall.charity.person.key)
    page = client.get(f"/lots/{lot.key}/claim").text
    assert "Pas de tournée" in page
    assert re.search(r'value="collect"[^>]*checked', page)
    assert not re.search(r'value="bring"[^>]*checked', page)


def test_who_cannot_fetch_keeps_being_brought(stall: Stall, client: TestClient, make: Make) -> None:
    """A site that never collects has no button for it, whatever the rounds."""
    charity = make.charity("Sans voiture", collects_itself=False)
    lot = stall.post()
    make.signed_in(client, charity.person.key)
    answer = client.get(f"/offers/{lot.key}/reach?site={charity.site.key}&card=true").text
    assert buttons(answer) == {"bring": False}
    assert re.search(r'value="bring"[^>]*checked', client.get(f"/lots/{lot.key}/claim").text)


def test_with_a_round_being_brought_leads(
    stall: Stall,
    client: TestClient,
    make: Make,
    fleet: Fleet,  # noqa: F811
) -> None:
    """A van with room that evening: being brought is the primary button, with the hour."""
    fleet.shift(fleet.vehicle())
    lot = stall.post()
    make.signed_in(client, stall.charity.person.key)
    answer = client.get(f"/offers/{lot.key}/reach?site={stall.charity.site.key}&card=true").text
    assert "peut l'apporter" in answer.replace("&#39;", "'")
    assert buttons(answer) == {"bring": True, "collect": False}


def test_a_lot_taken_meanwhile_is_a_page_with_words(stall: Stall, client: TestClient, make: Make) -> None:
    """Whoever follows the link a moment too late reads that everything is claimed, and what happens next."""
    lot = stall.post()
    stall.claim(lot)
    make.signed_in(client, make.charity("Voisine").person.key)
    page = client.get(f"/lots/{lot.key}/claim")
    assert page.status_code == 200
    assert "Tout est déjà demandé" in page.text
    assert client.get(f"/offers/{lot.key}/reach").status_code == 200
