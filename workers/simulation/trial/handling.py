"""What happens at a stop: refused, taken in part, loaded, handed over; the luck is the lot's and the place's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.lots.kinds import RefusalReason
from service.lots.models import Lot, Share
from service.lots.queries import shares_by_id
from service.rounds.actions.reporting import report
from service.rounds.errors import NothingReported
from service.rounds.forms import Report, ReportKind, ReportLine
from service.rounds.models import Round, Stop, TaskKind, TaskState
from service.rounds.queries.rounds import tasks_of
from service.shipments.models import Shipment, ShipmentItem
from service.shipments.queries import items_of, shipments_by_id
from workers.simulation.acting import REASONS, WhoOf, reading
from workers.simulation.trial.world import World


@dataclass(frozen=True)
class Due:
    """One item to be handled, with what its luck depends on."""

    item: ShipmentItem
    shipment: Shipment
    code: str


def load(session: Session, who_of: WhoOf, *, world: World, stop_id: int, now: datetime) -> None:
    """At the donor's: what is refused is said first, then the rest is loaded, now and then only in part."""
    stop = session.get_one(Stop, stop_id)
    due = _due(session, stop, TaskKind.LOAD)
    if not due:
        raise NothingReported()
    refused: list[ReportLine] = []
    loaded: list[ReportLine] = []
    partly: list[ReportLine] = []
    reason = RefusalReason.UNFIT_APPEARANCE
    for one in due:
        random = world.chance("door", one.code, one.shipment.delivery_site_id)
        fate = random.random()
        degrees = reading(random, one.shipment.temperature)
        line = ReportLine(item_id=one.item.key, temperature_c=degrees)
        if fate < world.conduct.refused:
            refused.append(line)
            reason = RefusalReason(random.choice(REASONS))
        elif fate < world.conduct.refused + world.conduct.partly:
            grams = max(1, int(one.item.grams * random.uniform(0.5, 0.9)))
            partly.append(line.model_copy(update={"grams": grams}))
        else:
            grams = max(1, int(one.item.grams * random.uniform(0.98, 1.02)))
            loaded.append(line.model_copy(update={"grams": grams}))
    if refused:
        _report(session, who_of, stop, Report(kind=ReportKind.REFUSED, lines=refused, reason=reason), now)
    if partly:
        # What is said of the whole stop: less than planned, so nothing may weigh more than planned.
        most = {one.item.key: one.item.grams for one in due}
        whole = [line.model_copy(update={"grams": min(line.grams or 1, most[line.item_id])}) for line in loaded]
        form = Report(
            kind=ReportKind.PARTLY, lines=[*partly, *whole], reason=RefusalReason.TRANSPORT_IMPOSSIBLE, rest="offer"
        )
        _report(session, who_of, stop, form, now)
    elif loaded:
        _report(session, who_of, stop, Report(kind=ReportKind.LOADED, lines=loaded), now)


def unload(session: Session, who_of: WhoOf, *, world: World, stop_id: int, now: datetime) -> None:
    """At the charity's: handed over against its code, weighed there."""
    stop = session.get_one(Stop, stop_id)
    lines = []
    for one in _due(session, stop, TaskKind.UNLOAD):
        random = world.chance("scales", one.code, one.shipment.delivery_site_id)
        grams = max(1, int(one.item.grams * random.uniform(0.98, 1.01)))
        degrees = reading(random, one.shipment.temperature)
        lines.append(ReportLine(item_id=one.item.key, grams=grams, temperature_c=degrees))
    _report(session, who_of, stop, Report(kind=ReportKind.DELIVERED, lines=lines, code=stop.code), now)


def _due(session: Session, stop: Stop, kind: TaskKind) -> list[Due]:
    tasks = tasks_of(session, [stop.key])[stop.key]
    keys = [task.shipment_id for task in tasks if task.kind == kind and task.state == TaskState.TODO]
    shipments, items = shipments_by_id(session, keys), items_of(session, keys)
    codes = _codes(session, (item.subject_id for of in items.values() for item in of if item.subject == "share"))
    return [
        Due(item, shipments[key], codes.get(item.subject_id, "")) for key in keys for item in items[key] if item.grams
    ]


def _codes(session: Session, share_ids: Iterable[int]) -> dict[int, str]:
    """The tracing code of the lot behind each share."""
    shares: dict[int, Share] = shares_by_id(session, set(share_ids))
    return {key: session.get_one(Lot, share.lot_id).code for key, share in shares.items()}


def _report(session: Session, who_of: WhoOf, stop: Stop, form: Report, now: datetime) -> None:
    round_ = session.get_one(Round, stop.round_id)
    assert round_.driver_id is not None
    report(session, round_, stop, form, who=who_of(session, round_.driver_id), now=now)
