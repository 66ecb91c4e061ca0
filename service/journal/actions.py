"""Adding to the journal, in the transaction of what it tells."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import insert
from sqlmodel import Session

from service.database.engine import ENTRIES_SAY
from service.journal.models import Entry
from service.kit.clock import real_now

_TOGETHER = "journal-together"


class Actor(Protocol):
    """Who does something; `accounts.who.Who` is one."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def on_behalf_of(self) -> int | None: ...


def append(
    session: Session,
    *,
    region: str,
    kind: str,
    at: datetime,
    subject: tuple[str, int],
    actor: Actor | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    data: Mapping[str, Any] | None = None,
    audience: Iterable[str],
) -> None:
    """Write one entry. `at` is when it happened, which may be before it is recorded ("saisi après coup").

    What came from a phone that had no network says so: `data["phone"]` holds the hour of its own clock.
    """
    values: dict[str, Any] = {
        "region": region,
        "kind": kind,
        "version": 1,
        "at": at,
        "recorded_at": real_now(),
        "actor_id": actor.person_id if actor else None,
        "on_behalf_of": actor.on_behalf_of if actor else None,
        "subject": subject[0],
        "subject_id": subject[1],
        "from_state": from_state,
        "to_state": to_state,
        "data": {**(data or {}), **session.info.get(ENTRIES_SAY, {})},
        "audience": sorted(set(audience)),
    }
    waiting: list[dict[str, Any]] | None = session.info.get(_TOGETHER)
    if waiting is not None:
        waiting.append(values)
        return
    session.add(Entry(**values))
    session.flush()


@contextmanager
def together(session: Session) -> Iterator[None]:
    """What is appended meanwhile is written at the end, in order, by one statement; nobody reads it before."""
    if session.info.get(_TOGETHER) is not None:
        # It is written with what is appended around it.
        yield
        return
    waiting: list[dict[str, Any]] = []
    session.info[_TOGETHER] = waiting
    try:
        yield
    finally:
        del session.info[_TOGETHER]
    session.flush()
    if waiting:
        session.execute(insert(Entry), waiting)
