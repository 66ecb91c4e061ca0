"""A search takes seconds and lots enter rounds meanwhile: its answer takes them over before it is adopted."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

import routing
from config.settings import Settings
from service.database.engine import Database
from service.rounds.models import Plan, PlanCause
from service.rounds.planning.problem import Builder, build, profiles_of
from service.rounds.planning.reading import read
from service.rounds.planning.situation import Situation
from service.rounds.planning.travel import matrices
from service.rounds.queries import plans

# While the answer is brought up to date another lot may come.
TRIES = 3


def caught_up(
    database: Database, settings: Settings, situation: Situation, answer: routing.Plan, now: datetime
) -> tuple[Situation, routing.Plan]:
    """The answer with what was put into rounds since the search began, and the situation it is then made for.

    Both as they were when nothing was, or where it cannot be done (a dispatcher moved something, or a place is gone):
    adoption then finds its base superseded, and the zone is planned again. Raises TravelError.
    """
    for _ in range(TRIES):
        with database.read() as session:
            new = _inserted_since(session, situation)
            if not new:
                return situation, answer
            fresh = read(session, settings, situation.region, situation.zone, situation.day, now)
        extended = _with_new(settings, fresh, answer, new)
        if extended is None:
            return situation, answer
        situation, answer = fresh, extended
    return situation, answer


def _inserted_since(session: Session, situation: Situation) -> list[int]:
    """The shipments that insertions alone have put into rounds since; empty when nothing or something else happened."""
    since = plans.versions_after(session, situation.region, situation.zone, situation.day, situation.base_version)
    if any(row.cause != PlanCause.INSERTION for row in since):
        return []
    return [key for row in since for key in _put_in(row)]


def _put_in(row: Plan) -> list[int]:
    return [ride["shipment"] for ride in row.difference.get("rides", ()) if ride["from"] is None]


def _with_new(settings: Settings, fresh: Situation, answer: routing.Plan, new: list[int]) -> routing.Plan | None:
    """The answer with the new shipments, each in its best place; None when one of them, or of its own, has none."""
    asked = [carry for carry in fresh.carries if carry.id in new]
    others = replace(fresh, carries=tuple(carry for carry in fresh.carries if carry.id not in new))
    tables = matrices(settings, fresh, profiles_of(fresh))
    standing = routing.Standing(build(others, tables), answer)
    builder = Builder(others, tables)
    left = {out.shipment for out in answer.unserved}
    if {out.shipment for out in standing.plan.unserved} - left:
        return None
    for carry in asked:
        if isinstance(standing.take(builder.shipment(carry)), routing.Unserved):
            return None
    plan = standing.plan
    return None if routing.check(standing.problem, plan) else plan
