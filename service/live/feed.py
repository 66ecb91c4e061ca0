"""One reader of the journal per process, and the listeners it wakes.

The reader asks for what came after the last number it saw, a few times a second, and at once when a transaction of this
process may have written. Each new entry is rendered once, whatever the number of sockets.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from service.accounts.who import Who
from service.database.engine import Database
from service.journal import queries as journal
from service.journal.models import Entry

log = structlog.get_logger()
POLL_SECONDS = 0.2
BATCH = 500
# A phone that lets this many entries pile up is cut; it comes back with its cursor and misses nothing.
MOST_WAITING = 1000


def as_message(entry: Entry) -> dict[str, object]:
    """What a socket carries of an entry: ids and small facts."""
    return {
        "number": entry.id,
        "kind": entry.kind,
        "version": entry.version,
        "at": entry.at.isoformat(),
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "from": entry.from_state,
        "to": entry.to_state,
        "data": entry.data,
    }


@dataclass(frozen=True)
class Told:
    """An entry on its way: its text rendered once, and who may see it."""

    number: int
    region: str
    audience: frozenset[str]
    text: str

    def for_(self, who: Who) -> bool:
        return self.region == who.region and not self.audience.isdisjoint(who.scopes)


def told(entry: Entry) -> Told:
    text = json.dumps(as_message(entry), separators=(",", ":"), ensure_ascii=False)
    return Told(entry.key, entry.region, frozenset(entry.audience), text)


@dataclass(eq=False)
class Listener:
    """One socket's queue. `lagging` is set when it is full: the socket must be closed, to come back with its cursor."""

    who: Who
    scopes: frozenset[str]
    queue: "asyncio.Queue[Told]" = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    lagging: asyncio.Event = field(default_factory=asyncio.Event)


class Feed:
    """The process's reader of the journal."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self.number = 0

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._database.kept.add(self.nudge)
        self.number = await run_in_threadpool(self._newest)
        self._task = asyncio.create_task(self._run(), name="journal-feed")

    async def stop(self) -> None:
        self._database.kept.discard(self.nudge)
        # A cancellation that meets a wake-up may be lost inside wait_for: the loop looks at this as well.
        self._stopping = True
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def nudge(self) -> None:
        """Look at once: something may have been written. Called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    @contextlib.asynccontextmanager
    async def listen(self, who: Who) -> AsyncIterator[Listener]:
        """Receive what is written from now on; register before catching up, so that nothing falls between."""
        listener = Listener(who, who.scopes)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def since(self, who: Who, cursor: int) -> tuple[list[Told], int]:
        """The next of what this person missed after a cursor, and the number up to which it was read."""
        return await run_in_threadpool(self._since, who, cursor)

    def _since(self, who: Who, cursor: int) -> tuple[list[Told], int]:
        with self._database.read() as session:
            entries = journal.after(session, cursor, BATCH)
            read_to = entries[-1].key if entries else cursor
            return [line for line in map(told, entries) if line.for_(who)], read_to

    def _newest(self) -> int:
        with self._database.read() as session:
            return journal.newest_number(session)

    def _next(self) -> list[Told]:
        with self._database.read() as session:
            return [told(entry) for entry in journal.after(session, self.number, BATCH)]

    async def _run(self) -> None:
        while not self._stopping:
            try:
                lines = await run_in_threadpool(self._next)
            except SQLAlchemyError as problem:
                # Also a pool without a free connection: the feed goes on, or every socket would fall silent for good.
                log.warning("the journal cannot be read now", error=type(problem).__name__)
                lines = []
            if lines:
                self.number = lines[-1].number
                self._hand_out(lines)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            self._wake.clear()

    def _hand_out(self, lines: Sequence[Told]) -> None:
        for listener in self._listeners:
            for line in lines:
                if line.region != listener.who.region or line.audience.isdisjoint(listener.scopes):
                    continue
                try:
                    listener.queue.put_nowait(line)
                except asyncio.QueueFull:
                    listener.lagging.set()
                    break
