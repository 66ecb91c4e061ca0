"""Wanting something carried, changing one's mind, and writing back what rounds do with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.refusals import NotFound
from service.shipments import queries
from service.shipments.errors import NothingToCarry, SamePlace, WindowUpsideDown
from service.shipments.models import Shipment, ShipmentItem, ShipmentState

Windows = Iterable[tuple[datetime, datetime]]
# A 60×40 crate holds about ten kilograms: what is counted when nobody said how many.
GRAMS_PER_CRATE = 10_000


def audience_of(session: Session, shipment: Shipment) -> list[str]:
    """Who hears of a shipment: both ends, dispatchers and the Region."""
    # One by one, so that a session that holds them already is not asked again.
    sites = [session.get_one(Site, key) for key in (shipment.pickup_site_id, shipment.delivery_site_id)]
    return ["role:dispatcher", "role:region", *(f"org:{site.organisation_id}" for site in sites)]


def _kept(windows: Windows) -> list[list[str]]:
    pairs = sorted(windows)
    if any(end < start for start, end in pairs):
        raise WindowUpsideDown()
    return [[start.isoformat(), end.isoformat()] for start, end in pairs]


def want(
    session: Session,
    region: str,
    *,
    subject: tuple[str, int],
    pickup_site_id: int,
    delivery_site_id: int,
    pickup_windows: Windows,
    delivery_windows: Windows,
    temperature: str,
    items: Sequence[tuple[str, int, int]],
    who: Who | None,
    now: datetime,
    value: int | None = None,
    crates: int | None = None,
    mandatory: bool = False,
    ready_at: datetime | None = None,
    due_at: datetime | None = None,
    pickup_pin: tuple[float, float] | None = None,
) -> Shipment:
    """Ask for a transport. `items` are (subject, id, grams); `value` is in points, one a gram by default.

    `pickup_pin` (latitude, longitude) stands for the site's door when the goods wait elsewhere.
    """
    grams = sum(item[2] for item in items)
    if grams <= 0 or any(item[2] < 0 for item in items):
        raise NothingToCarry()
    if pickup_site_id == delivery_site_id and pickup_pin is None:
        raise SamePlace()
    ends = {pickup_site_id, delivery_site_id}
    sites = sites_by_id(session, ends)
    if len(sites) < len(ends) or any(site.region != region for site in sites.values()):
        raise NotFound()
    latitude, longitude = pickup_pin or (None, None)
    shipment = Shipment(
        region=region,
        subject=subject[0],
        subject_id=subject[1],
        pickup_site_id=pickup_site_id,
        delivery_site_id=delivery_site_id,
        pickup_latitude=latitude,
        pickup_longitude=longitude,
        grams=grams,
        crates=-(-grams // GRAMS_PER_CRATE) if crates is None else crates,
        temperature=temperature,
        pickup_windows=_kept(pickup_windows),
        delivery_windows=_kept(delivery_windows),
        mandatory=mandatory,
        value=grams if value is None else value,
        ready_at=ready_at,
        due_at=due_at,
        wanted_at=now,
    )
    session.add(shipment)
    session.flush()
    for kind, key, weight in items:
        session.add(ShipmentItem(shipment_id=shipment.key, subject=kind, subject_id=key, grams=weight))
    session.flush()
    _tell(session, shipment, "wanted", who, now, None, {"grams": grams, "temperature": temperature})
    return shipment


def cancel(session: Session, shipment: Shipment, *, who: Who | None, now: datetime, reason: str = "") -> None:
    """Stop wanting it. Refused once it is aboard; harmless when it is cancelled already."""
    if shipment.state == ShipmentState.CANCELLED:
        return
    before = shipment.move(ShipmentState.CANCELLED)
    _forget_times(shipment)
    session.add(shipment)
    _tell(session, shipment, "cancelled", who, now, before, {"reason": reason})


def reduce(
    session: Session, shipment: Shipment, item: ShipmentItem, *, grams: int, who: Who | None, now: datetime
) -> None:
    """Less of an item is carried than was asked (a part was released or refused); nothing left cancels it all."""
    item.grams = grams
    session.add(item)
    session.flush()
    weights = [part.grams for part in queries.items_of(session, [shipment.key])[shipment.key]]
    old, shipment.grams = shipment.grams, sum(weights)
    # Crates and worth shrink in proportion.
    shipment.crates = -(-shipment.crates * shipment.grams // old) if old else 0
    shipment.value = shipment.value * shipment.grams // old if old else 0
    session.add(shipment)
    if shipment.grams == 0 and shipment.is_open:
        cancel(session, shipment, who=who, now=now, reason="nothing-left")
    else:
        _tell(session, shipment, "reduced", who, now, shipment.state, {"grams": shipment.grams})


def plan(
    session: Session, shipment: Shipment, *, pickup_at: datetime, delivery_at: datetime, now: datetime, round_id: int
) -> None:
    """A round will carry it: keep the expected times for both ends."""
    before = shipment.state if shipment.state == ShipmentState.LOADED else shipment.move(ShipmentState.PLANNED)
    same = (shipment.expected_pickup_at, shipment.expected_delivery_at) == (pickup_at, delivery_at)
    if not same:
        shipment.expected_pickup_at, shipment.expected_delivery_at = pickup_at, delivery_at
    if shipment.unserved_reason is not None or shipment.unserved_params:
        shipment.unserved_reason, shipment.unserved_params = None, {}
    session.add(shipment)
    if before != shipment.state or not same:
        data = {"round": round_id, "pickup_at": pickup_at.isoformat(), "delivery_at": delivery_at.isoformat()}
        _tell(session, shipment, "planned", None, now, before, data)


def leave_out(
    session: Session, shipment: Shipment, *, code: str, sentence: str, params: Mapping[str, Any], now: datetime
) -> None:
    """No round carries it: back to wanted, with the reason for people. Told once for one same reason."""
    before = shipment.state
    again = (shipment.unserved_reason, shipment.unserved_params) == (sentence, dict(params))
    if shipment.is_open:
        shipment.move(ShipmentState.WANTED)
        _forget_times(shipment)
    shipment.unserved_reason, shipment.unserved_params = sentence, dict(params)
    session.add(shipment)
    if not again or before != shipment.state:
        _tell(session, shipment, "unserved", None, now, before, {"reason": code})


def expect(session: Session, shipment: Shipment, *, pickup_at: datetime | None, delivery_at: datetime | None) -> None:
    """Correct the expected times, as reports from the road come in. The round's own entry tells it."""
    shipment.expected_pickup_at = pickup_at or shipment.expected_pickup_at
    shipment.expected_delivery_at = delivery_at or shipment.expected_delivery_at
    session.add(shipment)


