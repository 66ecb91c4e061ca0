"""A decision is carried out in one transaction: every grant under the rules of this moment, and journaled.

Doing it twice is harmless: only lots whose window is still open are touched. What fell through meanwhile (an answer
withdrawn or changed, a shelf that filled up, a round that no longer fits) is left open and decided again with the
answers that remain.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from routing.decision import Decision
from service.allocation import queries
from service.allocation.deciding.carrying import Adopted, Settling
from service.allocation.deciding.keeping import decision_data, offering_data
from service.allocation.deciding.question import Question
from service.allocation.deciding.turn import Place
from service.allocation.models import AnswerWindow, DecidedLot, StoredDecision
from service.lots import queries as lots_read
from service.lots.models import Lot


def adopt(
    session: Session, question: Question, decision: Decision, misfits: set[Place], *, seconds: float, now: datetime
) -> Adopted:
    """Carry out a decision; nothing when all its lots were decided or have gone meanwhile."""
    kept = still_open(session, question.lot_ids, now)
    if not kept:
        return Adopted(0, 0, None)
    row = _store(session, question, decision, kept, seconds, now)
    settle = Settling(session, question.region, kept, row, now)
    return settle.carry_out(question, decision, misfits)


def adopt_in_order(session: Session, region: str, lot_ids: Sequence[int], *, now: datetime) -> Adopted:
    """Close these lots' windows without a decision: nobody answered, or none could be found. In order of answering."""
    kept = still_open(session, lot_ids, now)
    settle = Settling(session, region, kept, None, now)
    for lot_id in kept:
        settle.close(lot_id, {}, {})
    settle.tell()
    return Adopted(len(kept), 0, None)


def still_open(session: Session, lot_ids: Sequence[int], now: datetime) -> dict[int, tuple[Lot, AnswerWindow]]:
    """Those of these lots that wait for a decision and may be granted now."""
    lots = lots_read.lots_by_id(session, lot_ids)
    windows = queries.windows_of_lots(session, list(lot_ids))
    return {
        key: (lots[key], windows[key])
        for key in sorted(lots)
        if key in windows and windows[key].is_sealed and lots[key].is_open and now < lots[key].deadline
    }


def _store(
    session: Session,
    question: Question,
    decision: Decision,
    kept: Mapping[int, tuple[Lot, AnswerWindow]],
    seconds: float,
    now: datetime,
) -> StoredDecision:
    row = StoredDecision(
        region=question.region,
        cause=question.cause,
        policy=question.policy.name,
        version=question.policy.version,
        kind=str(decision.policy),
        solver=decision.solver,
        made_at=now,
        seconds=seconds,
        lots=len(question.lot_ids),
        claims=len(question.asked),
        grams=sum(share.grams for share in decision.shares),
        grams_left=sum(left.grams for left in decision.left),
        gap_permille=round(1000 * decision.gap),
        inputs=offering_data(question.offering),
        output=decision_data(decision),
    )
    session.add(row)
    session.flush()
    session.add_all(DecidedLot(decision_id=row.key, lot_id=lot) for lot in kept)
    session.flush()
    return row
