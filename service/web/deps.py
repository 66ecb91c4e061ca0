"""What routes ask for: sessions, the time, the settings, the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends
from sqlmodel import Session
from starlette.requests import HTTPConnection

from config.settings import READINGS, Settings
from service.database.engine import ENTRIES_SAY, Database
from service.kit.clock import real_now
from service.kit.i18n import DEFAULT_LOCALE, LOCALES
from service.web.clock import DomainClock
from service.web.phone import Kept, kept_of


@dataclass(frozen=True)
class Parts:
    """What the composition root put together for one application; rooms above add their own to `app.state`."""

    settings: Settings
    database: Database
    clock: DomainClock


def parts_of(connection: HTTPConnection) -> Parts:
    return cast(Parts, connection.app.state.parts)


def _read_session(connection: HTTPConnection) -> Iterator[Session]:
    with parts_of(connection).database.read() as session:
        yield session


def _write_session(connection: HTTPConnection) -> Iterator[Session]:
    waited = kept_of(connection)
    with parts_of(connection).database.transaction() as session:
        if waited is not None:
            session.info[ENTRIES_SAY] = {"phone": waited.as_data()}
        yield session


def _now(connection: HTTPConnection) -> datetime:
    return parts_of(connection).clock.now()


def _made_at(connection: HTTPConnection) -> datetime:
    now, waited = _now(connection), kept_of(connection)
    if waited is None:
        return now
    # How long ago, not when: in a demonstration the shown clock has hours of its own.
    arrived = real_now()
    return now - (arrived - waited.at(arrived)) * parts_of(connection).clock.speed


def _settings(connection: HTTPConnection) -> Settings:
    return parts_of(connection).settings


def locale_of(connection: HTTPConnection) -> str:
    """The reader's language: chosen on this device, else of the account, else of the browser, else French."""
    chosen = connection.cookies.get("glane_locale")
    if chosen in LOCALES:
        return chosen
    of_account = getattr(connection.state, "locale", None)
    if of_account in LOCALES:
        return str(of_account)
    for part in connection.headers.get("accept-language", "").split(","):
        language = part.split(";")[0].strip()[:2].lower()
        if language in LOCALES:
            return language
    return DEFAULT_LOCALE


# scope="function": the transaction ends before the answer leaves, so a failed commit is never answered 201.
# A reading keeps its connection while it waits for a thread, so there are fewer of them than threads.
ReadSession = Annotated[Session, Depends(_read_session, scope="function", max_concurrency=READINGS)]
WriteSession = Annotated[Session, Depends(_write_session, scope="function")]
Now = Annotated[datetime, Depends(_now)]
# When what a request asks for was done: now, or earlier if a phone kept it; and what the phone says of that.
MadeAt = Annotated[datetime, Depends(_made_at)]
Waited = Annotated[Kept | None, Depends(kept_of)]
AppSettings = Annotated[Settings, Depends(_settings)]
Locale = Annotated[str, Depends(locale_of)]
