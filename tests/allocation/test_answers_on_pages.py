"""What a charity reads while its answer waits, what it is told afterwards, and what the interface answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from service.accounts.models import Role
from service.allocation import queries
from service.allocation.deciding.work import decide_region
from service.allocation.models import Answer, ClaimState
from service.notices.models import OutgoingNotice
from tests.allocation.conftest import Stall
from tests.people import REGION, Make, Party

pytestmark = pytest.mark.sealed
LATER = timedelta(minutes=11)


def decide(stall: Stall) -> None:
    decide_region(stall.database, REGION, stall.now + LATER)


def text(client: TestClient, path: str, locale: str = "fr") -> str:
    client.cookies.set("glane_locale", locale, domain="testserver.local")
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    return answer.text.replace("\u00a0", " ").replace("\u202f", " ")


def bearer(make: Make, party: Party) -> dict[str, str]:
    return {"Authorization": f"Bearer {make.token(party.person.key)}"}


def test_a_claim_is_accepted_not_granted(stall: Stall, client: TestClient, make: Make) -> None:
    """202 with the hour of the decision; sent anew it is changed; "no" is an answer."""
    lot = stall.post()
    headers, address = bearer(make, stall.charity), f"/api/v1/lots/{lot.key}/claims"
    first = client.post(address, json={"way": "collect"}, headers=headers)
    assert first.status_code == 202
    body = first.json()
    assert (body["state"], body["answer"], body["policy"]) == ("pending", "all", "sealed-window")
    with stall.database.read() as session:
        window = queries.window_of_lot(session, lot.key)
    assert window is not None
    assert window.closes_at is not None
    assert body["answers_until"].startswith(window.closes_at.strftime("%Y-%m-%dT%H:%M:00"))
    part = {"way": "collect", "lines": [{"line_id": stall.first_line(lot), "grams": 3000}]}
    again = client.post(address, json=part, headers=headers)
    assert (again.status_code, again.json()["id"], again.json()["answer"]) == (202, body["id"], "part")
    no = client.post(address, json={"answer": "no"}, headers=headers)
    assert (no.status_code, no.json()["answer"], no.json()["lines"]) == (202, "no", [])
    offer = client.get("/api/v1/offers", headers=headers).json()["items"][0]
    assert (offer["answer"], offer["answers_until"]) == ("no", body["answers_until"])


def test_an_urgent_lot_is_granted_with_201(stall: Stall, client: TestClient, make: Make) -> None:
    """Without a window nothing changes for who claims first."""
    lot = stall.post(hours=1)
    answer = client.post(f"/api/v1/lots/{lot.key}/claims", json={"way": "collect"}, headers=bearer(make, stall.charity))
    assert (answer.status_code, answer.json()["state"]) == (201, "granted")


def test_pages_say_plainly_what_happens(stall: Stall, sign_in: Callable[[int], TestClient]) -> None:
    """The hour on the offer, on the form, on the claim, and in the list; one tap changes or withdraws."""
    lot = stall.post()
    browser = sign_in(stall.charity.person.key)
    with stall.database.read() as session:
        from service.allocation.windows import window_of

        closes = window_of(session, lot).closes_at
    assert closes is not None
    hour = f"{(closes + timedelta(hours=1)):%H h %M}".lstrip("0")
    assert f"Réponse à {hour}" in text(browser, "/offers")
    assert f"Réponse à {hour}" in text(browser, f"/lots/{lot.key}/claim")
    made = browser.post(f"/lots/{lot.key}/claims", data={"way": "collect"})
    assert made.status_code == 303
    page = text(browser, made.headers["location"])
    assert f"Réponse à {hour}" in page
    assert "Retirer ma réponse" in page
    assert "C'est réservé" not in page
    assert f"réponse à {hour}" in text(browser, "/claims")
    assert "Voir ma réponse" in text(browser, "/offers")
    assert "Answer at" in text(browser, f"/lots/{lot.key}/claim", "en")
    browser.post(f"/lots/{lot.key}/claims", data={"answer": "no"})
    assert "dont vous n&#39;avez pas l&#39;usage" in text(browser, "/offers")


def contest(stall: Stall, make: Make) -> tuple[Party, int]:
    """A lot that the stall's charity, served just before, loses to another; the other and the lot."""
    other = make.charity("Secours")
    stall.claim(stall.post())
    decide(stall)
    lot = stall.post()
    stall.claim(lot)
    stall.claim(lot, other.who)
    stall.claim(lot, make.charity("Muette").who, answer=Answer.NO)
    decide(stall)
    return other, lot.key


def test_winner_and_loser_read_why_with_their_own_figures(stall: Stall, client: TestClient, make: Make) -> None:
    """At most three reasons, in both languages, own figures and the median, nobody's name."""
    other, lot = contest(stall, make)
    lost = client.get(f"/api/v1/lots/{lot}/decision", headers=bearer(make, stall.charity)).json()
    won = client.get(f"/api/v1/lots/{lot}/decision", headers=bearer(make, other)).json()
    (mine,), (theirs,) = lost["claims"], won["claims"]
    assert (mine["state"], theirs["state"], theirs["grams_granted"]) == ("refused", "granted", 10_000)
    assert mine["reasons"][0]["code"] == "more_served"
    assert {"had_percent", "median_percent"} == set(mine["reasons"][0]["facts"])
    assert f"{mine['reasons'][0]['facts']['had_percent']} % de votre part (pain et viennoiserie)" in mine["reasons"][0][
        "text"
    ].replace("\u00a0", " ")
    assert theirs["reasons"][0]["code"] == "less_served"
    assert 1 <= len(theirs["reasons"]) <= 3
    for body in (lost, won):
        assert body["reasons"] == []
        assert "Secours" not in str(body)
        assert "Restos" not in str(body)
    english = {**bearer(make, stall.charity), "Cookie": "glane_locale=en"}
    said = client.get(f"/api/v1/lots/{lot}/decision", headers=english).json()["claims"][0]["reasons"][0]["text"]
    assert said.startswith("Over 28 days you have had")


