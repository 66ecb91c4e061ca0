"""Delete where vehicles were, once it is three days ago."""

from service.rounds.actions.seeing import forget_positions
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        return forget_positions(session, work.now())
