"""The JSON API of lots: everything a page can do, with clear answers to bad input."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.lots.models import Lot
from tests.lots.conftest import BREAD, Shop, rows
from tests.people import Make

WINDOW = {"starts_at": "2026-11-20T16:00:00Z", "ends_at": "2026-11-20T19:00:00Z"}
BODY = {"lines": [BREAD], "windows": [WINDOW]}
Api = Callable[..., Any]


@pytest.fixture
def api(client: TestClient, make: Make, shop: Shop) -> Api:
    """`api("POST", "/lots", {...}, who=party)`: a machine of the donor's, or of another's."""
    tokens: dict[int, str] = {}

    def call(method: str, path: str, body: Any = None, who: Any = None, headers: Any = None, **more: Any) -> Any:
        person = (who or shop.donor).person.key
        token = tokens.setdefault(person, "") or make.token(person)
        tokens[person] = token
        given = {"Authorization": f"Bearer {token}", **(headers or {})}
        return client.request(method, f"/api/v1{path}", json=body, headers=given, **more)

    return call


def test_a_lot_is_posted_read_and_listed(api: Api, shop: Shop) -> None:
    """201 with the lot, the same lot again, and a list of one."""
    posted = api("POST", "/lots", BODY)
    assert posted.status_code == 201
    lot = posted.json()
    assert (lot["state"], lot["free_grams"], lot["site"]["city"]) == ("published", 10_000, "Nantes")
    assert lot["lines"][0]["label"] == "Pain"
    assert lot["deadline"].startswith("2026-11-20T19:00:00")
    assert api("GET", f"/lots/{lot['id']}").json() == lot
    assert api("GET", "/lots", who=shop.charities[0]).json() == {"items": [lot], "next": None}


def test_the_same_key_acts_once(api: Api, shop: Shop) -> None:
    """The answer is the first one's; the key with another body is refused."""
    key = {"Idempotency-Key": "k-1"}
    first, second = api("POST", "/lots", BODY, headers=key), api("POST", "/lots", BODY, headers=key)
    assert first.json() == second.json()
    assert api("POST", "/lots", {**BODY, "note": "x"}, headers=key).status_code == 422
    with shop.database.read() as session:
        assert rows(session, Lot) == 1


def test_the_same_key_for_another_caller_is_another_request(shop: Shop, client: TestClient, make: Make) -> None:
    """A dispatcher's second caller never gets the first one's answer: the key is refused, nothing is posted twice."""
    dispatcher, other = make.dispatcher(), make.donor("Fournil du Port")
    key = {"Authorization": f"Bearer {make.token(dispatcher.person.key)}", "Idempotency-Key": "call-1"}
    first = client.post("/api/v1/lots", json=BODY, headers={**key, "X-On-Behalf-Of": str(shop.donor.id)})
    assert first.status_code == 201
    second = client.post("/api/v1/lots", json=BODY, headers={**key, "X-On-Behalf-Of": str(other.id)})
    assert second.status_code == 422
    assert second.json()["code"] == "idempotency-key-reused"
    with shop.database.read() as session:
        assert rows(session, Lot) == 1


BAD: list[tuple[Any, int, str]] = [
    ({**BODY, "lines": [{**BREAD, "grams": -5}]}, 422, "lines.0.grams"),
    ({**BODY, "lines": [{**BREAD, "grams": 1.5}]}, 422, "lines.0.grams"),
    ({**BODY, "lines": [{**BREAD, "date": "2026-02-30"}]}, 422, "lines.0.date"),
    ({**BODY, "lines": []}, 422, "lines"),
    ({**BODY, "price": 3}, 422, "price"),
    ({**BODY, "windows": [{"starts_at": "2026-11-20T16:00:00", "ends_at": "2026-11-20T19:00:00"}]}, 422, "windows"),
    ({**BODY, "windows": [{"starts_at": "2026-11-20T12:00:00Z", "ends_at": "2026-11-20T13:00:00Z"}]}, 422, "windows"),
    ({**BODY, "lines": [{**BREAD, "category": "minced-meat"}]}, 422, "lines.0"),
    ({**BODY, "lines": [{**BREAD, "allergens": {"kryptonite": "contains"}}]}, 422, "lines.0.allergens"),
    ({**BODY, "pin": {"latitude": 95, "longitude": 0}}, 422, "pin.latitude"),
    ({**BODY, "site_id": 2**40}, 422, "site_id"),
    ({**BODY, "note": "x" * 1001}, 422, "note"),
]


