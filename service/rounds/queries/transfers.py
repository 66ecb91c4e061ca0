"""Reading what waits to go on in another vehicle."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from service.rounds.errors import TransferNotFound
from service.rounds.models import Transfer, TransferState
from service.shipments.models import OPEN, Shipment


def transfers_of_relays(session: Session, shipment_ids: Iterable[int]) -> dict[int, Transfer]:
    """Where shipments come from that go on from a breakdown, by shipment; the others are left out."""
    keys = list(shipment_ids)
    if not keys:
        return {}
    return {row.relay_id: row for row in session.exec(select(Transfer).where(col(Transfer.relay_id).in_(keys))).all()}


def waiting_transfers(session: Session, region: str, round_ids: Iterable[int] | None = None) -> Sequence[Transfer]:
    """What waits in a region, of some rounds alone if they are given, the oldest first."""
    query = select(Transfer).where(Transfer.region == region, Transfer.state == TransferState.WAITING)
    if round_ids is not None:
        query = query.where(col(Transfer.round_id).in_(list(round_ids)))
    return session.exec(query.order_by(col(Transfer.id))).all()


def transfer_by_id(session: Session, region: str, transfer_id: int) -> Transfer:
    """A transfer of the region; TransferNotFound otherwise."""
    found = session.get(Transfer, transfer_id)
    if found is None or found.region != region:
        raise TransferNotFound()
    return found


def told_places_before(session: Session, moment: datetime, limit: int) -> Sequence[Transfer]:
    """What has gone on, or ended, after a breakdown before a moment whose exact place is still known."""
    query = select(Transfer).where(
        Transfer.state != TransferState.WAITING, col(Transfer.exact).is_(True), Transfer.broke_down_at < moment
    )
    return session.exec(query.order_by(col(Transfer.id)).limit(limit)).all()


def gone_warm(session: Session, now: datetime) -> list[tuple[Transfer, Shipment]]:
    """What nobody took in time, of every region: its cold minutes are over and it still waits."""
    rows = session.exec(
        select(Transfer, Shipment)
        .join(Shipment, col(Shipment.id) == col(Transfer.relay_id))
        .where(
            Transfer.state == TransferState.WAITING,
            col(Transfer.cold_until) <= now,
            col(Shipment.state).in_(OPEN),
        )
        .order_by(col(Transfer.id))
    ).all()
    return list(rows)
