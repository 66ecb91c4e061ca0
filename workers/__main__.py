"""`python -m workers`: the worker alone, stopped by SIGTERM or Ctrl-C, leaving no child behind."""

import logging
import signal
import threading
from types import FrameType

import structlog

from config.logging import set_up_logging
from config.settings import Settings, get_settings
from workers.queue import Work
from workers.scheduler import Scheduler

log = structlog.get_logger()


def run_worker(settings: Settings, stop: threading.Event | None = None) -> None:
    """Keep the timetable until SIGTERM, SIGINT or `stop`; jobs under way end first, a search at once."""
    work = Work.of(settings)
    if stop is not None:
        work = Work(work.database, work.settings, work.clients, work.clock, stop)
    if threading.current_thread() is threading.main_thread():

        def asked_to_stop(_number: int, _frame: FrameType | None) -> None:
            work.stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, asked_to_stop)
    # One line a second from the library says nothing a person wants to read.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = Scheduler(work)
    scheduler.start()
    log.info("worker started", elected=scheduler.elected.is_set())
    try:
        while not work.stopping.wait(0.5):
            pass
    finally:
        scheduler.stop()
        work.database.close()
        log.info("worker stopped")


if __name__ == "__main__":
    set_up_logging(get_settings())
    run_worker(get_settings())
