"""Forget practice lots after a day."""

from service.practice.actions import forget_old
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        return forget_old(session, now=work.now())
