"""Claim what standing rounds to shops are for, then give the answers that charities give by rule."""

from config.regions import list_regions
from service.allocation.answers.answering import answer_lots
from service.allocation.ramasses.claiming import claim_ramasses
from workers.queue import Work


def run(work: Work) -> int:
    made = 0
    for region in list_regions():
        # In one transaction: no lot is posted in between that a rule would be given before the round it is for.
        with work.database.transaction() as session:
            now = work.now()
            made += claim_ramasses(session, region, now=now) + answer_lots(session, region, now=now)
    return made
