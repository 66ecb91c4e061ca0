"""When a habilitation holds, and when its end is announced."""

from collections.abc import Collection
from datetime import date

from service.agreements.models import Habilitation

# Days before its end on which an organisation is told; 0 is the last day.
DAYS_BEFORE = (90, 30, 0)


def holds(habilitation: Habilitation, on: date, heads_that_stand: Collection[int]) -> bool:
    """Whether it is in force on a day; one obtained through a network head needs that head to stand."""
    if not habilitation.runs_on(on):
        return False
    return habilitation.covered_by_id is None or habilitation.covered_by_id in heads_that_stand


def notice_due(ends_on: date, today: date, told: int | None) -> int | None:
    """Which notice is due today, None if none is. `told` is the smallest one already given.

    A day missed (the worker was off) is made up for: the notice due is the last threshold reached, once.
    """
    left = (ends_on - today).days
    reached = [days for days in DAYS_BEFORE if left <= days] if left >= 0 else []
    due = min(reached, default=None)
    return due if due is not None and (told is None or due < told) else None
