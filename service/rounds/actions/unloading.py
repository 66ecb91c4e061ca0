"""At the receiver's: delivered and weighed, the reference weight, or refused at the door."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from service.lots import actions as lots
from service.lots.kinds import RefusalReason
from service.rounds.actions.aboard import offer_on
from service.rounds.actions.items import Part, Told, check_reading, check_weight, end_task
from service.rounds.actions.loading import GOOD_FOR_OTHERS, by_shipment
from service.rounds.errors import NothingReported, OutOfOrder, ReasonMissing
from service.rounds.forms import Report
from service.rounds.models import Round, StopTask, TaskState, Vehicle
from service.rounds.queries.rounds import open_tasks_of_shipments
from service.shipments import actions as shipping
from service.shipments.models import Shipment, ShipmentState


def deliver(session: Session, round_: Round, parts: Sequence[Part], form: Report, told: Told) -> list[Any]:
    """Hand over every part that is due; the receiver's weights count. [{id, grams}] for the journal.

    From paper, goods whose loading nobody reported are taken as loaded and delivered at once.
    """
    done = []
    for shipment, mine in by_shipment(parts):
        _aboard(session, shipment, mine, told)
        received = 0
        for part in mine:
            grams = part.item.grams if part.said.grams is None else part.said.grams
            if grams == 0:
                raise NothingReported(fields={"grams": NothingReported.message})
            check_reading(part, told, round_.region)
            check_weight(part, grams, told, round_.region)
            if part.share is not None:
                lots.deliver_share(
                    session,
                    part.share,
                    received_grams=grams,
                    temperature_c=part.said.temperature_c,
                    who=told.who,
                    now=told.at,
                    late=told.late,
                )
            part.item.grams = grams
            session.add(part.item)
            received += grams
        state = TaskState.PARTLY if mine[0].task.refused_grams else TaskState.DONE
        end_task(session, mine[0], state, told, grams=received)
        session.flush()
        shipment.grams = received
        shipping.deliver(session, shipment, grams=received, who=told.who, now=told.now, at=told.at)
        done.append({"id": shipment.key, "grams": received})
    return done


def refuse(session: Session, round_: Round, parts: Sequence[Part], form: Report, told: Told) -> list[Any]:
    """The receiver does not take some parts: those listed (the grams refused), else all of them.

    With `rest` = "offer", food that is good for others becomes a lot again, waiting at the vehicle's home site.
    """
    try:
        reason = RefusalReason(str(form.reason or ""))
    except ValueError:
        raise ReasonMissing(fields={"reason": ReasonMissing.message}) from None
    done = []
    home = session.get_one(Vehicle, round_.vehicle_id).home_site_id
    for shipment, mine in by_shipment(parts):
        if form.lines and not any(part.listed for part in mine):
            continue
        _aboard(session, shipment, mine, told)
        refused = 0
        for part in mine:
            if form.lines and not part.listed:
                continue
            grams = part.item.grams if part.said.grams is None else min(part.said.grams, part.item.grams)
            if grams and part.share is not None:
                lots.refuse_share(
                    session, part.share, grams=_of_share(part, grams), reason=reason, at="delivery", who=told.who,
                    now=told.at, late=told.late,
                )  # fmt: skip
                if form.rest == "offer" and reason in GOOD_FOR_OTHERS:
                    rest = min(grams, part.share.refused_grams)
                    offer_on(session, part.share, rest, told, home)
            part.item.grams -= grams
            session.add(part.item)
            refused += grams
        session.flush()
        shipment.grams = max(0, shipment.grams - refused)
        task = mine[0].task
        task.refused_reason = str(reason)
        if shipment.grams == 0:
            end_task(session, mine[0], TaskState.REFUSED, told, grams=0, refused=refused)
            shipping.fail(session, shipment, reason=str(reason), who=told.who, now=told.now, at=told.at)
        else:
            task.refused_grams += refused
            session.add_all([task, shipment])
        done.append({"id": shipment.key, "grams": 0, "refused": refused})
    return done


def _of_share(part: Part, grams: int) -> int:
    """Grams of the share's own account: what was weighed at pickup may differ from what was granted."""
    assert part.share is not None
    return part.share.due_grams if grams >= part.item.grams else min(grams, part.share.due_grams)


def _aboard(session: Session, shipment: Shipment, mine: Sequence[Part], told: Told) -> None:
    """Make sure it was loaded: OutOfOrder on the road, loaded at the same moment when entered from paper."""
    if shipment.state == ShipmentState.LOADED:
        return
    if not told.late:
        raise OutOfOrder()
    shipping.load(session, shipment, grams=shipment.grams, who=told.who, now=told.now, at=told.at)
    for task, _stop in open_tasks_of_shipments(session, [shipment.key])[shipment.key]:
        _loaded(session, task, mine, told)
    for part in mine:
        if part.share is not None and part.share.state == "reserved":
            lots.collect_share(session, part.share, grams=part.item.grams, who=told.who, now=told.at, late=told.late)


def _loaded(session: Session, task: StopTask, mine: Sequence[Part], told: Told) -> None:
    if task.kind != mine[0].task.kind:
        task.state, task.grams_done, task.done_at, task.late = TaskState.DONE, task.grams_planned, told.at, True
        session.add(task)
        session.flush()
