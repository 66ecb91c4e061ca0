"""What a broken vehicle holds goes on in another one: it waits at the vehicle's place as something to be fetched, with
the cold minutes it has used so far, and whoever takes it signs for it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.food_law import law_at
from config.regions import load_region_config
from service.accounts.who import Who
from service.kit.clock import local
from service.lots.kinds import RefusalReason
from service.lots.models import Lot, LotLine
from service.lots.queries import shares_by_id
from service.lots.telling import tell_share
from service.rounds.actions.aboard import offer_aboard
from service.rounds.actions.calling import raise_call
from service.rounds.actions.items import Told, forget_tasks
from service.rounds.errors import TransferOver
from service.rounds.models import CallReason, Cold, Round, RoundState, StopState, TaskState, Vehicle
from service.rounds.models.transfers import Transfer, TransferState
from service.rounds.planning.problem import cold_chain
from service.rounds.planning.whereabouts import Whereabouts, whereabouts
from service.rounds.queries import rounds, standing
from service.rounds.queries.transfers import gone_warm, transfers_of_relays, waiting_transfers
from service.rounds.telling import tell_round
from service.shipments import actions as shipping
from service.shipments.models import Shipment
from service.shipments.queries import items_of, shipments_by_id

# Food that waits for another vehicle and keeps without cold may wait this long.
PATIENCE = timedelta(hours=6)
BREAKDOWN = "breakdown"


def strand(session: Session, round_: Round, held: Iterable[Shipment], place: Whereabouts, told: Told) -> list[Transfer]:
    """Let what is aboard of a broken vehicle wait for another one; what has been without cold for too long is written
    off at once."""
    vehicle = session.get_one(Vehicle, round_.vehicle_id)
    made = []
    for shipment in held:
        since, until = _cold(session, round_, vehicle, shipment, told.now)
        if until is not None and until <= told.now:
            offer_aboard(session, round_, [shipment], RefusalReason.TEMPERATURE, told, offer=False)
            continue
        made.append(_hand_on(session, round_, vehicle, shipment, place, since, until, told))
    return made


def _cold(
    session: Session, round_: Round, vehicle: Vehicle, shipment: Shipment, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Since when a shipment's food is not cooled, and until when it may be; nothing for ambient food.

    Boxes keep cold for so long from the loading on; a cooling unit stops with its vehicle.
    """
    if shipment.temperature == "ambient":
        return None, None
    before = transfers_of_relays(session, [shipment.key]).get(shipment.key)
    loaded = rounds.load_task(session, shipment.key)
    since = now
    if before is not None and before.warm_since is not None:
        since = before.warm_since
    elif vehicle.keeps_cold(shipment.temperature) == Cold.BOX and loaded is not None:
        since = loaded[0].done_at or now
    zone = load_region_config(round_.region).time_zone
    profile = standing.day_profile(session, round_.region, local(now, zone).date())
    seconds, _ = cold_chain(shipment.temperature, law_at(now, zone), profile.cold_percent if profile else 100)
    lasts = min(limit for limit in seconds.values() if limit is not None)
    return since, since + timedelta(seconds=lasts)


def _hand_on(
    session: Session,
    round_: Round,
    vehicle: Vehicle,
    shipment: Shipment,
    place: Whereabouts,
    since: datetime | None,
    until: datetime | None,
    told: Told,
) -> Transfer:
    """End a shipment where its vehicle stands, and want the rest of its way carried."""
    items = items_of(session, [shipment.key])[shipment.key]
    relay = shipping.want(
        session,
        round_.region,
        subject=(shipment.subject, shipment.subject_id),
        pickup_site_id=vehicle.home_site_id,
        delivery_site_id=shipment.delivery_site_id,
        pickup_windows=[(told.now, until or told.now + PATIENCE)],
        delivery_windows=shipment.windows("delivery"),
        temperature=shipment.temperature,
        items=[(item.subject, item.subject_id, item.grams) for item in items if item.grams],
        value=shipment.value,
        crates=shipment.crates,
        # It has left its donor: there is nowhere else it could be given from.
        mandatory=True,
        due_at=min((moment for moment in (shipment.due_at, until) if moment is not None), default=None),
        pickup_pin=(place.latitude, place.longitude),
        who=told.who,
        now=told.now,
    )
    # A round that takes nothing new after its cut-off takes this: it was asked for long before.
    relay.wanted_at = shipment.wanted_at
    transfer = Transfer(
        region=round_.region,
        round_id=round_.key,
        shipment_id=shipment.key,
        relay_id=relay.key,
        latitude=place.latitude,
        longitude=place.longitude,
        exact=place.exact,
        broke_down_at=told.at,
        warm_since=since,
        cold_until=until,
    )
    session.add_all([relay, transfer])
    session.flush()
    data = {"transfer": transfer.key, "round": round_.key, "vehicle": vehicle.key}
    _tell_shares(session, relay, "share.stranded", told, data)
    _end(session, shipment, relay, told)
    return transfer


def _end(session: Session, shipment: Shipment, relay: Shipment, told: Told) -> None:
    for task, _stop in rounds.open_tasks_of_shipments(session, [shipment.key])[shipment.key]:
        task.state, task.refused_reason, task.done_at, task.late = TaskState.FAILED, BREAKDOWN, told.at, told.late
        session.add(task)
    for item in items_of(session, [shipment.key])[shipment.key]:
        item.grams = 0
        session.add(item)
    shipment.grams = 0
    session.flush()
    shipping.hand_on(session, shipment, relay=relay, who=told.who, now=told.at)


