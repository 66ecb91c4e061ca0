"""A protected place gives and receives a whole day long, and nothing anybody can open says where it is."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text

from service.accounts.models import Role, Site
from service.accounts.protected import SecretAddress, keep_address
from service.allocation.actions import claiming
from service.allocation.models import Way
from service.documents.papers import printing
from service.lots import actions as lots
from service.lots.forms import LotIn
from service.notices.delivery import deliver_due
from tests.accounts.conftest import region  # noqa: F401  a fixture
from tests.accounts.test_policy_covers_routes import routes
from tests.people import Make, Party
from tests.rounds.conftest import Fleet, Road, fleet, road  # noqa: F401  fixtures

# Far enough from the town's centre that its own coordinates share no digit with these.
SECRET = SecretAddress("17 impasse des Hirondelles", "44119", "Treillières", 47.33127, -1.62893)
TRACES = re.compile(r"Hirondelles|\b44119\b|Treilli|\b44209\b|47[.,]331|1[.,]6289")
# What is counted and timed is any number at all, so of the metrics only names and labels can tell something.
SAMPLE = re.compile(r" [-+.\deE]+$", re.MULTILINE)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes on paper, before the printer makes glyphs of it."""
    told: list[str] = []
    compiling = printing._compile

    def listen(template: str, data: Any, *args: Any, **options: Any) -> object:
        told.append(json.dumps(data, ensure_ascii=False, default=str))
        return compiling(template, data, *args, **options)

    monkeypatch.setattr(printing, "_compile", listen)
    return told


@pytest.fixture
def day(make: Make, fleet: Fleet, road: Road, region: str, caplog: pytest.LogCaptureFixture) -> Any:  # noqa: F811
    """Two protected places: one gives a lot, the other is brought a part of another's; a round goes to both."""
    caplog.set_level(logging.DEBUG)
    giver = make.donor("Point relais 03", protected=True)
    shelter = make.charity("Point relais 07", protected=True)
    with fleet.database.transaction() as session:
        for party in (giver, shelter):
            keep_address(session, fleet.settings, party.site.key, SECRET)
    bakery, table = make.donor(), make.charity("Table ouverte")
    fleet.shift(fleet.vehicle())
    fleet.shift(fleet.vehicle(name="Fourgon 2"))
    for donor, charity in ((bakery, shelter), (giver, table)):
        lot = bread(fleet)
        with fleet.database.transaction() as session:
            posted = lots.post(session, LotIn.model_validate(lot), who=donor.who, now=fleet.now)
        with fleet.database.transaction() as session:
            claiming.claim(session, who=charity.who, lot_id=posted.key, way=Way.BRING, now=fleet.now)
        with fleet.database.transaction() as session:
            lots.post(session, LotIn.model_validate(lot), who=donor.who, now=fleet.now)
    fleet.plan()
    for round_ in fleet.rounds():
        assert road.post(f"/rounds/{round_.key}/acceptance").status_code == 200
        assert road.post(f"/rounds/{round_.key}/departure").status_code == 200
        for stop in fleet.stops(round_):
            if any(task.kind == "load" for task in fleet.tasks(stop)):
                road.report(stop, "loaded")
    return giver, shelter, bakery, table


def bread(fleet: Fleet) -> dict[str, Any]:  # noqa: F811
    """Nine kilograms, to fetch this evening."""
    return {
        "lines": [{"category": "bread", "grams": 9_000, "date_kind": "made_on", "date": fleet.now.date().isoformat()}],
        "windows": [{"starts_at": fleet.now.isoformat(), "ends_at": fleet.now.replace(hour=20).isoformat()}],
    }


def everybody(make: Make, fleet: Fleet, day: Any) -> list[Party]:  # noqa: F811
    giver, shelter, bakery, table = day
    staff = [fleet.dispatcher, make.staff(Role.REGION), make.staff(Role.ADMINISTRATOR)]
    return [giver, shelter, bakery, table, fleet.carrier, make.charity("Voisine"), *staff]


@pytest.fixture
def reachable(app: FastAPI) -> list[str]:
    """Every GET of pages and of the API, each place of an address filled by the first few keys there are."""
    api = [path for path, verbs in app.openapi()["paths"].items() if "get" in verbs]
    pages = [route.path for route in routes(app) if isinstance(route, APIRoute) and "GET" in route.methods]
    return list(dict.fromkeys(address for path in (*api, *pages) for address in filled(path)))


