"""What somebody is to look at before it goes wrong, or because it just did."""

from datetime import datetime, timedelta

from sqlmodel import Session

from config.planning import planning
from service.rounds.actions.calling import raise_call
from service.rounds.actions.transferring import write_off_warm
from service.rounds.models import CallReason, Round, Stop, StopState, TaskState
from service.rounds.queries import rounds, standing
from service.shipments.models import ShipmentState
from service.shipments.queries import shipments_by_id


def watch_rounds(session: Session, now: datetime) -> int:
    """Raise what is to be called about (a job, safe to run again): a published round nobody accepted by its departure,
    a vehicle on its way to a stop where nothing is left to do, cold food that nobody took over in time. How many calls
    are new."""
    soon = now + timedelta(minutes=planning().when.accept_minutes)
    # Yesterday's are nobody's business any more.
    waiting = [row for row in standing.not_accepted_by(session, soon) if row.ends_at > now]
    raised = [raise_call(session, row, CallReason.NOT_ACCEPTED, who=None, now=now) for row in waiting]
    for round_ in standing.running_rounds(session):
        stop = _empty_next_stop(session, round_)
        if stop is not None:
            raised.append(raise_call(session, round_, CallReason.NEXT_STOP_EMPTY, who=None, now=now, stop=stop))
    return sum(call is not None for call in raised) + write_off_warm(session, now)


def _empty_next_stop(session: Session, round_: Round) -> Stop | None:
    """The stop a vehicle drives to, if all it was to do there was cancelled."""
    ahead = [stop for stop in rounds.stops_of(session, [round_.key])[round_.key] if stop.is_ahead]
    if not ahead or ahead[0].state != StopState.TODO:
        return None
    tasks = [task for task in rounds.tasks_of(session, [ahead[0].key])[ahead[0].key] if task.state == TaskState.TODO]
    shipments = shipments_by_id(session, {task.shipment_id for task in tasks})
    wanted = (ShipmentState.WANTED, ShipmentState.PLANNED, ShipmentState.LOADED)
    return None if any(shipments[task.shipment_id].state in wanted for task in tasks) else ahead[0]
