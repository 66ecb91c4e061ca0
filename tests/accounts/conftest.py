"""What the tests of accounts share: a few communes, a visitor's browser, and the messages that left."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import cast

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from config.regions import load_region_config
from service.accounts import passwords
from service.clients.gazetteer.port import CommuneRecord
from service.clients.mail.outbox import Letter, OutboxMail
from service.clients.sms.outbox import OutboxSms, Text
from service.database.engine import Database
from service.territory.actions import load_region
from tests.people import Make

COMMUNES = [
    CommuneRecord(
        "44109", "Nantes", ("44000", "44100", "44200", "44300"), "44", "244400404", "Nantes Métropole", "METRO",
        325_070, 47.21725, -1.55336, "geonames",
    ),
    CommuneRecord(
        "44143", "Rezé", ("44400",), "44", "244400404", "Nantes Métropole", "METRO",
        43_000, 47.1917, -1.5694, "geonames",
    ),
    CommuneRecord(
        "49007", "Angers", ("49000", "49100"), "49", "244900015", "CU Angers Loire Métropole", "CU",
        157_000, 47.4736, -0.5542, "geonames",
    ),
]  # fmt: skip
# A SIRET whose key is right, and the same with its last digit wrong.
GOOD_SIRET, BAD_SIRET = "73282932000074", "73282932000075"
PASSWORD = "un pain de quatre livres"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as little as argon2 allows: these tests are about who gets in, not about how slow it is."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._decoy.cache_clear()


@pytest.fixture
def region(database: Database, now: datetime) -> str:
    """Nantes, Rezé and Angers."""
    with database.transaction() as session:
        load_region(session, load_region_config("pays-de-la-loire"), COMMUNES, now=now)
    return "pays-de-la-loire"


@pytest.fixture
def visitor(client: TestClient, make: Make) -> TestClient:
    """A browser nobody is signed in to; its forms carry the page's proof."""
    client.cookies.set("glane_csrf", "a browser's own secret", domain="testserver.local")
    client.headers["x-csrf-token"] = make.csrf(client)
    return client


@pytest.fixture
def letters(app: FastAPI) -> Callable[[], list[Letter]]:
    """The letters that left, newest first."""
    return lambda: cast(OutboxMail, app.state.clients.mail).letters()


@pytest.fixture
def texts(app: FastAPI) -> Callable[[], list[Text]]:
    """The text messages that left, newest first."""
    return lambda: cast(OutboxSms, app.state.clients.sms).texts()


def path_in(text: str) -> str:
    """The path of the first link in a message."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found is not None, text
    return found[1]


def signed_in_as(client: TestClient) -> str | None:
    """Whose browser this is by now."""
    answer = client.get("/api/v1/me")
    return str(answer.json()["name"]) if answer.status_code == 200 else None


def use_session(client: TestClient, token: str) -> None:
    """Put a cookie back into the browser."""
    client.cookies.set("glane_session", token, domain="testserver.local")
