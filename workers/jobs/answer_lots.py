"""Claim what standing rounds to shops are for, then give the answers that charities give by rule."""

from config.regions import list_regions
from service.allocation.answers.answering import answer_lots
from service.allocation.ramasses.claiming import claim_ramasses
from workers.queue import Work


def run(work: Work) -> int:
    made = 0
    for region in list_regions():
        for act in (claim_ramasses, answer_lots):
            with work.database.transaction() as session:
                made += act(session, region, now=work.now())
    return made
