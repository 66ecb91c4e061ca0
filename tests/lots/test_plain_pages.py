"""Giving in the easy-to-read version: nothing that the form in full can say is missing, and no rule is."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.lots.conftest import Shop
from tests.lots.test_pages import SignIn, form
from tests.plain import COOKIE, both, controls


@pytest.fixture
def baker(shop: Shop, sign_in: SignIn) -> TestClient:
    return sign_in(shop.donor.person.key)


@pytest.mark.parametrize("address", ["/lots/new", "/lots/new/practice", "/lots/new/details?lines.0.category=bread",
                                     "/lots/new/details?lines.0.category=yoghurt"])  # fmt: skip
def test_the_form_asks_the_same(address: str, baker: TestClient) -> None:
    """Field by field, the practice flag, the barcode and what a category asks for included; so are drafts and queue."""
    full, easy = both(baker, address)
    assert controls(easy) == controls(full)
    for mark in ("data-redraw", "data-queue", "data-need", "data-keep-pages", 'data-keep="no"'):
        assert (mark in easy) == (mark in full), mark


def test_a_lot_is_posted_in_the_easy_version(baker: TestClient, shop: Shop) -> None:
    """The last lot, the list of those under way, and a form sent back with all that was typed."""
    baker.cookies.set(COOKIE, "yes")
    wrong = baker.post("/lots", data=form(**{"lines.0.kg": "douze", "note": "Sonnez"}))
    assert wrong.status_code == 422
    for kept in ('value="douze"', "Sonnez", 'class="errors"', "DLC veut dire"):
        assert kept in wrong.text, kept
    assert baker.post("/lots", data=form(once="xyz")).headers["location"] == "/lots/1?done=posted"
    home = baker.get("/give").text
    for said in ("Vous avez donné", "10,5", "/lots/1/repeat", "Il attend une association."):
        assert said in home, said


def test_two_lines_stay_two(baker: TestClient) -> None:
    """« Ajouter une ligne » draws the easy form again, both lines in it; the same fields as in full."""
    drawn = {}
    for plain in ("no", "yes"):
        baker.cookies.set(COOKIE, plain)
        drawn[plain] = baker.post("/lots", data=form(add_line="1")).text
    assert "Choisissez une image." in drawn["yes"]
    assert "lines.1.kg" in drawn["yes"]
    assert controls(drawn["yes"]) == controls(drawn["no"])


def test_practice_publishes_nothing(baker: TestClient, shop: Shop) -> None:
    """What is tried in the easy version is seen by nobody either."""
    baker.cookies.set(COOKIE, "yes")
    practice = baker.get("/lots/new/practice").text
    assert re.search(r'name="practice" value="1"', practice)
    assert baker.post("/lots", data=form(practice="1")).headers["location"] == "/practice/lot"
    assert baker.get("/lots/1").status_code == 404


def test_food_law_holds(baker: TestClient) -> None:
    """What must not be given is refused with the same words."""
    said = {}
    for plain in ("no", "yes"):
        baker.cookies.set(COOKIE, plain)
        bad = form(**{"lines.0.category": "yoghurt", "lines.0.day": "yesterday", "lines.0.date_kind": "dlc"})
        answer = baker.post("/lots", data=bad)
        assert answer.status_code == 422
        said[plain] = re.findall(r'<li><a href="#f-[^"]+">[^<]+', answer.text)
    assert said["yes"]
    assert said["yes"] == said["no"]
