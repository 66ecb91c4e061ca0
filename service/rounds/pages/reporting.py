"""Reports as a driver makes them with a thumb, and a whole round entered afterwards from paper."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlmodel import Session

from config.regions import load_region_config
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import from_local, local
from service.kit.i18n import N_
from service.kit.ids import Id
from service.kit.pictures import MAX_BYTES
from service.kit.refusals import Invalid, NotFound, Refusal
from service.kit.weight import parse_kg
from service.lots.stored import keep_photo, signed
from service.lots.words import REFUSALS
from service.rounds.actions.reporting import note_overtaken, report
from service.rounds.errors import StopMoved
from service.rounds.forms import Report, ReportKind
from service.rounds.pages.filled import Filled, wrong_of
from service.rounds.pictures import pictures_at
from service.rounds.proving import proofs_of
from service.rounds.queries import rounds as reading
from service.rounds.showing import Called, Shown, reveal, shown
from service.rounds.words import FAILURES
from service.web.deps import AppSettings, Locale, MadeAt, Now, ReadSession, Waited, WriteSession
from service.web.errors import answer, field_message
from service.web.forms import TypedForm
from service.web.idempotency import key_of, new_once, once
from service.web.templating import KEEP, render

router = APIRouter()
Reporting = Annotated[Who, Depends(Guard("rounds", "report"))]
Photo = Annotated[UploadFile | None, File()]


def report_of(typed: Mapping[str, str], photo: str | None = None) -> Report:
    """A report from a page's fields: `kg.<item>` in kilograms, the others by their own names. Raises Invalid."""
    wrong: dict[str, str] = {}
    lines = []
    for name, text in typed.items():
        if not name.startswith("kg.") or not name[3:].isdigit() or not text.strip():
            continue
        try:
            grams = 0 if text.strip().replace(",", ".") in ("0", "0.0") else parse_kg(text)
        except Refusal as refusal:
            wrong[name] = refusal.message
            continue
        lines.append({"item_id": int(name[3:]), "grams": grams})
    names = ("kind", "temperature_reason", "weight_reason", "reason", "rest", "code", "signature", "signed_by")
    values: dict[str, Any] = {name: typed[name] for name in names if typed.get(name, "").strip()}
    if warmth := typed.get("temperature_c", "").strip():
        values["temperature_c"] = warmth.replace(",", ".").replace("−", "-")
    try:
        form = Report.model_validate({**values, "lines": lines, "photo": photo})
    except ValidationError as error:
        wrong |= {str(detail["loc"][0]): field_message(detail["type"]) for detail in error.errors()}
        raise Invalid(fields=wrong) from None
    if wrong:
        raise Invalid(fields=wrong)
    return form


def _lasting(typed: Mapping[str, str]) -> dict[str, str]:
    """What a report says, without what each sending of it says anew."""
    return {name: text for name, text in typed.items() if name not in ("csrf", "once", "queued", "queued_next")}


def _called(view: Shown, number: int) -> Called:
    found = next((called for called in view.stops if called.stop.number == number), None)
    if found is None:
        raise NotFound()
    return found


def draw_stop(
    request: Request,
    session: Session,
    who: Who,
    round_id: int,
    number: int,
    now: datetime,
    locale: str,
    **more: Any,
) -> Response:
    """The stop's page, with what was typed and what is wrong with it."""
    view = shown(session, reading.round_for(session, who, round_id, "report"), who, now, locale)
    called = _called(view, number)
    context: dict[str, Any] = {
        "view": view,
        "called": called,
        "pictures": pictures_at(session, view.round, called.stop),
        "reasons": [(str(key), text) for key, text in REFUSALS.items()],
        "failures": [(str(key), text) for key, text in FAILURES.items()],
        "typed": {},
        "refusal": None,
        "address": None,
        "act": "",
        "once": new_once(),
        **more,
    }
    context["typed"], context["wrong"] = Filled(context["typed"]), wrong_of(context["refusal"])
    status = context["refusal"].status if context["refusal"] else 200
    # A protected address is shown once and kept by nobody.
    headers = KEEP if status == 200 and not context["address"] else None
    return render(request, "rounds/stop.html", context, status=status, headers=headers)


@router.get("/rounds/{round_id}/stops/{number}")
def stop_page(
    request: Request, who: Reporting, session: ReadSession, now: Now, locale: Locale, round_id: Id, number: Id
) -> Response:
    """One stop: where it is, what to do, and the report."""
    return draw_stop(request, session, who, round_id, number, now, locale)


@router.post("/rounds/{round_id}/stops/{number}/address")
def stop_address(
    request: Request,
    who: Reporting,
    session: WriteSession,
    now: Now,
    settings: AppSettings,
    locale: Locale,
    round_id: Id,
    number: Id,
) -> Response:
    """The stop's page with its protected address on it, once; the reading is journaled."""
    row = reading.round_for(session, who, round_id, "report")
    address = reveal(session, settings, row, reading.stop_by_number(session, row.key, number), who=who, now=now)
    return draw_stop(request, session, who, round_id, number, now, locale, address=address)


