"""Somebody is on the phone: speaking for their organisation until the call is over."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.doors import keep_cookie, see
from service.accounts.guard import BEHALF_COOKIE, Guard
from service.accounts.models import OrganisationKind
from service.accounts.queries import speaking, the_organisation
from service.accounts.who import Who
from service.web.deps import ReadSession

router = APIRouter()
SPEAKING_SECONDS = 30 * 60
# Where an entry for a caller begins.
FIRST_PAGE = {
    OrganisationKind.DONOR: "/give",
    OrganisationKind.CHARITY: "/offers",
    OrganisationKind.PUBLIC_BODY: "/offers",
    OrganisationKind.CARRIER: "/rounds",
}


@router.post("/partners/{organisation_id}/speak")
def start_speaking(
    request: Request,
    who: Annotated[Who, Depends(Guard("callers", "speak_for"))],
    session: ReadSession,
    organisation_id: int,
) -> Response:
    """Somebody is on the phone: what I enter for half an hour is theirs, under both names."""
    spoken = speaking(session, who, organisation_id)
    organisation = the_organisation(session, who, organisation_id)
    response = see(FIRST_PAGE[organisation.kind])
    keep_cookie(response, request, BEHALF_COOKIE, str(spoken.on_behalf_of), SPEAKING_SECONDS)
    return response


@router.post("/partners/speak/end")
def stop_speaking(request: Request, who: Annotated[Who, Depends(Guard("callers", "stop_speaking"))]) -> Response:
    """The call is over."""
    done = who.on_behalf_of
    response = see(f"/partners/{done}" if done else "/")
    response.delete_cookie(BEHALF_COOKIE, path="/")
    return response
