"""Making a plan the one in force: in one transaction, if nothing it rests on has moved; doing it twice is harmless."""

from datetime import datetime

from sqlmodel import Session

import routing
from service.journal.actions import together
from service.rounds.models import Plan, PlanCause, PlanState
from service.rounds.planning.carrying_out import Adoption
from service.rounds.planning.figures import Onto
from service.rounds.planning.rows import rows_of_shifts
from service.rounds.planning.situation import Situation
from service.rounds.queries import plans
from service.shipments.queries import shipments_by_id


def adopt(session: Session, row: Plan, situation: Situation, answer: routing.Plan, now: datetime) -> bool:
    """Adopt `answer` for `row`; False when it was adopted already or has been overtaken (`row.outcome` says so)."""
    if row.state != PlanState.SOLVING:
        return False
    current = plans.current_plan(session, situation.region, situation.zone, situation.day)
    if ((current.version or 0) if current else 0) != situation.base_version:
        return discard(session, row, "outdated", now)
    # What was read before the search is long past.
    rows = rows_of_shifts(session, {crew.shift.key for crew in situation.crews})
    missing = {carry.id for carry in situation.carries} - rows.shipments.keys()
    rows.shipments |= shipments_by_id(session, missing) if missing else {}
    adoption = Adoption(session, row, situation, rows, answer, now)
    if adoption.overtaken():
        return discard(session, row, "overtaken", now)
    if current is not None:
        current.state = PlanState.SUPERSEDED
        session.add(current)
    with together(session):
        adoption.carry_out()
    return True


def adopt_part(
    session: Session,
    situation: Situation,
    before: routing.Plan,
    answer: routing.Plan,
    now: datetime,
    *,
    cause: PlanCause,
    asked_by: int | None = None,
    undoes: int | None = None,
    known: Plan | None = None,
) -> Plan | None:
    """Make a new version of which only some rounds are other than in the plan in force; None when there is none, or
    when goods were loaded or a round ended that `answer` has otherwise.

    `situation` knows those rounds alone; `before` is what they were, `answer` what they are to be, both of its problem.
    Its rows must be true: read in this very transaction, or looked at again (`warm.WarmDay.holds`). They are written.
    `known` is the plan in force as far as the caller has it.
    """
    version = plans.current_version(session, situation.region, situation.zone, situation.day)
    if known is not None and known.version == version:
        session.add(current := known)
    elif (found := plans.current_plan(session, situation.region, situation.zone, situation.day)) is not None:
        current = found
    else:
        return None
    row = Plan(
        region=situation.region,
        zone=situation.zone,
        day=situation.day,
        base_version=current.version or 0,
        cause=cause,
        undoes=undoes,
        asked_by=asked_by,
        asked_at=now,
        engine=answer.engine,
    )
    situation.rows.attach(session)
    adoption = Adoption(session, row, situation, situation.rows, answer, now)
    if adoption.overtaken():
        return None
    current.state = PlanState.SUPERSEDED
    session.add(current)
    with together(session):
        adoption.carry_out(Onto(current, before.totals))
    return row


def discard(session: Session, row: Plan, outcome: str, now: datetime) -> bool:
    """Leave the plan in force as it is, and say why this one was not taken."""
    if row.state in (PlanState.PENDING, PlanState.SOLVING):
        row.state, row.outcome, row.finished_at = PlanState.DISCARDED, outcome, now
        session.add(row)
    return False
