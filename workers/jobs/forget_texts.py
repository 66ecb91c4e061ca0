"""Forget text messages after ninety days."""

from service.interop.receiving import forget_old
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        return forget_old(session, now=work.now())
