"""Text messages that came in: kept before anything is done with them, each with what came of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words
from service.interop.parsing import Asked, Doubt


class Outcome(StrEnum):
    GRANTED = "granted"
    # Decided with all other answers when the window closes.
    PENDING = "pending"
    DECLINED = "declined"
    # A volunteer brings it.
    CARRIES = "carries"
    POSTED = "posted"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    HELPED = "helped"
    # A definite no, with its reason in the answer.
    REFUSED = "refused"
    CALL_BACK = "call_back"


class AnswerState(StrEnum):
    NONE = "none"
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class InboundText(Row, table=True):
    """One text message; `call_reason` without `called_at` is a task for a dispatcher. Forgotten after ninety days."""

    __tablename__ = "inbound_text"
    __table_args__ = (
        CheckConstraint("called_at IS NULL OR call_reason IS NOT NULL", name="called_about_something"),
        Index("ix_inbound_text_answers", "answer_state", "answer_due_at"),
        Index("ix_inbound_text_phone", "phone", "arrived_at"),
    )

    region: str = Field(index=True)
    # The gateway's own number of it: the same text is never acted upon twice.
    reference: str = Field(unique=True)
    phone: str
    text: str
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    # By the machine's clock, which limits and leases follow.
    arrived_at: datetime = Field(sa_type=UtcDateTime)
    asked: Asked = Field(sa_type=words(Asked))
    outcome: Outcome = Field(sa_type=words(Outcome))
    lot_id: int | None = Field(default=None, foreign_key="lot.id")
    call_reason: Doubt | None = Field(default=None, sa_type=words(Doubt))
    called_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    called_by: int | None = Field(default=None, foreign_key="person.id")
    answer: str = ""
    answer_state: AnswerState = Field(default=AnswerState.NONE, sa_type=words(AnswerState))
    answer_due_at: datetime = Field(sa_type=UtcDateTime)
    answer_attempts: int = 0
