"""A whole region shut on a day: its sites are, and rounds of every week leave that day out."""

from datetime import date, datetime

from sqlmodel import Session

from service.accounts.actions import closing
from service.accounts.models import ClosedDay
from service.accounts.who import Who
from service.kit.clock import day_bounds, local
from service.rounds.actions.fixed_rounds import open_fixed_shifts
from service.rounds.actions.shifts import tell_shift
from service.rounds.forms import ClosedDayForm
from service.rounds.queries import fleet
from service.rounds.queries.rounds import round_of_shift


def close_day(session: Session, form: ClosedDayForm, *, who: Who, now: datetime) -> ClosedDay:
    """Shut the region on a day. Shifts that rounds of every week opened on it go, unless a round was planned on them:
    the next plan empties it. Shifts opened by hand stay, and are said to be of a closed day."""
    row = closing.close_region(session, form.day, form.name, who=who, now=now, today=local(now, who.zone).date())
    for shift in fleet.shifts(session, who.region, *day_bounds(form.day, who.zone)):
        if shift.fixed_round_id is not None and round_of_shift(session, shift.key) is None:
            tell_shift(session, "shift.cancelled", shift, who, now)
            session.delete(shift)
    session.flush()
    return row


def reopen_day(session: Session, day: date, *, who: Who, now: datetime) -> None:
    """Open after all: the shifts of rounds of every week come back."""
    closing.reopen_region(session, day, who=who, now=now)
    open_fixed_shifts(session, now, region=who.region)
