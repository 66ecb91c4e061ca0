"""A shift goes from one driver to another, one tap each: given back, then taken."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.kit.refusals import NotFound
from service.rounds.actions.calling import raise_call
from service.rounds.actions.fleet import demand_driver
from service.rounds.actions.shifts import tell_shift
from service.rounds.errors import DriverBusy, NotYourRound, ShiftTaken, ShiftUnderWay
from service.rounds.models import CallReason, RoundState, Shift
from service.rounds.queries import fleet
from service.rounds.queries.rounds import round_of_shift
from service.rounds.telling import tell_round


def hand_back(session: Session, shift: Shift, *, who: Who, now: datetime) -> Shift:
    """A driver gives a shift back before it leaves: another may take it, and a dispatcher hears of it at once."""
    _demand_driver_of(shift, who)
    under_way = round_of_shift(session, shift.key)
    if under_way is not None and under_way.departed_at is not None:
        raise ShiftUnderWay()
    before, shift.driver_id = shift.driver_id, None
    session.add(shift)
    if under_way is not None and under_way.is_waiting:
        state, under_way.driver_id = str(under_way.state), None
        if under_way.state != RoundState.DRAFT:
            under_way.move(RoundState.DRAFT)
        session.add(under_way)
        more = [f"person:{before}"] if before is not None else []
        tell_round(session, under_way, "handed_back", who=who, now=now, before=state, more=more)
        raise_call(session, under_way, CallReason.SHIFT_DROPPED, who=who, now=now)
    tell_shift(session, "shift.changed", shift, who, now)
    return shift


def take_over(session: Session, shift: Shift, *, who: Who, now: datetime) -> Shift:
    """A driver takes a shift nobody drives; its round, if it has one, is theirs and accepted. DriverBusy when they
    already drive at those hours, ShiftTaken when somebody was quicker."""
    if who.person_id is None or shift.cancelled_at is not None or shift.ends_at <= now:
        raise NotFound()
    if shift.driver_id == who.person_id:
        return shift
    if shift.driver_id is not None:
        raise ShiftTaken()
    demand_driver(session, shift.region, who.person_id)
    if fleet.overlapping_shift(
        session, vehicle_id=None, driver_id=who.person_id, start=shift.starts_at, end=shift.ends_at, but=shift.key
    ):
        raise DriverBusy()
    shift.driver_id = who.person_id
    session.add(shift)
    under_way = round_of_shift(session, shift.key)
    if under_way is not None and under_way.is_waiting:
        state, under_way.driver_id = str(under_way.state), who.person_id
        for step in (RoundState.PUBLISHED, RoundState.ACCEPTED):
            if under_way.state != RoundState.ACCEPTED:
                under_way.move(step)
        session.add(under_way)
        tell_round(session, under_way, "accepted", who=who, now=now, before=state)
    tell_shift(session, "shift.changed", shift, who, now)
    return shift


def _demand_driver_of(shift: Shift, who: Who) -> None:
    """Refuse (403) anybody but its driver and those who may direct rounds."""
    if not who.may("rounds", "direct") and (who.person_id is None or shift.driver_id != who.person_id):
        raise NotYourRound()