def taken_over(
    session: Session, round_: Round, shipment: Shipment, grams: int, celsius: float | None, told: Told
) -> None:
    """Another vehicle has loaded what waited: from which round to which is kept, of each share."""
    transfer = transfers_of_relays(session, [shipment.key]).get(shipment.key)
    if transfer is None:
        return
    transfer.end(TransferState.TAKEN if grams else TransferState.WRITTEN_OFF, told.at, round_.key if grams else None)
    session.add(transfer)
    if grams:
        before = rounds.rounds_by_id(session, [transfer.round_id])[transfer.round_id]
        data = {
            "transfer": transfer.key,
            "from_round": transfer.round_id,
            "from_vehicle": before.vehicle_id,
            "round": round_.key,
            "vehicle": round_.vehicle_id,
            "temperature_c": celsius,
            "late": told.late,
        }
        _tell_shares(session, shipment, "share.handed_on", told, data)


def bring_home(
    session: Session, transfer: Transfer, *, who: Who, now: datetime, at: datetime | None = None
) -> Transfer:
    """It came back to the depot by itself, at `at` (now by default): its food is offered again from there, as long as
    it may be."""
    told = Told(at=at or now, late=False, who=who, now=now)
    return _give_up(session, transfer, RefusalReason.TRANSPORT_IMPOSSIBLE, not transfer.is_warm(now), told)


def write_off(
    session: Session, transfer: Transfer, *, who: Who | None, now: datetime, at: datetime | None = None
) -> Transfer:
    """Its cold is lost: nobody gets it any more, and every gram is counted as refused for its temperature."""
    told = Told(at=at or now, late=False, who=who, now=now)
    return _give_up(session, transfer, RefusalReason.TEMPERATURE, False, told)


def _give_up(session: Session, transfer: Transfer, reason: RefusalReason, offer: bool, told: Told) -> Transfer:
    if not transfer.is_waiting:
        raise TransferOver()
    relay = shipments_by_id(session, [transfer.relay_id])[transfer.relay_id]
    round_ = rounds.rounds_by_id(session, [transfer.round_id])[transfer.round_id]
    _call_off(session, [relay.key], who=told.who, now=told.now)
    offer_aboard(session, round_, [relay], reason, told, offer=offer)
    transfer.end(TransferState.RETURNED if offer else TransferState.WRITTEN_OFF, told.at)
    session.add(transfer)
    data = {"transfer": transfer.key, "state": str(transfer.state), "shipment": relay.key}
    tell_round(session, round_, "transfer_ended", who=told.who, now=told.at, before=round_.state, data=data)
    return transfer


def write_off_warm(session: Session, now: datetime) -> int:
    """Write off what nobody took before its cold minutes were over (a job), and ask for a call; how many."""
    found = gone_warm(session, now)
    for transfer, _ in found:
        write_off(session, transfer, who=None, now=now)
        round_ = rounds.rounds_by_id(session, [transfer.round_id])[transfer.round_id]
        raise_call(session, round_, CallReason.COLD_LOST, who=None, now=now)
    return len(found)


def stand_at(session: Session, round_: Round, said: tuple[float, float], *, who: Who, now: datetime) -> None:
    """The broken vehicle stands elsewhere than was thought: whoever comes is planned anew, to the right place.

    Refused with TransferOver when nothing waits in it any more.
    """
    transfers = waiting_transfers(session, round_.region, [round_.key])
    place = whereabouts(session, round_, said, now)
    if not transfers or place is None:
        raise TransferOver()
    relays = shipments_by_id(session, [transfer.relay_id for transfer in transfers])
    _call_off(session, relays, who=who, now=now)
    for transfer in transfers:
        relay = relays[transfer.relay_id]
        transfer.latitude, transfer.longitude, transfer.exact = place.latitude, place.longitude, place.exact
        relay.pickup_latitude, relay.pickup_longitude = place.latitude, place.longitude
        session.add_all([transfer, relay])
        shipping.put_back(session, relay, reason="place-corrected", who=who, now=now)
    data = {"transfers": [transfer.key for transfer in transfers], "exact": place.exact}
    tell_round(session, round_, "stands_at", who=who, now=now, before=round_.state, data=data)


def _call_off(session: Session, relays: Iterable[int], *, who: Who | None, now: datetime) -> None:
    """Nobody is to come for it there any more: rounds that were to have changed, and who is on the way is called."""
    found = rounds.open_tasks_of_shipments(session, relays)
    coming = rounds.rounds_by_id(session, {stop.round_id for pairs in found.values() for _, stop in pairs})
    ahead = {key: [stop for stop in stops if stop.is_ahead] for key, stops in rounds.stops_of(session, coming).items()}
    forget_tasks(session, found)
    for key, round_ in sorted(coming.items()):
        tell_round(session, round_, "changed", who=who, now=now, before=round_.state)
        towards = ahead[key][0]
        if round_.state == RoundState.RUNNING and towards.state == StopState.DROPPED:
            raise_call(session, round_, CallReason.NEXT_STOP_EMPTY, who=who, now=now, stop=towards)


def _tell_shares(session: Session, shipment: Shipment, kind: str, told: Told, data: Mapping[str, Any]) -> None:
    """One entry for each share, so that the trace of its lot says through whose hands it went."""
    items = items_of(session, [shipment.key])[shipment.key]
    grams = {item.subject_id: item.grams for item in items if item.subject == "share"}
    for key, share in sorted(shares_by_id(session, list(grams)).items()):
        lot, line = session.get_one(Lot, share.lot_id), session.get_one(LotLine, share.line_id)
        said = {**data, "shipment": shipment.key, "grams": grams[key]}
        tell_share(session, lot, share, line, kind, who=told.who, now=told.at, from_state=str(share.state), data=said)
