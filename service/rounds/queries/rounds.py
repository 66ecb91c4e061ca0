"""Reading rounds, stops and tasks."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from service.accounts.who import Who
from service.rounds.errors import RoundNotFound, StopNotFound
from service.rounds.models import (
    Round,
    RoundState,
    Stop,
    StopState,
    StopTask,
    TaskKind,
    TaskState,
)
from service.rounds.models.rounds import AHEAD, OVER_ROUNDS
from service.shipments.models import Shipment


def round_for(session: Session, who: Who, round_id: int, verb: str = "read") -> Round:
    """A round this person may `verb`: staff any, its crew only those given to them; RoundNotFound otherwise."""
    found = session.get(Round, round_id)
    if found is None or found.region != who.region:
        raise RoundNotFound()
    allowed = who.relations("rounds", verb)
    if "any" in allowed or ("assigned" in allowed and found.is_with(who.person_id)):
        return found
    raise RoundNotFound()


def rounds_of_day(session: Session, region: str, day: date, zone: str | None = None) -> Sequence[Round]:
    """The rounds of a local day, in the order they leave."""
    query = select(Round).where(Round.region == region, Round.day == day)
    if zone is not None:
        query = query.where(Round.zone == zone)
    return session.exec(query.order_by(col(Round.starts_at), col(Round.id))).all()


def rounds_seen_by(
    session: Session, who: Who, *, day: date | None, state: RoundState | None, after: int, limit: int
) -> Sequence[Round]:
    """The rounds a person may read, by key: staff all, crews theirs once they are published."""
    query = select(Round).where(Round.region == who.region, col(Round.id) > after)
    if "any" not in who.relations("rounds", "read"):
        query = query.where(_with(who.person_id or 0), Round.state != RoundState.DRAFT)
    if day is not None:
        query = query.where(Round.day == day)
    if state is not None:
        query = query.where(Round.state == state)
    return session.exec(query.order_by(col(Round.id)).limit(limit)).all()


def _with(person_id: int) -> ColumnElement[bool]:
    return or_(col(Round.driver_id) == person_id, col(Round.mate_id) == person_id)


def rounds_of_driver(session: Session, person_id: int, since: datetime) -> Sequence[Round]:
    """A person's rounds, at the wheel or along, that end after a moment; in the order they leave."""
    return session.exec(
        select(Round)
        .where(_with(person_id), Round.state != RoundState.DRAFT, Round.ends_at >= since)
        .order_by(col(Round.starts_at), col(Round.id))
    ).all()


def round_of_shift(session: Session, shift_id: int) -> Round | None:
    """The round driven in a shift, or None."""
    return session.exec(select(Round).where(Round.shift_id == shift_id)).one_or_none()


def rounds_of_shifts(session: Session, shift_ids: Iterable[int]) -> Sequence[Round]:
    """The rounds driven in some shifts, by key."""
    return session.exec(select(Round).where(col(Round.shift_id).in_(list(shift_ids))).order_by(col(Round.id))).all()


def rounds_by_id(session: Session, ids: Iterable[int]) -> dict[int, Round]:
    """Rounds by key."""
    return {r.key: r for r in session.exec(select(Round).where(col(Round.id).in_(list(ids)))).all()}


def stops_of(session: Session, round_ids: Iterable[int], dropped: bool = False) -> dict[int, list[Stop]]:
    """The stops of each round in the order they are made, those a newer plan dropped left out unless asked."""
    found: dict[int, list[Stop]] = {key: [] for key in round_ids}
    query = select(Stop).where(col(Stop.round_id).in_(list(found)))
    if not dropped:
        query = query.where(Stop.state != StopState.DROPPED)
    for stop in session.exec(query.order_by(col(Stop.sequence), col(Stop.id))).all():
        found[stop.round_id].append(stop)
    return found


def stops_at(session: Session, site_id: int, latitude: float, longitude: float) -> Sequence[Stop]:
    """The stops at a pin of a site, whatever became of them."""
    query = select(Stop).where(Stop.site_id == site_id, Stop.latitude == latitude, Stop.longitude == longitude)
    return session.exec(query.order_by(col(Stop.id))).all()


