"""Tell who waits for a round when it comes, and crews that theirs has changed; nothing new, nothing written."""

from config.regions import list_regions
from service.rounds.messaging import due, tell_plans
from workers.queue import Work


def run(work: Work) -> int:
    now = work.now()
    with work.database.read() as session:
        found = [what for region in list_regions() if (what := due(session, region, now))]
    if not found:
        return 0
    with work.database.transaction() as session:
        return sum(tell_plans(session, what, now) for what in found)
