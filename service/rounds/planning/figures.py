"""The figures of an adopted plan: a whole one has its own, a part those of the version before, itself exchanged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import routing
from service.rounds.models import Plan, PlanState
from service.rounds.planning.sentences import Sentence
from service.rounds.planning.situation import Situation
from service.shipments.models import Shipment


@dataclass(frozen=True)
class Onto:
    """The version a part is put onto, and what the part came to in it."""

    plan: Plan
    part: routing.Totals

    def total(self, row: Plan, totals: routing.Totals) -> None:
        """Write the figures of the whole: those of the version before, the part's own exchanged."""
        was, part = self.plan, self.part
        row.rounds, row.stops = was.rounds + totals.rounds - part.rounds, was.stops + totals.stops - part.stops
        row.served = was.served + totals.shipments - part.shipments
        row.grams, row.metres = was.grams + totals.grams - part.grams, was.metres + totals.metres - part.metres
        row.drive_s = was.drive_s + totals.drive_s - part.drive_s
        row.cost_cents = was.cost_cents + totals.cost_cents - part.cost_cents

    def unserved(self, known: Collection[int]) -> list[dict[str, Any]]:
        """What stays without a round, without what the part knows."""
        return [left for left in self.plan.unserved if left["shipment"] not in known]


def write_figures(
    row: Plan,
    situation: Situation,
    answer: routing.Plan,
    left: Mapping[int, Sentence],
    shipments: Mapping[int, Shipment],
    onto: Onto | None,
    now: datetime,
) -> None:
    """Write a plan's version, figures and what it leaves out; it is adopted."""
    totals = answer.totals
    row.version = (situation.base_version if onto is None else onto.plan.version or 0) + 1
    row.base_version = row.version - 1
    row.state, row.finished_at, row.cursor = PlanState.ADOPTED, now, situation.cursor
    row.unserved = [
        {"shipment": key, "reason": why.code, "sentence": why.msgid, "params": dict(why.params)}
        for key, why in left.items()
    ]
    if onto is None:
        row.fingerprint = situation.fingerprint()
        row.rounds, row.stops, row.served = totals.rounds, totals.stops, totals.shipments
        row.grams, row.grams_left = totals.grams, totals.grams_left
        row.metres, row.drive_s, row.cost_cents = totals.metres, totals.drive_s, totals.cost_cents
        return
    # No fingerprint: what was put in place quickly is still to be improved in peace.
    onto.total(row, totals)
    known = {carry.id for carry in situation.carries}
    served_now = known & {out["shipment"] for out in onto.plan.unserved}
    row.grams_left = onto.plan.grams_left + totals.grams_left - onto.part.grams_left
    row.grams_left -= sum(shipments[key].grams for key in served_now)
    row.unserved = onto.unserved(known) + row.unserved
