"""Do what is due for lots that nobody takes; nothing is written where nothing is due."""

from config.regions import list_regions
from service.allocation.ladder import climb, waiting
from workers.queue import Work


def run(work: Work) -> int:
    now = work.now()
    with work.database.read() as session:
        regions = [region for region in list_regions() if waiting(session, region, now)]
    if not regions:
        return 0
    with work.database.transaction() as session:
        return sum(climb(session, region, now=now) for region in regions)
