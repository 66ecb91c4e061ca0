"""Beginning, ending and forgetting a practice; ticking first steps and putting them away.

None of it is journaled: it changes nothing for anybody else, and must be in nothing that is folded from the journal.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.practice import queries
from service.practice.models import Beginner
from service.practice.rules import LIFETIME

TRIED = "try"


def begin_lot(session: Session, person_id: int, lot: dict[str, Any], *, now: datetime) -> Beginner:
    """Keep what was typed as this person's practice lot, in place of an earlier one."""
    row = _row(session, person_id)
    row.lot, row.begun_at = lot, now
    row.tick(TRIED)
    session.add(row)
    return row


def end(session: Session, person_id: int) -> None:
    """The practice is over: it counts as tried, and what was typed is forgotten."""
    row = _row(session, person_id)
    row.lot = row.begun_at = None
    row.tick(TRIED)
    session.add(row)


def go(session: Session, person_id: int, step: str) -> None:
    """A first step that is made by looking at a page."""
    row = _row(session, person_id)
    row.tick(step)
    session.add(row)


def put_away(session: Session, person_id: int, *, now: datetime) -> None:
    """Show the first steps no more."""
    row = _row(session, person_id)
    row.put_away_at = now
    session.add(row)


def bring_back(session: Session, person_id: int) -> None:
    """Show the first steps again."""
    row = _row(session, person_id)
    row.put_away_at = None
    session.add(row)


def forget_old(session: Session, *, now: datetime) -> int:
    """Erase practice lots older than a day; how many."""
    rows = queries.practice_lots_before(session, now - LIFETIME)
    for row in rows:
        row.lot = row.begun_at = None
        session.add(row)
    return len(rows)


def _row(session: Session, person_id: int) -> Beginner:
    return queries.beginner_of(session, person_id) or Beginner(person_id=person_id)
