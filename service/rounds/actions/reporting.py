"""A report from the road: what it changes at its stop, in its round, for the goods and for who waits for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.planning import planning
from service.accounts.who import Who
from service.lots.kinds import RefusalReason
from service.rounds.actions import driving, loading, unloading
from service.rounds.actions.aboard import aboard_of, offer_aboard
from service.rounds.actions.calling import raise_call
from service.rounds.actions.correcting import correct_times
from service.rounds.actions.items import Told, drop_if_empty, due_items, set_aside
from service.rounds.actions.returning import hand_over_here, take_back
from service.rounds.errors import (
    NothingReported,
    ProofMissing,
    ReasonMissing,
    RoundEnded,
    RoundNotThere,
    StopAlreadyDone,
    StopCancelled,
    StopMoved,
    TimeInFuture,
    TimeTooOld,
    WrongCode,
)
from service.rounds.forms import FailureReason, Report, ReportKind
from service.rounds.models import CallReason, Round, RoundState, Stop, StopState, StopTask, TaskKind, TaskState
from service.rounds.models.rounds import BEHIND
from service.rounds.queries import rounds
from service.rounds.telling import tell_stop

# Coming back later the same day is of no use.
SHUT = frozenset({FailureReason.CLOSED, FailureReason.NOBODY})
# A phone's clock may be a little ahead of ours.
AHEAD_OF_US = timedelta(minutes=2)


@dataclass(frozen=True)
class Proofs:
    """Files kept before the transaction began: the photo of the load, the receiver's signature."""

    photo_key: str | None = None
    signature_key: str | None = None


def report(
    session: Session, round_: Round, stop: Stop, form: Report, *, who: Who, now: datetime, proofs: Proofs = Proofs()
) -> Stop:
    """Take a report for a stop of a round.

    A round that nobody set off is set off by its first report. A report that comes after the plan moved the stop
    elsewhere counts when goods were really loaded: what happened is stronger than the plan. StopMoved otherwise,
    StopCancelled when nothing is wanted there any more, RoundEnded when the round is over: `note_overtaken` keeps it.
    """
    driving.demand_own(round_, who, "report")
    at, late = _moment(form, now)
    if stop.state in BEHIND:
        raise StopAlreadyDone()
    if round_.is_over:
        raise RoundEnded()
    if round_.state == RoundState.DRAFT:
        raise RoundNotThere()
    if stop.state == StopState.DROPPED:
        _come_back(session, round_, stop, form, who=who, now=now)
    if round_.departed_at is None:
        driving.depart(session, round_, who=who, now=now, at=at)
    before = str(stop.state)
    told = Told(at=at, late=late, who=who, now=now, photo_key=proofs.photo_key)
    data = _act(session, round_, stop, form, told, proofs)
    if form.kind == ReportKind.ARRIVED and before == StopState.ARRIVED:
        return stop
    round_.late, stop.late = round_.late or late, stop.late or late
    # Wherever it said it would be late, it is there now.
    round_.held_until = None
    session.add_all([round_, stop])
    tell_stop(session, round_, stop, form.kind, who=who, at=at, before=before, data={"late": late, **data})
    correct_times(session, round_, stop, who=who, now=now, at=at)
    return stop


def _come_back(session: Session, round_: Round, stop: Stop, form: Report, *, who: Who, now: datetime) -> None:
    """The plan goes to this stop no more and the driver was there: what was really loaded or handed over counts."""
    if form.kind in (ReportKind.LOADED, ReportKind.PARTLY):
        take_back(session, round_, stop, who=who, now=now)
    elif form.kind == ReportKind.DELIVERED:
        hand_over_here(session, round_, stop, aboard_of(session, round_), who=who, now=now)
    else:
        raise StopMoved()


def note_overtaken(
    session: Session, round_: Round, stop: Stop, form: Report, why: StopMoved, *, who: Who, now: datetime
) -> None:
    """Keep in the journal that a report came too late to count, and why.

    A stop where nothing is left to do is behind: the driver goes on to the next one. Goods that were moved all the
    same, where nobody wanted them any more, are for a dispatcher to call about.
    """
    before = str(stop.state)
    data: dict[str, Any] = {"kind": str(form.kind), "plan_version": round_.plan_version, "why": why.code}
    if isinstance(why, StopCancelled) and stop.is_ahead:
        told = Told(at=_moment(form, now)[0], late=form.late, who=who, now=now)
        data["cancelled"] = set_aside(session, stop, told)
        stop.state, stop.failed_reason, stop.done_at = StopState.FAILED, FailureReason.NOTHING_THERE, told.at
        stop.arrived_at = stop.arrived_at or told.at
        session.add(stop)
    tell_stop(session, round_, stop, "overtaken", who=who, at=now, before=before, data=data)
    moved = form.kind in (ReportKind.LOADED, ReportKind.PARTLY, ReportKind.DELIVERED)
    if moved and isinstance(why, StopCancelled | RoundEnded):
        raise_call(session, round_, CallReason.REPORTED_TOO_LATE, who=who, now=now, stop=stop)


