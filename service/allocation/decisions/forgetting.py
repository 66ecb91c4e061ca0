"""Forgetting what decisions were made from, once it was kept long enough; what came of them and why stays."""

from datetime import datetime

from sqlmodel import Session

from config.food_law import law_at
from service.allocation import queries
from service.allocation.decisions.explaining import needed_to_explain
from service.journal.actions import append
from service.lots.facts import zone_of

AT_ONCE = 200


def forget_inputs(session: Session, region: str, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Erase the questions of decisions older than they are kept, at most so many at once; answers how many.

    A decision whose question is gone still says who got what and why, and cannot be decided again.
    """
    kept_for = law_at(now, zone_of(region)).retention("decision_inputs")
    old = queries.decisions_to_forget(session, region, now - kept_for, limit)
    for row in old:
        row.inputs, row.inputs_erased_at = needed_to_explain(row), now
        session.add(row)
        append(
            session,
            region=region,
            kind="decision.inputs_erased",
            at=now,
            subject=("allocationdecision", row.key),
            data={"made_at": row.made_at.isoformat(), "kept_days": kept_for.days},
            audience=["role:dispatcher", "role:region"],
        )
    return len(old)
