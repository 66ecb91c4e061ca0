"""A round that nobody drives after all."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.notices import actions as notices
from service.rounds.actions.aboard import put_back_ahead
from service.rounds.actions.calling import settle_call
from service.rounds.actions.items import Told
from service.rounds.models import CallReason, Round, RoundState, StopState
from service.rounds.queries import rounds
from service.rounds.telling import tell_round


def leave_at_home(session: Session, round_: Round, *, who: Who | None, now: datetime) -> None:
    """A round that has not left goes nowhere: what it would carry is wanted again, and it is a draft nobody sees."""
    before, crew = str(round_.state), round_.crew
    put_back_ahead(session, round_, "shift-cancelled", Told(at=now, late=False, who=who, now=now))
    for stop in rounds.stops_of(session, [round_.key])[round_.key]:
        if stop.is_ahead:
            stop.state = StopState.DROPPED
            session.add(stop)
    if round_.state != RoundState.DRAFT:
        round_.move(RoundState.DRAFT)
    round_.grams = round_.metres = round_.drive_s = 0
    round_.plan_rests([], now)
    session.add(round_)
    for reason in (CallReason.SHIFT_DROPPED, CallReason.NOT_ACCEPTED):
        # Nobody is to be found for it, nor reminded of it.
        settle_call(session, round_, reason, who=who, now=now)
    notices.take_back(session, kind="round_needs_call", subject=("round", round_.key))
    session.flush()
    more = [f"person:{key}" for key in crew]
    tell_round(session, round_, "emptied", who=who, now=now, before=before, more=more)