def test_the_dispatcher_reads_all_with_names(stall: Stall, client: TestClient, make: Make) -> None:
    """Who answered what, who got how much, and the lot as a whole."""
    _, lot = contest(stall, make)
    seen = client.get(f"/api/v1/lots/{lot}/decision", headers=bearer(make, make.dispatcher())).json()
    assert {(one["site"], one["state"]) for one in seen["claims"]} == {
        ("Restos de Nantes", "refused"),
        ("Secours", "granted"),
        ("Muette", "released"),
    }
    assert seen["reasons"][0]["text"] == "Réponses : 3, dont « non » : 1. Pouvaient le prendre : 2 ; en ont eu : 1."
    assert (seen["state"], seen["cause"], seen["gap_permille"]) == ("decided", "window", 0)
    stranger = client.get(f"/api/v1/lots/{lot}/decision", headers=bearer(make, make.charity("Ailleurs")))
    assert stranger.status_code == 404
    assert client.get(f"/api/v1/lots/{lot}/decision", headers=bearer(make, stall.donor)).status_code == 403


def test_the_claim_page_and_the_decision_page_say_why(
    stall: Stall, sign_in: Callable[[int], TestClient], make: Make
) -> None:
    """The loser on its claim, the dispatcher on the lot's decision."""
    _, lot = contest(stall, make)
    with stall.database.read() as session:
        claim = next(one for one in queries.claims_on(session, lot) if one.state == ClaimState.REFUSED)
    page = text(sign_in(stall.charity.person.key), f"/claims/{claim.key}")
    assert "Pourquoi ?" in page
    assert "de votre part" in page
    assert "Secours" not in page
    page = text(sign_in(make.dispatcher().person.key), f"/lots/{lot}/decision")
    assert "Secours" in page
    assert "Attribuer vous-même" in page
    with stall.database.read() as session:
        kinds = {row.kind for row in session.exec(select(OutgoingNotice)).all()}
    assert {"claim_granted", "claim_refused"} <= kinds


def test_a_dispatcher_overrules_with_a_reason(stall: Stall, client: TestClient, make: Make) -> None:
    """The lot is taken back from its winner and given to the other one; both read why, and the decision is kept."""
    other, lot = contest(stall, make)
    dispatcher = bearer(make, make.dispatcher())
    seen = client.get(f"/api/v1/lots/{lot}/decision", headers=dispatcher).json()
    winner = next(one for one in seen["claims"] if one["state"] == "granted")
    asked = {"site_id": stall.charity.site.key, "instead_of": winner["claim_id"], "way": "collect", "reason": "x"}
    address = f"/api/v1/lots/{lot}/decision"
    assert client.post(address, json=asked, headers=dispatcher).status_code == 422
    asked["reason"] = "Panne de frigo chez l'autre."
    assert client.post(address, json=asked, headers=bearer(make, other)).status_code == 403
    done = client.post(address, json=asked, headers=dispatcher)
    assert done.status_code == 201, done.text
    assert done.json()["cause"] == "override"
    mine = client.get(address, headers=bearer(make, stall.charity)).json()
    granted = next(one for one in mine["claims"] if one["state"] == "granted")
    assert granted["reasons"][0]["text"] == "Attribué par la régulation : Panne de frigo chez l'autre."
    with stall.database.read() as session:
        assert [str(row.cause) for row in queries.decisions_of_lot(session, lot)] == ["window", "override"]
    again = client.post(address, json=asked, headers=dispatcher)
    assert again.status_code == 409


def test_an_overruled_window_closes_when_nothing_is_left(stall: Stall, make: Make, client: TestClient) -> None:
    """Given whole by the dispatcher before the decision: who waited is told, and nothing is decided later."""
    lot = stall.post()
    claim = stall.claim(lot)
    other = make.charity("Secours")
    asked = {"site_id": other.site.key, "way": "collect", "reason": "Accord au téléphone."}
    address = f"/api/v1/lots/{lot.key}/decision"
    assert client.post(address, json=asked, headers=bearer(make, make.dispatcher())).status_code == 201
    decide(stall)
    with stall.database.read() as session:
        found = queries.claims_on(session, lot.key)
    states = {one.site_id: (str(one.state), one.reason) for one in found}
    assert states[stall.charity.site.key] == ("refused", "overruled")
    assert states[other.site.key][0] == "granted"
    assert claim.key in {one.key for one in found}


def test_the_region_reads_and_does_not_decide(stall: Stall, make: Make, client: TestClient, app: FastAPI) -> None:
    """The Region sees every decision; giving a lot is the dispatcher's."""
    _, lot = contest(stall, make)
    region = bearer(make, make.staff(Role.REGION))
    assert client.get(f"/api/v1/lots/{lot}/decision", headers=region).status_code == 200
    asked = {"site_id": stall.charity.site.key, "reason": "Pour voir."}
    assert client.post(f"/api/v1/lots/{lot}/decision", json=asked, headers=region).status_code == 403
