"""Tell the nearest charities of new lots."""

from config.regions import list_regions
from service.allocation.actions.announcing import announce_new_lots
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        return sum(announce_new_lots(session, region, now=work.now()) for region in list_regions())
