"""Erase what decisions were made from, and who was asked to bring what, once it was kept long enough."""

from config.regions import list_regions
from service.allocation.decisions.forgetting import forget_inputs
from service.allocation.errands.forgetting import forget_errands
from workers.queue import Work


def run(work: Work) -> int:
    now = work.now()
    with work.database.transaction() as session:
        return sum(
            forget_inputs(session, region, now=now) + forget_errands(session, region, now=now)
            for region in list_regions()
        )
