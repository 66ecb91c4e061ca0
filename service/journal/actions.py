"""Adding to the journal, in the transaction of what it tells."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session

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
) -> Entry:
    """Write one entry. `at` is when it happened, which may be before it is recorded ("saisi après coup")."""
    entry = Entry(
        region=region,
        kind=kind,
        at=at,
        recorded_at=real_now(),
        actor_id=actor.person_id if actor else None,
        on_behalf_of=actor.on_behalf_of if actor else None,
        subject=subject[0],
        subject_id=subject[1],
        from_state=from_state,
        to_state=to_state,
        data=dict(data or {}),
        audience=sorted(set(audience)),
    )
    session.add(entry)
    if not session.info.get(_TOGETHER):
        session.flush()
    return entry


@contextmanager
def together(session: Session) -> Iterator[None]:
    """What is appended meanwhile is written at once, in order, at the end or before the next flush: an entry may have
    no number until then."""
    outer = session.info.get(_TOGETHER, False)
    session.info[_TOGETHER] = True
    try:
        yield
    finally:
        session.info[_TOGETHER] = outer
    session.flush()
