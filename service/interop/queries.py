"""Reading texts that came in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from service.accounts.models import Person
from service.interop.models import AnswerState, InboundText, Outcome


def by_reference(session: Session, reference: str) -> InboundText | None:
    """The text the gateway gave this number."""
    return session.exec(select(InboundText).where(InboundText.reference == reference)).one_or_none()


def count_since(session: Session, phone: str, since: datetime) -> int:
    """How many texts came from a phone since (the machine's clock)."""
    return session.exec(
        select(func.count(col(InboundText.id))).where(InboundText.phone == phone, InboundText.arrived_at >= since)
    ).one()


def last_posting(session: Session, person_id: int) -> InboundText | None:
    """The last gift by text of a person that was not taken back."""
    return session.exec(
        select(InboundText)
        .where(InboundText.person_id == person_id, InboundText.outcome == Outcome.POSTED)
        .order_by(col(InboundText.id).desc())
    ).first()


def to_call(session: Session, region: str) -> Sequence[tuple[InboundText, Person | None]]:
    """Who is to be called back, the oldest first, with the person where the number is known."""
    return session.exec(
        select(InboundText, Person)
        .outerjoin(Person, col(Person.id) == col(InboundText.person_id))
        .where(*_waits(region))
        .order_by(col(InboundText.id))
    ).all()


def count_to_call(session: Session, region: str) -> int:
    """How many are to be called back."""
    return session.exec(select(func.count(col(InboundText.id))).where(*_waits(region))).one()


def _waits(region: str) -> tuple[ColumnElement[bool], ...]:
    return (
        col(InboundText.region) == region,
        col(InboundText.call_reason).is_not(None),
        col(InboundText.called_at).is_(None),
    )


def answers_due(session: Session, real_now: datetime, limit: int) -> Sequence[InboundText]:
    """Answers that should have left, in no worker's hands."""
    return session.exec(
        select(InboundText)
        .where(InboundText.answer_state == AnswerState.PENDING, InboundText.answer_due_at <= real_now)
        .order_by(col(InboundText.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def older_than(session: Session, moment: datetime, limit: int) -> Sequence[InboundText]:
    """Texts past their time."""
    return session.exec(
        select(InboundText).where(InboundText.at < moment).order_by(col(InboundText.id)).limit(limit)
    ).all()
