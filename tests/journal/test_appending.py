"""Entries are written in the order they are told, at once or together, and none without the rest of its transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from service.database.engine import Database
from service.journal.actions import append, together
from service.journal.models import Entry
from service.journal.queries import newest_number
from tests.people import REGION


def tell(session: Session, now: datetime, number: int, **data: Any) -> None:
    append(session, region=REGION, kind="lot.posted", at=now, subject=("lot", number), data=data, audience=["b", "a"])


def told(database: Database) -> list[int]:
    with database.read() as session:
        return [entry.subject_id for entry in session.exec(select(Entry).order_by(col(Entry.id))).all()]


@contextmanager
def writing(database: Database) -> Iterator[list[str]]:
    """The statements that write entries meanwhile."""
    found: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO entry"):
            found.append(statement)

    event.listen(database.engine, "before_cursor_execute", listen)
    yield found
    event.remove(database.engine, "before_cursor_execute", listen)


def test_together_is_one_statement_in_order(database: Database, now: datetime) -> None:
    """What is told together, inside one another too, is written by one statement after what was told before."""
    with writing(database) as statements, database.transaction() as session:
        tell(session, now, 1)
        with together(session):
            tell(session, now, 2)
            with together(session):
                tell(session, now, 3)
            tell(session, now, 4)
            assert newest_number(session) == 1
        assert newest_number(session) == 4
        tell(session, now, 5)
    assert told(database) == [1, 2, 3, 4, 5]
    assert len(statements) == 3


def test_together_or_alone_an_entry_is_the_same(database: Database, now: datetime) -> None:
    """Nothing of an entry depends on how it was written but its number and when it was recorded."""
    with database.transaction() as session:
        tell(session, now, 7, grams=3, of=[1, 2])
        with together(session):
            tell(session, now, 7, grams=3, of=[1, 2])
    with database.read() as session:
        one, other = (entry.model_dump(exclude={"id", "recorded_at"}) for entry in session.exec(select(Entry)).all())
    assert one == other
    assert (one["version"], one["audience"], one["at"]) == (1, ["a", "b"], now)


def test_nothing_is_told_of_what_failed(database: Database, now: datetime) -> None:
    """What fails in the midst leaves no entry, and who goes on in the same session tells as always."""
    with pytest.raises(ZeroDivisionError), database.transaction() as session, together(session):
        tell(session, now, 1)
        raise ZeroDivisionError
    with database.transaction() as session:
        with pytest.raises(ZeroDivisionError), together(session):
            tell(session, now, 2)
            raise ZeroDivisionError
        tell(session, now, 3)
    assert told(database) == [3]


def test_nothing_told_is_nothing_written(database: Database) -> None:
    """A plan that changes nothing writes no empty statement."""
    with writing(database) as statements, database.transaction() as session, together(session):
        pass
    assert statements == []
