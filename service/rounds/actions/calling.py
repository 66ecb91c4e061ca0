"""What cannot wait for the next stop becomes a telephone call that a dispatcher makes."""

from datetime import datetime, timedelta

from sqlmodel import Session

from config.planning import planning
from service.accounts.queries import people_with_role
from service.accounts.who import Who
from service.kit.refusals import NotFound
from service.notices.actions import tell as tell_people
from service.rounds.models import CallReason, Round, RoundCall, Stop, StopState, TaskState
from service.rounds.queries import rounds, standing
from service.rounds.queries.fleet import vehicles_by_id
from service.rounds.telling import tell_round
from service.rounds.words import CALLS
from service.shipments.models import ShipmentState
from service.shipments.queries import shipments_by_id


def raise_call(
    session: Session, round_: Round, reason: CallReason, *, who: Who | None, now: datetime, stop: Stop | None = None
) -> RoundCall | None:
    """Ask the dispatchers to call about a round; None when that call was raised before."""
    number = stop.number if stop is not None else 0
    if standing.call_about(session, round_.key, reason, number) is not None:
        return None
    call = RoundCall(region=round_.region, round_id=round_.key, reason=reason, stop_number=number, raised_at=now)
    session.add(call)
    session.flush()
    data = {"call": call.key, "reason": str(reason), **({"stop": number} if number else {})}
    tell_round(session, round_, "call_needed", who=who, now=now, before=round_.state, data=data)
    vehicle = vehicles_by_id(session, [round_.vehicle_id])[round_.vehicle_id]
    tell_people(
        session,
        region=round_.region,
        person_ids=[person.key for person in people_with_role(session, round_.region, "dispatcher")],
        kind="round_needs_call",
        params={"round_id": round_.key, "round": vehicle.name, "reason": CALLS[reason]},
        subject=("round", round_.key),
        dedupe=f"call:{call.key}",
        now=now,
    )
    return call


def call_made(session: Session, region: str, call_id: int, *, who: Who, now: datetime) -> RoundCall:
    """A dispatcher has called; twice is harmless."""
    call = session.get(RoundCall, call_id)
    if call is None or call.region != region:
        raise NotFound()
    if call.done_at is None:
        call.done_at, call.done_by = now, who.person_id
        session.add(call)
        round_ = rounds.rounds_by_id(session, [call.round_id])[call.round_id]
        data = {"call": call.key, "reason": str(call.reason)}
        tell_round(session, round_, "called", who=who, now=now, before=round_.state, data=data)
    return call


def watch_rounds(session: Session, now: datetime) -> int:
    """Raise what is to be called about (a job, safe to run again): a published round nobody accepted by its departure,
    a vehicle on its way to a stop where nothing is left to do. How many calls are new."""
    soon = now + timedelta(minutes=planning().when.accept_minutes)
    # Yesterday's are nobody's business any more.
    waiting = [row for row in standing.not_accepted_by(session, soon) if row.ends_at > now]
    raised = [raise_call(session, row, CallReason.NOT_ACCEPTED, who=None, now=now) for row in waiting]
    for round_ in standing.running_rounds(session):
        stop = _empty_next_stop(session, round_)
        if stop is not None:
            raised.append(raise_call(session, round_, CallReason.NEXT_STOP_EMPTY, who=None, now=now, stop=stop))
    return sum(call is not None for call in raised)


def _empty_next_stop(session: Session, round_: Round) -> Stop | None:
    """The stop a vehicle drives to, if all it was to do there was cancelled."""
    ahead = [stop for stop in rounds.stops_of(session, [round_.key])[round_.key] if stop.is_ahead]
    if not ahead or ahead[0].state != StopState.TODO:
        return None
    tasks = [task for task in rounds.tasks_of(session, [ahead[0].key])[ahead[0].key] if task.state == TaskState.TODO]
    shipments = shipments_by_id(session, {task.shipment_id for task in tasks})
    wanted = (ShipmentState.WANTED, ShipmentState.PLANNED, ShipmentState.LOADED)
    return None if any(shipments[task.shipment_id].state in wanted for task in tasks) else ahead[0]
