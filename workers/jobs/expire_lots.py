"""Close lots nobody took in time."""

from service.lots.actions import expire_due
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        return expire_due(session, work.now())
