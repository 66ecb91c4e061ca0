"""Keeping the timetable: jobs at their intervals, and exactly one worker elected for those that need just one.

On PostgreSQL the elected worker holds an advisory lock on a connection of its own, which a crash gives back at once;
on SQLite it holds a lock on a file beside the database.
"""

import fcntl
import threading
from pathlib import Path
from typing import IO

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from workers.queue import Work, run_once
from workers.timetable import TIMETABLE, By, Job

log = structlog.get_logger()
TURN_KEY = 0x676C616E66  # the advisory lock of the elected worker, one beside the writers' own
LOOK_SECONDS = 5


class Election:
    """Whether this worker is the one. `stand()` is asked now and then: it takes a free place, notices a lost one."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._file: IO[str] | None = None
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    def stand(self) -> bool:
        """Be elected if nobody is; True while this worker is."""
        with self._lock:
            return self._hold_file() if self._work.database.is_sqlite else self._hold_lock()

    def resign(self) -> None:
        """Leave the place to another worker."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
            if self._connection is not None:
                # The lock belongs to the connection: given back to the pool it would still be held.
                self._connection.invalidate()
                self._connection.close()
                self._connection = None

    def _hold_file(self) -> bool:
        if self._file is not None:
            return True
        path = Path(make_url(self._work.database.url).database or "glane").with_suffix(".worker")
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def _hold_lock(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            connection = self._work.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        except DBAPIError as error:
            log.warning("election lost", error=str(error))
            self._connection = None
            return False
        if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": TURN_KEY}).scalar_one():
            self._connection = connection
            return True
        connection.close()
        return False


class Scheduler:
    """Runs the timetable in threads of this process until it is stopped."""

    def __init__(self, work: Work, timetable: tuple[Job, ...] = TIMETABLE) -> None:
        self.work = work
        self.election = Election(work)
        self.elected = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(max(2, len(timetable)))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in timetable:
            self._scheduler.add_job(self._turn, "interval", seconds=job.every_seconds, args=[job], id=job.name)
        self._scheduler.add_job(self._stand, "interval", seconds=LOOK_SECONDS, id="election")

    def start(self) -> None:
        """Begin; the first turn of each job is one interval away, planning and messages thus within seconds."""
        self._stand()
        self._scheduler.start()

    def stop(self) -> None:
        """Let running jobs end (a search ends at once) and begin no other."""
        self.work.stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self.election.resign()

    def _stand(self) -> None:
        if self.election.stand():
            self.elected.set()
        else:
            self.elected.clear()

    def _turn(self, job: Job) -> None:
        if job.by is By.EVERYWHERE or self.elected.is_set():
            run_once(job.name, job.run, self.work)
