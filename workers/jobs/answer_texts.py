"""Send the answers to text messages that came in."""

from service.interop.answering import answer_due
from service.kit.clock import real_now
from workers.queue import Work


def run(work: Work) -> int:
    return answer_due(work.database, work.clients, real_now=real_now())
