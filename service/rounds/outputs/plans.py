"""Plans as other programs read them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from service.rounds.models import Plan
from service.rounds.outputs.listed import Listed


class PlanOut(BaseModel):
    id: int
    zone: str
    day: date
    version: int | None
    state: str
    outcome: str
    cause: str
    base_version: int
    undoes: int | None
    asked_at: datetime
    finished_at: datetime | None
    engine: str
    seconds: float
    rounds: int
    stops: int
    served: int
    grams: int
    grams_left: int
    metres: int
    cost_cents: int
    unserved: list[dict[str, Any]]
    difference: dict[str, Any]

    @classmethod
    def of(cls, row: Plan) -> "PlanOut":
        return cls.model_validate(row, from_attributes=True)


class Plans(Listed):
    items: list[PlanOut]


class Asked(BaseModel):
    """Plans asked for: each is searched by a worker; GET /plans/{id} tells what became of it."""

    items: list[PlanOut]


def plans_out(rows: Sequence[Plan]) -> Asked:
    return Asked(items=[PlanOut.of(row) for row in rows])
