"""What is aboard and cannot be handed over as planned is offered again, where the vehicle will bring it."""

from collections.abc import Iterable

from sqlmodel import Session

from service.lots import actions as lots
from service.lots.errors import LotTooLate
from service.lots.kinds import RefusalReason
from service.lots.models import Share
from service.lots.queries import shares_by_id
from service.rounds.actions.items import Told, forget_tasks
from service.rounds.models import Round, TaskKind, TaskState, Vehicle
from service.rounds.queries import rounds
from service.shipments import actions as shipping
from service.shipments.models import Shipment, ShipmentState
from service.shipments.queries import items_of, shipments_by_id


def offer_on(session: Session, share: Share, grams: int, told: Told, site_id: int | None = None) -> bool:
    """Make a lot of what a share was refused; False when it is too late to give it: then it stays refused, and is
    counted so."""
    assert told.who is not None, "somebody offers it on"
    try:
        with session.begin_nested():
            lots.rest_as_new_lot(session, share, grams=grams, who=told.who, now=told.now, site_id=site_id)
    except LotTooLate:
        return False
    return True


def aboard_of(session: Session, round_: Round) -> list[Shipment]:
    """What a round has loaded and not handed over, by key."""
    stops = rounds.stops_of(session, [round_.key])[round_.key]
    tasks = rounds.tasks_of(session, [stop.key for stop in stops])
    loaded = {
        task.shipment_id
        for held in tasks.values()
        for task in held
        if task.kind == TaskKind.LOAD and task.state in (TaskState.DONE, TaskState.PARTLY)
    }
    found = shipments_by_id(session, loaded)
    return [found[key] for key in sorted(found) if found[key].state == ShipmentState.LOADED]


def offer_aboard(
    session: Session,
    round_: Round,
    shipments: Iterable[Shipment],
    reason: RefusalReason,
    told: Told,
    offer: bool = True,
) -> list[int]:
    """End the transport of some shipments that are aboard: their food becomes lots again at the vehicle's home site,
    unless it is not to be offered to anybody.

    Gives the keys of the shipments. Every gram of their shares is refused first, so the balance of each line holds.
    """
    home = session.get_one(Vehicle, round_.vehicle_id).home_site_id
    ended = []
    for shipment in shipments:
        items = items_of(session, [shipment.key])[shipment.key]
        shares = shares_by_id(session, [item.subject_id for item in items if item.subject == "share"])
        for item in items:
            share = shares.get(item.subject_id) if item.subject == "share" else None
            if share is not None and share.due_grams > 0:
                due = share.due_grams
                lots.refuse_share(
                    session, share, grams=due, reason=reason, at="delivery", who=told.who, now=told.at, late=told.late
                )
                if offer:
                    offer_on(session, share, min(due, share.refused_grams), told, home)
            item.grams = 0
            session.add(item)
        session.flush()
        refused, shipment.grams = shipment.grams, 0
        _close_tasks(session, shipment, reason, refused, told)
        shipping.fail(session, shipment, reason=str(reason), who=told.who, now=told.now, at=told.at)
        ended.append(shipment.key)
    return ended


def _close_tasks(session: Session, shipment: Shipment, reason: RefusalReason, grams: int, told: Told) -> None:
    for task, _stop in rounds.open_tasks_of_shipments(session, [shipment.key])[shipment.key]:
        task.state, task.grams_done, task.refused_grams = TaskState.REFUSED, 0, task.refused_grams + grams
        task.refused_reason, task.done_at, task.late = str(reason), told.at, told.late
        session.add(task)
    session.flush()


def put_back_ahead(session: Session, round_: Round, reason: str, told: Told) -> list[int]:
    """What a round was still to load is wanted again, for the next plan; the keys of those shipments."""
    stops = [stop for stop in rounds.stops_of(session, [round_.key])[round_.key] if stop.is_ahead]
    tasks = rounds.tasks_of(session, [stop.key for stop in stops])
    keys = {t.shipment_id for held in tasks.values() for t in held if t.state == TaskState.TODO}
    waiting = {key: one for key, one in shipments_by_id(session, keys).items() if one.is_open}
    forget_tasks(session, waiting)
    for key in sorted(waiting):
        shipping.put_back(session, waiting[key], reason=reason, who=told.who, now=told.now)
    return sorted(waiting)
