"""Open the shifts of the rounds of every week, for the days ahead."""

from service.rounds.actions.fixed_rounds import open_fixed_shifts
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        return open_fixed_shifts(session, work.now())
