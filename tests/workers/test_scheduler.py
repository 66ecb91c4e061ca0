"""One worker is elected, jobs run at their turn and survive a failure, and stopping leaves no child."""

import threading
import time
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from config.settings import Settings
from service.database.engine import Database
from workers.__main__ import run_worker
from workers.queue import Work, run_once
from workers.scheduler import Election, Scheduler
from workers.timetable import TIMETABLE, By, Job

# Far above what a turn takes, however busy the machine is.
PATIENCE_S = 30


@pytest.fixture
def work(settings: Settings, database: Database) -> Any:
    made = Work.of(settings)
    yield made
    made.stopping.set()
    made.database.close()


def test_exactly_one_worker_is_elected_and_another_takes_over(work: Work, settings: Settings) -> None:
    """Two stand: one is elected; when it resigns the other is."""
    other = Work.of(settings)
    first, second = Election(work), Election(other)
    assert first.stand()
    assert first.stand()
    assert not second.stand()
    first.resign()
    assert second.stand()
    second.resign()
    other.database.close()


def test_a_job_that_fails_in_passing_does_not_stop_the_worker(work: Work) -> None:
    """A busy database is logged and tried again; a mistake in the code is not hidden."""

    def busy(_: Work) -> None:
        raise OperationalError("select", {}, Exception("busy"))

    assert not run_once("busy", busy, work)
    with pytest.raises(ZeroDivisionError):
        run_once("wrong", lambda _: 1 // 0, work)


def test_elected_jobs_run_only_where_elected(work: Work, settings: Settings) -> None:
    """The worker that is not elected leaves its jobs alone, except those every worker may do."""
    ran: list[str] = []
    turns = threading.Semaphore(0)
    jobs = (
        Job("one", 0.1, lambda _: ran.append("one")),
        Job("all", 0.1, lambda _: turns.release(), By.EVERYWHERE),
    )
    holder = Election(work)
    assert holder.stand()
    other = Work.of(settings)
    scheduler = Scheduler(other, jobs)
    scheduler.start()
    # As often as the one job takes its turn, so does the other: by the third it would have run.
    came = [turns.acquire(timeout=PATIENCE_S) for _ in range(3)]
    scheduler.stop()
    holder.resign()
    other.database.close()
    assert all(came)
    assert ran == []


def test_the_worker_starts_does_its_jobs_and_stops_cleanly(settings: Settings, database: Database) -> None:
    """Every job of the timetable runs once without a failure on an empty region; a stop ends the worker in a moment."""
    made = Work.of(settings)
    for job in TIMETABLE:
        assert run_once(job.name, job.run, made), job.name
    made.database.close()
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(settings, stop))
    thread.start()
    time.sleep(0.2)
    stop.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
