"""Expected times follow what is reported: both ends see when the van really comes."""

from datetime import datetime, timedelta

from sqlmodel import Session

from config.planning import planning
from service.accounts.who import Who
from service.journal.actions import append
from service.rounds import rules
from service.rounds.models import Round, Stop, TaskKind, TaskState
from service.rounds.models.rounds import BEHIND
from service.rounds.queries import rounds
from service.rounds.telling import tell_stop
from service.shipments.actions import audience_of, expect
from service.shipments.queries import shipments_by_id

# People are told of a change they feel, not of every minute.
FELT = timedelta(minutes=5)


def correct_times(session: Session, round_: Round, stop: Stop, *, who: Who, now: datetime, at: datetime) -> None:
    """Move the expected times of the stops after `stop`, and tell both ends of each shipment what moved."""
    session.flush()
    ahead = [
        row
        for row in rounds.stops_of(session, [round_.key])[round_.key]
        if row.is_ahead and row.key != stop.key and row.sequence > stop.sequence
    ]
    if not ahead:
        return
    if stop.state in BEHIND:
        leaves = stop.done_at or at
    else:
        stays = stop.planned_departure_at - stop.planned_arrival_at
        leaves = max(at + stays, now)
    legs = [(row.planned_arrival_at, row.planned_start_at, row.planned_departure_at) for row in ahead]
    times = rules.moved_times(leaves, legs, stop.planned_departure_at)
    moved: dict[int, tuple[datetime, timedelta]] = {}
    for row, time in zip(ahead, times, strict=True):
        if abs(time - row.expected_at) >= timedelta(minutes=1):
            moved[row.key] = (time, time - row.expected_at)
            row.expected_at = time
            session.add(row)
    if not moved:
        return
    tell_both_ends(session, round_, ahead, moved, now)
    worst = max(time - row.planned_arrival_at for row, time in zip(ahead, times, strict=True))
    if worst >= timedelta(minutes=planning().when.late_minutes):
        minutes = round(worst.total_seconds() / 60)
        tell_stop(session, round_, stop, "late", who=who, at=at, before=stop.state, data={"minutes": minutes})


def tell_both_ends(
    session: Session, round_: Round, ahead: list[Stop], moved: dict[int, tuple[datetime, timedelta]], now: datetime
) -> None:
    """Correct the shipments' expected times by those of the stops that moved, to (time, by how much), and tell both
    ends what they feel of it."""
    tasks = rounds.tasks_of(session, [row.key for row in ahead])
    shipments = shipments_by_id(session, {task.shipment_id for rows in tasks.values() for task in rows})
    felt: set[int] = set()
    for row in ahead:
        if row.key not in moved:
            continue
        time, by = moved[row.key]
        wait = max(timedelta(0), row.planned_start_at - time) if row.planned_start_at > row.planned_arrival_at else None
        for task in tasks[row.key]:
            if task.state != TaskState.TODO:
                continue
            shipment = shipments[task.shipment_id]
            begins = time + (wait or timedelta(0))
            pickup = begins if task.kind == TaskKind.LOAD else None
            delivery = begins if task.kind == TaskKind.UNLOAD else None
            expect(session, shipment, pickup_at=pickup, delivery_at=delivery)
            if abs(by) >= FELT:
                felt.add(shipment.key)
    session.flush()
    for key in sorted(felt):
        shipment = shipments[key]
        times = (shipment.expected_pickup_at, shipment.expected_delivery_at)
        append(
            session,
            region=round_.region,
            kind="shipment.expected",
            at=now,
            subject=("shipment", key),
            from_state=str(shipment.state),
            to_state=str(shipment.state),
            data={
                "round": round_.key,
                "pickup_at": times[0].isoformat() if times[0] else None,
                "delivery_at": times[1].isoformat() if times[1] else None,
            },
            audience=audience_of(session, shipment),
        )
