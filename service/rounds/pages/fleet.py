"""Vehicles and absences, as the dispatcher keeps them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.queries import organisations_by_id, people_with_role, sites_by_id
from service.accounts.who import Who
from service.kit.clock import from_local
from service.kit.i18n import N_
from service.kit.ids import Id
from service.kit.refusals import Invalid, Refusal
from service.kit.weight import parse_kg
from service.rounds.actions import absences, fleet
from service.rounds.forms import AbsenceForm, VehicleForm
from service.rounds.models import Vehicle
from service.rounds.pages.filled import form_page, saved_or_again
from service.rounds.queries import fleet as reading
from service.rounds.queries.owners import owners_and_sites
from service.rounds.words import COLDS, KINDS
from service.web.deps import Now, ReadSession, WriteSession
from service.web.errors import field_message
from service.web.forms import TypedForm
from service.web.templating import render

router = APIRouter()
Reading = Annotated[Who, Depends(Guard("vehicles", "read"))]
Managing = Annotated[Who, Depends(Guard("vehicles", "manage"))]
MONTH = timedelta(days=31)
LAST_YEAR = 2100
F = TypeVar("F", bound=BaseModel)
KILOGRAMS = ("payload", "ambient", "chilled", "frozen")


def checked(form: type[F], values: Mapping[str, Any], wrong: dict[str, str]) -> F:
    """A form out of typed values; Invalid names each field that does not fit."""
    try:
        made = form.model_validate({name: value for name, value in values.items() if value not in ("", None)})
    except ValidationError as error:
        wrong |= {str(detail["loc"][0]): field_message(detail["type"]) for detail in error.errors() if detail["loc"]}
        raise Invalid(fields=wrong) from None
    if wrong:
        raise Invalid(fields=wrong)
    return made


def _vehicle_form(typed: Mapping[str, str]) -> VehicleForm:
    wrong: dict[str, str] = {}
    names = ("name", "kind", "cold", "organisation_id", "home_site_id", "payload_crates", "max_stops")
    values: dict[str, Any] = {name: typed.get(name, "").strip() for name in names}
    values |= {f"{room}_crates": typed.get(f"{room}_crates", "").strip() for room in KILOGRAMS[1:]}
    for room in KILOGRAMS:
        text = typed.get(f"{room}_kg", "").strip()
        if not text:
            continue
        try:
            values[f"{room}_grams"] = 0 if text == "0" else parse_kg(text)
        except Refusal as refusal:
            wrong[f"{room}_kg"] = refusal.message
    if "payload_grams" not in values:
        wrong.setdefault("payload_kg", N_("À remplir."))
        values["payload_grams"] = 1
    return checked(VehicleForm, values, wrong)


@router.get("/dispatch/vehicles")
def vehicles_page(request: Request, who: Reading, session: ReadSession, now: Now) -> Response:
    """Every vehicle, and who or what is away."""
    rows = reading.vehicles(session, who.region)
    owners = organisations_by_id(session, {row.organisation_id for row in rows})
    homes = sites_by_id(session, {row.home_site_id for row in rows})
    away = reading.absences(session, who.region, now, now + MONTH)
    drivers = {person.key: person.name for person in people_with_role(session, who.region, "driver")}
    names = {row.key: row.name for row in rows}
    context = {
        "vehicles": [(row, owners[row.organisation_id], homes[row.home_site_id]) for row in rows],
        "kinds": KINDS,
        "colds": COLDS,
        "absences": [(row, names.get(row.vehicle_id or 0) or drivers.get(row.person_id or 0, "…")) for row in away],
        "may_manage": who.may("vehicles", "manage"),
    }
    return render(request, "rounds/vehicles.html", context)


def _draw_form(
    request: Request,
    session: Session,
    who: Who,
    vehicle: Vehicle | None,
    typed: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> Response:
    owners, sites = owners_and_sites(session, who.region)
    context = {
        "vehicle": vehicle,
        "kinds": [(kind.value, label) for kind, (label, _icon) in KINDS.items()],
        "colds": [(cold.value, label) for cold, label in COLDS.items()],
        "owners": owners,
        "sites": sites,
    }
    given = typed if typed is not None else _typed(vehicle)
    return form_page(request, "rounds/vehicle_form.html", context, given, refusal)


def _typed(vehicle: Vehicle | None) -> dict[str, str]:
    """A vehicle as its form shows it."""
    if vehicle is None:
        return {}
    names = ("name", "organisation_id", "home_site_id", "payload_crates", "max_stops")
    values = {name: str(getattr(vehicle, name) or "") for name in names}
    values |= {"kind": vehicle.kind.value, "cold": vehicle.cold.value}
    for room in KILOGRAMS:
        values[f"{room}_kg"] = f"{getattr(vehicle, f'{room}_grams') / 1000:g}".replace(".", ",")
        values[f"{room}_crates"] = str(getattr(vehicle, f"{room}_crates"))
    return values


@router.get("/dispatch/vehicles/new")
def new_vehicle(request: Request, who: Managing, session: ReadSession) -> Response:
    """An empty form."""
    return _draw_form(request, session, who, None)


@router.post("/dispatch/vehicles/new")
def add_vehicle(request: Request, who: Managing, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """Add a vehicle."""
    return saved_or_again(
        session,
        lambda: fleet.add_vehicle(session, _vehicle_form(typed), who=who, now=now),
        "/dispatch/vehicles",
        lambda refusal: _draw_form(request, session, who, None, typed, refusal),
    )


@router.get("/dispatch/vehicles/{vehicle_id}")
def vehicle_page(request: Request, who: Managing, session: ReadSession, vehicle_id: Id) -> Response:
    """A vehicle's form."""
    return _draw_form(request, session, who, reading.vehicle_by_id(session, who.region, vehicle_id))


