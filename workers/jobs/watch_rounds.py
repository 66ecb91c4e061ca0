"""Ask dispatchers to call where something about a round cannot wait."""

from service.rounds.actions.watching import watch_rounds
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        return watch_rounds(session, work.now())
