"""Asking for plans and reading them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.responses import JSONResponse

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.kit.pagination import AskedPage
from service.rounds.actions.driving import ask_plan
from service.rounds.forms import PlanAsked
from service.rounds.outputs.plans import Asked, PlanOut, Plans, plans_out
from service.rounds.queries import plans as reading
from service.web.deps import Now, ReadSession, WriteSession
from service.web.idempotency import once

router = APIRouter(prefix="/plans", tags=["plans"])
Reading = Annotated[Who, Depends(Guard("plans", "read"))]
Asking = Annotated[Who, Depends(Guard("plans", "ask"))]
Key = Annotated[str | None, Header(alias="Idempotency-Key")]


@router.post("", status_code=202, response_model=Asked)
def ask(who: Asking, session: WriteSession, now: Now, form: PlanAsked | None = None, key: Key = None) -> JSONResponse:
    """Ask for a plan now. A worker takes it; GET /plans/{id} tells what became of it."""
    asked = form or PlanAsked()
    person = who.person_id or 0

    def act() -> Asked:
        return plans_out(ask_plan(session, asked, who=who, now=now))

    return once(session, person, key, ["plans", asked], act, 202, acting_for=who.on_behalf_of)


@router.get("")
def list_plans(who: Reading, session: ReadSession, page: AskedPage) -> Plans:
    """Plans, the newest first; `after` is the `next` of the page before."""
    rows = reading.plans(session, who.region, page.after, page.limit + 1)
    kept = rows[: page.limit]
    return Plans(items=[PlanOut.of(row) for row in kept], next=kept[-1].key if len(rows) > page.limit else None)


@router.get("/{plan_id}")
def read_plan(who: Reading, session: ReadSession, plan_id: Id) -> PlanOut:
    """One plan with what it leaves out and why."""
    return PlanOut.of(reading.plan_by_id(session, who.region, plan_id))
