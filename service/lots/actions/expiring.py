"""What time does to lots: past their deadline nothing can be given; long after delivery they are closed."""

from datetime import datetime, timedelta

from sqlmodel import Session

from service.lots import queries
from service.lots.actions.granting import no_show
from service.lots.messages import fetched, tell_absent
from service.lots.models import HOLDING, Lot, ShareState
from service.lots.rules.lifecycle import LotState
from service.lots.stepping import follow, step
from service.lots.telling import donor_facts, line_facts, tell_availability, tell_lot

# A pickup may be reported after the fact, from paper or from a phone that was offline.
TIME_TO_REPORT = timedelta(hours=24)
# Quality remarks and late weights still change a delivered lot for two days.
TIME_TO_CLOSE = timedelta(hours=48)


def expire_due(session: Session, now: datetime, limit: int = 200) -> int:
    """Let what is past its deadline expire, and close what is long delivered; how many changed. Safe to do twice."""
    past = queries.lots_past(session, now, now - TIME_TO_REPORT, limit)
    for lot in past:
        _expire(session, lot, now)
    settled = queries.lots_to_close(session, now - TIME_TO_CLOSE, limit)
    for lot in settled:
        before = step(lot, LotState.CLOSED, now)
        session.add(lot)
        lines = queries.lines_of(session, lot.key)
        data = {"lines": [line_facts(line, line.grams - line.left_grams) for line in lines]}
        tell_lot(session, lot, "lot.closed", who=None, now=now, from_state=before, data=data)
    return len(past) + len(settled)


def _expire(session: Session, lot: Lot, now: datetime) -> None:
    if now >= lot.deadline + TIME_TO_REPORT:
        forgotten = [s for s in queries.shares_of_lot(session, lot.key) if s.state == ShareState.RESERVED]
        if forgotten:
            # A round that did not come is nobody's absence.
            missed = fetched(session, forgotten)
            no_show(session, forgotten, who=None, now=now)
            tell_absent(session, lot, missed, at=lot.deadline, who=None, now=now)
    lines = queries.lines_of(session, lot.key)
    gone = [line_facts(line, line.free_grams) for line in lines if line.free_grams]
    for line in lines:
        line.leave(line.free_grams)
        session.add(line)
    holding = any(share.state in HOLDING for share in queries.shares_of_lot(session, lot.key))
    if not gone:
        return
    before = str(lot.state)
    if not holding:
        step(lot, LotState.EXPIRED, now)
        session.add(lot)
    data = {"lines": gone, "whole": not holding, **donor_facts(session, lot)}
    tell_lot(session, lot, "lot.expired", who=None, now=now, from_state=before, data=data)
    if holding:
        follow(session, lot, who=None, now=now)
    else:
        tell_availability(session, lot, lines, who=None, now=now)
