"""Lots that time does something to."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from service.lots.models import (
    OPEN_SHARES,
    Lot,
    LotLine,
    LotPhoto,
    Share,
    ShareState,
)
from service.lots.rules.lifecycle import LotState


def lots_past(session: Session, now: datetime, promised_before: datetime, limit: int = 200) -> Sequence[Lot]:
    """Lots past their deadline with something still free, the oldest first; and those whose deadline was before
    `promised_before` with a part promised that nobody ever reported as collected."""
    free = select(LotLine.lot_id).where(col(LotLine.free_grams) > 0)
    promised = select(Share.lot_id).where(Share.state == ShareState.RESERVED)
    ended = [LotState.CLOSED, LotState.WITHDRAWN, LotState.EXPIRED, LotState.DESTROYED, LotState.BLOCKED]
    return session.exec(
        select(Lot)
        .where(
            col(Lot.deadline) <= now,
            col(Lot.state).not_in(ended),
            or_(col(Lot.id).in_(free), and_(col(Lot.deadline) <= promised_before, col(Lot.id).in_(promised))),
        )
        .order_by(col(Lot.deadline), col(Lot.id))
        .limit(limit)
    ).all()


def lots_to_close(session: Session, delivered_before: datetime, limit: int = 200) -> Sequence[Lot]:
    """Delivered lots of which nothing has been heard since that moment."""
    recent = select(Share.lot_id).where(
        or_(col(Share.delivered_at) > delivered_before, col(Share.state).in_(OPEN_SHARES))
    )
    return session.exec(
        select(Lot)
        .where(
            Lot.state == LotState.DELIVERED,
            col(Lot.deadline) <= delivered_before,
            col(Lot.id).not_in(recent),
        )
        .order_by(col(Lot.id))
        .limit(limit)
    ).all()


def photos_to_forget(session: Session, region: str, ended_before: datetime, limit: int = 200) -> Sequence[LotPhoto]:
    """The photos of lots that ended before a moment, the oldest first."""
    return session.exec(
        select(LotPhoto)
        .join(Lot, col(Lot.id) == col(LotPhoto.lot_id))
        .where(Lot.region == region, col(Lot.ended_at) < ended_before)
        .order_by(col(LotPhoto.id))
        .limit(limit)
    ).all()