def stop_by_number(session: Session, round_id: int, number: int) -> Stop:
    """A stop by its lasting number, dropped ones included; StopNotFound otherwise."""
    stop = session.exec(select(Stop).where(Stop.round_id == round_id, Stop.number == number)).one_or_none()
    if stop is None:
        raise StopNotFound()
    return stop


def tasks_of(session: Session, stop_ids: Iterable[int]) -> dict[int, list[StopTask]]:
    """What is handled at each stop, unloading first."""
    found: dict[int, list[StopTask]] = {key: [] for key in stop_ids}
    query = select(StopTask).where(col(StopTask.stop_id).in_(list(found))).order_by(col(StopTask.id))
    for task in session.exec(query).all():
        found[task.stop_id].append(task)
    for tasks in found.values():
        tasks.sort(key=lambda task: (task.kind == TaskKind.LOAD, task.id or 0))
    return found


def open_tasks_of_shipments(session: Session, shipment_ids: Iterable[int]) -> dict[int, list[tuple[StopTask, Stop]]]:
    """The tasks still to do of each shipment, with their stops, wherever they are."""
    found: dict[int, list[tuple[StopTask, Stop]]] = {key: [] for key in shipment_ids}
    rows = session.exec(
        select(StopTask, Stop)
        .join(Stop, col(Stop.id) == col(StopTask.stop_id))
        .where(
            col(StopTask.shipment_id).in_(list(found)),
            StopTask.state == TaskState.TODO,
            col(Stop.state).in_(AHEAD),
        )
        .order_by(col(StopTask.id))
    ).all()
    for task, stop in rows:
        found[task.shipment_id].append((task, stop))
    return found


def load_task(session: Session, shipment_id: int) -> tuple[StopTask, Stop] | None:
    """Where a shipment was loaded, or None while it was not."""
    return session.exec(
        select(StopTask, Stop)
        .join(Stop, col(Stop.id) == col(StopTask.stop_id))
        .where(
            StopTask.shipment_id == shipment_id,
            StopTask.kind == TaskKind.LOAD,
            col(StopTask.state).in_((TaskState.DONE, TaskState.PARTLY)),
        )
        .order_by(col(StopTask.id).desc())
    ).first()


def visits_at(session: Session, site_ids: Iterable[int]) -> list[tuple[Stop, Round, StopTask, Shipment]]:
    """What rounds under way or published still have to do at some sites, the soonest first."""
    rows = session.exec(
        select(Stop, Round, StopTask, Shipment)
        .join(Round, col(Round.id) == col(Stop.round_id))
        .join(StopTask, col(StopTask.stop_id) == col(Stop.id))
        .join(Shipment, col(Shipment.id) == col(StopTask.shipment_id))
        .where(
            col(Stop.site_id).in_(list(site_ids)),
            col(Stop.state).in_(AHEAD),
            StopTask.state == TaskState.TODO,
            Round.state != RoundState.DRAFT,
            col(Round.state).not_in(OVER_ROUNDS),
        )
        .order_by(col(Stop.expected_at), col(Stop.id), col(StopTask.id))
    ).all()
    return list(rows)


def visit_of_shipment(session: Session, shipment_id: int, kind: TaskKind) -> tuple[Stop, Round] | None:
    """Where a shipment is, or was, to be loaded or unloaded: the newest that stands; None without a round."""
    return session.exec(
        select(Stop, Round)
        .join(Round, col(Round.id) == col(Stop.round_id))
        .join(StopTask, col(StopTask.stop_id) == col(Stop.id))
        .where(
            StopTask.shipment_id == shipment_id,
            StopTask.kind == kind,
            Stop.state != StopState.DROPPED,
            Round.state != RoundState.DRAFT,
        )
        .order_by(col(StopTask.id).desc())
    ).first()


def has_round_with_stops(session: Session, shift_id: int) -> bool:
    """Whether anything is planned or was done on a shift."""
    query = (
        select(Stop.id)
        .join(Round, col(Round.id) == col(Stop.round_id))
        .where(Round.shift_id == shift_id, Stop.state != StopState.DROPPED)
    )
    return session.exec(query.limit(1)).first() is not None


def running_since_before(session: Session, planned_back: datetime) -> Sequence[Round]:
    """Rounds still running that should have been back before a moment."""
    return session.exec(
        select(Round).where(Round.state == RoundState.RUNNING, Round.ends_at < planned_back).order_by(col(Round.id))
    ).all()
