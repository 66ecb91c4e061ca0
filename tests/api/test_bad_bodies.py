"""What is no proper request at all: each operation refuses it with words, and writes nothing."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, func, select

from service.journal.models import Entry
from tests.api.story import ALL_ROLES, Door

HUGE = 10**400
BODIES = {
    "no JSON": b"{",
    "nothing": b"",
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "a lone surrogate": b'{"name": "\\ud800"}',
    "not a number": b'{"grams": NaN}',
    "a huge number": b'{"grams": ' + str(HUGE).encode() + b"}",
    "very deep": b"[" * 20_000 + b"]" * 20_000,
}


def operations(door: Door) -> list[tuple[str, str, dict[str, Any]]]:
    """(method, address, body schema) of every operation that takes JSON, keys filled with 1."""
    document = door.story.app.openapi()
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                address = path
                for parameter in operation.get("parameters", []):
                    address = address.replace(f"{{{parameter['name']}}}", "1")
                found.append((method.upper(), address, content["application/json"]["schema"]))
    return found


def fields(schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    named = schema.get("$ref", "").rpartition("/")[2]
    return list(document["components"]["schemas"].get(named, schema).get("properties", {}))


@pytest.fixture
def client(door: Door) -> TestClient:
    token = door.story.tokens[ALL_ROLES]
    headers = {"Authorization": f"Bearer {token}", "content-type": "application/json"}
    return TestClient(door, base_url="http://testserver", headers=headers, raise_server_exceptions=False)


def entries(door: Door) -> int:
    with door.story.database.read() as session:
        assert isinstance(session, Session)
        return session.exec(select(func.count(Entry.id))).one()  # type: ignore[arg-type]  # a column


def refused(response: Any) -> bool:
    """Whether the answer is a refusal in words."""
    problem = response.headers["content-type"] == "application/problem+json"
    return 400 <= response.status_code < 500 and problem and len(response.json()["detail"]) > 10


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_is_no_request_is_refused(door: Door, client: TestClient, kind: str) -> None:
    """Every operation that takes JSON: 4xx, a problem with words, nothing written; an optional body may be nothing."""
    before = entries(door)
    wrong = {}
    for method, address, _schema in operations(door):
        response = client.request(method, address, content=BODIES[kind])
        empty = kind in ("nothing", "null") and response.status_code < 300
        if not empty and not refused(response):
            wrong[f"{method} {address}"] = (response.status_code, response.text[:80])
    assert wrong == {}
    if kind not in ("nothing", "null"):
        assert entries(door) == before


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("a\x00b", id="NUL"),
        pytest.param(-HUGE, id="huge"),
        pytest.param("\ud800", id="surrogate", marks=pytest.mark.slow),
        pytest.param([], id="list", marks=pytest.mark.slow),
        pytest.param("’" * 40_000, id="long", marks=pytest.mark.slow),
    ],
)
def test_a_field_of_the_wrong_kind_never_fails(door: Door, client: TestClient, value: object) -> None:
    """Each field in turn holds something no form would: never a failure of ours."""
    document = door.story.app.openapi()
    failed = {}
    for method, address, schema in operations(door):
        for name in fields(schema, document):
            response = client.request(method, address, content=json.dumps({name: value}))
            if response.status_code >= 500 or (response.status_code >= 400 and not refused(response)):
                failed[f"{method} {address} {name}"] = response.status_code
    assert failed == {}


@pytest.mark.parametrize("address", ["/api/v1/lots/0", "/api/v1/lots/-1", f"/api/v1/lots/{HUGE}", "/api/v1/lots/%00"])
def test_an_address_nobody_gave_is_refused(client: TestClient, address: str) -> None:
    """Keys that cannot exist are unknown or invalid, in words."""
    assert refused(client.get(address))


@pytest.mark.parametrize("query", ["after=%00", "limit=-1", "limit=1e9", f"after={HUGE}", "limit=٣", "state=%ff"])
def test_a_page_nobody_offered_is_refused(client: TestClient, query: str) -> None:
    """Cursors and limits of lists are checked like everything else."""
    response = client.get(f"/api/v1/lots?{query}")
    assert refused(response) or response.status_code == 200
