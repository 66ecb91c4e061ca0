"""The socket: who may follow, what they are told, and that a phone which comes back misses nothing."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import select
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from service.accounts.models import Membership
from service.database.engine import Database
from service.journal import actions
from service.journal.queries import newest_number
from service.live import api, feed
from tests.people import Make


def write(database: Database, now: datetime, number: int, audience: list[str]) -> int:
    with database.transaction() as session:
        actions.append(
            session, region="pays-de-la-loire", kind="lot.posted", at=now, subject=("lot", number), audience=audience
        )
        return newest_number(session)


def follow(client: TestClient, token: str, cursor: str | None) -> object:
    query = "" if cursor is None else f"?cursor={cursor}"
    return client.websocket_connect(f"/api/v1/live{query}", headers={"Authorization": f"Bearer {token}"})


def test_it_tells_what_was_missed_then_what_happens(
    client: TestClient, database: Database, make: Make, now: datetime
) -> None:
    """From cursor 0 the past comes first, then the present, in order and once."""
    charity = make.charity(habilitated=False)
    token = make.token(charity.person.key)
    first = write(database, now, 1, ["role:charity"])
    with follow(client, token, "0") as socket:  # type: ignore[attr-defined]
        assert socket.receive_json()["number"] == first
        second = write(database, now, 2, ["role:charity"])
        message = socket.receive_json()
        assert (message["number"], message["subject_id"]) == (second, 2)
    with follow(client, token, str(first)) as socket:  # type: ignore[attr-defined]
        assert socket.receive_json()["number"] == second


def test_it_tells_only_those_concerned(client: TestClient, database: Database, make: Make, now: datetime) -> None:
    """An entry for a donor is not told to a charity."""
    token = make.token(make.charity(habilitated=False).person.key)
    write(database, now, 1, ["role:donor"])
    write(database, now, 2, ["role:charity"])
    with follow(client, token, "0") as socket:  # type: ignore[attr-defined]
        assert socket.receive_json()["subject_id"] == 2


@pytest.mark.parametrize("cursor", ["-1", "abc", "1e3", "99999999999999999999", "5", "٣"])
def test_a_forged_cursor_is_refused(client: TestClient, make: Make, cursor: str) -> None:
    """A number the journal never gave is refused before the socket opens."""
    token = make.token(make.charity(habilitated=False).person.key)
    with pytest.raises(WebSocketDenialResponse) as refusal, follow(client, token, cursor):  # type: ignore[attr-defined]
        pass
    assert refusal.value.status_code == 400
    assert refusal.value.json()["code"] == "bad-cursor"


def test_nobody_follows_without_signing_in(client: TestClient) -> None:
    """No session, no token: no socket."""
    with pytest.raises(WebSocketDenialResponse) as refusal, client.websocket_connect("/api/v1/live"):
        pass
    assert refusal.value.status_code == 401


def test_another_site_cannot_follow_with_our_cookie(
    client: TestClient, make: Make, sign_in: Callable[[int], TestClient]
) -> None:
    """A page of another origin that opens our socket in a signed-in browser is cut."""
    browser = sign_in(make.charity(habilitated=False).person.key)
    with (
        pytest.raises(WebSocketDisconnect),
        browser.websocket_connect("/api/v1/live", headers={"Origin": "https://elsewhere.example"}),
    ):
        pass


def test_who_leaves_an_organisation_is_told_no_more_of_it(
    client: TestClient, database: Database, make: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a heartbeat the socket of somebody whose membership ended is cut, to come back with what is theirs."""
    monkeypatch.setattr(api, "HEARTBEAT_SECONDS", 0.2)
    charity = make.charity(habilitated=False)
    with follow(client, make.token(charity.person.key), None) as socket:  # type: ignore[attr-defined]
        assert "heartbeat" in socket.receive_json()
        with database.transaction() as session:
            for membership in session.exec(select(Membership).where(Membership.person_id == charity.person.key)).all():
                session.delete(membership)
        with pytest.raises(WebSocketDisconnect) as cut:  # heartbeats may still come before it is cut
            while "heartbeat" in socket.receive_json():
                pass
    assert cut.value.reason in ("changed", "signed-out")


def test_the_feed_outlives_a_database_that_has_no_room(
    client: TestClient, database: Database, make: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading that fails, whatever the reason, is tried again: what was written meanwhile is told."""
    token = make.token(make.charity(habilitated=False).person.key)
    of_app, failed = client.app.state.feed, threading.Event()  # type: ignore[attr-defined]
    reading = of_app._next

    def full() -> None:
        failed.set()
        raise PoolTimeout("no free connection")

    monkeypatch.setattr(of_app, "_next", full)
    assert failed.wait(30)
    monkeypatch.setattr(of_app, "_next", reading)
    with follow(client, token, None) as socket:  # type: ignore[attr-defined]
        number = write(database, now, 1, ["role:charity"])
        assert socket.receive_json()["number"] == number


def test_what_this_process_writes_is_told_at_once(
    client: TestClient, database: Database, make: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that was kept wakes the feed: nobody waits for its next look at the journal."""
    token = make.token(make.charity(habilitated=False).person.key)
    with follow(client, token, None) as socket:  # type: ignore[attr-defined]
        monkeypatch.setattr(feed, "POLL_SECONDS", 30)
        write(database, now, 1, ["role:charity"])
        assert socket.receive_json()["subject_id"] == 1
        began = time.monotonic()
        write(database, now, 2, ["role:charity"])
        assert socket.receive_json()["subject_id"] == 2
        assert time.monotonic() - began < 10
