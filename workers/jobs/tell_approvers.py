"""Tell who may approve of organisations that wait for it; nothing is written where nothing is new."""

from config.regions import list_regions
from service.agreements.approvals import due, tell_approvers
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.read() as session:
        found = [what for region in list_regions() if (what := due(session, region))]
    if not found:
        return 0
    now = work.now()
    with work.database.transaction() as session:
        return sum(tell_approvers(session, what, now) for what in found)
