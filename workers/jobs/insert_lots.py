"""Put lots granted since the last plans into the rounds of the day; searches improve on it afterwards."""

from service.rounds.planning.inserting import insert_untried
from workers.queue import Work


def run(work: Work) -> int:
    return len(insert_untried(work.database, work.settings, work.now()))
