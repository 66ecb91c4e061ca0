"""Reading windows and decisions."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from service.allocation.models import AnswerWindow, DecidedLot, StoredDecision, WindowState
from service.lots.models import OPEN, Lot, LotLine


def window_of_lot(session: Session, lot_id: int) -> AnswerWindow | None:
    """Until when may be answered of a lot; None before anybody looked."""
    return session.exec(select(AnswerWindow).where(AnswerWindow.lot_id == lot_id)).one_or_none()


def windows_of_lots(session: Session, lot_ids: Sequence[int]) -> dict[int, AnswerWindow]:
    """The windows of several lots, by lot; those without one are not named."""
    rows = session.exec(select(AnswerWindow).where(col(AnswerWindow.lot_id).in_(lot_ids))).all()
    return {window.lot_id: window for window in rows}


def lots_without_window(session: Session, region: str, now: datetime) -> Sequence[Lot]:
    """Lots on offer whose window has yet to be set, or whose deadline came forward since, the oldest first."""
    known = select(AnswerWindow.lot_id)
    moved = select(AnswerWindow.lot_id).where(
        AnswerWindow.state == WindowState.OPEN,
        col(AnswerWindow.closes_at).is_not(None),
        AnswerWindow.lot_id == Lot.id,
        col(AnswerWindow.deadline) > col(Lot.deadline),
    )
    return session.exec(
        select(Lot)
        .where(
            Lot.region == region,
            col(Lot.state).in_(OPEN),
            col(Lot.deadline) > now,
            or_(col(Lot.id).not_in(known), moved.exists()),
        )
        .order_by(col(Lot.id))
    ).all()


def windows_due(session: Session, region: str, now: datetime) -> Sequence[tuple[AnswerWindow, Lot]]:
    """Windows that have closed and are not decided, with their lots, by lot."""
    rows = session.exec(
        select(AnswerWindow, Lot)
        .join(Lot, col(Lot.id) == col(AnswerWindow.lot_id))
        .where(
            AnswerWindow.region == region,
            AnswerWindow.state == WindowState.OPEN,
            col(AnswerWindow.closes_at) <= now,
        )
        .order_by(col(AnswerWindow.lot_id))
    ).all()
    return list(rows)


def windows_of_gone_lots(session: Session, region: str) -> Sequence[tuple[AnswerWindow, Lot]]:
    """Windows still waiting for lots that are on offer no more, by lot."""
    rows = session.exec(
        select(AnswerWindow, Lot)
        .join(Lot, col(Lot.id) == col(AnswerWindow.lot_id))
        .where(
            AnswerWindow.region == region,
            AnswerWindow.state == WindowState.OPEN,
            col(AnswerWindow.closes_at).is_not(None),
            col(Lot.state).not_in(OPEN),
        )
        .order_by(col(AnswerWindow.lot_id))
    ).all()
    return list(rows)


def unclaimed(session: Session, region: str, now: datetime) -> Sequence[tuple[AnswerWindow, Lot]]:
    """Lots on offer of which something is free that no decision is waited for, with their windows, by lot."""
    free = select(LotLine.lot_id).where(col(LotLine.free_grams) > 0)
    rows = session.exec(
        select(AnswerWindow, Lot)
        .join(Lot, col(Lot.id) == col(AnswerWindow.lot_id))
        .where(
            AnswerWindow.region == region,
            or_(
                AnswerWindow.state == WindowState.DECIDED,
                and_(AnswerWindow.state == WindowState.OPEN, col(AnswerWindow.closes_at).is_(None)),
            ),
            col(Lot.state).in_(OPEN),
            col(Lot.frozen).is_(False),
            col(Lot.deadline) > now,
            col(Lot.id).in_(free),
        )
        .order_by(col(Lot.id))
    ).all()
    return list(rows)


def decisions_of_lot(session: Session, lot_id: int) -> Sequence[StoredDecision]:
    """What was decided of a lot, the first first."""
    return session.exec(
        select(StoredDecision)
        .join(DecidedLot, col(DecidedLot.decision_id) == col(StoredDecision.id))
        .where(DecidedLot.lot_id == lot_id)
        .order_by(col(StoredDecision.id))
    ).all()


def decisions_to_forget(session: Session, region: str, before: datetime, limit: int) -> Sequence[StoredDecision]:
    """Decisions made before a moment whose question is still kept, the oldest first."""
    return session.exec(
        select(StoredDecision)
        .where(
            StoredDecision.region == region,
            StoredDecision.made_at < before,
            col(StoredDecision.inputs_erased_at).is_(None),
        )
        .order_by(col(StoredDecision.made_at), col(StoredDecision.id))
        .limit(limit)
    ).all()


def decisions_after(session: Session, region: str, after: int, limit: int) -> Sequence[StoredDecision]:
    """Stored decisions of a region beyond a key, the oldest first."""
    return session.exec(
        select(StoredDecision)
        .where(StoredDecision.region == region, col(StoredDecision.id) > after)
        .order_by(col(StoredDecision.id))
        .limit(limit)
    ).all()
