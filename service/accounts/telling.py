"""After a request that wrote something for a caller, the caller is told: one entry, in the same transaction."""

from collections.abc import Iterator

from fastapi import Depends
from sqlmodel import Session
from starlette.requests import HTTPConnection

from service.accounts.actions.speaking import tell_caller
from service.accounts.who import Who
from service.journal.queries import written_for
from service.web.deps import Now, WriteSession

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def _tell_the_caller(connection: HTTPConnection, session: WriteSession, now: Now) -> Iterator[None]:
    # `session` is the one the route writes with; a request that changes nothing never begins it. What follows `yield`
    # runs when the route has succeeded and before the commit.
    yield
    who: Who | None = getattr(connection.state, "who", None)
    if who is None or who.on_behalf_of is None or connection.scope.get("method", "GET") in SAFE:
        return
    before: int = connection.state.live_cursor
    if _wrote(session, who, before):
        tell_caller(session, who, now=now, entries=before)


def _wrote(session: Session, who: Who, before: int) -> bool:
    assert who.person_id is not None
    assert who.on_behalf_of is not None
    return written_for(session, before, who.person_id, who.on_behalf_of)


CallerTold = Depends(_tell_the_caller, scope="function")
