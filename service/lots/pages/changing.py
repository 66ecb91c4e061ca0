"""Correcting, splitting, repeating and photographing a lot: the pages with a form of their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.accounts.guard import Guard
from service.accounts.models import Site
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.ids import Id
from service.kit.refusals import Invalid, Refusal
from service.lots import actions
from service.lots.access import lot_to_change
from service.lots.actions.building import check_windows
from service.lots.actions.posting import suggested_windows
from service.lots.facts import zone_of
from service.lots.forms import Correction, RepeatIn, WindowIn
from service.lots.models import Lot, LotLine, PhotoKind
from service.lots.pages.posting import choices
from service.lots.reading import (
    Typed,
    TypedForm,
    Wrong,
    as_fields,
    date_of,
    grams_of,
    line_of,
    on_form,
    proposed,
    shown,
    windows_of,
)
from service.lots.stored import StoredPhoto, keep_photo
from service.lots.views import LotView, lot_view, sayings
from service.lots.words import DATE_KINDS
from service.web.deps import Locale, Now, ReadSession, WriteSession, locale_of
from service.web.templating import render

router = APIRouter()
Changer = Annotated[Who, Depends(Guard("lots", "change"))]
Poster = Annotated[Who, Depends(Guard("lots", "post"))]
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
    values = {
        **shown(Typed({})),
        "lines": [_answers(line) for line in view.lines],
        "note": lot.note,
        "access_note": lot.access_note,
        "version": str(lot.version),
    }
    return _draw_edit(request, view, values, {})


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


@router.get("/lots/{lot_id}/repeat")
def ask_repeat(request: Request, lot_id: Id, who: Poster, session: ReadSession, now: Now, locale: Locale) -> Response:
    """The same again: weights and windows, one button."""
    lot, _actor = lot_to_change(session, who, lot_id)
    return _draw_repeat(request, session, lot, who, Typed({}), {}, now, locale)


@router.post("/lots/{lot_id}/repeat")
def repeat(
    request: Request, lot_id: Id, who: Poster, session: WriteSession, now: Now, locale: Locale, typed: TypedForm
) -> Response:
    """Publish the same again."""
    lot, actor = lot_to_change(session, who, lot_id)
    view = lot_view(session, who, lot, now, locale)
    wrong: dict[str, str] = {}
    grams = [grams_of(typed.one(f"kg.{line.key}"), f"kg.{line.key}", wrong) for line in view.lines]
    dates = [
        date_of(typed.one(f"date.{line.key}"), f"date.{line.key}", wrong) if line.date else None for line in view.lines
    ]
    try:
        windows = windows_of(shown(typed), zone_of(lot.region), wrong)
        if wrong:
            raise Invalid(fields=wrong)
        try:
            known = [weight for weight in grams if weight is not None]
            given = RepeatIn(grams=known, dates=dates, windows=[WindowIn.model_validate(w) for w in windows])
        except ValidationError as error:
            raise Invalid(fields=as_fields(error)) from None
        check_windows(given.windows, now)
        posted = actions.repeat(session, lot, given, who=actor, now=now)
    except Invalid as refusal:
        session.rollback()
        lot, _actor = lot_to_change(session, who, lot_id)
        fields = on_form(refusal.fields) or {"slot": refusal.text(locale)}
        return _draw_repeat(request, session, lot, who, typed, fields, now, locale, status=422)
    return RedirectResponse(f"/lots/{posted.key}?done=posted", status_code=303)


def _draw_repeat(
    request: Request,
    session: Session,
    lot: Lot,
    who: Who,
    typed: Typed,
    wrong: Mapping[str, str],
    now: datetime,
    locale: str,
    status: int = 200,
) -> Response:
    view = lot_view(session, who, lot, now, locale)
    slots = suggested_windows(session, session.get_one(Site, lot.site_id), now)
    values = shown(typed)
    if not typed.answers:
        values["slots"] = [f"{start.isoformat()}/{end.isoformat()}" for start, end in slots]
    slots = proposed(slots, values["slots"])
    passed = (local(now, zone_of(lot.region)).date() - local(lot.posted_at, zone_of(lot.region)).date()).days
    days = {
        line.key: typed.one(f"date.{line.key}") or (line.date + timedelta(days=passed)).isoformat()
        for line in view.lines
        if line.date is not None
    }
    weights = {line.key: typed.one(f"kg.{line.key}") or _kg(line.grams) for line in view.lines}
    context = {
        **sayings(locale),
        "view": view,
        "values": values,
        "weights": weights,
        "days": days,
        "date_kinds": {kind.value: text for kind, text in DATE_KINDS.items()},
        "slots": slots,
        "wrong": Wrong(wrong),
    }
    return render(request, "lots/repeat.html", context, status=status)


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
