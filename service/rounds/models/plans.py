"""Plans: what a search proposed for one zone and one day, and what became of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class PlanState(StrEnum):
    """Pending until a worker takes it; adopted until a newer version supersedes it."""

    PENDING = "pending"
    SOLVING = "solving"
    ADOPTED = "adopted"
    SUPERSEDED = "superseded"
    # The base had moved on, nothing had changed, or the search or the checker said no: `outcome` says which.
    DISCARDED = "discarded"


class PlanCause(StrEnum):
    """What made a plan: a search, one more lot put in its place, a dispatcher's hand, or taking that back."""

    SEARCH = "search"
    INSERTION = "insertion"
    MOVE = "move"
    UNDO = "undo"


class Plan(Row, table=True):
    """One plan of a zone for a local day. `version` counts the adopted ones, `base_version` is the one it improved.

    `cursor` is the journal's number the problem was read at: a zone whose planning entries are newer is stale.
    """

    __table_args__ = (
        UniqueConstraint("region", "zone", "day", "version"),
        Index("ix_plan_zone_state", "region", "zone", "state"),
    )

    region: str
    zone: str
    day: date
    version: int | None = None
    base_version: int = 0
    state: PlanState = Field(default=PlanState.PENDING, sa_type=words(PlanState))
    outcome: str = ""
    cause: PlanCause = Field(default=PlanCause.SEARCH, sa_type=words(PlanCause))
    # The plan whose move this one took back.
    undoes: int | None = Field(default=None, foreign_key="plan.id")
    asked_by: int | None = Field(default=None, foreign_key="person.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cursor: int = 0
    # Hash of what the problem was made of: the same again needs no search.
    fingerprint: str = ""
    engine: str = ""
    iterations: int = 0
    seconds: float = 0.0
    # How far the search is while it lasts: when it began (real time), its phase, and the objective of its first and of
    # its best plan so far (cents, lower is better).
    began_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    phase: str = ""
    first_value: float | None = None
    best_value: float | None = None
    # Objective figures, as the plan's own totals.
    rounds: int = 0
    stops: int = 0
    served: int = 0
    grams: int = 0
    grams_left: int = 0
    metres: int = 0
    drive_s: int = 0
    cost_cents: int = 0
    # [{"shipment": 4, "reason": "no_cold", "params": {…}}]
    unserved: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))

    # What is not as in the version before, as `planning/difference.py` writes it.
    difference: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))

    @property
    def gained(self) -> float | None:
        """By which part the search has lowered the objective of its first plan; None while there is nothing to tell."""
        if self.first_value is None or self.best_value is None or self.first_value <= 0:
            return None
        return 1 - self.best_value / self.first_value


class PlanningLease(Row, table=True):
    """Which worker plans a zone now, and until when nobody else does (real time: a lease outlives no crash).

    `cursor` and `day` say what the zone was last planned with: the journal's number and the local day.
    """

    __table_args__ = (UniqueConstraint("region", "zone"),)

    region: str
    zone: str
    holder: str
    until: datetime = Field(sa_type=UtcDateTime)
    # When the zone was last taken, so that a burst of changes is planned together.
    taken_at: datetime = Field(sa_type=UtcDateTime)
    cursor: int = 0
    day: date | None = None
