"""A practice played scene by scene, and the first steps put away."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.accounts.filling import Form, text_of
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.practice import actions, queries
from service.practice.errors import PracticeUnknown
from service.practice.rules import PLAYS
from service.practice.steps import GOING
from service.web.deps import Now, ReadSession, WriteSession
from service.web.navigation import home_of
from service.web.templating import render

router = APIRouter()
Learner = Annotated[Who, Depends(Guard("practice", "use"))]
Kind = Annotated[str, Path(pattern="^[a-z]{3,8}$")]


@router.get("/practice/{kind}")
def practice(
    request: Request,
    kind: Kind,
    who: Learner,
    session: ReadSession,
    now: Now,
    step: Annotated[int, Query(ge=0, le=20)] = 0,
) -> Response:
    """One scene, with those before it. It is played by whoever looks: nothing happens by itself, or on a clock."""
    play = PLAYS.get(kind)
    row = queries.practice_lot_of(session, who.person_id, now) if kind == "lot" else None
    if play is None or play.role not in who.roles or (kind == "lot" and row is None):
        raise PracticeUnknown()
    step = min(step, len(play.scenes) - 1)
    context = {"kind": kind, "play": play, "step": step, "lot": row.lot if row else None}
    return render(request, "practice/practice.html", context)


@router.post("/practice/end")
def end(who: Learner, session: WriteSession) -> Response:
    """Close the practice: what was typed is erased."""
    actions.end(session, who.must_be_somebody())
    return RedirectResponse(home_of(who.roles), status_code=303)


@router.post("/practice/steps")
def steps(who: Learner, session: WriteSession, now: Now, form: Form) -> Response:
    """Put the first steps away, bring them back, or make one that is made by going there."""
    person = who.must_be_somebody()
    if text_of(form, "back"):
        actions.bring_back(session, person)
        return RedirectResponse(home_of(who.roles), status_code=303)
    if (target := GOING.get(text_of(form, "go"))) is not None:
        actions.go(session, person, text_of(form, "go"))
        return RedirectResponse(target, status_code=303)
    actions.put_away(session, person, now=now)
    return RedirectResponse(f"{home_of(who.roles)}?put_away=1", status_code=303)
