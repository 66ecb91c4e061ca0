"""Templates of a donor's own: a posted lot kept under a name, put away, taken back."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.lots import actions
from service.lots.access import lot_to_change
from service.lots.reading import TypedForm
from service.web.deps import Now, WriteSession

router = APIRouter()
Poster = Annotated[Who, Depends(Guard("lots", "post"))]


@router.post("/lots/{lot_id}/templates")
def keep_as(lot_id: Id, who: Poster, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """Keep this lot under a name."""
    lot, actor = lot_to_change(session, who, lot_id)
    actions.keep_as(session, lot, typed.one("name"), who=actor, now=now)
    return RedirectResponse(f"/lots/{lot_id}?done=template", status_code=303)


@router.post("/templates/{template_id}/removal")
def put_away(template_id: Id, who: Poster, session: WriteSession, now: Now) -> Response:
    """Take it off the page; the next page offers the way back."""
    template = actions.template_to_change(session, who, template_id)
    actions.put_away(session, template, who=who, now=now)
    return RedirectResponse(f"/give?removed={template_id}", status_code=303)


@router.post("/templates/{template_id}/restoration")
def take_back(template_id: Id, who: Poster, session: WriteSession, now: Now) -> Response:
    """Undo that."""
    actions.take_back(session, actions.template_to_change(session, who, template_id), who=who, now=now)
    return RedirectResponse("/give", status_code=303)
