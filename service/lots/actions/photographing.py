"""Adding photos to a lot, and forgetting them in time."""

from datetime import datetime

from sqlmodel import Session

from config.food_law import law_at
from config.regions import load_region_config
from service.accounts.who import Who
from service.clients.files.port import Files
from service.lots import queries
from service.lots.errors import LotNotChangeable, TooManyPhotos
from service.lots.forms import MOST_PHOTOS
from service.lots.models import Lot, LotPhoto, PhotoKind
from service.lots.secrecy import demand_no_gate
from service.lots.stored import StoredPhoto
from service.lots.telling import tell_lot


def add_photo(
    session: Session,
    lot: Lot,
    photo: StoredPhoto,
    *,
    kind: PhotoKind,
    who: Who | None,
    now: datetime,
    line_id: int | None = None,
    tell: bool = True,
) -> LotPhoto:
    """Attach a stored photo; the same picture sent twice is kept once."""
    if lot.has_ended:
        raise LotNotChangeable()
    demand_no_gate(session, lot, kind)
    photos = queries.photos_of(session, lot.key)
    for old in photos:
        if old.file_key == photo.file_key and old.kind == kind and old.version == lot.version:
            return old
    if len(photos) >= MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    row = LotPhoto(
        lot_id=lot.key,
        number=max((old.number for old in photos), default=0) + 1,
        kind=kind,
        line_id=line_id,
        version=lot.version,
        file_key=photo.file_key,
        thumb_key=photo.thumb_key,
        width=photo.width,
        height=photo.height,
        taken_at=now,
    )
    session.add(row)
    session.flush()
    if tell:
        tell_lot(session, lot, "lot.photographed", who=who, now=now, data={"number": row.number, "kind": str(kind)})
    return row


def forget_photos(session: Session, region: str, files: Files, *, now: datetime, limit: int = 200) -> int:
    """Remove the photos of lots that ended longer ago than photos are kept; answers how many.

    A file goes with the last photo that names it, and before its row does: if this is interrupted the row is still
    there to be found the next time, and no picture is left that nothing names.
    """
    zone = load_region_config(region).time_zone
    old = queries.photos_to_forget(session, region, now - law_at(now, zone).retention("photos"), limit)
    for photo in old:
        for key in {photo.file_key, photo.thumb_key}:
            if queries.photo_uses(session, key) == 1:
                files.delete(key)
        session.delete(photo)
        session.flush()
    return len(old)
