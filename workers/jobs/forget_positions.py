"""Delete where vehicles were, once it is three days ago."""

from service.rounds.actions.seeing import forget_positions, forget_roadsides
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        now = work.now()
        return forget_positions(session, now) + forget_roadsides(session, now)
