"""What a lot is made of: lines, windows, photos."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, func, or_, select

from service.lots.errors import PhotoUnknown
from service.lots.models import (
    Lot,
    LotLine,
    LotPhoto,
    LotWindow,
)


def lines_of(session: Session, lot_id: int) -> Sequence[LotLine]:
    """The lines of a lot, in the order they were given."""
    return session.exec(select(LotLine).where(LotLine.lot_id == lot_id).order_by(col(LotLine.id))).all()


def lines_of_lots(session: Session, lot_ids: Iterable[int]) -> dict[int, list[LotLine]]:
    """The lines of several lots, by lot."""
    found: dict[int, list[LotLine]] = {key: [] for key in lot_ids}
    rows = session.exec(select(LotLine).where(col(LotLine.lot_id).in_(list(found))).order_by(col(LotLine.id))).all()
    for line in rows:
        found[line.lot_id].append(line)
    return found


def last_allergens(session: Session, site_id: int, category: str, description: str) -> dict[str, str]:
    """What somebody of a place last said of the allergens of the same food; empty where nobody knew."""
    line = session.exec(
        select(LotLine)
        .join(Lot, col(Lot.id) == col(LotLine.lot_id))
        .where(
            Lot.site_id == site_id,
            col(Lot.posted_by).is_not(None),
            LotLine.category == category,
            LotLine.description == description,
        )
        .order_by(col(LotLine.id).desc())
        .limit(1)
    ).first()
    return dict(line.allergens) if line is not None and line.allergens_state != "unknown" else {}


def windows_of(session: Session, lot_id: int) -> Sequence[LotWindow]:
    """The pick-up windows of a lot, the earliest first."""
    return session.exec(select(LotWindow).where(LotWindow.lot_id == lot_id).order_by(col(LotWindow.starts_at))).all()


def windows_of_lots(session: Session, lot_ids: Iterable[int]) -> dict[int, list[LotWindow]]:
    """The pick-up windows of several lots, by lot."""
    found: dict[int, list[LotWindow]] = {key: [] for key in lot_ids}
    rows = session.exec(
        select(LotWindow).where(col(LotWindow.lot_id).in_(list(found))).order_by(col(LotWindow.starts_at))
    ).all()
    for window in rows:
        found[window.lot_id].append(window)
    return found


def photos_of(session: Session, lot_id: int) -> Sequence[LotPhoto]:
    """The photos of a lot, by number."""
    return session.exec(select(LotPhoto).where(LotPhoto.lot_id == lot_id).order_by(col(LotPhoto.number))).all()


def photos_of_lots(session: Session, lot_ids: Iterable[int]) -> dict[int, list[LotPhoto]]:
    """The photos of several lots, by lot."""
    found: dict[int, list[LotPhoto]] = {key: [] for key in lot_ids}
    rows = session.exec(select(LotPhoto).where(col(LotPhoto.lot_id).in_(list(found))).order_by(col(LotPhoto.number)))
    for photo in rows.all():
        found[photo.lot_id].append(photo)
    return found


def photo_of(session: Session, lot_id: int, number: int) -> LotPhoto:
    """One photo of a lot; `PhotoUnknown` (404) otherwise."""
    query = select(LotPhoto).where(LotPhoto.lot_id == lot_id, LotPhoto.number == number)
    photo = session.exec(query).one_or_none()
    if photo is None:
        raise PhotoUnknown()
    return photo


def photo_uses(session: Session, file_key: str) -> int:
    """How many photos name one stored file: a file is deleted with the last of them."""
    query = select(func.count()).where(or_(LotPhoto.file_key == file_key, LotPhoto.thumb_key == file_key))
    return session.exec(query).one()


def free_grams(session: Session, lot_id: int) -> int:
    """What nobody has been granted yet, in grams, whatever the lot's state."""
    query = select(func.coalesce(func.sum(LotLine.free_grams), 0)).where(LotLine.lot_id == lot_id)
    return int(session.exec(query).one())
