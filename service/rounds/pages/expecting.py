"""What one's sites may expect today: the code to say, the food to prepare."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from service.accounts.guard import Guard
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.rounds.arrivals import arrivals
from service.web.deps import ReadSession
from service.web.templating import render

router = APIRouter()


@router.get("/arrivals")
def arrivals_page(
    request: Request, who: Annotated[Who, Depends(Guard("arrivals", "read"))], session: ReadSession
) -> Response:
    """The visits to come, the soonest first."""
    found = arrivals(session, who)
    sites = sites_by_id(session, {one.site_id for one in found})
    return render(request, "rounds/arrivals.html", {"arrivals": found, "sites": sites})
