"""Posting a lot from a phone, in under a minute: one form, drawn again with everything kept when something is wrong."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.encoders import jsonable_encoder
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.catalogue import Category, UnknownCategory, catalogue
from config.settings import Settings
from service.accounts.guard import Guard
from service.accounts.models import Organisation, Site
from service.accounts.who import Who
from service.clients.files.port import Files
from service.clients.parts import OutsideClients
from service.kit.refusals import Invalid, Refusal
from service.lots import actions, queries
from service.lots.actions.posting import suggested_windows
from service.lots.counted import containers_for
from service.lots.facts import zone_of
from service.lots.forms import MOST_LINES, MOST_PHOTOS, LotIn
from service.lots.models import PhotoKind
from service.lots.reading import Typed, TypedForm, Wrong, line_count, lot_of, on_form, proposed, shown
from service.lots.stored import StoredPhoto, keep_photo, signed, unsigned
from service.lots.words import CLASSES, DATE_KINDS, usual_categories
from service.web.deps import AppSettings, Locale, MadeAt, Now, ReadSession, Waited, WriteSession
from service.web.idempotency import key_of, new_once, once
from service.web.templating import KEEP, render

router = APIRouter()
Poster = Annotated[Who, Depends(Guard("lots", "post"))]
EMPTY_LINE = {"category": "", "other": "", "description": "", "kg": "", "units": "", "unit_kg": "", "date_kind": "",
              "day": "", "date": "", "temperature_code": "", "packing": "", "allergens_state": "", "lot_number": "",
              "gtin": "", "id": "", "product": "", "contains": [], "may": [], "containers": {}}  # fmt: skip


@router.get("/lots/new")
def new_lot(
    request: Request,
    who: Poster,
    session: ReadSession,
    now: Now,
    settings: AppSettings,
    locale: Locale,
    site_id: Annotated[str, Query(max_length=12)] = "",
) -> Response:
    """An empty form, its windows prefilled from the shop's hours."""
    values = shown(Typed({"site_id": [site_id], "once": [new_once()]}))
    return draw_form(
        request, session, who, values, [], {}, now=now, settings=settings, locale=locale, fresh=True, headers=KEEP
    )


@router.get("/lots/new/practice")
def new_practice(
    request: Request, who: Poster, session: ReadSession, now: Now, settings: AppSettings, locale: Locale
) -> Response:
    """The same form to practise on. At an address of its own: a phone without a network shows the form it has kept of
    an address, and must not show the real one to somebody who practises."""
    values = shown(Typed({"once": [new_once()], "practice": ["1"]}))
    return draw_form(request, session, who, values, [], {}, now=now, settings=settings, locale=locale, fresh=True)


@router.get("/lots/new/details")
def details(
    request: Request,
    who: Poster,
    line: Annotated[int, Query(ge=0, lt=MOST_LINES)] = 0,
) -> Response:
    """What depends on the category of a line, drawn again when another one is tapped."""
    return details_of(request, line)


def details_of(request: Request, line: int) -> Response:
    """The part of the form that depends on a line's category, as the address says the line is filled."""
    typed = Typed({name: request.query_params.getlist(name) for name in request.query_params})
    index = min(line, line_count(typed) - 1)
    values = {**EMPTY_LINE, **shown(typed)["lines"][index]}
    context = {**choices(), "line": values, "index": line, "wrong": Wrong()}
    return render(request, "lots/line_details.html", context, headers=KEEP)


@router.post("/lots")
def post_lot(
    request: Request,
    who: Poster,
    session: WriteSession,
    now: Now,
    made_at: MadeAt,
    waited: Waited,
    settings: AppSettings,
    clients: OutsideClients,
    locale: Locale,
    typed: TypedForm,
) -> Response:
    """Publish, or add and remove a line. Photos are cleaned and kept before the transaction begins.

    What a phone kept is read as on the day it was typed (`made_at`), and is on offer from when it reached us.
    """
    values = shown(typed)
    photos, wrong = photos_of(typed, clients.files, settings, locale)
    if changed_lines(typed, values):
        return draw_form(request, session, who, values, photos, wrong, now=now, settings=settings, locale=locale)
    try:
        given = read_lot(values, wrong, made_at, zone_of(who.region))
        if values["practice"]:
            actions.try_posting(session, given, who=who, now=now)
            return RedirectResponse("/practice/lot", status_code=303)
        asked = jsonable_encoder(["post", given, [photo.file_key for photo in photos]])
        kinds = [(photo, PhotoKind.FOOD) for photo in photos]

        def act() -> dict[str, int]:
            return {"id": actions.post(session, given, who=who, now=now, photos=kinds).key}

        assert who.person_id is not None, "the guard lets nobody unknown post"
        kept = once(session, who.person_id, key_of(values["once"], asked), asked, act, acting_for=who.on_behalf_of)
        lot_id = json.loads(bytes(kept.body))["id"]
    except Invalid as refusal:
        if waited is not None:
            raise
        # Nothing half-written: what this request changed so far is undone before the form is drawn again.
        session.rollback()
        fields = on_form(refusal.fields) or {"lines.0.category": refusal.text(locale)}
        return draw_form(
            request, session, who, values, photos, fields, now=now, settings=settings, locale=locale, status=422
        )
    return RedirectResponse(f"/lots/{lot_id}?done=posted", status_code=303)