@router.post("/rounds/{round_id}/stops/{number}/report")
def report_stop(
    request: Request,
    who: Reporting,
    session: WriteSession,
    now: Now,
    clients: OutsideClients,
    settings: AppSettings,
    locale: Locale,
    typed: TypedForm,
    made_at: MadeAt,
    waited: Waited,
    round_id: Id,
    number: Id,
    photo: Photo = None,
) -> Response:
    """Take the report of a stop; what cannot be accepted comes back with what was typed.

    Sent twice with the same `once` (a second tap, a phone that saw no answer) it acts once.
    """
    try:
        kept = None
        if photo is not None and photo.filename:
            kept = signed(settings, keep_photo(clients.files, photo.file.read(MAX_BYTES + 1)))
        form = report_of(typed, kept)
        if waited is not None:
            form = form.model_copy(update={"at": made_at, "kept": True})
        proofs = proofs_of(settings, clients.files, form)
        row = reading.round_for(session, who, round_id, "report")
        stop = reading.stop_by_number(session, row.key, number)

        def act() -> dict[str, str]:
            report(session, row, stop, form, who=who, now=now, proofs=proofs)
            return {"stop": str(stop.state)}

        asked = ["report", round_id, number, typed.get("kind"), *sorted(_lasting(typed).items())]
        key = key_of(typed.get("once"), asked)
        once(session, who.must_be_somebody(), key, asked, act, acting_for=who.on_behalf_of)
    except StopMoved as refusal:
        session.rollback()
        row = reading.round_for(session, who, round_id, "report")
        stop = reading.stop_by_number(session, row.key, number)
        note_overtaken(session, row, stop, form, refusal, who=who, now=now)
        if waited is not None:
            return answer(request, refusal)
        home = f"/rounds/mine?moved={refusal.code}" if row.is_with(who.person_id) else f"/rounds/{round_id}"
        return RedirectResponse(home, status_code=303)
    except Refusal as refusal:
        if refusal.status in (403, 404) or waited is not None:
            raise
        session.rollback()
        return draw_stop(
            request,
            session,
            who,
            round_id,
            number,
            now,
            locale,
            typed=typed,
            refusal=refusal,
            act=typed.get("kind", ""),
        )
    if stop.is_ahead:
        return RedirectResponse(f"/rounds/{round_id}/stops/{number}", status_code=303)
    mine = row.is_with(who.person_id)
    return RedirectResponse("/rounds/mine" if mine else f"/rounds/{round_id}", status_code=303)


@router.get("/rounds/{round_id}/afterwards")
def afterwards_page(
    request: Request, who: Reporting, session: ReadSession, now: Now, locale: Locale, round_id: Id
) -> Response:
    """Enter a round from paper: every stop on one page."""
    return _draw_afterwards(request, session, who, round_id, now, locale, {}, None)


def _draw_afterwards(
    request: Request,
    session: Session,
    who: Who,
    round_id: int,
    now: datetime,
    locale: str,
    typed: Mapping[str, str],
    refusal: Refusal | None,
    at_stop: int | None = None,
) -> Response:
    view = shown(session, reading.round_for(session, who, round_id, "report"), who, now, locale)
    context = {
        "view": view,
        "failures": [(str(key), text) for key, text in FAILURES.items()],
        "typed": Filled(typed),
        "refusal": refusal,
        "wrong": wrong_of(refusal),
        "at_stop": at_stop,
    }
    return render(request, "rounds/afterwards.html", context, status=refusal.status if refusal else 200)


@router.post("/rounds/{round_id}/afterwards")
def enter_afterwards(
    request: Request,
    who: Reporting,
    session: WriteSession,
    now: Now,
    locale: Locale,
    typed: TypedForm,
    round_id: Id,
) -> Response:
    """Enter every stop that has a time, in order, all or none; each is marked as entered afterwards."""
    row = reading.round_for(session, who, round_id, "report")
    view = shown(session, row, who, now, locale)
    number = 0
    try:
        for called in view.stops:
            number = called.stop.number
            for form in _from_paper(called, typed, row.starts_at, who.region):
                report(session, row, reading.stop_by_number(session, row.key, number), form, who=who, now=now)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        session.rollback()
        return _draw_afterwards(request, session, who, round_id, now, locale, typed, refusal, number)
    return RedirectResponse(f"/rounds/{round_id}", status_code=303)


def _from_paper(called: Called, typed: Mapping[str, str], leaves: datetime, region: str) -> list[Report]:
    """The reports that one stop's lines of paper stand for; none for a stop already made or without a time."""
    number = called.stop.number
    text = typed.get(f"at.{number}", "").strip()
    if not text or not called.to_do:
        return []
    try:
        hour = time.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={f"at.{number}": N_("Indiquez une date ou une heure valable.")}) from None
    zone = load_region_config(region).time_zone
    day = local(leaves, zone).date()
    common: dict[str, str] = {"weight_reason": typed.get(f"why.{number}", "")}
    if typed.get(f"temperature.{number}", "").strip():
        common["temperature_c"] = typed[f"temperature.{number}"]
        common["temperature_reason"] = typed.get(f"why.{number}", "")
    moment = from_local(day, hour, zone)
    if failure := typed.get(f"failed.{number}", ""):
        return [report_of({"kind": "failed", "reason": failure}).model_copy(update={"at": moment, "late": True})]
    reports = []
    ends = ((called.unloads, ReportKind.DELIVERED), (called.loads, ReportKind.LOADED))
    for handled, kind in ends:
        items = {g.item_id for h in handled if h.is_open for g in h.goods}
        if not items:
            continue
        weights = {f"kg.{key}": typed[f"kg.{key}"] for key in items if typed.get(f"kg.{key}", "").strip()}
        form = report_of({"kind": kind, **common, **weights, "signed_by": typed.get(f"signed.{number}", "")})
        reports.append(form.model_copy(update={"at": moment, "late": True}))
    return reports
