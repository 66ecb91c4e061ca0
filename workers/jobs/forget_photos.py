"""Remove photos once they are no longer kept."""

from config.regions import list_regions
from service.lots.actions import forget_photos
from service.rounds.actions.forgetting import forget_load_photos
from workers.queue import Work


def run(work: Work) -> int:
    now, files = work.now(), work.clients.files
    with work.database.transaction() as session:
        return sum(
            forget_photos(session, region, files, now=now) + forget_load_photos(session, region, files, now=now)
            for region in list_regions()
        )
