"""What is handled at a stop, item by item, and the tasks that follow from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.food_law import Severity, TemperatureClass, law_at
from config.planning import planning
from config.regions import load_region_config
from service.accounts.who import Who
from service.kit.i18n import DEFAULT_LOCALE
from service.kit.weight import show_kg
from service.lots.models import LotLine, Share
from service.lots.queries import shares_by_id
from service.lots.rules.temperature import check_temperature
from service.lots.rules.weights import check_weighing
from service.rounds.errors import (
    NotAtThisStop,
    TemperatureBeyond,
    TemperatureMissing,
    TemperatureNeedsReason,
    TooMuch,
    WeightNeedsReason,
)
from service.rounds.forms import Report, ReportLine
from service.rounds.models import Round, Stop, StopState, StopTask, TaskKind, TaskState
from service.rounds.queries import rounds
from service.shipments.models import UNDER_WAY, Shipment, ShipmentItem
from service.shipments.queries import items_of, shipments_by_id

# What a reading is compared with when goods are of no lot: the strictest class of the compartment.
_STRICTEST = {"chilled": TemperatureClass.FRAIS_4, "frozen": TemperatureClass.SURGELE}

# Why a task ended that nobody was there for any more.
CANCELLED = "cancelled"


@dataclass(frozen=True)
class Told:
    """When something happened, whether it is entered afterwards, and by whom."""

    at: datetime
    late: bool
    who: Who | None
    now: datetime
    photo_key: str | None = None


@dataclass(frozen=True)
class Part:
    """One item at a stop with its task and shipment, the share it stands for, and what was said of it."""

    task: StopTask
    shipment: Shipment
    item: ShipmentItem
    share: Share | None
    line: LotLine | None
    said: ReportLine
    listed: bool


def set_aside(session: Session, stop: Stop, told: Told) -> list[int]:
    """End the tasks of what was cancelled, or has ended otherwise, since the plan was made; those shipments, by key.

    Whoever is at the stop says nothing of it: a report is about what is still to be done, here and at the other end.
    """
    tasks = [task for task in rounds.tasks_of(session, [stop.key])[stop.key] if task.state == TaskState.TODO]
    shipments = shipments_by_id(session, {task.shipment_id for task in tasks})
    gone = [task for task in tasks if shipments[task.shipment_id].state not in UNDER_WAY]
    for task in gone:
        task.state, task.refused_reason, task.done_at, task.late = TaskState.FAILED, CANCELLED, told.at, told.late
        session.add(task)
    session.flush()
    keys = sorted({task.shipment_id for task in gone})
    forget_tasks(session, keys)
    return keys


def due_items(
    session: Session, tasks: Iterable[StopTask], kind: TaskKind, form: Report, gone: Iterable[int] = ()
) -> list[Part]:
    """The items a report is about: those it lists, else all that is due; NotAtThisStop for anything else but what is
    gone."""
    open_tasks = {task.shipment_id: task for task in tasks if task.kind == kind}
    shipments = shipments_by_id(session, open_tasks)
    items = [item for parts in items_of(session, sorted(open_tasks)).values() for item in parts]
    listed = {line.item_id: line for line in form.lines}
    foreign = set(listed) - {item.key for item in items}
    if foreign and foreign - {item.key for parts in items_of(session, gone).values() for item in parts}:
        raise NotAtThisStop()
    shares = shares_by_id(session, [item.subject_id for item in items if item.subject == "share"])
    parts = []
    for item in items:
        share = shares.get(item.subject_id) if item.subject == "share" else None
        line = session.get_one(LotLine, share.line_id) if share is not None else None
        said = listed.get(item.key) or ReportLine(item_id=item.key)
        task = open_tasks[item.shipment_id]
        parts.append(
            Part(task, shipments[item.shipment_id], item, share, line, _filled(said, form), item.key in listed)
        )
    return [part for part in parts if part.item.grams > 0]


def _filled(line: ReportLine, form: Report) -> ReportLine:
    """What a line leaves out is taken from the report."""
    return line.model_copy(
        update={
            "temperature_c": form.temperature_c if line.temperature_c is None else line.temperature_c,
            "temperature_reason": line.temperature_reason or form.temperature_reason,
            "weight_reason": line.weight_reason or form.weight_reason,
        }
    )


def check_reading(part: Part, told: Told, region: str) -> None:
    """Refuse a missing or too warm reading of cold goods, and one within tolerance that nobody justified.

    Paper may lack the reading: then nothing is asked.
    """
    if part.shipment.temperature == "ambient":
        return
    if part.said.temperature_c is None:
        if told.late:
            return
        raise TemperatureMissing(fields={"temperature_c": TemperatureMissing.message})
    code = part.line.temperature_code if part.line else _STRICTEST.get(part.shipment.temperature, "FRAIS_4")
    law = law_at(told.at, load_region_config(region).time_zone)
    for verdict in check_temperature(TemperatureClass(code), part.said.temperature_c, law):
        text = verdict.text(told.who.locale if told.who else DEFAULT_LOCALE)
        figures = {
            "measured": f"{part.said.temperature_c:g}".replace(".", ","),
            "limit": verdict.params.get("limit", "?"),
        }
        if verdict.severity is Severity.FORBIDDEN:
            raise TemperatureBeyond(fields={"temperature_c": text}, **figures)
        if verdict.severity is Severity.WARNING and not part.said.temperature_reason:
            raise TemperatureNeedsReason(fields={"temperature_reason": text}, **figures)


def check_weight(part: Part, grams: int, told: Told, region: str) -> None:
    """Refuse a slip of the finger, and a large difference with what was expected that nobody explained."""
    expected = part.item.grams
    if grams > max(expected * planning().reports.too_much_factor, expected + 5000):
        raise TooMuch(fields={"grams": TooMuch.message}, planned=show_kg(expected).removesuffix("\u00a0kg"))
    law = law_at(told.at, load_region_config(region).time_zone)
    if check_weighing(expected, grams, law) and not part.said.weight_reason:
        raise WeightNeedsReason(
            fields={"weight_reason": WeightNeedsReason.message},
            received=show_kg(grams).removesuffix("\u00a0kg"),
            expected=show_kg(expected).removesuffix("\u00a0kg"),
        )


def end_task(session: Session, part: Part, state: TaskState, told: Told, *, grams: int, refused: int = 0) -> None:
    """Write what came of a task; called once for its shipment."""
    task = part.task
    task.state, task.grams_done, task.refused_grams = state, grams, task.refused_grams + refused
    task.done_at, task.late, task.photo_key = told.at, told.late, told.photo_key
    task.temperature_c, task.temperature_reason = part.said.temperature_c, part.said.temperature_reason
    task.weight_reason = part.said.weight_reason
    session.add(task)


def forget_tasks(session: Session, shipment_ids: Iterable[int]) -> None:
    """What will not be carried is no longer to be done anywhere; stops left with nothing to do go away."""
    touched = set()
    for pairs in rounds.open_tasks_of_shipments(session, shipment_ids).values():
        for task, stop in pairs:
            session.delete(task)
            touched.add(stop.key)
    session.flush()
    for key, tasks in rounds.tasks_of(session, touched).items():
        stop = session.get_one(Stop, key)
        if not tasks and stop.state == StopState.TODO:
            stop.state = StopState.DROPPED
            session.add(stop)
    session.flush()


def drop_if_empty(session: Session, round_: Round) -> None:
    """Stops ahead of a round with nothing left to do go away."""
    ahead = [stop for stop in rounds.stops_of(session, [round_.key])[round_.key] if stop.state == StopState.TODO]
    for key, tasks in rounds.tasks_of(session, [stop.key for stop in ahead]).items():
        if not any(task.state == TaskState.TODO for task in tasks):
            stop = session.get_one(Stop, key)
            stop.state = StopState.DROPPED
            session.add(stop)
    session.flush()
