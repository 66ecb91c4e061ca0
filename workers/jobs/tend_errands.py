"""Keep true what was put to volunteers and what they said yes to; nothing is written where nothing is due."""

from config.regions import list_regions
from service.allocation.errands.tending import due, tend
from workers.queue import Work


def run(work: Work) -> int:
    now = work.now()
    with work.database.read() as session:
        regions = [region for region in list_regions() if due(session, region, now).count]
    if not regions:
        return 0
    with work.database.transaction() as session:
        return sum(tend(session, region, now=now) for region in regions)
