"""Days on which a whole region is shut: nothing is taken, handed over, claimed or counted as waited on them."""

from datetime import date, datetime

from sqlmodel import Session

from service.accounts.errors import ClosureInPast
from service.accounts.models import ClosedDay
from service.accounts.queries import closed_days
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.refusals import NotFound


def close_region(session: Session, day: date, name: str, *, who: Who, now: datetime, today: date) -> ClosedDay:
    """Shut the region on a day; a day that is shut already takes the new name."""
    if day < today:
        raise ClosureInPast()
    row = closed_days(session, who.region, day, day).get(day)
    fresh = row is None
    row = row or ClosedDay(region=who.region, day=day, name=name, set_at=now)
    row.name, row.set_by, row.set_at = name, who.person_id, now
    session.add(row)
    session.flush()
    if fresh:
        _tell(session, "day.closed", day, who, now)
    return row


def reopen_region(session: Session, day: date, *, who: Who, now: datetime) -> None:
    """The region is open on this day after all; NotFound when it was."""
    row = closed_days(session, who.region, day, day).get(day)
    if row is None:
        raise NotFound()
    session.delete(row)
    session.flush()
    _tell(session, "day.reopened", day, who, now)


def _tell(session: Session, kind: str, day: date, who: Who, now: datetime) -> None:
    subject = ("day", int(day.strftime("%Y%m%d")))
    data = {"day": day.isoformat()}
    append(session, region=who.region, kind=kind, at=now, actor=who, subject=subject, data=data, audience=["all"])
