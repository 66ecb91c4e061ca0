"""Automatic answers and standing rounds on pages and in JSON: who sets them, who sees them."""

from typing import Any

from fastapi.testclient import TestClient

from service.accounts.models import Role
from tests.allocation.conftest import Stall
from tests.people import Make, Party

RULE = {"categories": ["bread-pastry"], "most_grams": 30_000, "weekdays": [0, 4], "most_metres": 10_000}


def bearer(make: Make, party: Party) -> dict[str, str]:
    return {"Authorization": f"Bearer {make.token(party.person.key)}"}


def round_to(stall: Stall, **given: Any) -> dict[str, Any]:
    base = {"donor_site_id": stall.donor.site.key, "rrule": "FREQ=WEEKLY;BYDAY=FR", "starts_on": "2026-11-20"}
    return {**base, **given}


def test_a_rule_lives_its_life_in_json(client: TestClient, make: Make, stall: Stall) -> None:
    """Set, changed, paused, resumed, deleted; a charity sees its own alone."""
    mine, other = bearer(make, stall.charity), bearer(make, make.charity("Voisine"))
    made = client.post("/api/v1/answer-rules", json=RULE, headers=mine)
    assert (made.status_code, made.json()["state"], made.json()["version"]) == (201, "on", 1)
    path = f"/api/v1/answer-rules/{made.json()['id']}"
    assert client.put(path, json={**RULE, "least_grams": 2_000}, headers=mine).json()["version"] == 2
    assert client.post(f"{path}/pause", json={"until": "2026-12-01"}, headers=mine).json()["state"] == "paused"
    assert client.post(f"{path}/pause", json={"until": "2026-11-20"}, headers=mine).status_code == 422
    assert client.post(f"{path}/resumption", headers=mine).json()["state"] == "on"
    assert client.get("/api/v1/answer-rules", headers=other).json()["items"] == []
    assert client.delete(path, headers=other).status_code == 404
    assert client.delete(path, headers=mine).status_code == 204
    assert client.get("/api/v1/answer-rules", headers=mine).json()["items"] == []


def test_what_is_no_rule_is_refused(client: TestClient, make: Make, stall: Stall) -> None:
    """Unknown kinds, no day, a minimum above the maximum, another's site, a donor."""
    mine = bearer(make, stall.charity)
    wrong = [
        {"categories": ["caviar"]},
        {"weekdays": []},
        {"weekdays": [7]},
        {"least_grams": 30_001},
        {"most_grams": 0},
    ]
    wrong.append({"site_id": make.charity("Voisine").site.key})
    for given in wrong:
        assert client.post("/api/v1/answer-rules", json={**RULE, **given}, headers=mine).status_code == 422, given
    assert client.post("/api/v1/answer-rules", json=RULE, headers=bearer(make, stall.donor)).status_code == 403


def test_a_form_sets_a_rule(client: TestClient, make: Make, stall: Stall) -> None:
    """Kilograms with a comma, boxes for days and kinds; what is wrong comes back filled."""
    make.signed_in(client, stall.charity.person.key)
    assert "Aucune réponse automatique" in client.get("/answers").text
    assert client.get("/answers/new").status_code == 200
    typed = {
        "categories": ["bread-pastry"],
        "weekdays": ["0", "4"],
        "most_kg": "12,5",
        "least_kg": "20",
        "way": "bring",
    }
    wrong = client.post("/answers", data=typed)
    assert wrong.status_code == 422
    assert "Le minimum dépasse le maximum." in wrong.text
    assert 'value="12,5"' in wrong.text
    kept = client.post("/answers", data={**typed, "least_kg": "", "most_metres": "5000"}, follow_redirects=False)
    assert kept.status_code == 303
    page = client.get("/answers").text.replace("\u00a0", " ")
    assert "jusqu'à 12,5 kg par lot" in page.replace("&#39;", "'")
    assert "à moins de 5 km" in page
    assert client.get("/answers/1/edit").status_code == 200
    assert client.post("/answers/pause", follow_redirects=False).status_code == 303
    assert "En pause" in client.get("/answers").text
    assert (
        client.post("/answers/1", data={**typed, "least_kg": "", "most_kg": ""}, follow_redirects=False).status_code
        == 303
    )
    assert client.post("/answers/1/resumption", follow_redirects=False).status_code == 303
    assert client.post("/answers/1/end", follow_redirects=False).status_code == 303
    assert client.get("/answers/1/edit").status_code == 404


