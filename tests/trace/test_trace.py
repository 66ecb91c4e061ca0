"""The trace of a lot: every gram accounted for, to those who may know."""

from typing import Any

from fastapi.testclient import TestClient

from service.allocation.actions import claiming, collecting
from service.lots import actions as lots
from service.lots.models import Lot
from tests.allocation.conftest import BREAD, YOGHURT, Stall, stall  # noqa: F401  a fixture
from tests.people import Make


def trace(client: TestClient, make: Make, person: int, lot: Lot) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {make.token(person)}"}
    answer = client.get(f"/api/v1/lots/{lot.key}/trace", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_every_gram_is_somewhere(stall: Stall, client: TestClient, make: Make) -> None:  # noqa: F811
    """Claimed, given back, split, fetched, weighed lighter: posted = free + left + held, and it says so."""
    lot = stall.post(BREAD, YOGHURT)
    line = stall.first_line(lot)
    given_back = stall.claim(lot, make.charity("Autre").who, wanted={line: 2_000})
    with stall.database.transaction() as session:
        claiming.release(session, who=make.who(given_back.made_by or 0), claim_id=given_back.key, now=stall.now)
    claim = stall.claim(lot, wanted={line: 4_000})
    with stall.database.transaction() as session:
        lots.split(session, session.get_one(Lot, lot.key), [(line, 1_000)], who=stall.donor.who, now=stall.now)
    with stall.database.transaction() as session:
        collecting.hand_over(session, who=stall.donor.who, claim_id=claim.key, code=claim.code, now=stall.now)
    with stall.database.transaction() as session:
        weights = {stall.shares(claim)[0].key: 3_900}
        collecting.receive(session, who=stall.charity.who, claim_id=claim.key, weights=weights, now=stall.now)
    found = trace(client, make, stall.donor.person.key, lot)
    assert found["balanced"] is True
    bread = found["lines"][0]
    assert (bread["grams"], bread["held_grams"], bread["delivered_grams"]) == (10_000, 4_000, 3_900)
    assert bread["missing_grams"] == 0
    assert len(found["children"]) == 1
    child = found["children"][0]
    with stall.database.read() as session:
        part = session.get_one(Lot, child)
    assert trace(client, make, stall.donor.person.key, part)["parent_id"] == lot.key


def test_a_charity_sees_its_own_part_only(stall: Stall, client: TestClient, make: Make) -> None:  # noqa: F811
    """Two charities share a lot: each reads its own share and entries; the dispatcher reads both."""
    lot = stall.post()
    line = stall.first_line(lot)
    other = make.charity("Autre")
    stall.claim(lot, wanted={line: 4_000})
    stall.claim(lot, other.who, wanted={line: 3_000})
    mine = trace(client, make, stall.charity.person.key, lot)["lines"][0]["shares"]
    assert [share["grams"] for share in mine] == [4_000]
    entries = trace(client, make, stall.charity.person.key, lot)["entries"]
    assert {entry["data"].get("organisation") for entry in entries if entry["subject"] == "claim"} == {stall.charity.id}
    everything = trace(client, make, make.dispatcher().person.key, lot)["lines"][0]["shares"]
    assert [share["grams"] for share in everything] == [4_000, 3_000]


def test_strangers_get_no_trace(stall: Stall, client: TestClient, make: Make) -> None:  # noqa: F811
    """Another donor finds no such lot; a charity without a part is refused."""
    lot = stall.post()
    for party, status in ((make.donor("Autre"), 404), (make.charity("Sans part"), 403)):
        headers = {"Authorization": f"Bearer {make.token(party.person.key)}"}
        assert client.get(f"/api/v1/lots/{lot.key}/trace", headers=headers).status_code == status
