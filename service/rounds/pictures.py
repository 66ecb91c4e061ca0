"""What helps at a pickup: the photos of the gate to find and of the labels to recognise, for the crew of that stop."""

from dataclasses import dataclass

from sqlmodel import Session

from service.accounts.queries import sites_by_id
from service.lots.errors import PhotoUnknown
from service.lots.models import LotPhoto, PhotoKind
from service.lots.queries import photos_of_lots, shares_by_id
from service.rounds.models import Round, Stop, TaskKind
from service.rounds.queries import rounds
from service.shipments.queries import items_of

HELPFUL = (PhotoKind.GATE, PhotoKind.LABEL)


@dataclass(frozen=True)
class Picture:
    """A photo by its lot and number."""

    lot_id: int
    number: int
    kind: PhotoKind


def pictures_at(session: Session, round_: Round, stop: Stop) -> list[Picture]:
    """The photos to show at a stop, gates first: of the lots loaded there, while it is to be made. Never of a
    protected place, whose door is as secret as its address."""
    if round_.is_over or not stop.is_ahead or sites_by_id(session, {stop.site_id})[stop.site_id].protected:
        return []
    loaded = {task.shipment_id for task in rounds.tasks_of(session, [stop.key])[stop.key] if task.kind == TaskKind.LOAD}
    items = [item for found in items_of(session, sorted(loaded)).values() for item in found if item.subject == "share"]
    lots = {share.lot_id for share in shares_by_id(session, [item.subject_id for item in items]).values()}
    photos = [photo for found in photos_of_lots(session, sorted(lots)).values() for photo in found]
    helpful = [photo for photo in photos if photo.kind in HELPFUL]
    return [_picture(photo) for photo in sorted(helpful, key=lambda photo: (HELPFUL.index(photo.kind), photo.key))]


def demand_picture(session: Session, round_: Round, stop: Stop, lot_id: int, number: int) -> None:
    """Refuse (404) a photo that is not to be shown at this stop."""
    if not any((one.lot_id, one.number) == (lot_id, number) for one in pictures_at(session, round_, stop)):
        raise PhotoUnknown()


def _picture(photo: LotPhoto) -> Picture:
    return Picture(photo.lot_id, photo.number, photo.kind)
