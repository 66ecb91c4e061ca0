"""Splitting a lot in two."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.kit.refusals import Invalid
from service.lots import actions
from service.lots.access import lot_to_change
from service.lots.reading import (
    Typed,
    TypedForm,
    Wrong,
    grams_of,
)
from service.lots.views import LotView, lot_view, sayings
from service.web.deps import Locale, Now, ReadSession, WriteSession, locale_of
from service.web.templating import render

router = APIRouter()

Changer = Annotated[Who, Depends(Guard("lots", "change"))]


@router.get("/lots/{lot_id}/split")
def ask_split(request: Request, lot_id: Id, who: Changer, session: ReadSession, now: Now, locale: Locale) -> Response:
    """How much of each line to set apart."""
    lot, _actor = lot_to_change(session, who, lot_id)
    return _draw_split(request, lot_view(session, who, lot, now, locale), Typed({}), {})


@router.post("/lots/{lot_id}/splits")
def split(
    request: Request, lot_id: Id, who: Changer, session: WriteSession, now: Now, locale: Locale, typed: TypedForm
) -> Response:
    """Make a new lot of it."""
    lot, actor = lot_to_change(session, who, lot_id)
    view = lot_view(session, who, lot, now, locale)
    wrong: dict[str, str] = {}
    parts = []
    for line in view.lines:
        text = typed.one(f"part.{line.key}")
        if text and text != "0" and (grams := grams_of(text, f"part.{line.key}", wrong)) is not None:
            parts.append((line.key, grams))
    try:
        if wrong:
            raise Invalid(fields=wrong)
        child = actions.split(session, lot, parts, who=actor, now=now)
    except Invalid as refusal:
        session.rollback()
        first = f"part.{view.lines[0].key}"
        mine = {name: text for name, text in refusal.fields.items() if name.startswith("part.")}
        view = lot_view(session, who, lot_to_change(session, who, lot_id)[0], now, locale)
        return _draw_split(request, view, typed, mine or {first: refusal.text(locale)}, status=422)
    return RedirectResponse(f"/lots/{child.key}?done=split", status_code=303)


def _draw_split(request: Request, view: LotView, typed: Typed, wrong: Mapping[str, str], status: int = 200) -> Response:
    values = {line.key: typed.one(f"part.{line.key}") for line in view.lines}
    return render(
        request,
        "lots/split.html",
        {**sayings(locale_of(request)), "view": view, "values": values, "wrong": Wrong(wrong)},
        status=status,
    )
