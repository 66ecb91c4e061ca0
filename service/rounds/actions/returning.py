"""The driver was at a stop that a newer plan had given away: what happened there is stronger than the plan."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.rounds.actions.items import forget_tasks
from service.rounds.errors import StopCancelled, StopMoved
from service.rounds.models import Round, Stop, StopState, StopTask, TaskKind, TaskState
from service.rounds.planning.stops import new_code
from service.rounds.queries import rounds
from service.rounds.telling import tell_stop
from service.shipments.models import Shipment, ShipmentState
from service.shipments.queries import shipments_by_id


def take_back(session: Session, round_: Round, stop: Stop, *, who: Who, now: datetime) -> None:
    """The driver loaded at a stop that a newer plan had given away: what nobody else has loaded is his again.

    StopMoved when all of it is gone, StopCancelled when nobody wants any of it. The zone is stale afterwards, so that
    the rest is planned anew.
    """
    tasks = [t for t in rounds.tasks_of(session, [stop.key])[stop.key] if t.kind == TaskKind.LOAD]
    shipments = shipments_by_id(session, [task.shipment_id for task in tasks])
    mine = [task for task in tasks if shipments[task.shipment_id].is_open]
    if not mine:
        cancelled = shipments and all(one.state == ShipmentState.CANCELLED for one in shipments.values())
        raise StopCancelled() if cancelled else StopMoved()
    keys = [task.shipment_id for task in mine]
    forget_tasks(session, keys)
    for task in tasks:
        if task not in mine:
            session.delete(task)
    _make_next(session, round_, stop)
    for key in keys:
        _deliver_last(session, round_, shipments[key], stop)
    tell_stop(session, round_, stop, "taken", who=who, at=now, before=StopState.DROPPED, data={"shipments": keys})


def _deliver_last(session: Session, round_: Round, shipment: Shipment, load: Stop) -> None:
    """A stop at the end of the round to deliver a shipment, until the next plan finds it a better place."""
    rows = rounds.stops_of(session, [round_.key])[round_.key]
    found = next((row for row in rows if row.is_ahead and row.site_id == shipment.delivery_site_id), None)
    if found is None:
        last = max([row.planned_departure_at for row in rows], default=load.planned_departure_at)
        found = Stop(
            round_id=round_.key,
            number=round_.next_number(),
            sequence=len(rows) + 1,
            site_id=shipment.delivery_site_id,
            planned_arrival_at=last,
            planned_start_at=last,
            planned_departure_at=last,
            expected_at=last,
            code=new_code(),
        )
        session.add_all([round_, found])
        session.flush()
    session.add(
        StopTask(stop_id=found.key, shipment_id=shipment.key, kind=TaskKind.UNLOAD, grams_planned=shipment.grams)
    )
    found.code = found.code or new_code()
    session.flush()


def hand_over_here(
    session: Session, round_: Round, stop: Stop, aboard: Iterable[Shipment], *, who: Who, now: datetime
) -> None:
    """The driver handed over at a stop that a newer plan had given away: what is aboard for it is due there again.

    StopMoved when nothing of what was to be handed over there is aboard.
    """
    held = {shipment.key for shipment in aboard}
    tasks = [t for t in rounds.tasks_of(session, [stop.key])[stop.key] if t.kind == TaskKind.UNLOAD]
    mine = [task for task in tasks if task.state == TaskState.TODO and task.shipment_id in held]
    if not mine:
        raise StopMoved()
    forget_tasks(session, [task.shipment_id for task in mine])
    for task in tasks:
        if task.state == TaskState.TODO and task not in mine:
            session.delete(task)
    _make_next(session, round_, stop)
    data = {"shipments": [task.shipment_id for task in mine]}
    tell_stop(session, round_, stop, "taken", who=who, at=now, before=StopState.DROPPED, data=data)


def _make_next(session: Session, round_: Round, stop: Stop) -> None:
    """Put a stop first among those ahead."""
    rows = rounds.stops_of(session, [round_.key])[round_.key]
    behind = [row for row in rows if not row.is_ahead]
    stop.state, stop.sequence = StopState.TODO, len(behind) + 1
    session.add(stop)
    for offset, row in enumerate(row for row in rows if row.is_ahead and row.key != stop.key):
        row.sequence = len(behind) + 2 + offset
        session.add(row)
    session.flush()
