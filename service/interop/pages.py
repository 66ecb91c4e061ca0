"""Page: who is to be called back about a text message."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from service.accounts.guard import Guard
from service.accounts.queries import memberships_of
from service.accounts.who import Who
from service.interop import queries, receiving, words
from service.web.deps import Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Calling = Annotated[Who, Depends(Guard("texts", "call_back"))]
TextId = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/calls")
def calls(
    request: Request,
    who: Calling,
    session: ReadSession,
    done: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    undone: bool = False,
) -> Response:
    """Texts that nobody but a person can answer, the oldest first; with the way back from the call just made."""
    found = queries.to_call(session, who.region)
    people = {person.key: person for _, person in found if person is not None}
    places = {key: [organisation for _, organisation in memberships_of(session, key)] for key in people}
    context = {"calls": found, "places": places, "why": words.WHY, "done": done, "undone": undone}
    return render(request, "interop/calls.html", context)


@router.get("/calls/count")
def calls_count(request: Request, who: Calling, session: ReadSession) -> Response:
    """How many are to be called back: a part of the dispatcher's board, which knows no text messages."""
    return render(request, "interop/calls_count.html", {"count": queries.count_to_call(session, who.region)})


@router.post("/calls/{text_id}/done")
def call_done(who: Calling, session: WriteSession, now: Now, text_id: TextId) -> RedirectResponse:
    """I have called."""
    receiving.called(session, text_id, who=who, now=now)
    return RedirectResponse(f"/calls?done={text_id}", status_code=303)


@router.post("/calls/{text_id}/undo")
def call_undone(who: Calling, session: WriteSession, now: Now, text_id: TextId) -> RedirectResponse:
    """No, I have not."""
    receiving.not_called(session, text_id, who=who, now=now)
    return RedirectResponse("/calls?undone=1", status_code=303)
