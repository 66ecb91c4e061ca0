"""Taking a dispatcher's move back: both rounds in the order they had, timed anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

import routing
from config.settings import Settings
from service.rounds.errors import NothingToUndo
from service.rounds.models import Plan, PlanCause
from service.rounds.planning.adoption import adopt_part
from service.rounds.planning.moving import of_both
from service.rounds.planning.problem import build, profiles_of, vehicle_id
from service.rounds.planning.situation import Carry, Crew, Situation
from service.rounds.planning.standing import standing_plan
from service.rounds.planning.travel import matrices
from service.rounds.queries import rounds


def undo(session: Session, settings: Settings, plan: Plan, *, asked_by: int | None, now: datetime) -> Plan:
    """Put two rounds back in the order they had before a move. NothingToUndo when that no longer fits what happened."""
    orders: Mapping[str, list[tuple[str, int]]] = plan.difference.get("orders", {})
    both = sorted(rounds.rounds_by_id(session, [int(key) for key in orders]).values(), key=lambda one: one.key)
    if plan.cause != PlanCause.MOVE or len(both) != len(orders) or not both or any(one.is_over for one in both):
        raise NothingToUndo()
    situation = of_both(session, settings, both, now)
    problem = build(replace(situation, locked={}), matrices(settings, situation, profiles_of(situation)))
    was = routing.Standing(problem, standing_plan(situation)).plan
    wanted = _in_order(situation, standing_plan(situation), {int(key): order for key, order in orders.items()})
    then = routing.Standing(problem, wanted).plan
    if then.unserved or routing.check(problem, then):
        raise NothingToUndo()
    then = replace(then, engine="hand")
    made = adopt_part(session, situation, was, then, now, cause=PlanCause.UNDO, asked_by=asked_by, undoes=plan.key)
    if made is None:
        raise NothingToUndo()
    return made


def _in_order(
    situation: Situation, plan: routing.Plan, orders: Mapping[int, Sequence[tuple[str, int]]]
) -> routing.Plan:
    """The same handlings in the rounds and the order they had: one stop each, timed by whoever reads it."""
    carries = {carry.id: carry for carry in situation.carries}
    crews = {crew.round_id: crew for crew in situation.crews}
    trips = [_trip(situation, crews[key], order, carries) for key, order in orders.items()]
    return replace(plan, rounds=tuple(trip for trip in trips if trip.stops))


def _trip(
    situation: Situation, crew: Crew, order: Sequence[tuple[str, int]], carries: Mapping[int, Carry]
) -> routing.Round:
    begins = max(0, round((situation.now - situation.origin) / timedelta(seconds=1)))
    stops = []
    for at, (kind, key) in enumerate(order, begins):
        carry = carries.get(key)
        if carry is None:
            continue
        handled = (routing.Handling(str(key), at, at),)
        if kind == "load":
            stops.append(routing.Stop(carry.pickup, at, at, at, loads=handled))
        else:
            stops.append(routing.Stop(carry.delivery, at, at, at, unloads=handled))
    return routing.Round(
        vehicle=vehicle_id(crew.shift.key),
        start_site=crew.start,
        start_s=begins,
        end_site=crew.end,
        end_s=begins + len(order),
        stops=tuple(stops),
    )
