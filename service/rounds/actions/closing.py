"""A whole region shut on a day: its sites are, and rounds of every week leave that day out."""

from datetime import date, datetime

from sqlmodel import Session

from service.accounts.actions import closing
from service.accounts.models import ClosedDay
from service.accounts.who import Who
from service.kit.clock import day_bounds, local
from service.rounds.actions.fixed_rounds import open_fixed_shifts
from service.rounds.actions.promising import promises_of, tell_promised
from service.rounds.actions.shifts import tell_shift
from service.rounds.forms import ClosedDayForm
from service.rounds.models import Shift
from service.rounds.queries import fleet
from service.rounds.queries.rounds import round_of_shift


def close_day(session: Session, form: ClosedDayForm, *, who: Who, now: datetime) -> ClosedDay:
    """Shut the region on a day. Shifts that rounds of every week opened on it go, unless a round was planned on them:
    the next plan empties it. Shifts opened by hand stay, and are said to be of a closed day."""
    row = closing.close_region(session, form.day, form.name, who=who, now=now, today=local(now, who.zone).date())
    gone = [shift for shift in _weekly_of(session, form.day, who) if round_of_shift(session, shift.key) is None]
    promised = promises_of(gone)
    for shift in gone:
        tell_shift(session, "shift.cancelled", shift, who, now)
        session.delete(shift)
    session.flush()
    tell_promised(session, who.region, promised, [], who=who, now=now)
    return row


def reopen_day(session: Session, day: date, *, who: Who, now: datetime) -> None:
    """Open after all: the shifts of rounds of every week come back."""
    closing.reopen_region(session, day, who=who, now=now)
    promised = promises_of(_weekly_of(session, day, who))
    open_fixed_shifts(session, now, region=who.region)
    tell_promised(session, who.region, promised, promises_of(_weekly_of(session, day, who)), who=who, now=now)


def _weekly_of(session: Session, day: date, who: Who) -> list[Shift]:
    """The shifts that rounds of every week opened on a day."""
    rows = fleet.shifts(session, who.region, *day_bounds(day, who.zone))
    return [shift for shift in rows if shift.fixed_round_id is not None]
