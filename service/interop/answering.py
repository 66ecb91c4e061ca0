"""Answers to texts leave: claimed in one transaction, sent with none open, recorded in another."""

from datetime import datetime, timedelta

import structlog

from service.clients.parts import Clients
from service.clients.sms.port import SmsNotSent
from service.database.engine import Database
from service.interop import queries
from service.interop.models import AnswerState, InboundText

LEASE, MOST_ATTEMPTS = timedelta(minutes=5), 6
log = structlog.get_logger()


def answer_due(database: Database, clients: Clients, *, real_now: datetime, limit: int = 10) -> int:
    """Send at most `limit` answers; how many left. The lease makes it safe in several workers."""
    with database.transaction() as session:
        parcels = []
        for row in queries.answers_due(session, real_now, limit):
            row.answer_attempts += 1
            row.answer_due_at = real_now + LEASE
            session.add(row)
            parcels.append((row.key, row.phone, row.answer, row.answer_attempts))
    left = 0
    for key, phone, answer, attempts in parcels:
        state = AnswerState.SENT
        try:
            clients.sms.send(phone, answer, f"text-{key}")
            left += 1
        except SmsNotSent as problem:
            log.warning("answer not sent", text=key, reason=str(problem))
            state = AnswerState.FAILED if problem.permanent or attempts >= MOST_ATTEMPTS else AnswerState.PENDING
        with database.transaction() as session:
            kept = session.get(InboundText, key)
            if kept is not None:
                kept.answer_state = state
                session.add(kept)
    return left