@router.post("/dispatch/vehicles/{vehicle_id}")
def change_vehicle(
    request: Request, who: Managing, session: WriteSession, now: Now, typed: TypedForm, vehicle_id: Id
) -> Response:
    """Replace what is said of a vehicle."""
    row = reading.vehicle_by_id(session, who.region, vehicle_id)
    return saved_or_again(
        session,
        lambda: fleet.change_vehicle(session, row, _vehicle_form(typed), who=who, now=now),
        "/dispatch/vehicles",
        lambda refusal: _draw_form(request, session, who, row, typed, refusal),
    )


@router.post("/dispatch/vehicles/{vehicle_id}/retirement")
def retire_vehicle(who: Managing, session: WriteSession, now: Now, vehicle_id: Id) -> Response:
    """No new round uses it."""
    fleet.retire_vehicle(session, reading.vehicle_by_id(session, who.region, vehicle_id), who=who, now=now)
    return RedirectResponse("/dispatch/vehicles", status_code=303)


@router.get("/dispatch/absences/new")
def new_absence(request: Request, who: Managing, session: ReadSession, now: Now) -> Response:
    """A vehicle or a driver is away: from when to when."""
    return _draw_absence(request, session, who, {}, None)


def _draw_absence(
    request: Request, session: Session, who: Who, typed: Mapping[str, str], refusal: Refusal | None
) -> Response:
    context = {
        "vehicles": [(row.key, row.name) for row in reading.vehicles(session, who.region, active_only=True)],
        "drivers": [(person.key, person.name) for person in people_with_role(session, who.region, "driver")],
    }
    return form_page(request, "rounds/absence_form.html", context, typed, refusal)


@router.post("/dispatch/absences/new")
def declare_absence(request: Request, who: Managing, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """Away from the first day to the last, both included."""
    return saved_or_again(
        session,
        lambda: absences.declare_absence(session, _absence_typed(typed, now, who.zone), who=who, now=now),
        "/dispatch/vehicles",
        lambda refusal: _draw_absence(request, session, who, typed, refusal),
    )


def _absence_typed(typed: Mapping[str, str], now: datetime, zone: str) -> AbsenceForm:
    """Who or what is away, from which day to which. Raises Invalid."""
    wrong: dict[str, str] = {}
    first, last = day_typed(typed, "first_day", wrong), day_typed(typed, "last_day", wrong)
    values: dict[str, Any] = {name: typed.get(name, "").strip() for name in ("vehicle_id", "person_id", "reason")}
    if first is not None and last is not None:
        values |= {"starts_at": midnight(first, zone), "ends_at": midnight(last + timedelta(days=1), zone)}
    else:
        values |= {"starts_at": now, "ends_at": now + timedelta(days=1)}
    return checked(AbsenceForm, values, wrong)


def day_typed(typed: Mapping[str, str], name: str, wrong: dict[str, str]) -> date | None:
    """A date field; what is wrong with it goes into `wrong`."""
    day: date | None = None
    with suppress(ValueError):
        day = date.fromisoformat(typed.get(name, "").strip())
    # A later one is a slip, and the day after it might not be in the calendar.
    if day is None or day.year >= LAST_YEAR:
        wrong[name] = N_("Indiquez une date ou une heure valable.")
        return None
    return day


def midnight(day: date, zone: str) -> datetime:
    """When a local day begins."""
    return from_local(day, datetime.min.time(), zone)


@router.post("/dispatch/absences/{absence_id}/end")
def end_absence(who: Managing, session: WriteSession, now: Now, absence_id: Id) -> Response:
    """Back at work."""
    absences.end_absence(session, absence_id, who=who, now=now)
    return RedirectResponse("/dispatch/vehicles", status_code=303)
