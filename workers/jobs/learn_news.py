"""Learn of which kinds of lots sites need not be told."""

from config.regions import list_regions
from service.allocation.news.actions import learn
from workers.queue import Work


def run(work: Work) -> int:
    now = work.now()
    with work.database.transaction() as session:
        return sum(learn(session, region, now=now) for region in list_regions())
