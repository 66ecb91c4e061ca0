"""Reading one person's first week."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from service.practice.models import Beginner
from service.practice.rules import LIFETIME


def beginner_of(session: Session, person_id: int | None) -> Beginner | None:
    """Their row, if they have tried, ticked or put away anything."""
    if person_id is None:
        return None
    return session.exec(select(Beginner).where(Beginner.person_id == person_id)).one_or_none()


def practice_lots_before(session: Session, moment: datetime) -> Sequence[Beginner]:
    """Those whose practice lot was begun before a moment."""
    return session.exec(select(Beginner).where(col(Beginner.begun_at) < moment)).all()


def practice_lot_of(session: Session, person_id: int | None, now: datetime) -> Beginner | None:
    """Their row while it holds a practice lot less than a day old."""
    row = beginner_of(session, person_id)
    if row is None or row.lot is None or row.begun_at is None or row.begun_at + LIFETIME <= now:
        return None
    return row
