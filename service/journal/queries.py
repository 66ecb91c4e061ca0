"""Reading the journal."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from service.journal.models import Entry

# Asked at every turn, so it is put together once.
_NEWEST = select(func.max(Entry.id))


def newest_number(session: Session) -> int:
    """The number of the last entry, 0 in an empty journal."""
    return session.exec(_NEWEST).one() or 0


def after(session: Session, number: int, limit: int = 500) -> Sequence[Entry]:
    """The entries after a number, oldest first."""
    return session.exec(select(Entry).where(col(Entry.id) > number).order_by(col(Entry.id)).limit(limit)).all()


def of_subject(session: Session, subject: str, subject_id: int) -> Sequence[Entry]:
    """The whole story of one thing, oldest first."""
    return session.exec(
        select(Entry).where(Entry.subject == subject, Entry.subject_id == subject_id).order_by(col(Entry.id))
    ).all()


def of_subjects(session: Session, subject: str, ids: Sequence[int]) -> Sequence[Entry]:
    """The stories of several things of one kind, oldest first."""
    return session.exec(
        select(Entry).where(Entry.subject == subject, col(Entry.subject_id).in_(ids)).order_by(col(Entry.id))
    ).all()


def written_for_others(session: Session, number: int, actor_id: int) -> Sequence[Entry]:
    """What somebody has written for organisations ("saisi pour …") after a number, oldest first."""
    return session.exec(
        select(Entry)
        .where(col(Entry.id) > number, Entry.actor_id == actor_id, col(Entry.on_behalf_of).is_not(None))
        .order_by(col(Entry.id))
    ).all()
