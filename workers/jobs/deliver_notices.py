"""Send the messages that are due; the transactions are short, the sending is between them."""

from service.kit.clock import real_now
from service.notices.delivery import deliver_due
from workers.queue import Work


def run(work: Work) -> int:
    return deliver_due(
        work.database,
        work.clients,
        now=work.now(),
        real_now=real_now(),
        address=work.settings.address,
        answers=work.settings.texts_answered,
    )