def filled(path: str) -> Iterator[str]:
    if any(name in path for name in ("{token}", "{door}", "{insee}")):
        return  # Secrets of other rooms, a form for newcomers, the public list of communes.
    for key in range(1, 5) if "{" in path else (0,):
        yield re.sub(r"{\w+}", str(key), re.sub(r"{(number|stop)}", str(1 + key % 4), path))


@pytest.mark.slow
def test_nothing_anybody_opens_says_where_it_is(
    day: Any,
    reachable: list[str],
    client: TestClient,
    make: Make,
    fleet: Fleet,  # noqa: F811
    printed: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Offers, lots, claims, rounds, boards, figures, exports, papers, for every role; and the log of it all."""
    opened: dict[str, int] = {}
    for party in everybody(make, fleet, day):
        make.signed_in(client, party.person.key)
        for path in reachable:
            answer = client.get(path)
            assert answer.status_code < 500, path
            if answer.status_code == 200:
                opened[path] = opened.get(path, 0) + 1
                said = SAMPLE.sub("", answer.text) if path == "/metrics" else answer.text
                assert not TRACES.search(said + str(answer.headers)), (path, party.organisation.name)
    for one in ("/offers", "/lots", "/claims", "/rounds/mine", "/dispatch", "/region", "/api/v1/figures", "/arrivals"):
        assert any(path == one or path.startswith(one) for path in opened), f"{one} was never opened"
    assert any("/sheet.pdf" in path for path in opened)
    assert printed
    assert not [paper for paper in printed if TRACES.search(paper)]
    assert "Point relais 07" in " ".join(printed)
    assert caplog.records, "the log was listened to"
    assert not [record for record in caplog.records if TRACES.search(record.getMessage())]


def test_neither_tables_nor_socket_nor_messages_hold_it(
    day: Any,
    app: FastAPI,
    make: Make,
    fleet: Fleet,  # noqa: F811
    client: TestClient,
) -> None:
    """Not one column, not one line of the feed for anybody, not one message that left."""
    with fleet.database.read() as session:
        for table in inspect(fleet.database.engine).get_table_names():
            if table not in ("commune", "epci"):
                for row in session.connection().execute(text(f'SELECT * FROM "{table}"')).all():
                    assert not TRACES.search(str(row)), table
    told = 0
    for party in everybody(make, fleet, day):
        lines, _read_to = app.state.feed._since(party.who, 0)
        told += len(lines)
        assert not [line.text for line in lines if TRACES.search(line.text)]
    assert told > 20
    deliver_due(fleet.database, app.state.clients, now=fleet.now, real_now=fleet.now, address=fleet.settings.address)
    outbox = [path for path in fleet.settings.data_dir.rglob("outbox/**/*") if path.is_file()]
    sent = [path.read_text(encoding="utf-8", errors="replace") for path in outbox]
    assert sent
    assert not [message for message in sent if TRACES.search(message)]


@pytest.mark.parametrize(
    "told", [{"pin": {"latitude": 47.33127, "longitude": -1.62893}}, {"access_note": "17 impasse des Hirondelles"}]
)
def test_a_lot_cannot_give_its_place_away(client: TestClient, make: Make, fleet: Fleet, told: Any) -> None:  # noqa: F811
    """A point or a way in typed on a protected place's lot is refused, when it is posted and when it is corrected."""
    giver = make.donor("Point relais 03", protected=True)
    headers = {"Authorization": f"Bearer {make.token(giver.person.key)}"}
    body = bread(fleet)
    refused = client.post("/api/v1/lots", json={**body, **told}, headers=headers)
    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == set(told)
    lot = client.post("/api/v1/lots", json=body, headers=headers).json()
    path = f"/api/v1/lots/{lot['id']}"
    assert client.patch(path, json={"version": lot["version"], **told}, headers=headers).status_code == 422
    assert client.get(path, headers=headers).json()["site"]["latitude"] is None
    with fleet.database.read() as session:
        assert session.get_one(Site, giver.site.key).latitude is None
