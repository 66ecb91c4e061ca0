"""The rounds of every week."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.ids import Id
from service.kit.refusals import Refusal
from service.rounds.actions import fixed_rounds
from service.rounds.forms import FixedRoundForm
from service.rounds.pages.filled import form_page, saved_or_again
from service.rounds.pages.fleet import checked
from service.rounds.pages.turns import choices, first_time, people_for
from service.rounds.queries import fleet as reading
from service.rounds.queries.owners import donor_sites
from service.rounds.words import WEEKDAYS
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.forms import TypedForm

router = APIRouter()
Reading = Annotated[Who, Depends(Guard("vehicles", "read"))]
Managing = Annotated[Who, Depends(Guard("vehicles", "manage"))]
FIXED = (
    "name", "vehicle_id", "driver_id", "mate_id", "end_site_id", "weekday", "starts", "ends", "cut_off", "first_day",
    "last_day",
)  # fmt: skip


def _draw_fixed(
    request: Request,
    session: Session,
    who: Who,
    now: datetime,
    locale: str,
    typed: Mapping[str, str],
    refusal: Refusal | None,
) -> Response:
    today = local(now, who.zone).date()
    rows = [row for row in reading.fixed_rounds(session, who.region) if row.last_day is None or row.last_day >= today]
    vehicles = reading.vehicles_by_id(session, {row.vehicle_id for row in rows})
    made = choices(session, who)
    names = dict(made["drivers"])
    stands = sites_by_id(session, {row.end_site_id for row in rows if row.end_site_id is not None})
    given = {"weekday": "0", "starts": "08:30", "ends": "12:30", "first_day": today.isoformat(), **typed}
    first = first_time(given, today)
    context = {
        **made,
        **(people_for(session, who, {**given, "day": first.isoformat()}, locale) if first is not None else {}),
        "first_time": first,
        "fixed": [
            (
                row,
                vehicles[row.vehicle_id],
                " + ".join(names.get(key, "…") for key in (row.driver_id, row.mate_id) if key is not None),
                stands.get(row.end_site_id or 0),
            )
            for row in rows
        ],
        "weekdays": WEEKDAYS,
        "donors": donor_sites(session, who.region),
        "today": today,
    }
    return form_page(request, "rounds/fixed_rounds.html", context, given, refusal)


@router.get("/dispatch/fixed-rounds")
def fixed_rounds_page(request: Request, who: Reading, session: ReadSession, now: Now, locale: Locale) -> Response:
    """The rounds of every week."""
    return _draw_fixed(request, session, who, now, locale, {}, None)


@router.post("/dispatch/fixed-rounds")
def add_fixed_round(
    request: Request, who: Managing, session: WriteSession, now: Now, locale: Locale, typed: TypedForm
) -> Response:
    """A round of every week."""
    return saved_or_again(
        session,
        lambda: fixed_rounds.add_fixed_round(session, _fixed_typed(typed), who=who, now=now),
        "/dispatch/fixed-rounds",
        lambda refusal: _draw_fixed(request, session, who, now, locale, typed, refusal),
    )


def _fixed_typed(typed: Mapping[str, str]) -> FixedRoundForm:
    """A round of every week as it was typed. Raises Invalid."""
    values: dict[str, Any] = {name: typed.get(name, "").strip() for name in FIXED}
    values["crew_size"] = 2 if typed.get("two") or values["mate_id"] else 1
    values["first_sites"] = [typed[name] for name in ("site1", "site2", "site3") if typed.get(name, "").strip()]
    return checked(FixedRoundForm, values, {})


@router.post("/dispatch/fixed-rounds/{fixed_id}/end")
def end_fixed_round(who: Managing, session: WriteSession, now: Now, fixed_id: Id) -> Response:
    """It no longer takes place."""
    fixed_rounds.end_fixed_round(session, fixed_id, who=who, now=now)
    return RedirectResponse("/dispatch/fixed-rounds", status_code=303)