def load(session: Session, shipment: Shipment, *, grams: int, who: Who | None, now: datetime, at: datetime) -> None:
    """It is aboard, `grams` of it, since `at`."""
    before = shipment.move(ShipmentState.LOADED)
    shipment.expected_pickup_at = at
    shipment.unserved_reason, shipment.unserved_params = None, {}
    session.add(shipment)
    _tell(session, shipment, "loaded", who, at, before, {"grams": grams})


def deliver(session: Session, shipment: Shipment, *, grams: int, who: Who | None, now: datetime, at: datetime) -> None:
    """It has arrived, `grams` as the receiver weighed them."""
    before = shipment.move(ShipmentState.DELIVERED)
    shipment.expected_delivery_at = at
    session.add(shipment)
    _tell(session, shipment, "delivered", who, at, before, {"grams": grams})


def fail(session: Session, shipment: Shipment, *, reason: str, who: Who | None, now: datetime, at: datetime) -> None:
    """It will not arrive: refused at the door, nobody there, a breakdown."""
    before = shipment.move(ShipmentState.FAILED)
    _forget_times(shipment)
    session.add(shipment)
    _tell(session, shipment, "failed", who, at, before, {"reason": reason})


def hand_on(session: Session, shipment: Shipment, *, relay: Shipment, who: Who | None, now: datetime) -> None:
    """It ends on the way: another shipment carries on what it was."""
    before = shipment.move(ShipmentState.FAILED)
    _forget_times(shipment)
    session.add(shipment)
    _tell(session, shipment, "handed_on", who, now, before, {"relay": relay.key})


def put_back(session: Session, shipment: Shipment, *, reason: str, who: Who | None, now: datetime) -> None:
    """A round gave it up before loading: it is wanted again and the next plan looks at it."""
    before = shipment.move(ShipmentState.WANTED)
    _forget_times(shipment)
    session.add(shipment)
    _tell(session, shipment, "put_back", who, now, before, {"reason": reason})


def _forget_times(shipment: Shipment) -> None:
    shipment.expected_pickup_at = shipment.expected_delivery_at = None


def _tell(
    session: Session,
    shipment: Shipment,
    verb: str,
    who: Who | None,
    at: datetime,
    before: str | None,
    data: Mapping[str, Any],
) -> None:
    append(
        session,
        region=shipment.region,
        kind=f"shipment.{verb}",
        at=at,
        actor=who,
        subject=("shipment", shipment.key),
        from_state=str(before) if before else None,
        to_state=str(shipment.state),
        data={"for": shipment.subject, "for_id": shipment.subject_id, **data},
        audience=audience_of(session, shipment),
    )
