"""What happens to whole rounds and shifts, one tap each; calls made; the day's profile."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.rounds.actions import changing_hands, shifts
from service.rounds.actions.calling import call_made
from service.rounds.actions.incidents import report_incident
from service.rounds.actions.profile import set_profile
from service.rounds.actions.seeing import changes_seen
from service.rounds.forms import Incident, IncidentForm
from service.rounds.queries import rounds as reading
from service.web.deps import MadeAt, Now, WriteSession
from service.web.idempotency import key_of, once

router = APIRouter()
Accepting = Annotated[Who, Depends(Guard("rounds", "accept"))]
Reporting = Annotated[Who, Depends(Guard("rounds", "report"))]
Directing = Annotated[Who, Depends(Guard("rounds", "direct"))]
# The page's own field, which says from which drawing of it a form was sent.
Drawing = Annotated[str, Form(alias="once", max_length=200)]


def _home(who: Who, round_id: int) -> RedirectResponse:
    target = f"/rounds/{round_id}" if who.may("rounds", "direct") else "/rounds/mine"
    return RedirectResponse(target, status_code=303)


@router.post("/rounds/{round_id}/incident")
def incident(
    who: Reporting,
    session: WriteSession,
    now: Now,
    made_at: MadeAt,
    round_id: Id,
    kind: Annotated[Incident, Form()],
    minutes: Annotated[int, Form(ge=5, le=240)] = 30,
    drawing: Drawing = "",
) -> Response:
    """A breakdown, a driver who goes home, a late van. Sent twice from the same drawing of the page it acts once."""
    row = reading.round_for(session, who, round_id, "report")

    def act() -> dict[str, int]:
        report_incident(session, row, IncidentForm(kind=kind, minutes=minutes), who=who, now=now, at=made_at)
        return {"round": round_id}

    asked = ["incident", round_id, str(kind), minutes]
    once(session, who.must_be_somebody(), key_of(drawing, asked), asked, act, acting_for=who.on_behalf_of)
    return _home(who, round_id)


@router.post("/rounds/{round_id}/seen")
def seen(
    who: Reporting,
    session: WriteSession,
    round_id: Id,
    version: Annotated[int | None, Form(ge=0, le=2**53)] = None,
) -> Response:
    """The driver has read what changed, up to the version of the plan that the page showed."""
    changes_seen(session, reading.round_for(session, who, round_id, "report"), version, who=who)
    return _home(who, round_id)


@router.post("/shifts/{shift_id}/return")
def hand_back(who: Accepting, session: WriteSession, now: Now, shift_id: Id) -> Response:
    """Somebody gives their place in a shift back."""
    changing_hands.hand_back(session, shifts.shift_of(session, who, shift_id), who=who, now=now)
    return RedirectResponse("/shifts/mine", status_code=303)


@router.post("/shifts/{shift_id}/driver")
def take_over(who: Accepting, session: WriteSession, now: Now, shift_id: Id) -> Response:
    """A driver takes a place in a shift that nobody has."""
    changing_hands.take_over(session, shifts.shift_of(session, who, shift_id), who=who, now=now)
    return RedirectResponse("/rounds/mine", status_code=303)


@router.post("/dispatch/calls/{call_id}/done")
def call_is_made(who: Directing, session: WriteSession, now: Now, call_id: Id) -> Response:
    """The call was made."""
    call_made(session, who.region, call_id, who=who, now=now)
    return RedirectResponse("/dispatch", status_code=303)


@router.post("/dispatch/day")
def profile(
    who: Directing,
    session: WriteSession,
    now: Now,
    day: Annotated[date, Form()],
    kind: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """What the day is like."""
    set_profile(session, day, kind, who=who, now=now)
    return RedirectResponse(f"/dispatch?day={day.isoformat()}", status_code=303)