@pytest.mark.parametrize(("body", "status", "field"), BAD)
def test_bad_bodies_are_answered_field_by_field(api: Api, shop: Shop, body: Any, status: int, field: str) -> None:
    """A problem document that names the field, and nothing written."""
    answer = api("POST", "/lots", body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert any(name.startswith(field) for name in answer.json()["fields"])
    with shop.database.read() as session:
        assert rows(session, Lot) == 0


def test_malformed_json_and_null_characters(client: TestClient, make: Make, shop: Shop, api: Api) -> None:
    """Broken JSON is a 400; a character no database takes is left out."""
    headers = {"Authorization": f"Bearer {make.token(shop.donor.person.key)}", "Content-Type": "application/json"}
    assert client.post("/api/v1/lots", content='{"lines": [', headers=headers).status_code == 400
    assert api("POST", "/lots", {**BODY, "note": "a\x00b"}).json()["note"] == "ab"


def test_filters_and_pages(api: Api, shop: Shop) -> None:
    """By state and category, two at a time."""
    for _ in range(3):
        api("POST", "/lots", BODY)
    api("POST", "/lots/1/withdrawal", {"reason": "sold"})
    first = api("GET", "/lots?limit=2").json()
    assert ([lot["id"] for lot in first["items"]], first["next"]) == ([3, 2], 2)
    assert [lot["id"] for lot in api("GET", f"/lots?limit=2&after={first['next']}").json()["items"]] == [1]
    assert [lot["id"] for lot in api("GET", "/lots?state=withdrawn").json()["items"]] == [1]
    assert api("GET", "/lots?category=yoghurt").json()["items"] == []
    assert api("GET", "/lots?state=stolen").status_code == 422


def test_correct_with_the_photo_of_the_label(api: Api, shop: Shop, photo_bytes: bytes) -> None:
    """First the photo, then the correction that names it."""
    lot = api("POST", "/lots", BODY).json()
    line = lot["lines"][0]["id"]
    change = {"lines": [{"id": line, "lot_number": "L7"}]}
    assert api("PATCH", "/lots/1", change).json()["code"] == "label-photo-needed"
    files = {"file": ("l.jpg", photo_bytes, "image/jpeg")}
    photo = api("POST", "/lots/1/photos", files=files, data={"kind": "label"})
    assert (photo.status_code, photo.json()["number"]) == (201, 1)
    corrected = api("PATCH", "/lots/1", {**change, "label_photo": 1})
    assert corrected.json()["lines"][0]["lot_number"] == "L7"
    assert api("PATCH", "/lots/1", {"note": "n", "version": 9}).status_code == 409
    text = {"file": ("l.jpg", b"hello", "image/jpeg")}
    assert api("POST", "/lots/1/photos", files=text).json()["code"] == "photo-unreadable"


def test_split_merge_repeat_withdraw(api: Api, shop: Shop) -> None:
    """Every verb of the page, with its status."""
    line = api("POST", "/lots", BODY).json()["lines"][0]["id"]
    child = api("POST", "/lots/1/splits", {"parts": [{"line": line, "grams": 4000}]})
    assert (child.status_code, child.json()["grams"], child.json()["parent_id"]) == (201, 4000, 1)
    assert api("POST", "/lots/1/splits", {"parts": [{"line": line, "grams": 7000}]}).status_code == 422
    assert api("POST", "/lots/2/merger").json()["free_grams"] == 10_000
    again = api("POST", "/lots/1/repeat", {"grams": [3000]})
    assert (again.status_code, again.json()["same_as_id"], again.json()["grams"]) == (201, 1, 3000)
    assert api("POST", "/lots/1/withdrawal", {}).json()["state"] == "withdrawn"
    assert api("POST", "/lots/1/withdrawal", {}).status_code == 409
    assert api("PATCH", "/lots/1", {"note": "x"}).status_code == 409


def test_a_holder_confirms(api: Api, shop: Shop) -> None:
    """The charity that holds a part agrees with version 2; who holds none is told so."""
    from service.lots import actions
    from tests.lots.test_correcting import LABEL, YOGHURT, correction

    lot = shop.post(YOGHURT)
    shop.reserve(lot.key, 2000)
    change = correction(shop.lines(lot.key)[0].key, date="2026-11-24")
    shop.act(actions.correct, lot, given=change, label_photo=LABEL)
    holder, other = shop.charities
    assert api("GET", "/lots/1", who=holder).json()["frozen"]
    assert api("POST", "/lots/1/confirmation", {"version": 1}, who=holder).status_code == 409
    assert api("POST", "/lots/1/confirmation", {"version": 2}, who=other).status_code == 409
    assert not api("POST", "/lots/1/confirmation", {"version": 2}, who=holder).json()["frozen"]


def test_who_may_what(api: Api, shop: Shop, make: Make, client: TestClient) -> None:
    """Nobody unknown, no charity posts, no stranger reads, nobody sees others' shares."""
    lot = shop.post()
    shop.reserve(lot.key, 4000, charity=1)
    assert client.get("/api/v1/lots").status_code == 401
    charity = shop.charities[0]
    assert api("POST", "/lots", BODY, who=charity).status_code == 403
    assert api("POST", "/lots/1/withdrawal", {}, who=charity).status_code == 403
    assert api("GET", "/lots/1", who=charity).json()["shares"] == []
    assert len(api("GET", "/lots/1", who=shop.charities[1]).json()["shares"]) == 1
    stranger = make.donor("Autre")
    assert api("GET", "/lots/1", who=stranger).status_code == 404
    assert api("POST", "/lots/1/withdrawal", {}, who=stranger).status_code == 404
    assert api("GET", f"/lots/{2**60}").status_code == 422
    dispatcher = make.dispatcher()
    assert api("POST", "/lots/1/withdrawal", {"reason": "other"}, who=dispatcher).status_code == 200
    assert shop.told("lot.withdrawn")[0].on_behalf_of == shop.donor.id


def test_crates_and_quantity(api: Api, shop: Shop) -> None:
    """Counted, and never more back than out; a range gives way to a weight."""
    api("POST", "/lots", {**BODY, "announced": {"min_grams": 5000, "max_grams": 9000}})
    assert api("POST", "/lots/1/quantity", {"grams": 8000}).json()["free_grams"] == 8000
    assert api("POST", "/lots/1/quantity", {"grams": 8000}).status_code == 422
    assert api("POST", "/lots/1/crates", {"lent": 4, "back": 1}).json()["crates_back"] == 1
    assert api("POST", "/lots/1/crates", {"back": 9}).status_code == 422
