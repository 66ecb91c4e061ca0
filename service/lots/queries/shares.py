"""The shares granted of lots."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, func, select

from service.lots.errors import ShareUnknown
from service.lots.models import (
    HOLDING,
    Share,
)


def shares_of_lot(session: Session, lot_id: int) -> Sequence[Share]:
    """Every share ever granted of a lot, the first first."""
    return session.exec(select(Share).where(Share.lot_id == lot_id).order_by(col(Share.id))).all()


def shares_of_lots(session: Session, lot_ids: Iterable[int]) -> dict[int, list[Share]]:
    """The shares of several lots, by lot."""
    found: dict[int, list[Share]] = {key: [] for key in lot_ids}
    rows = session.exec(select(Share).where(col(Share.lot_id).in_(list(found))).order_by(col(Share.id))).all()
    for share in rows:
        found[share.lot_id].append(share)
    return found


def shares_of_claim(session: Session, claim_id: int) -> Sequence[Share]:
    """The shares granted to a claim."""
    return session.exec(select(Share).where(Share.claim_id == claim_id).order_by(col(Share.id))).all()


def shares_by_id(session: Session, ids: Iterable[int]) -> dict[int, Share]:
    """Shares by key."""
    return {s.key: s for s in session.exec(select(Share).where(col(Share.id).in_(list(ids)))).all()}


def share_by_id(session: Session, share_id: int) -> Share:
    """One share; `ShareUnknown` (404) otherwise."""
    share = session.get(Share, share_id)
    if share is None:
        raise ShareUnknown()
    return share


def held_grams(session: Session, line_id: int) -> int:
    """What shares hold of a line, in grams."""
    query = select(func.coalesce(func.sum(Share.grams), 0)).where(
        Share.line_id == line_id, col(Share.state).in_(HOLDING)
    )
    return int(session.exec(query).one())
