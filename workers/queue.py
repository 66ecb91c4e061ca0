"""Running jobs: each in a thread of this process, never twice at once, its failure told and survived.

Several workers on one PostgreSQL share the work without a queue server: a zone's lease is the ticket of its planning,
and one worker is elected for the rest (see scheduler.py).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from config.settings import Settings
from service.clients.parts import Clients, clients_from
from service.database.engine import Database
from service.kit.refusals import Refusal
from service.web.clock import DomainClock

log = structlog.get_logger()
# What a job may meet without being broken: a database that is busy or gone for a moment, a disk or a network.
PASSING = (OperationalError, TimeoutError, ConnectionError, OSError, Refusal)


@dataclass(frozen=True)
class Work:
    """What jobs are given: the database, the settings, the outside world, the domain's clock, and the sign to stop."""

    database: Database
    settings: Settings
    clients: Clients
    clock: DomainClock
    stopping: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, settings: Settings) -> "Work":
        """Everything a worker needs for these settings."""
        database = Database(settings.database, settings.connections)
        return cls(database, settings, clients_from(settings), DomainClock(database, settings.demo))

    def now(self) -> datetime:
        """The time jobs go by: the demonstration's where there is one."""
        return self.clock.now()


def run_once(name: str, job: Callable[[Work], object], work: Work) -> bool:
    """Run a job now; False when it failed in passing (it is tried again at its next turn) or the worker is stopping."""
    if work.stopping.is_set():
        return False
    began = time.monotonic()
    try:
        done = job(work)
    except PASSING as error:
        log.warning("job failed, will be tried again", job=name, error=str(error))
        return False
    if done:
        log.info("job done", job=name, done=done, seconds=round(time.monotonic() - began, 3))
    return True
