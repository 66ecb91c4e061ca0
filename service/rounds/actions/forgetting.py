"""Forgetting what was only kept for a while."""

from datetime import datetime

from sqlmodel import Session

from config.food_law import law_at
from config.regions import load_region_config
from service.clients.files.port import Files
from service.lots.queries import photo_uses
from service.rounds.queries.pictures import load_photo_uses, load_photos_before


def forget_load_photos(session: Session, region: str, files: Files, *, now: datetime, limit: int = 200) -> int:
    """Remove the photos of loads older than photos are kept; answers how many. The file goes before the row names it
    no more, so that none is left behind by an interruption."""
    zone = load_region_config(region).time_zone
    old = load_photos_before(session, region, now - law_at(now, zone).retention("photos"), limit)
    for task in old:
        assert task.photo_key is not None
        if load_photo_uses(session, task.photo_key) + photo_uses(session, task.photo_key) == 1:
            files.delete(task.photo_key)
        task.photo_key = None
        session.add(task)
        session.flush()
    return len(old)
