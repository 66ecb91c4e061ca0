"""End the rounds that are back and that nobody ended."""

from service.rounds.actions.driving import finish_forgotten
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        return finish_forgotten(session, work.now())