def read_lot(values: Mapping[str, Any], wrong: Mapping[str, str], now: datetime, zone: str) -> LotIn:
    """The lot the form means; what is wrong with its photos and with its answers is said at once."""
    try:
        given = lot_of(values, now, zone)
    except Invalid as refusal:
        refusal.fields = {**wrong, **refusal.fields}
        raise
    if wrong:
        raise Invalid(fields=wrong)
    return given


def photos_of(typed: Typed, files: Files, settings: Settings, locale: str) -> tuple[list[StoredPhoto], dict[str, str]]:
    """The photos this form already carried, and those just chosen."""
    carried = [photo for text in typed.all("photo_kept") if (photo := unsigned(settings, text)) is not None]
    wrong: dict[str, str] = {}
    for data in typed.files.get("photo", ())[:MOST_PHOTOS]:
        try:
            carried.append(keep_photo(files, data))
        except Refusal as refusal:
            wrong["photo"] = refusal.text(locale)
    unique = {photo.file_key: photo for photo in carried}
    return list(unique.values())[:MOST_PHOTOS], wrong


def changed_lines(typed: Typed, values: dict[str, Any]) -> bool:
    """« Ajouter une ligne » and « Retirer cette ligne » draw the form again and publish nothing; so does a draft that a
    phone kept and wants to see drawn."""
    if typed.one("redraw"):
        return True
    if typed.one("add_line"):
        if len(values["lines"]) < MOST_LINES:
            values["lines"].append(dict(EMPTY_LINE))
        return True
    asked = typed.one("remove_line")
    if asked.isdigit() and int(asked) < len(values["lines"]) and len(values["lines"]) > 1:
        del values["lines"][int(asked)]
        return True
    return bool(asked)


def draw_form(
    request: Request,
    session: Session,
    who: Who,
    values: dict[str, Any],
    photos: Sequence[StoredPhoto],
    wrong: Mapping[str, str],
    *,
    now: datetime,
    settings: Settings,
    locale: str,
    fresh: bool = False,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    at: str = "/lots",
) -> Response:
    """The form, filled. `at` is where it is sent: whoever came by a poster is told nothing of how one gets in."""
    visiting = who.visit_id is not None
    sites = sites_to_post_from(session, who)
    site = next((one for one in sites if str(one.id) == values["site_id"]), sites[0] if len(sites) == 1 else None)
    organisation = session.get(Organisation, site.organisation_id) if site else None
    slots = suggested_windows(session, site, now) if site else []
    if fresh:
        values["slots"] = [f"{start.isoformat()}/{end.isoformat()}" for start, end in slots]
        values["access_note"] = site.access_note if site and not visiting else ""
    slots = proposed(slots, values["slots"])
    context = {
        **choices(),
        "values": values,
        "wrong": Wrong(wrong),
        "at": at,
        "details_at": f"{at}/details" if visiting else f"{at}/new/details",
        "visiting": visiting,
        "sites": sites,
        "site": site,
        "slots": slots,
        "usual": usual_categories(organisation.activity if organisation else None),
        "fresh": fresh,
        "kept_photos": [signed(settings, photo) for photo in photos],
    }
    return render(request, "lots/new.html", context, status=status, headers=headers)


def sites_to_post_from(session: Session, who: Who) -> list[Site]:
    """A donor's own sites; for a dispatcher every donor's of the region."""
    return list(
        queries.donor_sites(session, who.region, None if _anybodys(who) else who.organisation_ids, who.site_ids)
    )


def _anybodys(who: Who) -> bool:
    return "any" in who.relations("lots", "post") and who.on_behalf_of is None


def choices() -> dict[str, Any]:
    """What every form about a line offers."""
    return {
        "headings": catalogue().headings(),
        "children": catalogue().children,
        "category_of": category_of,
        "containers_for": containers_for,
        "allergens": catalogue().allergens,
        "classes": CLASSES,
        "date_kinds": DATE_KINDS,
    }


def category_of(line: Mapping[str, Any]) -> Category | None:
    """The category a line's answers name, if any."""
    slug = line["other"] if line["category"] in ("other", "") else line["category"]
    try:
        return catalogue().category(slug)
    except UnknownCategory:
        return None
