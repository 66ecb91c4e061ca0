"""One shift: who drives, who comes along, its hours, where it leaves from and ends; who could, the free ones first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.rounds.actions import shifts
from service.rounds.forms import ShiftForm
from service.rounds.leaving import starts_of
from service.rounds.models import Shift
from service.rounds.pages.filled import form_page, saved_or_again
from service.rounds.pages.turns import PLACES_AND_PEOPLE, choices, first_time, people_for, shift_typed
from service.rounds.queries import fleet as reading
from service.rounds.queries.rounds import round_of_shift
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.forms import TypedForm

router = APIRouter()
Managing = Annotated[Who, Depends(Guard("vehicles", "manage"))]
# So many people are offered by one tap each; the others stand in the list.
ONE_TAP = 6


@router.get("/dispatch/shifts/people")
def people_then(request: Request, who: Managing, session: ReadSession, now: Now, locale: Locale) -> Response:
    """A part of the forms: who could drive at the hours typed so far; of a round of every week, at its first ones."""
    typed = dict(request.query_params)
    first = first_time(typed, local(now, who.zone).date()) if "weekday" in typed else None
    day = {"day": first.isoformat()} if first is not None else {}
    context = {**choices(session, who), **people_for(session, who, typed | day, locale), "first_time": first}
    return form_page(request, "rounds/crew_fields.html", context, typed, None)


@router.get("/dispatch/shifts/{shift_id}")
def shift_page(
    request: Request, who: Managing, session: ReadSession, now: Now, locale: Locale, shift_id: Id
) -> Response:
    """A shift as it stands."""
    return _draw(request, session, who, now, shifts.shift_of(session, who, shift_id), locale, None, None)


def _as_typed(shift: Shift, zone: str) -> dict[str, str]:
    starts, ends = local(shift.starts_at, zone), local(shift.ends_at, zone)
    keys = {name: str(getattr(shift, name) or "") for name in PLACES_AND_PEOPLE}
    return {
        **keys,
        "day": starts.date().isoformat(),
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "two": "on" if shift.crew_size > 1 else "",
    }


def _draw(
    request: Request,
    session: Session,
    who: Who,
    now: datetime,
    shift: Shift,
    locale: str,
    typed: Mapping[str, str] | None,
    refusal: Refusal | None,
) -> Response:
    given = typed if typed is not None else _as_typed(shift, who.zone)
    vehicle = reading.vehicle_by_id(session, who.region, shift.vehicle_id)
    round_ = round_of_shift(session, shift.key)
    people = people_for(session, who, given, locale, shift.key)
    candidates = people.get("candidates", [])
    stands = starts_of(session, [shift], now)[shift.key]
    named = {vehicle.home_site_id, stands, *([shift.end_site_id] if shift.end_site_id is not None else [])}
    made, sites = choices(session, who), sites_by_id(session, named)
    context: dict[str, Any] = {
        **made,
        **people,
        "shift": shift,
        "vehicle": vehicle,
        # A place that was chosen stays to choose, whoever's it is.
        "sites": [*made["sites"], *((key, site.name) for key, site in sites.items() if key not in dict(made["sites"]))],
        "home": sites[vehicle.home_site_id],
        "stands": sites[stands],
        "round": round_,
        "left": round_ is not None and round_.departed_at is not None,
        "one_tap": [one for one in candidates if not one.answer.standing.warns and one.person.key not in shift.crew][
            :ONE_TAP
        ],
        "wishes": [one for one in candidates if one.person.key in shift.crew and one.wish is not None],
        "aboard": [one for one in candidates if one.person.key in shift.crew],
    }
    return form_page(request, "rounds/shift.html", context, given, refusal)


def _as_form(shift: Shift, **other: Any) -> ShiftForm:
    """The shift as it stands, some of it changed."""
    values = {name: getattr(shift, name) for name in ShiftForm.model_fields}
    return ShiftForm.model_validate(values | other)


@router.post("/dispatch/shifts/{shift_id}")
def change_shift(
    request: Request, who: Managing, session: WriteSession, now: Now, locale: Locale, typed: TypedForm, shift_id: Id
) -> Response:
    """Other hours, another crew, another place to leave from or to end at; the break and the cut-off stay."""
    row = shifts.shift_of(session, who, shift_id)

    def save() -> None:
        form = shift_typed(typed, who.zone)
        kept = {"break_minutes": row.break_minutes, "cut_off_at": row.cut_off_at}
        shifts.change_shift(session, row, form.model_copy(update=kept), who=who, now=now)

    def again(refusal: Refusal) -> Response:
        return _draw(request, session, who, now, shifts.shift_of(session, who, shift_id), locale, typed, refusal)

    return saved_or_again(session, save, "/dispatch/shifts", again)


@router.post("/dispatch/shifts/{shift_id}/crew")
def fill_shift(
    who: Managing,
    session: WriteSession,
    now: Now,
    shift_id: Id,
    person_id: Annotated[int, Form(gt=0, le=2**53)],
) -> Response:
    """One tap: somebody for the place that is free, at the wheel first."""
    row = shifts.shift_of(session, who, shift_id)
    other = {"driver_id": person_id} if row.driver_id is None else {"mate_id": person_id}
    shifts.change_shift(session, row, _as_form(row, **other), who=who, now=now)
    return RedirectResponse(f"/dispatch/shifts/{shift_id}", status_code=303)


@router.post("/dispatch/shifts/{shift_id}/start")
def start_there(
    who: Managing,
    session: WriteSession,
    now: Now,
    shift_id: Id,
    start_site_id: Annotated[int, Form(gt=0, le=2**53)],
) -> Response:
    """One tap: the vehicle is not where its last shift left it; somebody brought it home."""
    row = shifts.shift_of(session, who, shift_id)
    shifts.change_shift(session, row, _as_form(row, start_site_id=start_site_id), who=who, now=now)
    return RedirectResponse(f"/dispatch/shifts/{shift_id}", status_code=303)


@router.post("/dispatch/shifts/{shift_id}/end")
def end_there(
    who: Managing,
    session: WriteSession,
    now: Now,
    shift_id: Id,
    end_site_id: Annotated[int, Form(gt=0, le=2**53)],
) -> Response:
    """One tap: the round ends where somebody of its crew wishes to."""
    row = shifts.shift_of(session, who, shift_id)
    shifts.change_shift(session, row, _as_form(row, end_site_id=end_site_id), who=who, now=now)
    return RedirectResponse(f"/dispatch/shifts/{shift_id}", status_code=303)
