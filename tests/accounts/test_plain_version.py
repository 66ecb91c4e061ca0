"""The easy-to-read version: chosen on a device, signed in or not, and given back in one tap."""

import pytest
from fastapi.testclient import TestClient

from service.web.plain import COOKIE, twin_of
from tests.plain import ROOT, sentences, twins

LONGEST = 15


def choose(client: TestClient, plain: str, then: str = "/") -> tuple[int, str]:
    page = client.get("/").text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    answer = client.post("/plain-version", data={"plain": plain, "next": then, "csrf": token})
    return answer.status_code, answer.headers.get("location", "")


def test_it_is_chosen_signed_out_and_given_back(client: TestClient) -> None:
    """One button, no script: the page comes again in short sentences, until one wants it in full."""
    assert "Version facile à lire" in client.get("/").text
    assert choose(client, "yes", "/") == (303, "/")
    easy = client.get("/").text
    assert "Glane les aide à se trouver." in easy
    assert "Version complète" in easy
    assert 'class="is-plain"' in client.get("/sign-in").text
    assert choose(client, "no", "/sign-in?next=/give") == (303, "/sign-in?next=/give")
    assert 'class="is-plain"' not in client.get("/sign-in").text


def test_it_is_kept_for_a_year_out_of_scripts_reach(client: TestClient) -> None:
    """The device remembers, and no script may read or change it."""
    token = client.get("/").text.partition('name="csrf" value="')[2].partition('"')[0]
    kept = client.post("/plain-version", data={"plain": "yes", "csrf": token}).headers["set-cookie"]
    assert f"{COOKIE}=yes" in kept
    assert "HttpOnly" in kept
    assert "Max-Age=31536000" in kept


@pytest.mark.parametrize(("plain", "then"), [("maybe", "/"), ("", "/")])
def test_another_answer_is_refused(plain: str, then: str, client: TestClient) -> None:
    """Yes or no; anything else is an error and changes nothing."""
    assert choose(client, plain, then)[0] == 422
    assert COOKIE not in client.cookies


@pytest.mark.parametrize("then", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs"])
def test_it_leads_nowhere_else(then: str, client: TestClient) -> None:
    """The button comes back to a page of ours, never to another site."""
    assert choose(client, "yes", then) == (303, "/")


def test_a_strange_cookie_means_nothing(client: TestClient) -> None:
    """Only what the button set counts."""
    client.cookies.set(COOKIE, "<script>")
    assert 'class="is-plain"' not in client.get("/").text


def test_each_twin_has_its_page() -> None:
    """No easy version of a page that is gone."""
    found = [f"{path.parents[1].name}/{path.name.replace('_plain', '')}" for path in twins()]
    parts = {"lots/line.html", "lots/line_details.html", "allocation/offer_actions.html"}
    assert {"lots/give.html", "lots/new.html", "allocation/offers.html", "rounds/mine.html"} <= set(found)
    for name in found:
        room, _, file = name.partition("/")
        assert (ROOT / "service" / room / "templates" / file).is_file(), name
        assert twin_of(name) is not None or name in parts
    assert twin_of("accounts/account.html") is None


def test_its_sentences_are_short() -> None:
    """One idea a sentence, fifteen words at most: what can be counted of easy-to-read French."""
    said = [(path.name, sentence) for path in twins() for sentence in sentences(path)]
    assert len(said) > 50
    assert [one for one in said if len(one[1].split()) > LONGEST] == []
