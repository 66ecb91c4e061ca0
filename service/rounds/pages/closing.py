"""Days on which the whole region is shut."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.queries import closed_days
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.refusals import Refusal
from service.rounds.actions import closing
from service.rounds.forms import ClosedDayForm
from service.rounds.pages.filled import form_page, saved_or_again
from service.rounds.pages.fleet import checked
from service.web.deps import Now, ReadSession, WriteSession
from service.web.forms import TypedForm

router = APIRouter()
Managing = Annotated[Who, Depends(Guard("closed_days", "manage"))]
AHEAD = timedelta(days=400)


@router.get("/dispatch/closed-days")
def closed_days_page(request: Request, who: Managing, session: ReadSession, now: Now) -> Response:
    """The closed days to come, and one more."""
    return _draw(request, session, who, now, {}, None)


def _draw(
    request: Request, session: Session, who: Who, now: datetime, typed: Mapping[str, str], refusal: Refusal | None
) -> Response:
    today = local(now, who.zone).date()
    context = {
        "days": list(closed_days(session, who.region, today, today + AHEAD).values()),
        "today": today,
    }
    return form_page(request, "rounds/closed_days.html", context, typed, refusal)


@router.post("/dispatch/closed-days")
def close_day(request: Request, who: Managing, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """Shut the region on a day."""
    values = {name: typed.get(name, "").strip() for name in ("day", "name")}
    return saved_or_again(
        session,
        lambda: closing.close_day(session, checked(ClosedDayForm, values, {}), who=who, now=now),
        "/dispatch/closed-days",
        lambda refusal: _draw(request, session, who, now, typed, refusal),
    )


@router.post("/dispatch/closed-days/end")
def reopen_day(who: Managing, session: WriteSession, now: Now, day: Annotated[date, Form()]) -> Response:
    """Open after all."""
    closing.reopen_day(session, day, who=who, now=now)
    return RedirectResponse("/dispatch/closed-days", status_code=303)
