"""The photos of a stop, to its crew."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.ids import Id
from service.lots.pages.photos import photo_answer
from service.rounds.pictures import demand_picture
from service.rounds.queries import rounds as reading
from service.web.deps import ReadSession

router = APIRouter()


@router.get("/rounds/{round_id}/stops/{stop}/lots/{lot_id}/photos/{number}")
def stop_photo(
    request: Request,
    who: Annotated[Who, Depends(Guard("rounds", "see_photos"))],
    session: ReadSession,
    clients: OutsideClients,
    round_id: Id,
    stop: Id,
    lot_id: Id,
    number: Id,
    size: Annotated[str, Query(max_length=10)] = "full",
) -> Response:
    """A gate or a label of what is loaded at this stop, while it is to be made; `size=small` is its thumbnail."""
    row = reading.round_for(session, who, round_id, "see_photos")
    demand_picture(session, row, reading.stop_by_number(session, row.key, stop), lot_id, number)
    answer = photo_answer(request, session, clients.files, lot_id, number, small=size == "small")
    # It may be seen while the stop is to be made, so it is not kept for a week as a donor's own is.
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
