"""Many readers at once wait their turn outside the threads: none holds what another needs, none is sent away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from anyio import to_thread
from fastapi.testclient import TestClient

from config.settings import READINGS, Settings
from service.app import create_app
from service.database.engine import Database
from tests.people import Make

READERS = 120


@pytest.mark.database
def test_a_lot_that_makes_every_charity_look_is_seen_by_all(settings: Settings, database: Database, make: Make) -> None:
    """Several times as many pages as threads, asked in the same instant: every one is answered."""
    headers = {"Authorization": f"Bearer {make.token(make.charity().person.key)}"}
    with TestClient(create_app(settings), base_url="http://testserver") as client, ThreadPoolExecutor(READERS) as crowd:
        answers = list(crowd.map(lambda _: client.get("/api/v1/lots", headers=headers).status_code, range(READERS)))
    assert answers == [200] * READERS


def test_threads_and_connections_agree(settings: Settings) -> None:
    """Whatever number of threads is set, there is a connection for each and for each reading kept between two steps,
    and the web runs with that many threads."""
    for threads in (READINGS + 4, 24, 100):
        chosen = settings.model_copy(update={"threads": threads})
        assert chosen.connections > threads + READINGS
        with TestClient(create_app(chosen)) as client:
            assert client.portal is not None
            assert client.portal.call(limit) == threads


async def limit() -> float:
    return to_thread.current_default_thread_limiter().total_tokens


def test_a_process_opens_no_more_than_it_may() -> None:
    """The engine's pool is the setting's size; nothing is opened by asking."""
    pool = Database("postgresql+psycopg://nobody@localhost/none", 44).engine.pool
    assert (pool.size(), pool._max_overflow) == (10, 34)  # type: ignore[attr-defined]  # the queue pool says neither otherwise
