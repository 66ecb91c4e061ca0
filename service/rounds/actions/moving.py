"""A dispatcher moves a stop to another round, keeps one where it is, and takes a move back."""

from datetime import datetime

from sqlmodel import Session

from config.settings import Settings
from service.accounts.who import Who
from service.rounds.errors import RoundNotThere
from service.rounds.models import Plan, RideLock, Round, Stop, TaskState
from service.rounds.planning import moving, undoing
from service.rounds.queries import rounds
from service.rounds.queries.standing import locks_of
from service.rounds.telling import tell_round
from service.shipments.queries import shipments_by_id


def move_stop(
    session: Session, settings: Settings, round_: Round, stop: Stop, other: Round, *, who: Who, now: datetime
) -> Plan:
    """Move a stop's goods to another round and keep them there: a new version of the plan.

    Raises StopFixed, DoesNotFit, RoundNotThere.
    """
    if other.region != round_.region or (other.zone, other.day) != (round_.zone, round_.day) or other.key == round_.key:
        raise RoundNotThere()
    plan, keys = moving.move(session, settings, round_, stop, other, asked_by=who.person_id, now=now)
    _keep(session, keys, other, who=who, now=now)
    return plan


def undo_move(session: Session, settings: Settings, plan: Plan, *, who: Who, now: datetime) -> Plan:
    """Put both rounds back as they were before a move. Raises NothingToUndo."""
    made = undoing.undo(session, settings, plan, asked_by=who.person_id, now=now)
    for lock in locks_of(session, [ride["shipment"] for ride in plan.difference.get("rides", ())]).values():
        session.delete(lock)
    session.flush()
    return made


def lock_stop(session: Session, round_: Round, stop: Stop, *, who: Who, now: datetime) -> None:
    """Keep what is handled at a stop on its round, whatever plans come. Twice is harmless."""
    _keep(session, _waiting_at(session, stop), round_, who=who, now=now)
    tell_round(session, round_, "locked", who=who, now=now, before=round_.state, data={"stop": stop.number})


def unlock_stop(session: Session, round_: Round, stop: Stop, *, who: Who, now: datetime) -> None:
    """Let plans move it again. Twice is harmless."""
    for lock in locks_of(session, _waiting_at(session, stop)).values():
        session.delete(lock)
    session.flush()
    tell_round(session, round_, "unlocked", who=who, now=now, before=round_.state, data={"stop": stop.number})


def _waiting_at(session: Session, stop: Stop) -> list[int]:
    tasks = [task for task in rounds.tasks_of(session, [stop.key])[stop.key] if task.state == TaskState.TODO]
    found = shipments_by_id(session, {task.shipment_id for task in tasks})
    return sorted(key for key, shipment in found.items() if shipment.is_open)


def _keep(session: Session, keys: list[int], round_: Round, *, who: Who, now: datetime) -> None:
    known = locks_of(session, keys)
    for key in keys:
        lock = known.get(key) or RideLock(shipment_id=key, shift_id=round_.shift_id, locked_at=now)
        lock.shift_id, lock.locked_by, lock.locked_at = round_.shift_id, who.person_id, now
        session.add(lock)
    session.flush()
