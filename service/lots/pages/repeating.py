"""The same lot again ("comme hier")."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import ValidationError
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.accounts.guard import Guard
from service.accounts.models import Site
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import local
from service.kit.ids import Id
from service.kit.refusals import Invalid
from service.lots import actions, queries
from service.lots.access import lot_to_change
from service.lots.actions.building import check_windows
from service.lots.actions.posting import suggested_windows
from service.lots.facts import zone_of
from service.lots.forms import MOST_KEY, RepeatIn, WindowIn
from service.lots.models import Lot, LotState, PhotoKind
from service.lots.pages.posting import photos_of
from service.lots.reading import (
    Typed,
    TypedForm,
    Wrong,
    as_fields,
    date_of,
    grams_of,
    on_form,
    proposed,
    shown,
    windows_of,
)
from service.lots.stored import signed
from service.lots.views import lot_view, sayings
from service.lots.words import DATE_KINDS
from service.web.deps import AppSettings, Locale, Now, ReadSession, Waited, WriteSession
from service.web.idempotency import key_of, new_once, once
from service.web.templating import KEEP, render

router = APIRouter()

JUST_NOW = timedelta(hours=1)

Poster = Annotated[Who, Depends(Guard("lots", "post"))]


def _kg(grams: int) -> str:
    """Grams as a box for kilograms holds them: "2,5"."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".").replace(".", ",")


@router.get("/lots/{lot_id}/repeat")
def ask_repeat(
    request: Request,
    lot_id: Id,
    who: Poster,
    session: ReadSession,
    now: Now,
    locale: Locale,
    template: Annotated[int, Query(ge=0, le=MOST_KEY)] = 0,
) -> Response:
    """The same again: weights and windows, one button; under the name of the template it was opened from."""
    lot, _actor = lot_to_change(session, who, lot_id)
    kept = queries.templates_of(session, {lot.organisation_id}) if template else []
    name = next((one.name for one in kept if one.key == template and one.lot_id == lot.key), "")
    return _draw_repeat(request, session, lot, who, Typed({}), {}, now, locale, name=name)


@router.post("/lots/{lot_id}/repeat")
def repeat(
    request: Request,
    lot_id: Id,
    who: Poster,
    session: WriteSession,
    now: Now,
    waited: Waited,
    settings: AppSettings,
    clients: OutsideClients,
    locale: Locale,
    typed: TypedForm,
) -> Response:
    """Publish the same again; once, however often it is sent. Photos are kept before the transaction begins."""
    photos, wrong = photos_of(typed, clients.files, settings, locale)
    lot, actor = lot_to_change(session, who, lot_id)
    view = lot_view(session, who, lot, now, locale)
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
        asked = ["repeat", lot_id, given, [photo.file_key for photo in photos]]
        kinds = [(photo, PhotoKind.FOOD) for photo in photos]

        def act() -> dict[str, int]:
            return {"id": actions.repeat(session, lot, given, who=actor, now=now, photos=kinds).key}

        key = key_of(typed.one("once"), asked)
        kept = once(session, who.must_be_somebody(), key, asked, act, acting_for=who.on_behalf_of)
        posted = json.loads(bytes(kept.body))["id"]
    except Invalid as refusal:
        if waited is not None:
            raise
        session.rollback()
        lot, _actor = lot_to_change(session, who, lot_id)
        fields = on_form(refusal.fields) or {"slot": refusal.text(locale)}
        carried = [signed(settings, photo) for photo in photos]
        return _draw_repeat(request, session, lot, who, typed, fields, now, locale, status=422, photos=carried)
    return RedirectResponse(f"/lots/{posted}?done=posted", status_code=303)


def _is_fresh(given: Lot, now: datetime) -> bool:
    return given.state is LotState.PUBLISHED and now - given.posted_at < JUST_NOW


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
    name: str = "",
    photos: Sequence[str] = (),
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
    given = queries.newest_repeat_of(session, lot.key)
    context = {
        **sayings(locale),
        "view": view,
        # Whoever comes back by the browser's arrow does not give the same a second time without knowing.
        "given": given if given is not None and _is_fresh(given, now) else None,
        "template_name": name,
        "kept_photos": photos,
        "values": values,
        "weights": weights,
        "days": days,
        "date_kinds": {kind.value: text for kind, text in DATE_KINDS.items()},
        "slots": slots,
        "wrong": Wrong(wrong),
        "once": typed.one("once") or new_once(),
    }
    return render(request, "lots/repeat.html", context, status=status, headers=KEEP if status == 200 else None)
