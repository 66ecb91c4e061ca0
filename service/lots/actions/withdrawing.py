"""Taking a lot off the shelf before it has left."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.lots import queries
from service.lots.actions.granting import release_shares
from service.lots.errors import AlreadyHandedOver, LotNotChangeable
from service.lots.messages import tell_withdrawn
from service.lots.models import ENDED_LOTS, HOLDING, Lot, ShareState
from service.lots.rules.lifecycle import LotState
from service.lots.stepping import follow, step
from service.lots.telling import line_facts, lot_audience, tell_availability, tell_lot


def withdraw(session: Session, lot: Lot, *, reason: str, who: Who, now: datetime) -> None:
    """Nothing more of it is given: what is free leaves, what is promised is taken back and its holders are told.

    Parts already collected go on to their charity; `AlreadyHandedOver` (409) when nothing else is left.
    """
    if lot.state in ENDED_LOTS or lot.state is LotState.BLOCKED:
        raise LotNotChangeable()
    shares = queries.shares_of_lot(session, lot.key)
    promised = [share for share in shares if share.state == ShareState.RESERVED]
    lines = queries.lines_of(session, lot.key)
    if not promised and not any(line.free_grams for line in lines):
        raise AlreadyHandedOver()
    gone = {line.key: line.free_grams for line in lines}
    for share in promised:
        gone[share.line_id] += share.grams
    holders = {f"org:{share.organisation_id}" for share in promised}
    before = str(lot.state)
    whole = not any(share.state in HOLDING and share.state != ShareState.RESERVED for share in shares)
    if whole:
        step(lot, LotState.WITHDRAWN, now)
        lot.frozen = False
        session.add(lot)
    for line in lines:
        line.leave(line.free_grams)
        session.add(line)
    data = {
        "reason": reason,
        "whole": whole,
        "lines": [line_facts(line, gone[line.key]) for line in lines if gone[line.key]],
    }
    # Told before the shares go back, so that a reader sees why they do.
    audience = lot_audience(lot, *holders)
    tell_lot(session, lot, "lot.withdrawn", who=who, now=now, from_state=before, data=data, audience=audience)
    tell_withdrawn(session, lot, promised, reason=reason, now=now)
    if promised:
        release_shares(session, promised, reason="withdrawn", who=who, now=now)
        for line in queries.lines_of(session, lot.key):
            line.leave(line.free_grams)
            session.add(line)
    if whole:
        tell_availability(session, lot, queries.lines_of(session, lot.key), who=who, now=now)
    else:
        follow(session, lot, who=who, now=now)
