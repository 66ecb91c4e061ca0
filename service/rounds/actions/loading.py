"""At the donor's: loaded as planned, in part, or not at all."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session

from service.lots import actions as lots
from service.lots.kinds import RefusalReason
from service.lots.models import Share, ShareState
from service.lots.queries import shares_by_id
from service.rounds.actions.aboard import offer_on
from service.rounds.actions.items import Part, Told, check_reading, check_weight, end_task, forget_tasks
from service.rounds.actions.transferring import taken_over
from service.rounds.errors import NothingReported, ReasonMissing, TooMuch
from service.rounds.forms import FailureReason, Report, ReportKind
from service.rounds.models import Round, Stop, TaskState
from service.rounds.queries.transfers import transfers_of_relays
from service.shipments import actions as shipping
from service.shipments.models import Shipment
from service.shipments.queries import items_of, shipments_by_id

# Food left behind for these reasons is good for others; for any other reason it is not offered on.
GOOD_FOR_OTHERS = frozenset(
    {
        RefusalReason.TRANSPORT_IMPOSSIBLE,
        RefusalReason.OVERSTOCK,
        RefusalReason.NOT_ENOUGH_COLD,
        RefusalReason.OUTSIDE_HOURS,
        RefusalReason.UNSUITABLE_PUBLIC,
        RefusalReason.WRONG_QUANTITY,
    }
)
# Trying again later may work; for the other failures nothing is to be had there.
TRY_AGAIN = frozenset({FailureReason.NO_ACCESS, FailureReason.BREAKDOWN, FailureReason.TOO_LATE})


def load(session: Session, round_: Round, stop: Stop, parts: Sequence[Part], form: Report, told: Told) -> list[Any]:
    """Take what was loaded of each item, leave the rest; [{id, grams, refused}] for the journal."""
    reason = _reason(form)
    done = []
    for shipment, mine in by_shipment(parts):
        weights = [_taken(part, form) for part in mine]
        if form.kind == ReportKind.REFUSED and not any(part.listed for part in mine) and form.lines:
            continue
        taken = refused = 0
        for part, (grams, rest) in zip(mine, weights, strict=True):
            if grams:
                check_reading(part, told, round_.region)
                if not rest:
                    check_weight(part, grams, told, round_.region)
            if part.share is not None and part.share.state == ShareState.COLLECTED:
                # It comes out of another vehicle: it left its donor long ago.
                _leave_aboard(session, round_, part, rest, reason, form.rest == "offer", told)
            else:
                _leave(session, part, rest, grams, reason, form.rest == "offer", told)
                _collect(session, part, grams, told)
            part.item.grams = grams
            session.add(part.item)
            taken, refused = taken + grams, refused + rest
        state = TaskState.DONE if not refused else TaskState.PARTLY if taken else TaskState.REFUSED
        end_task(session, mine[0], state, told, grams=taken, refused=refused)
        mine[0].task.refused_reason = str(reason) if refused else None
        session.flush()
        shipment.grams = taken
        if taken:
            shipping.load(session, shipment, grams=taken, who=told.who, now=told.now, at=told.at)
        else:
            if shipment.is_open:
                # Released shares have cancelled it by themselves already.
                shipping.fail(session, shipment, reason=str(reason), who=told.who, now=told.now, at=told.at)
            forget_tasks(session, [shipment.key])
        taken_over(session, round_, shipment, taken, mine[0].said.temperature_c, told)
        done.append({"id": shipment.key, "grams": taken, "refused": refused})
    return done


def by_shipment(parts: Sequence[Part]) -> list[tuple[Shipment, list[Part]]]:
    """The parts of each shipment together, in order."""
    found: dict[int, tuple[Shipment, list[Part]]] = {}
    for part in parts:
        found.setdefault(part.shipment.key, (part.shipment, []))[1].append(part)
    return list(found.values())


def _reason(form: Report) -> RefusalReason:
    """Why something stays behind: to be said when all of it does; else the vehicle is taken to be full."""
    if form.kind == ReportKind.REFUSED and form.reason is None:
        raise ReasonMissing(fields={"reason": ReasonMissing.message})
    try:
        return RefusalReason(str(form.reason)) if form.reason else RefusalReason.TRANSPORT_IMPOSSIBLE
    except ValueError:
        raise ReasonMissing(fields={"reason": ReasonMissing.message}) from None


def _taken(part: Part, form: Report) -> tuple[int, int]:
    """(grams taken, grams left behind) of an item."""
    planned, said = part.item.grams, part.said.grams
    if form.kind == ReportKind.REFUSED:
        if form.lines and not part.listed:
            # The shipment's other items were not refused: they come along.
            return planned, 0
        left = planned if said is None else min(said, planned)
        return planned - left, left
    if form.kind == ReportKind.PARTLY:
        taken = planned if said is None else said
        if taken > planned:
            raise TooMuch(fields={"grams": TooMuch.message}, planned=f"{planned / 1000:g}".replace(".", ","))
        return taken, planned - taken
    if said == 0:
        raise NothingReported(fields={"grams": NothingReported.message})
    return planned if said is None else said, 0


def _leave(session: Session, part: Part, rest: int, taken: int, reason: RefusalReason, offer: bool, told: Told) -> None:
    """What stays with the donor: offered again at once if it is good for others, else refused for its reason."""
    if rest == 0 or part.share is None:
        return
    offer = offer and reason in GOOD_FOR_OTHERS
    if offer and taken:
        assert told.who is not None, "somebody leaves it there"
        lots.rest_as_new_lot(session, part.share, grams=rest, who=told.who, now=told.now)
    elif offer:
        lots.release_shares(session, [part.share], reason=str(reason), who=told.who, now=told.now)
    else:
        lots.refuse_share(
            session, part.share, grams=rest, reason=reason, at="pickup", who=told.who, now=told.at, late=told.late
        )


def _leave_aboard(
    session: Session, round_: Round, part: Part, rest: int, reason: RefusalReason, offer: bool, told: Told
) -> None:
    """What another vehicle does not take over of a broken one's load; offered, it waits at that vehicle's depot."""
    if rest == 0 or part.share is None:
        return
    grams = part.share.due_grams if rest >= part.item.grams else min(rest, part.share.due_grams)
    lots.refuse_share(
        session, part.share, grams=grams, reason=reason, at="delivery", who=told.who, now=told.at, late=told.late
    )
    if offer and reason in GOOD_FOR_OTHERS:
        offer_on(session, part.share, min(grams, part.share.refused_grams), told, part.shipment.pickup_site_id)


def _collect(session: Session, part: Part, grams: int, told: Told) -> None:
    if grams == 0 or part.share is None:
        return
    lots.collect_share(
        session,
        part.share,
        grams=grams,
        temperature_c=part.said.temperature_c,
        who=told.who,
        now=told.at,
        late=told.late,
    )


def give_up(session: Session, shipment_ids: Iterable[int], reason: FailureReason, told: Told) -> list[int]:
    """Nothing was loaded: planned again where trying later may work, else given back for others to claim."""
    shipments = shipments_by_id(session, shipment_ids)
    items = items_of(session, sorted(shipments))
    relays = transfers_of_relays(session, shipments)
    for key, shipment in sorted(shipments.items()):
        forget_tasks(session, [key])
        if reason in TRY_AGAIN or key in relays:
            # What waits in a broken vehicle has nowhere else to be given from.
            shipping.put_back(session, shipment, reason=str(reason), who=told.who, now=told.now)
            continue
        found = shares_by_id(session, [item.subject_id for item in items[key] if item.subject == "share"])
        held: list[Share] = [share for share in found.values() if share.is_open]
        shipping.fail(session, shipment, reason=str(reason), who=told.who, now=told.now, at=told.at)
        lots.release_shares(session, held, reason=str(reason), who=told.who, now=told.now)
    return sorted(shipments)
