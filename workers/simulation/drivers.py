"""Played drivers: they accept, leave, arrive, load, deliver against the code, and report what does not go well."""

from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from service.lots.kinds import RefusalReason
from service.rounds.actions import driving as rounds
from service.rounds.actions.reporting import report
from service.rounds.forms import FailureReason, Report, ReportKind, ReportLine
from service.rounds.models import Round, RoundState, Stop, StopState, StopTask, TaskKind, TaskState
from service.shipments.queries import items_of, shipments_by_id
from workers.simulation.acting import PARTLY, REASONS, REFUSED, SHUT, Stage, WhoOf, played, reading
from workers.simulation.scenes import Driving

GIVES_UP_AFTER = 3


def play_round(stage: Stage, thing: Driving, now: datetime) -> bool:
    """The next step of a round when its time has come; whether anything was tried."""
    round_ = thing.round
    random = stage.chance("round", round_.vehicle_id, round_.day.isoformat(), round_.shift_id)
    if round_.state == RoundState.PUBLISHED:
        soon = round_.starts_at - timedelta(minutes=random.uniform(10, 50))
        return now >= soon and _drive(stage, "acceptance", partial(accept, key=round_.key, now=now), round_)
    if round_.state == RoundState.ACCEPTED:
        leaves = round_.starts_at + timedelta(minutes=random.uniform(0, 3))
        return now >= leaves and _drive(stage, "departure", partial(leave, key=round_.key, now=now), round_)
    if thing.stop is None:
        return _drive(stage, "return", partial(end, key=round_.key, now=now), round_)
    return _play_stop(stage, thing, thing.stop, now)


def _drive(stage: Stage, what: str, act: "partial[None]", round_: Round) -> bool:
    name = f"round/{round_.key}/{what}"
    if stage.tries[name] >= GIVES_UP_AFTER:
        return False
    played(stage, what, act, thing=name)
    return True


def accept(session: Session, who_of: WhoOf, *, key: int, now: datetime) -> None:
    """The driver takes the round."""
    round_ = session.get_one(Round, key)
    assert round_.driver_id is not None
    rounds.accept(session, round_, who=who_of(session, round_.driver_id), now=now)


def leave(session: Session, who_of: WhoOf, *, key: int, now: datetime) -> None:
    """The driver leaves."""
    round_ = session.get_one(Round, key)
    assert round_.driver_id is not None
    rounds.depart(session, round_, who=who_of(session, round_.driver_id), now=now)


def end(session: Session, who_of: WhoOf, *, key: int, now: datetime) -> None:
    """The driver is back."""
    round_ = session.get_one(Round, key)
    assert round_.driver_id is not None
    rounds.finish(session, round_, who=who_of(session, round_.driver_id), now=now)


def _play_stop(stage: Stage, thing: Driving, stop: Stop, now: datetime) -> bool:
    random = stage.chance(
        "stop", thing.round.vehicle_id, thing.round.day.isoformat(), thing.round.shift_id, stop.number
    )
    name = f"stop/{stop.key}"
    if stop.state == StopState.TODO:
        arrives = stop.expected_at + timedelta(minutes=random.uniform(-2, 7))
        if thing.last_done is not None:
            arrives = max(arrives, thing.last_done + timedelta(minutes=1))
        if now < arrives or stage.tries[name] > GIVES_UP_AFTER:
            return False
        form = Report(kind=ReportKind.ARRIVED)
        if random.random() < SHUT:
            form = Report(kind=ReportKind.FAILED, reason=FailureReason.CLOSED)
        played(stage, "arrival", partial(_report, stop=stop, form=form, now=now), thing=name)
        return True
    ready = (stop.arrived_at or now) + timedelta(seconds=max(120, stop.stays) * random.uniform(0.7, 1.2))
    if now < ready or stage.tries[name] > GIVES_UP_AFTER:
        return False
    if stage.tries[name] == GIVES_UP_AFTER:
        form = Report(kind=ReportKind.FAILED, reason=FailureReason.NOTHING_THERE)
        played(stage, "failure", partial(_report, stop=stop, form=form, now=now), thing=name)
        return True
    todo = [task for task in thing.tasks if task.state == TaskState.TODO]
    unloads = any(task.kind == TaskKind.UNLOAD for task in todo)
    act = partial(_unload if unloads else _load, stage=stage, stop=stop, tasks=todo, now=now)
    played(stage, "delivery" if unloads else "pickup", act, thing=name)
    return True


def _report(session: Session, who_of: WhoOf, *, stop: Stop, form: Report, now: datetime) -> None:
    round_, there = session.get_one(Round, stop.round_id), session.get_one(Stop, stop.key)
    assert round_.driver_id is not None
    report(session, round_, there, form, who=who_of(session, round_.driver_id), now=now)


def _load(session: Session, who_of: WhoOf, *, stage: Stage, stop: Stop, tasks: list[StopTask], now: datetime) -> None:
    """Load everything, part of it, or nothing, as chance has it; cold goods are measured."""
    random = stage.chance("load", *sorted(task.shipment_id for task in tasks), stop.number)
    fate = random.random()
    lines = _lines(session, stage, tasks, TaskKind.LOAD, part=random.uniform(0.5, 0.9) if fate < PARTLY else 1.0)
    form = Report(kind=ReportKind.PARTLY if fate < PARTLY else ReportKind.LOADED, lines=lines)
    if fate < PARTLY:
        form.reason, form.rest = RefusalReason("transport_impossible"), "offer"
    elif fate < PARTLY + REFUSED:
        form = Report(kind=ReportKind.REFUSED, reason=RefusalReason(random.choice(REASONS)))
    _report(session, who_of, stop=stop, form=form, now=now)


def _unload(session: Session, who_of: WhoOf, *, stage: Stage, stop: Stop, tasks: list[StopTask], now: datetime) -> None:
    """Hand over against the receiver's code; the receiver's weights are a little different."""
    lines = _lines(session, stage, tasks, TaskKind.UNLOAD, part=1.0)
    there = session.get_one(Stop, stop.key)
    form = Report(kind=ReportKind.DELIVERED, lines=lines, code=there.code)
    _report(session, who_of, stop=stop, form=form, now=now)


def _lines(session: Session, stage: Stage, tasks: list[StopTask], kind: TaskKind, part: float) -> list[ReportLine]:
    keys = [task.shipment_id for task in tasks if task.kind == kind]
    shipments, items = shipments_by_id(session, keys), items_of(session, keys)
    lines = []
    for key in keys:
        random = stage.chance("weights", key, kind)
        degrees = reading(random, shipments[key].temperature)
        for item in items[key]:
            weighed = item.grams * part if part < 1 else item.grams * random.uniform(0.96, 1.03)
            if item.grams:
                lines.append(ReportLine(item_id=item.key, grams=max(1, int(weighed)), temperature_c=degrees))
    return lines
