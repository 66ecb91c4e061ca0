"""A place in a crew goes from one person to another, one tap each: given back, then taken."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.kit.refusals import NotFound
from service.rounds.actions.calling import raise_call, settle_call
from service.rounds.actions.crews import man_round
from service.rounds.actions.fleet import demand_driver
from service.rounds.actions.promising import promises_of, tell_promised
from service.rounds.actions.shifts import tell_shift
from service.rounds.errors import DriverBusy, NotYourRound, ShiftTaken, ShiftUnderWay
from service.rounds.models import CallReason, CrewPlace, Round, RoundState, Shift
from service.rounds.queries import fleet
from service.rounds.queries.rounds import round_of_shift
from service.rounds.telling import tell_round


def hand_back(session: Session, shift: Shift, *, who: Who, now: datetime) -> Shift:
    """Somebody gives their place back before the round leaves: another may take it. A dispatcher who does so frees the
    place at the wheel, and hears of a driver who does at once; without the mate the round goes all the same."""
    place = shift.place_of(who.person_id)
    if place is None and not who.may("rounds", "direct"):
        raise NotYourRound()
    if not free_place(session, shift, place or CrewPlace.DRIVER, who=who, now=now):
        raise ShiftUnderWay()
    return shift


def free_place(
    session: Session, shift: Shift, place: CrewPlace, *, who: Who, now: datetime, rings: bool = True
) -> bool:
    """Nobody has this place of a crew any more, and its round follows: without a driver it waits for one, and a
    dispatcher is to call (`rings`: is told so at once). False, and nothing changes, once the round has left."""
    under_way = round_of_shift(session, shift.key)
    if under_way is not None and under_way.departed_at is not None:
        return False
    before, promised = shift.crew, promises_of([shift])
    if place == CrewPlace.MATE:
        shift.mate_id = None
        if under_way is not None:
            _come_along(session, under_way, None, who, now)
    else:
        shift.driver_id = None
        if under_way is not None and under_way.is_waiting:
            _free_the_wheel(session, under_way, who, now, rings)
    session.add(shift)
    tell_shift(session, "shift.changed", shift, who, now, more=before)
    tell_promised(session, shift.region, promised, promises_of([shift]), who=who, now=now)
    return True


def have_again(session: Session, shift: Shift, person_id: int, place: CrewPlace, *, who: Who, now: datetime) -> bool:
    """Somebody has the place again that they gave back: not when somebody else has it, the shift is off or over, or
    they are in another vehicle by now. Its round is theirs, to be accepted anew."""
    free = shift.driver_id is None if place == CrewPlace.DRIVER else shift.mate_id is None and shift.crew_size > 1
    if not free or shift.cancelled_at is not None or shift.ends_at <= now or shift.place_of(person_id) is not None:
        return False
    if fleet.overlapping_shift(
        session, vehicle_id=None, person_id=person_id, start=shift.starts_at, end=shift.ends_at, but=shift.key
    ):
        return False
    promised = promises_of([shift])
    if place == CrewPlace.DRIVER:
        shift.driver_id = person_id
    else:
        shift.mate_id = person_id
    session.add(shift)
    under_way = round_of_shift(session, shift.key)
    if under_way is not None:
        man_round(session, under_way, shift, who=who, now=now)
        if place == CrewPlace.DRIVER:
            settle_call(session, under_way, CallReason.SHIFT_DROPPED, who=who, now=now)
    tell_shift(session, "shift.changed", shift, who, now)
    tell_promised(session, shift.region, promised, promises_of([shift]), who=who, now=now)
    return True


def _free_the_wheel(session: Session, round_: Round, who: Who, now: datetime, rings: bool) -> None:
    state, before, round_.driver_id = str(round_.state), round_.crew, None
    if round_.state != RoundState.DRAFT:
        round_.move(RoundState.DRAFT)
    session.add(round_)
    tell_round(session, round_, "handed_back", who=who, now=now, before=state, more=[f"person:{key}" for key in before])
    raise_call(session, round_, CallReason.SHIFT_DROPPED, who=who, now=now, rings=rings, again=True)


def take_over(session: Session, shift: Shift, *, who: Who, now: datetime) -> Shift:
    """A driver takes the free place of a crew: at the wheel, and its round is theirs and accepted; else beside it. Who
    came along may take the wheel. DriverBusy when they are in another vehicle at those hours, ShiftTaken when somebody
    was quicker."""
    if who.person_id is None or shift.cancelled_at is not None or shift.ends_at <= now:
        raise NotFound()
    place, has = shift.free_place, shift.place_of(who.person_id)
    if has is not None and (has == CrewPlace.DRIVER or place != CrewPlace.DRIVER):
        return shift
    if place is None:
        raise ShiftTaken()
    demand_driver(session, shift.region, who.person_id)
    if fleet.overlapping_shift(
        session, vehicle_id=None, person_id=who.person_id, start=shift.starts_at, end=shift.ends_at, but=shift.key
    ):
        raise DriverBusy()
    under_way = round_of_shift(session, shift.key)
    if place == CrewPlace.MATE:
        shift.mate_id = who.person_id
        if under_way is not None:
            _come_along(session, under_way, who.person_id, who, now)
    else:
        shift.driver_id = who.person_id
        if has == CrewPlace.MATE:
            shift.mate_id = None
        if under_way is not None and under_way.is_waiting:
            _take_the_wheel(session, under_way, shift, who, now)
    session.add(shift)
    tell_shift(session, "shift.changed", shift, who, now)
    return shift


def _take_the_wheel(session: Session, round_: Round, shift: Shift, who: Who, now: datetime) -> None:
    state = str(round_.state)
    round_.driver_id, round_.mate_id = shift.driver_id, shift.mate_id
    for step in (RoundState.PUBLISHED, RoundState.ACCEPTED):
        if round_.state != RoundState.ACCEPTED:
            round_.move(step)
    session.add(round_)
    tell_round(session, round_, "accepted", who=who, now=now, before=state)
    settle_call(session, round_, CallReason.SHIFT_DROPPED, who=who, now=now)


def _come_along(session: Session, round_: Round, mate_id: int | None, who: Who, now: datetime) -> None:
    """The second place of a round's crew is somebody's, or nobody's; its state stays."""
    if round_.is_over:
        return
    before, round_.mate_id = round_.crew, mate_id
    session.add(round_)
    more = [f"person:{key}" for key in before]
    tell_round(session, round_, "crew_changed", who=who, now=now, before=str(round_.state), more=more)
