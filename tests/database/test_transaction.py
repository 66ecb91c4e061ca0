"""One transaction: everything or nothing, one writer at a time, aware times."""

import threading
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from service.accounts.models import Organisation, OrganisationKind
from service.database.engine import Database
from service.journal import actions, queries


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
