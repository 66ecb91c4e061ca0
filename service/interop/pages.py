"""Page: who is to be called back about a text message."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from service.accounts.guard import Guard
from service.accounts.queries import memberships_of
from service.accounts.who import Who
from service.interop import queries, receiving, words
from service.web.deps import Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Calling = Annotated[Who, Depends(Guard("texts", "call_back"))]


@router.get("/calls")
def calls(request: Request, who: Calling, session: ReadSession) -> Response:
    """Texts that nobody but a person can answer, the oldest first."""
    found = queries.to_call(session, who.region)
    people = {person.key: person for _, person in found if person is not None}
    places = {key: [organisation for _, organisation in memberships_of(session, key)] for key in people}
    return render(request, "interop/calls.html", {"calls": found, "places": places, "why": words.WHY})


@router.post("/calls/{text_id}/done")
def call_done(
    who: Calling, session: WriteSession, now: Now, text_id: Annotated[int, Path(ge=1, le=2**53)]
) -> RedirectResponse:
    """I have called."""
    receiving.called(session, text_id, who=who, now=now)
    return RedirectResponse("/calls", status_code=303)
