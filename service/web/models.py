"""What the web itself keeps: answers already given, and the demonstration's clock."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime


class AnswerGiven(Row, table=True):
    """The answer to a request that carried an `Idempotency-Key`, given again if the same request comes again."""

    __table_args__ = (UniqueConstraint("person_id", "idempotency_key"),)

    person_id: int
    idempotency_key: str
    request: str = Field(description="hash of what was asked")
    status: int
    body: str
    at: datetime = Field(sa_type=UtcDateTime)


class ShownClock(Row, table=True):
    """The demonstration's clock, one row shared by web and workers; absent in production."""

    real_anchor: datetime = Field(sa_type=UtcDateTime)
    shown_anchor: datetime = Field(sa_type=UtcDateTime)
    speed: float = 1.0
