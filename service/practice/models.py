"""What a newcomer tried alone, and which first steps they have made or put away."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime


class Beginner(Row, table=True):
    """One person's first week.

    A practice lot is `lot` and nothing else: it stands in no table of lots and in no journal, so nothing that reads
    those (charities, dispatchers, decisions, rounds, notices, figures, mass balance, simulations) can meet it.
    """

    person_id: int = Field(foreign_key="person.id", unique=True)
    done: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    put_away_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    lot: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    begun_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)

    def tick(self, step: str) -> None:
        """Note that a first step was made; harmless when done twice."""
        if step not in self.done:
            # A new list: a change inside a JSON column is not seen.
            self.done = [*self.done, step]
