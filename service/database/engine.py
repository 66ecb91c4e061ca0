"""One engine for a process, and the only commit of the project.

Writers take turns on both engines: SQLite begins IMMEDIATE behind a lock of the process, PostgreSQL takes one advisory
lock for the transaction. So journal numbers are handed out in commit order (a reader that saw number n has seen all
before it), a claim never races another, and no transaction dies of a deadlock. The price is one writer at a time, a few
milliseconds each; hashing, pictures and solving are therefore done before a transaction begins.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, create_engine

from service.kit.i18n import N_
from service.kit.refusals import Refusal

WRITERS_TURN = 0x676C616E65  # "glane": the advisory lock's key
BUSY_SECONDS = 30
# In a session's `info`: small facts that every journal entry of its transaction carries besides its own.
ENTRIES_SAY = "entries-say"


class WritersBusy(Refusal):
    """Others wrote for too long."""

    status = 503
    code = "writers-busy"
    message = N_("Glane est très sollicité en ce moment. Rien n'a été enregistré : réessayez dans un instant.")


class Database:
    """The database behind a URL (`sqlite:///…` or `postgresql+psycopg://…`).

    `connections` is the most this process opens to PostgreSQL; whoever comes then waits for one.
    """

    def __init__(self, url: str, connections: int = 30) -> None:
        self.url = url
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        # A plain lock: a request may begin in one thread of the pool and end in another.
        self.turn = threading.Lock()
        # What wants to know, in this process, that a transaction has been kept; each returns at once.
        self.kept: set[Callable[[], None]] = set()
        if self.is_sqlite:
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            # Connections stay open, as many as were ever asked for at once: a new one reads the whole schema before its
            # first statement, and the last one to close tidies the write-ahead log away.
            options = {"timeout": BUSY_SECONDS, "check_same_thread": False}
            self.engine = create_engine(url, connect_args=options, poolclass=QueuePool, pool_size=0)
            _prepare_sqlite(self.engine)
        else:
            self.engine = create_engine(
                url, pool_size=min(10, connections), max_overflow=max(0, connections - 10), pool_pre_ping=True
            )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session to read with: one moment's view; nothing it changes is kept, and what it read outlives it."""
        with Session(self.engine, autoflush=False) as session:
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN")
            else:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes are all kept or none; its turn to write begins with its first statement."""
        session = _TurnTakingSession(self)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
        for tell in tuple(self.kept):
            tell()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


class _TurnTakingSession(Session):
    """A session that waits for the writers' turn when it first speaks to the database, and gives it back at the end."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine, expire_on_commit=False)
        self._database = database
        self._has_turn = False
        event.listen(self, "after_begin", self._take_turn)
        event.listen(self, "after_transaction_end", self._give_turn_back)

    def _take_turn(self, _session: Any, _transaction: Any, connection: Any) -> None:
        if self._has_turn:
            return
        if self._database.is_sqlite:
            if not self._database.turn.acquire(timeout=BUSY_SECONDS):
                raise WritersBusy()
            self._has_turn = True
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as error:
                # Another process held the file for as long.
                raise WritersBusy() from error
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_TURN})
            self._has_turn = True

    def _give_turn_back(self, _session: Any, transaction: Any) -> None:
        if transaction.parent is None and self._has_turn:
            self._has_turn = False
            if self._database.is_sqlite:
                self._database.turn.release()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: a deferred one that later writes fails at once when busy.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"busy_timeout={int(BUSY_SECONDS * 1000)}",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
