"""What a charity may take, in the easy-to-read version: the same answers can be given."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.allocation.conftest import YOGHURT, Stall
from tests.plain import COOKIE, both, controls


@pytest.fixture
def charity(stall: Stall, sign_in: Callable[[int], TestClient]) -> TestClient:
    return sign_in(stall.charity.person.key)


@pytest.mark.parametrize("mode", ["page", "list", "card"])
def test_the_same_answers_can_be_given(mode: str, stall: Stall, charity: TestClient) -> None:
    """On the page, in the list drawn again when news come, and in a card once it is known whether a round can."""
    lot = stall.post()
    stall.post(YOGHURT)
    address = f"/offers/{lot.key}/reach?card=true" if mode == "card" else "/offers"
    full, easy = both(charity, address, **({"hx-request": "true"} if mode == "list" else {}))
    assert controls(easy) == controls(full)
    assert len(controls(easy)) >= 3
    assert ("<html" in easy) == (mode == "page")


@pytest.mark.sealed
def test_an_answer_that_waits_can_be_changed(stall: Stall, charity: TestClient) -> None:
    """While answers are gathered: no, and once answered the way to change it."""
    lot = stall.post()
    full, easy = both(charity, "/offers")
    assert controls(easy) == controls(full)
    assert "Non merci" in easy
    stall.claim(lot)
    _full, easy = both(charity, "/offers")
    assert "Vous avez répondu." in easy
    assert f"/lots/{lot.key}/claim?site=" in easy


def test_a_lot_is_claimed(stall: Stall, charity: TestClient) -> None:
    """In words: how much, by whom, how cold, until when; then it is theirs."""
    lot = stall.post(YOGHURT)
    charity.cookies.set(COOKIE, "yes")
    page = charity.get("/offers").text.replace("&#39;", "'")
    for said in ("Il y en a 6", "C'est donné par", "Il faut un réfrigérateur.", "Il faut le prendre avant"):
        assert said in page, said
    answer = charity.post(f"/lots/{lot.key}/claims", data={"site": stall.charity.site.key, "way": "collect"})
    assert answer.status_code == 303
    assert "rien à prendre maintenant" in charity.get("/offers").text
