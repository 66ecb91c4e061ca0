"""Decide the lots whose window for answers has closed; a stop of the worker ends the search at once."""

from service.allocation.deciding.work import decide_due
from workers.queue import Work


def run(work: Work) -> int:
    return decide_due(work.database, work.now(), cancelled=work.stopping.is_set)
