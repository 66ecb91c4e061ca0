"""The state a lot is in follows from what is free of it and from its shares; every step is one the rules allow."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.lots import queries
from service.lots.errors import LotNotChangeable
from service.lots.models import ENDED_LOTS, HOLDING, OPEN_SHARES, Lot, LotLine, Share, ShareState
from service.lots.rules.lifecycle import OPEN, LotState, may_become
from service.lots.telling import tell_availability, tell_lot

# States that a person or a rule sets and that shares do not change.
SET_APART = ENDED_LOTS | {LotState.DRAFT, LotState.BLOCKED}


ROAD = [LotState.PUBLISHED, LotState.ALLOCATED, LotState.COLLECTED, LotState.DELIVERED, LotState.CLOSED]


def state_of(lot: Lot, lines: Sequence[LotLine], shares: Sequence[Share]) -> LotState:
    """The state that fits: open while something is free, then as far as its slowest share."""
    if lot.state in SET_APART:
        return lot.state
    if any(line.free_grams for line in lines):
        return lot.state if lot.state in OPEN else LotState.PUBLISHED
    states = {share.state for share in shares if share.state in HOLDING}
    if ShareState.RESERVED in states:
        return LotState.PLANNED if lot.state is LotState.PLANNED else LotState.ALLOCATED
    if ShareState.COLLECTED in states:
        return LotState.COLLECTED
    return LotState.DELIVERED if states else LotState.CLOSED


def step(lot: Lot, to: LotState, now: datetime) -> str:
    """Take a lot to another state through steps the rules allow; the state it comes from."""
    before = lot.state
    for state in _way(before, to):
        if not may_become(lot.state, state):
            raise LotNotChangeable()
        lot.state = state
    if before != to:
        lot.ended_at = now if to in ENDED_LOTS else None
    return str(before)


def _way(before: LotState, to: LotState) -> Sequence[LotState]:
    """The steps from one state to another: along the main road when it lies ahead (the last kilogram of a lot may be
    delivered at once), else straight."""
    if before == to:
        return []
    here = LotState.PUBLISHED if before is LotState.OFFERED else before
    here = LotState.ALLOCATED if here is LotState.PLANNED else here
    if here in ROAD and to in ROAD and ROAD.index(here) < ROAD.index(to):
        return ROAD[ROAD.index(here) + 1 : ROAD.index(to) + 1]
    return [to]


def follow(session: Session, lot: Lot, *, who: Who | None, now: datetime, tell: bool = True) -> None:
    """Bring the lot's state and freeze in line with its lines and shares, and say what is free now."""
    session.flush()
    lines, shares = queries.lines_of(session, lot.key), queries.shares_of_lot(session, lot.key)
    thawed = lot.frozen and not any(s.state in OPEN_SHARES and s.lot_version < lot.version for s in shares)
    if thawed:
        lot.frozen = False
    before = step(lot, state_of(lot, lines, shares), now)
    session.add(lot)
    came_from = before if before != lot.state else None
    if came_from and lot.state not in OPEN:
        held = {str(line.key): line.grams - line.left_grams for line in lines}
        tell_lot(session, lot, f"lot.{lot.state}", who=who, now=now, from_state=before, data={"lines": held})
        came_from = None
    if tell or thawed or came_from:
        tell_availability(session, lot, lines, who=who, now=now, from_state=came_from)