def test_a_round_is_agreed_and_let_go_in_json(client: TestClient, make: Make, stall: Stall) -> None:
    """The charity asks, the shop agrees, either lets a date go, strangers see nothing."""
    charity, shop = bearer(make, stall.charity), bearer(make, stall.donor)
    asked = client.post("/api/v1/ramasses", json=round_to(stall), headers=charity)
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    path = f"/api/v1/ramasses/{asked.json()['id']}"
    assert client.post(f"{path}/decision", json={"agreed": True}, headers=charity).status_code == 403
    assert client.post(f"{path}/decision", json={"agreed": True}, headers=shop).json()["state"] == "agreed"
    dates = client.post(f"{path}/releases", json={"day": "2026-11-27"}, headers=shop).json()["dates"]
    assert dates[:2] == [{"day": "2026-11-20", "released_by": None}, {"day": "2026-11-27", "released_by": "donor"}]
    assert client.delete(f"{path}/releases/2026-11-27", headers=charity).status_code == 422
    assert client.delete(f"{path}/releases/2026-11-27", headers=shop).json()["dates"][1]["released_by"] is None
    for stranger in (make.charity("Voisine"), make.donor("Primeur")):
        assert client.get(path, headers=bearer(make, stranger)).status_code == 404
    assert client.get(path, headers=bearer(make, make.staff(Role.REGION))).status_code == 200
    assert client.delete(path, headers=charity).status_code == 204
    assert client.get(path, headers=shop).json()["state"] == "ended"


def test_what_is_no_round_is_refused(client: TestClient, make: Make, stall: Stall) -> None:
    """A rhythm that could run away, an end before the start, a shop that is none."""
    charity = bearer(make, stall.charity)
    wrong: list[dict[str, Any]] = [
        {"rrule": "FREQ=SECONDLY"},
        {"rrule": "FREQ=DAILY;COUNT=1000000"},
        {"ends_on": "2026-11-19"},
        {"starts_on": "0001-01-01"},
        {"starts_on": "9999-12-31"},
        {"donor_site_id": 999},
        {"donor_site_id": stall.charity.site.key},
    ]
    for given in wrong:
        assert client.post("/api/v1/ramasses", json=round_to(stall, **given), headers=charity).status_code == 422, given


def test_a_form_asks_and_a_shop_answers(client: TestClient, make: Make, stall: Stall) -> None:
    """Days ticked become the rule; the shop finds it on its page and agrees with one tap."""
    make.signed_in(client, stall.charity.person.key)
    assert "Aucune ramasse" in client.get("/ramasses").text
    assert "Boulangerie Martin" in client.get("/ramasses/new").text
    typed = {"donor_site_id": stall.donor.site.key, "every": "2", "starts_on": "2026-11-20", "way": "collect"}
    for days in ([], ["12"], ["x"]):
        nothing = client.post("/ramasses", data={**typed, "weekdays": days})
        assert nothing.status_code == 422
        assert "Choisissez au moins un jour." in nothing.text
    asked = client.post("/ramasses", data={**typed, "weekdays": ["1", "4"]}, follow_redirects=False)
    assert asked.status_code == 303
    path = asked.headers["location"]
    assert "mardi, vendredi, une semaine sur deux" in client.get(path).text
    make.signed_in(client, stall.donor.person.key)
    assert "À vous de répondre" in client.get("/ramasses").text
    assert client.post(f"{path}/decision", data={"agreed": "true"}, follow_redirects=False).status_code == 303
    assert "Convenue" in client.get(path).text
    assert client.post(f"{path}/releases", data={"day": "2026-11-20"}, follow_redirects=False).status_code == 303
    assert "pas cette fois (le commerce)" in client.get(path).text
    assert client.post(f"{path}/releases/2026-11-20/end", follow_redirects=False).status_code == 303
    assert client.post(f"{path}/end", follow_redirects=False).status_code == 303
    assert "Terminée" in client.get(path).text
