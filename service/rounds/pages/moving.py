"""Moving a stop to another round: choose it, choose where, see the cost and who feels it, confirm; lock; undo."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.rounds.actions import moving
from service.rounds.errors import DoesNotFit
from service.rounds.models import Round
from service.rounds.planning.moving import Offer, estimates, locked_at, offer
from service.rounds.queries import plans
from service.rounds.queries import rounds as reading
from service.rounds.queries.fleet import vehicles_by_id
from service.rounds.showing import shown
from service.shipments.queries import shipments_by_id
from service.web.deps import AppSettings, Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Directing = Annotated[Who, Depends(Guard("rounds", "direct"))]
Target = Annotated[int, Form(gt=0, le=2**53)]


def others_of(session: Session, round_: Round) -> list[Round]:
    """The other rounds of the same zone and day that are not over, in the order they leave."""
    found = reading.rounds_of_day(session, round_.region, round_.day, round_.zone)
    return [other for other in found if other.key != round_.key and not other.is_over]


@router.get("/rounds/{round_id}/stops/{number}/move")
def move_page(
    request: Request,
    who: Directing,
    session: ReadSession,
    now: Now,
    locale: Locale,
    settings: AppSettings,
    round_id: Id,
    number: Id,
    to: Annotated[int | None, Query(gt=0, le=2**53)] = None,
) -> Response:
    """The rounds a stop may go to, with what each would cost; with `to`, what that one comes to exactly."""
    row = reading.round_for(session, who, round_id, "direct")
    stop = reading.stop_by_number(session, row.key, number)
    view = shown(session, row, who, now, locale)
    others = others_of(session, row)
    refusal: Refusal | None = None
    found: list[Offer] = []
    exact: Offer | None = None
    try:
        found = estimates(session, row, stop, others, now)
        chosen = next((other for other in others if other.key == to), None)
        if chosen is not None:
            exact = offer(session, settings, row, stop, chosen, now)
    except DoesNotFit as error:
        exact = Offer(to or 0, refused=error.why)
    except Refusal as error:
        refusal = error
    context: dict[str, Any] = {
        "view": view,
        "stop": stop,
        "called": next((called for called in view.stops if called.stop.key == stop.key), None),
        "offers": found,
        "exact": exact,
        "refusal": refusal,
        "locked": locked_at(session, row, stop),
        "rounds": {other.key: other for other in others},
        "vehicles": vehicles_by_id(session, {other.vehicle_id for other in others}),
        "receivers": _receivers(session, exact),
    }
    return render(request, "rounds/move.html", context, status=refusal.status if refusal else 200)


def _receivers(session: Session, exact: Offer | None) -> dict[int, str]:
    """Who waits for each shipment that would come at another time."""
    if exact is None:
        return {}
    shipments = shipments_by_id(session, {one.shipment_id for one in exact.shifted})
    sites = sites_by_id(session, {shipment.delivery_site_id for shipment in shipments.values()})
    return {key: sites[shipment.delivery_site_id].name for key, shipment in shipments.items()}


@router.post("/rounds/{round_id}/stops/{number}/move")
def move(
    who: Directing, session: WriteSession, now: Now, settings: AppSettings, round_id: Id, number: Id, to: Target
) -> Response:
    """Do it; the board then offers to take it back."""
    row = reading.round_for(session, who, round_id, "direct")
    other = reading.round_for(session, who, to, "direct")
    stop = reading.stop_by_number(session, row.key, number)
    plan = moving.move_stop(session, settings, row, stop, other, who=who, now=now)
    return RedirectResponse(f"/dispatch?day={row.day.isoformat()}&moved={plan.key}", status_code=303)


@router.post("/rounds/{round_id}/stops/{number}/lock")
def lock(who: Directing, session: WriteSession, now: Now, round_id: Id, number: Id) -> Response:
    """Keep a stop on its round."""
    row = reading.round_for(session, who, round_id, "direct")
    moving.lock_stop(session, row, reading.stop_by_number(session, row.key, number), who=who, now=now)
    return RedirectResponse(f"/rounds/{round_id}/stops/{number}/move", status_code=303)


@router.post("/rounds/{round_id}/stops/{number}/unlock")
def unlock(who: Directing, session: WriteSession, now: Now, round_id: Id, number: Id) -> Response:
    """Let plans move it again."""
    row = reading.round_for(session, who, round_id, "direct")
    moving.unlock_stop(session, row, reading.stop_by_number(session, row.key, number), who=who, now=now)
    return RedirectResponse(f"/rounds/{round_id}/stops/{number}/move", status_code=303)


@router.post("/dispatch/plans/{plan_id}/undo")
def undo(who: Directing, session: WriteSession, now: Now, settings: AppSettings, plan_id: Id) -> Response:
    """Take a move back."""
    plan = plans.plan_by_id(session, who.region, plan_id)
    moving.undo_move(session, settings, plan, who=who, now=now)
    return RedirectResponse(f"/dispatch?day={plan.day.isoformat()}&undone=1", status_code=303)
