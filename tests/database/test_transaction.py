"""One transaction: everything or nothing, one writer at a time, aware times."""

import sqlite3
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy.pool import QueuePool
from sqlmodel import select

from service.accounts.models import Organisation, OrganisationKind
from service.database import engine
from service.database.engine import Database, WritersBusy
from service.journal import actions, queries
from service.journal.models import Entry


def organisation(name: str, now: datetime) -> Organisation:
    return Organisation(region="pays-de-la-loire", kind=OrganisationKind.DONOR, name=name, created_at=now)


def test_nothing_is_kept_of_a_transaction_that_fails(database: Database, now: datetime) -> None:
    """An error in the middle leaves no row behind."""

    def fail_in_the_middle() -> None:
        with database.transaction() as session:
            session.add(organisation("A", now))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    with database.read() as session:
        assert session.exec(select(Organisation)).all() == []


def test_times_come_back_aware(database: Database, now: datetime) -> None:
    """A stored moment is read back as the same aware UTC moment."""
    with database.transaction() as session:
        session.add(organisation("A", now))
    with database.read() as session:
        row = session.exec(select(Organisation)).one()
        assert row.created_at == now
        assert row.created_at.tzinfo == UTC


def test_a_naive_time_is_refused(database: Database) -> None:
    """A time without a zone is a mistake, not a guess."""
    with pytest.raises(Exception, match="naive"), database.transaction() as session:
        session.add(organisation("A", datetime(2026, 1, 1)))  # noqa: DTZ001  the mistake under test


def test_writers_take_turns_and_numbers_are_commit_order(database: Database, now: datetime) -> None:
    """A reader that follows the numbers misses no entry, however many write at once."""
    seen: list[int] = []
    done = threading.Event()

    def write(worker: int) -> None:
        for index in range(10):
            with database.transaction() as session:
                actions.append(
                    session,
                    region="pays-de-la-loire",
                    kind="test.happened",
                    at=now,
                    subject=("test", worker * 100 + index),
                    audience=["all"],
                )

    def follow() -> None:
        cursor = 0
        while True:
            last_look = done.is_set()
            with database.read() as session:
                for entry in queries.after(session, cursor):
                    seen.append(entry.subject_id)
                    cursor = entry.key
            if last_look:
                return

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(worker,)) for worker in range(6)]
    reader.start()
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert sorted(seen) == sorted(worker * 100 + index for worker in range(6) for index in range(10))


def test_a_writer_who_waits_too_long_is_told_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the file a write is refused in words, and the next one has its turn."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL queues writers itself")
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    other = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(WritersBusy), database.transaction() as session:
        session.exec(select(Entry)).all()
    other.execute("ROLLBACK")
    other.close()
    with database.transaction() as session:
        assert session.exec(select(Entry)).all() == []


def test_a_connection_is_used_again(database: Database) -> None:
    """One reader after the other needs one connection, and what one began the next is not in."""
    for _ in range(3):
        with database.read() as session:
            assert session.exec(select(Entry)).all() == []
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedin() == 1
    with pool.connect() as connection:
        assert not database.is_sqlite or connection.in_transaction is False


def test_a_reader_sees_one_moment(database: Database, now: datetime) -> None:
    """What is written between two readings of one session is not seen by the second: sums agree on every engine."""
    with database.read() as session:
        assert queries.newest_number(session) == 0
        with database.transaction() as writing:
            actions.append(writing, region="r", kind="k", at=now, subject=("lot", 1), audience=["all"])
        assert queries.newest_number(session) == 0
    with database.read() as session:
        assert queries.newest_number(session) == 1
