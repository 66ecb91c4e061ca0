"""Reading shipments."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam
from sqlmodel import Session, col, or_, select

from service.accounts.who import Who
from service.shipments.errors import ShipmentNotFound
from service.shipments.models import OPEN, UNDER_WAY, Shipment, ShipmentItem, ShipmentState

# Asked for every lot that enters a round, so they are put together once.
_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_BY_ID = select(Shipment).where(col(Shipment.id).in_(_IDS))
_ITEMS = select(ShipmentItem).where(col(ShipmentItem.shipment_id).in_(_IDS)).order_by(col(ShipmentItem.id))


def shipment_by_id(session: Session, region: str, shipment_id: int) -> Shipment:
    """A shipment of this region; ShipmentNotFound otherwise."""
    shipment = session.get(Shipment, shipment_id)
    if shipment is None or shipment.region != region:
        raise ShipmentNotFound()
    return shipment


def shipment_for(session: Session, who: Who, shipment_id: int) -> Shipment:
    """A shipment this person may read: staff any, others when it leaves from or comes to one of their sites."""
    shipment = shipment_by_id(session, who.region, shipment_id)
    if "any" in who.relations("shipments", "read"):
        return shipment
    if not {shipment.pickup_site_id, shipment.delivery_site_id} & who.site_ids:
        raise ShipmentNotFound()
    return shipment


def shipments_by_id(session: Session, ids: Iterable[int]) -> dict[int, Shipment]:
    """Shipments by key."""
    return {one.key: one for one in session.exec(_BY_ID, params={"ids": list(ids)}).all()}


def shipments_of(session: Session, subject: str, subject_id: int) -> Sequence[Shipment]:
    """Everything carried for one subject, oldest first."""
    return session.exec(
        select(Shipment)
        .where(Shipment.subject == subject, Shipment.subject_id == subject_id)
        .order_by(col(Shipment.id))
    ).all()


def newest_of(session: Session, subject: str, ids: Iterable[int]) -> dict[int, Shipment]:
    """The newest shipment of each of several subjects that has one."""
    query = (
        select(Shipment)
        .where(Shipment.subject == subject, col(Shipment.subject_id).in_(list(ids)))
        .order_by(col(Shipment.id))
    )
    return {shipment.subject_id: shipment for shipment in session.exec(query).all()}


def open_shipments(session: Session, region: str) -> Sequence[Shipment]:
    """What waits to be loaded in a region, planned or not."""
    return session.exec(
        select(Shipment).where(Shipment.region == region, col(Shipment.state).in_(OPEN)).order_by(col(Shipment.id))
    ).all()


def under_way(session: Session, region: str) -> Sequence[Shipment]:
    """What waits or is aboard in a region."""
    return session.exec(
        select(Shipment).where(Shipment.region == region, col(Shipment.state).in_(UNDER_WAY)).order_by(col(Shipment.id))
    ).all()


def unserved(session: Session, region: str) -> Sequence[Shipment]:
    """What no round carries although a plan looked at it, the most urgent first."""
    return session.exec(
        select(Shipment)
        .where(
            Shipment.region == region,
            Shipment.state == ShipmentState.WANTED,
            col(Shipment.unserved_reason).is_not(None),
        )
        .order_by(col(Shipment.due_at), col(Shipment.id))
    ).all()


def untried(session: Session, limit: int = 200) -> Sequence[Shipment]:
    """What is wanted and no plan has looked at yet, of every region, in the order it was asked."""
    return session.exec(
        select(Shipment)
        .where(Shipment.state == ShipmentState.WANTED, col(Shipment.unserved_reason).is_(None))
        .order_by(col(Shipment.id))
        .limit(limit)
    ).all()


def of_sites(
    session: Session, site_ids: Iterable[int], since: datetime, after: int = 0, limit: int = 200
) -> Sequence[Shipment]:
    """What leaves from or comes to some sites: all that is not over, and what was wanted since a moment."""
    sites = list(site_ids)
    return session.exec(
        select(Shipment)
        .where(
            or_(col(Shipment.pickup_site_id).in_(sites), col(Shipment.delivery_site_id).in_(sites)),
            or_(col(Shipment.state).in_(UNDER_WAY), col(Shipment.wanted_at) >= since),
            col(Shipment.id) > after,
        )
        .order_by(col(Shipment.id))
        .limit(limit)
    ).all()


def of_region(session: Session, region: str, since: datetime, after: int = 0, limit: int = 200) -> Sequence[Shipment]:
    """What a region wants carried: all that is not over, and what was wanted since a moment."""
    return session.exec(
        select(Shipment)
        .where(
            Shipment.region == region,
            or_(col(Shipment.state).in_(UNDER_WAY), col(Shipment.wanted_at) >= since),
            col(Shipment.id) > after,
        )
        .order_by(col(Shipment.id))
        .limit(limit)
    ).all()


def items_of(session: Session, shipment_ids: Iterable[int]) -> dict[int, list[ShipmentItem]]:
    """The parts of each shipment, in the order they were asked."""
    found: dict[int, list[ShipmentItem]] = {key: [] for key in shipment_ids}
    for item in session.exec(_ITEMS, params={"ids": list(found)}).all():
        found[item.shipment_id].append(item)
    return found


def shipments_of_items(session: Session, subject: str, ids: Iterable[int]) -> dict[int, Shipment]:
    """The shipment that carries each of some shares, batches or things; the newest of one carried twice."""
    query = (
        select(ShipmentItem.subject_id, Shipment)
        .join(Shipment, col(ShipmentItem.shipment_id) == col(Shipment.id))
        .where(ShipmentItem.subject == subject, col(ShipmentItem.subject_id).in_(list(ids)))
        .order_by(col(Shipment.id))
    )
    return dict(session.exec(query).all())


def shipment_of_item(session: Session, subject: str, subject_id: int) -> Shipment | None:
    """The shipment that carries one share, batch or thing; the newest when it was carried twice."""
    return session.exec(
        select(Shipment)
        .join(ShipmentItem, col(ShipmentItem.shipment_id) == col(Shipment.id))
        .where(ShipmentItem.subject == subject, ShipmentItem.subject_id == subject_id)
        .order_by(col(Shipment.id).desc())
    ).first()
