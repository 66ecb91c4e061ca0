"""Warn charities whose habilitation ends soon; each warning is given once."""

from config.regions import list_regions, load_region_config
from service.agreements.actions import announce_endings
from service.kit.clock import local
from workers.queue import Work


def run(work: Work) -> int:
    now = work.now()
    with work.database.transaction() as session:
        return sum(
            announce_endings(session, slug, now=now, today=local(now, load_region_config(slug).time_zone).date())
            for slug in list_regions()
        )
