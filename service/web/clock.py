"""The time pages and jobs go by: the machine's in production, the demonstration's where there is one."""

import threading
import time
from datetime import datetime

from sqlmodel import select

from service.database.engine import Database
from service.kit.clock import Clock, real_now
from service.web.models import ShownClock

LOOK_AGAIN_SECONDS = 0.5


class DomainClock:
    """Reads the shown clock, at most twice a second; with `demo` off it never looks and is the machine's clock."""

    def __init__(self, database: Database, demo: bool) -> None:
        self._database = database
        self._demo = demo
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._clock: Clock | None = None

    def now(self) -> datetime:
        clock = self.current()
        return clock.at(real_now()) if clock else real_now()

    @property
    def speed(self) -> float:
        """How many shown seconds pass in a real one."""
        clock = self.current()
        return clock.speed if clock else 1.0

    def current(self) -> Clock | None:
        """The demonstration's clock, where one is set."""
        if not self._demo:
            return None
        with self._lock:
            if time.monotonic() - self._looked > LOOK_AGAIN_SECONDS:
                with self._database.read() as session:
                    row = session.exec(select(ShownClock)).first()
                    self._clock = Clock(row.real_anchor, row.shown_anchor, row.speed) if row else None
                self._looked = time.monotonic()
            return self._clock

    def set(self, clock: Clock) -> None:
        """Show this clock from now on, to every process."""
        with self._database.transaction() as session:
            row = session.exec(select(ShownClock)).first() or ShownClock(
                real_anchor=clock.real_anchor, shown_anchor=clock.shown_anchor
            )
            row.real_anchor, row.shown_anchor, row.speed = clock.real_anchor, clock.shown_anchor, clock.speed
            session.add(row)
        with self._lock:
            self._clock, self._looked = clock, time.monotonic()
