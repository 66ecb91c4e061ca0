"""A breakdown, a driver who goes home, a van that is late: one tap each, and the plan repairs itself.

What was not loaded yet is planned again, what is aboard goes on in another vehicle or is offered again, and what cannot
wait becomes a call.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.who import Who
from service.journal.actions import append
from service.lots.kinds import RefusalReason
from service.rounds.actions.aboard import aboard_of, offer_aboard, put_back_ahead
from service.rounds.actions.calling import raise_call
from service.rounds.actions.changing_hands import hand_back
from service.rounds.actions.correcting import correct_times, tell_both_ends
from service.rounds.actions.driving import demand_own, finish
from service.rounds.actions.items import Told, set_aside
from service.rounds.actions.shifts import tell_shift
from service.rounds.actions.transferring import strand
from service.rounds.errors import RoundNotThere
from service.rounds.forms import Incident, IncidentForm
from service.rounds.models import Absence, CallReason, Round, RoundState, Stop, StopState
from service.rounds.planning.whereabouts import whereabouts
from service.rounds.queries import fleet, rounds
from service.rounds.telling import STAFF, tell_round


def report_incident(
    session: Session, round_: Round, form: IncidentForm, *, who: Who, now: datetime, at: datetime | None = None
) -> Round:
    """Take what a driver, or a dispatcher for them, says of a whole round, at `at` (now by default).

    RoundNotThere once it is over.
    """
    demand_own(round_, who, "report")
    if round_.is_over or round_.state == RoundState.DRAFT:
        raise RoundNotThere()
    told = Told(at=at or now, late=False, who=who, now=now)
    if form.kind == Incident.LATE:
        _late(session, round_, timedelta(minutes=form.minutes), told, who=who)
    elif form.kind == Incident.BREAKDOWN:
        said = (form.latitude, form.longitude) if form.latitude is not None and form.longitude is not None else None
        _broken_down(session, round_, said, told)
    elif round_.is_waiting:
        hand_back(session, fleet.shifts_by_id(session, [round_.shift_id])[round_.shift_id], who=who, now=now)
    else:
        _going_home(session, round_, told)
    return round_


def _late(session: Session, round_: Round, by: timedelta, told: Told, *, who: Who) -> None:
    """Everything ahead is so much later than expected; both ends of it hear so, and the zone is planned again.

    So much later than when it was said: what a phone kept until it had a network has passed in part.
    """
    ahead = [stop for stop in rounds.stops_of(session, [round_.key])[round_.key] if stop.is_ahead]
    if round_.is_waiting:
        round_.held_until = max(round_.starts_at, told.at) + by
    elif ahead and ahead[0].state == StopState.TODO:
        round_.held_until = max(ahead[0].expected_at, told.at) + by
    else:
        round_.held_until = told.at + by
    session.add(round_)
    if ahead:
        _move(session, round_, ahead, by, told, who=who)
    data = {"minutes": round(by.total_seconds() / 60)}
    tell_round(session, round_, "held", who=who, now=told.at, before=round_.state, data=data)


def _move(session: Session, round_: Round, ahead: list[Stop], by: timedelta, told: Told, *, who: Who) -> None:
    first, now = ahead[0], told.now
    if first.state == StopState.ARRIVED:
        # It stands there: what comes after is late.
        correct_times(session, round_, first, who=who, now=now, at=max(now, told.at + by))
        return
    arrives = max(max(first.expected_at, told.at) + by, now)
    moved = {first.key: (arrives, arrives - first.expected_at)}
    first.expected_at = arrives
    session.add(first)
    tell_both_ends(session, round_, [first], moved, now)
    correct_times(session, round_, first, who=who, now=now, at=arrives)


def _broken_down(session: Session, round_: Round, said: tuple[float, float] | None, told: Told) -> None:
    """The vehicle drives no more in this shift. What is aboard waits at its place for another one, cold food as long as
    its cold lasts; where nobody knows the place, it is offered again at the depot."""
    shift = fleet.shifts_by_id(session, [round_.shift_id])[round_.shift_id]
    ends = max(shift.ends_at, round_.ends_at, told.now + timedelta(hours=1))
    session.add(
        Absence(region=round_.region, vehicle_id=round_.vehicle_id, starts_at=told.at, ends_at=ends, reason="breakdown")
    )
    tell_round(session, round_, "broke_down", who=told.who, now=told.at, before=round_.state)
    append(
        session,
        region=round_.region,
        kind="vehicle.absent",
        at=told.at,
        actor=told.who,
        subject=("vehicle", round_.vehicle_id),
        data={"from": told.at.isoformat(), "to": ends.isoformat(), "round": round_.key},
        audience=STAFF,
    )
    if round_.is_waiting:
        # Its goods find another way with the next plan, which leaves this vehicle at home.
        return
    put_back_ahead(session, round_, "breakdown", told)
    held = aboard_of(session, round_)
    place = whereabouts(session, round_, said, told.now)
    if place is None:
        offer_aboard(session, round_, held, RefusalReason.TRANSPORT_IMPOSSIBLE, told)
    else:
        strand(session, round_, held, place, told)
    cold = any(shipment.temperature != "ambient" for shipment in held)
    raise_call(session, round_, CallReason.COLD_ABOARD if cold else CallReason.BREAKDOWN, who=told.who, now=told.now)
    _close(session, round_, told)


def _going_home(session: Session, round_: Round, told: Told) -> None:
    """The driver stops here: what is aboard comes back to the vehicle's home site and is offered again from there."""
    tell_round(session, round_, "broken_off", who=told.who, now=told.at, before=round_.state)
    put_back_ahead(session, round_, "driver-home", told)
    held = aboard_of(session, round_)
    offer_aboard(session, round_, held, RefusalReason.TRANSPORT_IMPOSSIBLE, told)
    if held:
        raise_call(session, round_, CallReason.WENT_HOME, who=told.who, now=told.now)
    _close(session, round_, told)


def _close(session: Session, round_: Round, told: Told) -> None:
    """Stops with nothing left to do go away, and the round ends; its vehicle does not get to another end than home."""
    shift = fleet.shifts_by_id(session, [round_.shift_id])[round_.shift_id]
    if shift.end_site_id is not None:
        shift.end_site_id = None
        session.add(shift)
        tell_shift(session, "shift.changed", shift, told.who, told.now)
    session.flush()
    ahead = [stop for stop in rounds.stops_of(session, [round_.key])[round_.key] if stop.is_ahead]
    for stop in ahead:
        # What was cancelled before is nobody's to do, and must not keep the round open.
        set_aside(session, stop, told)
    tasks = rounds.tasks_of(session, [stop.key for stop in ahead])
    for stop in ahead:
        held = tasks[stop.key]
        if any(task.state == "todo" for task in held):
            continue
        stop.state = StopState.DONE if stop.state == StopState.ARRIVED and held else StopState.DROPPED
        stop.done_at = told.at if stop.state == StopState.DONE else None
        session.add(stop)
    session.flush()
    finish(session, round_, who=None, now=told.now)
