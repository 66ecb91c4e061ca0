"""Forget old messages, and the browsers that are told nothing any more."""

from service.kit.clock import real_now
from service.notices.actions import forget_devices, forget_old
from workers.queue import Work


def run(work: Work) -> int:
    with work.database.transaction() as session:
        return forget_old(session, now=work.now()) + forget_devices(session, real_now=real_now())
