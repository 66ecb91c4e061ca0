"""How far a search is, written to its plan's row now and then, so that the board can show it."""

import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import OperationalError

import routing
from service.database.engine import Database
from service.rounds.models import Plan, PlanState

log = structlog.get_logger()
Tell = Callable[[routing.Progress], None]
# Real seconds: a person does not read faster, and each writing is a transaction.
BETWEEN = 1.0


def telling(database: Database, key: int, clock: Callable[[], float] = time.monotonic) -> Tell:
    """A callback for a search that keeps the row of its plan up to date, about once a second."""
    written = clock() - BETWEEN
    first: float | None = None

    def tell(progress: routing.Progress) -> None:
        nonlocal written, first
        first = progress.value if first is None else first
        if clock() - written < BETWEEN:
            return
        written = clock()
        try:
            with database.transaction() as session:
                row = session.get_one(Plan, key)
                if row.state == PlanState.SOLVING:
                    row.phase, row.iterations = progress.phase, progress.iterations
                    row.first_value, row.best_value = first, progress.value
                    session.add(row)
        except OperationalError as error:
            # A database that is busy for a moment must not cost the plan: the next word comes in a second.
            log.warning("progress not written", plan=key, error=str(error))

    return tell