def _moment(form: Report, now: datetime) -> tuple[datetime, bool]:
    """When it happened, and whether that was long enough ago to say so."""
    rules = planning().reports
    at = form.at or now
    if at > now + AHEAD_OF_US:
        raise TimeInFuture(fields={"at": TimeInFuture.message})
    if at < now - timedelta(days=rules.late_entry_days):
        raise TimeTooOld(fields={"at": TimeTooOld.message})
    # What a phone kept was said on the spot: it is no later than its network, and is proved like any other.
    long_ago = now - at > timedelta(minutes=rules.late_entry_minutes)
    return min(at, now), form.late or (long_ago and not form.kept)


def _act(session: Session, round_: Round, stop: Stop, form: Report, told: Told, proofs: Proofs) -> dict[str, Any]:
    """Do what the report says; the small facts its entry carries."""
    if form.kind == ReportKind.ARRIVED:
        if stop.state == StopState.TODO:
            stop.state, stop.arrived_at = StopState.ARRIVED, told.at
        return {}
    gone = set_aside(session, stop, told)
    aside = {"cancelled": gone} if gone else {}
    if form.kind == ReportKind.FAILED:
        return {**_fail(session, round_, stop, form, told), **aside}
    tasks = [task for task in rounds.tasks_of(session, [stop.key])[stop.key] if task.state == TaskState.TODO]
    if gone and not tasks:
        raise StopCancelled()
    kind = _end(form, tasks)
    parts = due_items(session, tasks, kind, form, gone)
    if not parts:
        raise NothingReported()
    if kind == TaskKind.LOAD:
        done = loading.load(session, round_, stop, parts, form, told)
    elif form.kind == ReportKind.REFUSED:
        done = unloading.refuse(session, round_, parts, form, told)
    else:
        _prove(stop, form, told, proofs)
        done = unloading.deliver(session, round_, parts, form, told)
    _close(session, stop, told.at)
    return {"shipments": done, **({"reason": str(form.reason)} if form.reason else {}), **aside}


def _end(form: Report, tasks: list[StopTask]) -> TaskKind:
    """Which end of the journey the report is about."""
    if form.kind in (ReportKind.LOADED, ReportKind.PARTLY):
        return TaskKind.LOAD
    if form.kind == ReportKind.DELIVERED:
        return TaskKind.UNLOAD
    # Refused: at the donor's if something was to be loaded there, else at the receiver's.
    return TaskKind.LOAD if any(task.kind == TaskKind.LOAD for task in tasks) else TaskKind.UNLOAD


def _prove(stop: Stop, form: Report, told: Told, proofs: Proofs) -> None:
    """A delivery is proved by the receiver's code or signature; from paper, the paper is the proof."""
    given = (form.code or "").replace(" ", "")
    if given:
        if given != stop.code:
            raise WrongCode(fields={"code": WrongCode.message})
        stop.proof = "code"
    elif proofs.signature_key is not None:
        stop.proof, stop.signature_key, stop.signed_by = "signature", proofs.signature_key, form.signed_by
    elif told.late:
        stop.proof, stop.signed_by = "paper", form.signed_by
    else:
        raise ProofMissing()


def _close(session: Session, stop: Stop, at: datetime) -> None:
    """A stop is done once nothing is left to do there."""
    session.flush()
    stop.arrived_at = stop.arrived_at or at
    left = [task for task in rounds.tasks_of(session, [stop.key])[stop.key] if task.state == TaskState.TODO]
    if left:
        stop.state = StopState.ARRIVED
    else:
        stop.state, stop.done_at = StopState.DONE, at
    session.add(stop)


def _fail(session: Session, round_: Round, stop: Stop, form: Report, told: Told) -> dict[str, Any]:
    """Nothing could be done there: goods not loaded are offered again or planned again, goods aboard stay aboard."""
    try:
        reason = FailureReason(str(form.reason or ""))
    except ValueError:
        raise ReasonMissing(fields={"reason": ReasonMissing.message}) from None
    tasks = [task for task in rounds.tasks_of(session, [stop.key])[stop.key] if task.state == TaskState.TODO]
    for task in tasks:
        task.state, task.refused_reason, task.done_at, task.late = TaskState.FAILED, reason, told.at, told.late
        session.add(task)
    session.flush()
    lost = loading.give_up(session, [t.shipment_id for t in tasks if t.kind == TaskKind.LOAD], reason, told)
    aboard = [task.shipment_id for task in tasks if task.kind == TaskKind.UNLOAD]
    if reason in SHUT:
        # The door stays shut today: what is aboard for it is offered to others.
        held = [one for one in aboard_of(session, round_) if one.key in aboard]
        offer_aboard(session, round_, held, RefusalReason.OUTSIDE_HOURS, told)
    stop.state, stop.failed_reason, stop.done_at = StopState.FAILED, reason, told.at
    stop.arrived_at = stop.arrived_at or told.at
    session.add(stop)
    drop_if_empty(session, round_)
    return {"reason": str(reason), "shipments": [{"id": key, "grams": 0} for key in lost], "aboard": aboard}
