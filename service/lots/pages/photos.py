"""Photos of a lot, to those who may see the lot, large and small."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.files.port import FileMissing, Files, content_type
from service.clients.parts import OutsideClients
from service.kit.ids import Id
from service.lots import queries
from service.lots.errors import PhotoUnknown
from service.lots.queries import lot_by_id
from service.web.deps import ReadSession

router = APIRouter()
# The picture behind an address never changes; it is one person's to keep, not a shared cache's.
KEEP = "private, max-age=604800, immutable"


@router.get("/lots/{lot_id}/photos/{number}")
def photo(
    request: Request,
    lot_id: Id,
    number: Id,
    who: Annotated[Who, Depends(Guard("lots", "read"))],
    session: ReadSession,
    clients: OutsideClients,
    size: Annotated[str, Query(max_length=10)] = "full",
) -> Response:
    """One photo; `size=small` is its thumbnail."""
    lot_by_id(session, who, lot_id)
    return photo_answer(request, session, clients.files, lot_id, number, small=size == "small")


def photo_answer(
    request: Request, session: Session, files: Files, lot_id: int, number: int, *, small: bool
) -> Response:
    """The picture itself, for a room that has checked that this reader may see the lot (a driver at its stop)."""
    row = queries.photo_of(session, lot_id, number)
    key = row.thumb_key if small else row.file_key
    tag = f'"{key}"'
    headers = {"Cache-Control": KEEP, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    try:
        data = files.get(key)
    except FileMissing:
        raise PhotoUnknown() from None
    return Response(data, media_type=content_type(key), headers=headers)
