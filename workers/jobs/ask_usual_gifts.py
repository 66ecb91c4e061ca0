"""Ask donors at their hour "combien ce soir ?", and let go what nobody answered in time."""

from config.regions import list_regions
from service.lots.usual.actions import ask_due, lapse_due
from workers.queue import Work


def run(work: Work) -> int:
    now = work.now()
    with work.database.transaction() as session:
        return sum(ask_due(session, slug, now=now) + lapse_due(session, slug, now=now) for slug in list_regions())
