"""Moving a stop to another round, with its cost told before."""

from typing import Annotated

from fastapi import APIRouter, Depends

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.rounds.actions import moving
from service.rounds.forms import MoveForm
from service.rounds.outputs.moves import Moves, OfferOut
from service.rounds.outputs.plans import PlanOut
from service.rounds.planning.moving import estimates, offer
from service.rounds.queries import plans
from service.rounds.queries import rounds as reading
from service.web.deps import AppSettings, Locale, Now, ReadSession, WriteSession

router = APIRouter(tags=["rounds"])
Directing = Annotated[Who, Depends(Guard("rounds", "direct"))]


@router.get("/rounds/{round_id}/stops/{number}/moves")
def list_moves(who: Directing, session: ReadSession, now: Now, locale: Locale, round_id: Id, number: Id) -> Moves:
    """About what moving a stop to each other round would cost, the cheapest first, those that cannot last."""
    row = reading.round_for(session, who, round_id, "direct")
    found = reading.rounds_of_day(session, row.region, row.day, row.zone)
    stop = reading.stop_by_number(session, row.key, number)
    return Moves(items=[OfferOut.of(one, locale) for one in estimates(session, row, stop, found, now)])


@router.get("/rounds/{round_id}/stops/{number}/moves/{to}")
def read_move(
    who: Directing, session: ReadSession, now: Now, locale: Locale, settings: AppSettings, round_id: Id, number: Id,
    to: Id,
) -> OfferOut:  # fmt: skip
    """Exactly what moving a stop to one round would cost, and which deliveries would come at another time."""
    row = reading.round_for(session, who, round_id, "direct")
    stop = reading.stop_by_number(session, row.key, number)
    other = reading.round_for(session, who, to, "direct")
    return OfferOut.of(offer(session, settings, row, stop, other, now), locale)


@router.post("/rounds/{round_id}/stops/{number}/moves", status_code=201)
def move(
    who: Directing, session: WriteSession, now: Now, settings: AppSettings, round_id: Id, number: Id, form: MoveForm
) -> PlanOut:
    """Move it: the new version of the plan. The goods stay there whatever plans come."""
    row = reading.round_for(session, who, round_id, "direct")
    stop = reading.stop_by_number(session, row.key, number)
    other = reading.round_for(session, who, form.to, "direct")
    return PlanOut.of(moving.move_stop(session, settings, row, stop, other, who=who, now=now))


@router.post("/plans/{plan_id}/undo", status_code=201)
def undo(who: Directing, session: WriteSession, now: Now, settings: AppSettings, plan_id: Id) -> PlanOut:
    """Take a move back: both rounds in the order they had."""
    plan = plans.plan_by_id(session, who.region, plan_id)
    return PlanOut.of(moving.undo_move(session, settings, plan, who=who, now=now))
