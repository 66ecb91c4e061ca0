"""Correcting a lot and adding photos: the pages with a form of their own."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.i18n import N_
from service.kit.ids import Id
from service.kit.refusals import Invalid, Refusal
from service.lots import actions
from service.lots.access import lot_to_change
from service.lots.facts import zone_of
from service.lots.forms import Correction
from service.lots.models import LotLine, PhotoKind
from service.lots.pages.posting import choices
from service.lots.reading import (
    Typed,
    TypedForm,
    Wrong,
    as_fields,
    line_of,
    on_form,
    shown,
    windows_of,
)
from service.lots.stored import StoredPhoto, keep_photo
from service.lots.views import LotView, lot_view, sayings
from service.web.deps import Locale, Now, ReadSession, WriteSession, locale_of
from service.web.templating import render

router = APIRouter()

Changer = Annotated[Who, Depends(Guard("lots", "change"))]

NO_PHOTO = N_("Choisissez une photo.")


def _kg(grams: int) -> str:
    """Grams as a box for kilograms holds them: "2,5"."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".").replace(".", ",")


def _answers(line: LotLine) -> dict[str, Any]:
    """A line as a form shows it before anything is typed."""
    return {
        "id": str(line.key),
        "category": line.category,
        "other": "",
        "description": line.description,
        "kg": _kg(line.grams),
        "units": "",
        "unit_kg": "",
        "product": "",
        "containers": {slug: str(count) for slug, count in line.containers.items()},
        "date_kind": line.date_kind,
        "day": "pick",
        "date": line.date.isoformat() if line.date else "",
        "temperature_code": line.temperature_code,
        "packing": "labelled" if line.labelled else "loose",
        "allergens_state": line.allergens_state,
        "lot_number": line.lot_number,
        "gtin": line.gtin,
        "contains": [slug for slug, state in line.allergens.items() if state == "contains"],
        "may": [slug for slug, state in line.allergens.items() if state == "may"],
    }


@router.get("/lots/{lot_id}/edit")
def edit(request: Request, lot_id: Id, who: Changer, session: ReadSession, now: Now, locale: Locale) -> Response:
    """The lot as it stands, to correct."""
    lot, _actor = lot_to_change(session, who, lot_id)
    view = lot_view(session, who, lot, now, locale)
    return _draw_edit(request, view, _standing(view), {})


def _standing(view: LotView) -> dict[str, Any]:
    """The form before anything is typed; `seen` tells whether the lot still stands as it was shown."""
    said = {
        "lines": [_answers(line) for line in view.lines],
        "note": view.lot.note,
        "access_note": view.lot.access_note,
        "version": str(view.lot.version),
    }
    seen = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
    return {**shown(Typed({})), **said, "seen": seen}


@router.post("/lots/{lot_id}/edit")
def correct(
    request: Request,
    lot_id: Id,
    who: Changer,
    session: WriteSession,
    now: Now,
    clients: OutsideClients,
    locale: Locale,
    typed: TypedForm,
) -> Response:
    """Correct what changed; with the photo of the label where it must."""
    values = shown(typed)
    wrong: dict[str, str] = {}
    photo = _photo(typed, "label_photo", clients.files, wrong, locale)
    lot, actor = lot_to_change(session, who, lot_id)
    view = lot_view(session, who, lot, now, locale)
    standing = _standing(view)["seen"]
    if typed.one("seen") not in ("", standing):
        # Another tab, or a colleague: whoever typed sees what stands now before it is replaced.
        return _draw_edit(request, view, {**values, "seen": standing}, wrong, status=HTTPStatus.CONFLICT)
    values["seen"] = standing
    try:
        given = _correction(values, now, zone_of(lot.region), wrong)
        actions.correct(session, lot, given, who=actor, now=now, label_photo=photo)
    except Invalid as refusal:
        session.rollback()
        view = lot_view(session, who, lot_to_change(session, who, lot_id)[0], now, locale)
        fields = on_form(refusal.fields) or {"note": refusal.text(locale)}
        return _draw_edit(request, view, values, fields, status=422)
    return RedirectResponse(f"/lots/{lot_id}?done=corrected", status_code=303)


def _correction(values: Mapping[str, Any], now: datetime, zone: str, wrong: dict[str, str]) -> Correction:
    lines = []
    for index, line in enumerate(values["lines"]):
        said = line_of(line, f"lines.{index}", now, zone, wrong)
        said.pop("category")
        lines.append({**{name: value for name, value in said.items() if value is not None}, "id": line["id"]})
    windows = windows_of(values, zone, wrong)
    if wrong:
        raise Invalid(fields=wrong)
    try:
        return Correction.model_validate(
            {
                "version": values["version"] or None,
                "note": values["note"],
                "access_note": values["access_note"],
                "windows": windows or None,
                "lines": lines,
            }
        )
    except ValidationError as error:
        raise Invalid(fields=as_fields(error)) from None


def _draw_edit(
    request: Request, view: LotView, values: Mapping[str, Any], wrong: Mapping[str, str], status: int = 200
) -> Response:
    context = {
        **choices(),
        **sayings(locale_of(request)),
        "view": view,
        "lot": view.lot,
        "values": values,
        "wrong": Wrong(wrong),
        "changed": status == HTTPStatus.CONFLICT,
    }
    return render(request, "lots/edit.html", context, status=status)


def _photo(typed: Typed, name: str, files: Any, wrong: dict[str, str], locale: str) -> StoredPhoto | None:
    chosen: Sequence[bytes] = typed.files.get(name, ())
    if not chosen:
        return None
    try:
        return keep_photo(files, chosen[0])
    except Refusal as refusal:
        wrong[name] = refusal.text(locale)
        return None


@router.post("/lots/{lot_id}/photos")
def add_photo(
    lot_id: Id,
    who: Changer,
    session: WriteSession,
    now: Now,
    clients: OutsideClients,
    typed: TypedForm,
    locale: Locale,
) -> Response:
    """Add a photo of the food."""
    chosen = typed.files.get("photo", ())
    if not chosen:
        raise Invalid(fields={"photo": NO_PHOTO})
    stored = keep_photo(clients.files, chosen[0])
    lot, actor = lot_to_change(session, who, lot_id)
    kind = PhotoKind.GATE if typed.one("kind") == "gate" else PhotoKind.FOOD
    actions.add_photo(session, lot, stored, kind=kind, who=actor, now=now)
    return RedirectResponse(f"/lots/{lot_id}?done=photo", status_code=303)
