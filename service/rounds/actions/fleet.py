"""Vehicles, and who may drive them."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.accounts.queries import organisations_by_id, people_with_role, sites_by_id
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.i18n import N_
from service.kit.refusals import Invalid
from service.rounds.errors import NotADriver
from service.rounds.forms import VehicleForm
from service.rounds.models import Cold, Vehicle, VehicleKind

PROFILES = {
    VehicleKind.BIKE: "cargo_bike",
    VehicleKind.CAR: "car",
    VehicleKind.SMALL_VAN: "van",
    VehicleKind.VAN: "van",
    VehicleKind.BOX_VAN: "van",
    VehicleKind.TRUCK: "truck",
}
# Crates of 60×40 cm a vehicle of each kind usually takes.
CRATES = {
    VehicleKind.BIKE: 8,
    VehicleKind.CAR: 10,
    VehicleKind.SMALL_VAN: 30,
    VehicleKind.VAN: 75,
    VehicleKind.BOX_VAN: 120,
    VehicleKind.TRUCK: 240,
}
STAFF = ["role:dispatcher", "role:region"]


def add_vehicle(session: Session, form: VehicleForm, *, who: Who, now: datetime) -> Vehicle:
    """Add a vehicle to the region's fleet."""
    vehicle = Vehicle(region=who.region, profile=PROFILES[form.kind], **_fields(session, form, who))
    session.add(vehicle)
    session.flush()
    _tell(session, "vehicle.added", ("vehicle", vehicle.key), who, now, {"kind": str(vehicle.kind)})
    return vehicle


def change_vehicle(session: Session, vehicle: Vehicle, form: VehicleForm, *, who: Who, now: datetime) -> Vehicle:
    """Replace everything said of a vehicle; the next plan goes by it."""
    for name, value in _fields(session, form, who).items():
        setattr(vehicle, name, value)
    vehicle.profile = PROFILES[form.kind]
    session.add(vehicle)
    _tell(session, "vehicle.changed", ("vehicle", vehicle.key), who, now, {"active": vehicle.active})
    return vehicle


def retire_vehicle(session: Session, vehicle: Vehicle, *, who: Who, now: datetime) -> None:
    """No new round uses it; its past stays."""
    vehicle.active = False
    session.add(vehicle)
    _tell(session, "vehicle.changed", ("vehicle", vehicle.key), who, now, {"active": False})


def demand_driver(session: Session, region: str, person_id: int | None) -> None:
    """Refuse (422) anybody who does not hold the role of driver in the region; nobody at all is fine."""
    if person_id is None:
        return
    if all(person.id != person_id for person in people_with_role(session, region, "driver")):
        raise NotADriver(fields={"driver_id": NotADriver.message})


def _fields(session: Session, form: VehicleForm, who: Who) -> dict[str, Any]:
    """The columns of a form, compartments left out filled as is usual."""
    site = sites_by_id(session, {form.home_site_id}).get(form.home_site_id)
    organisation = organisations_by_id(session, {form.organisation_id}).get(form.organisation_id)
    wrong = {}
    if site is None or site.region != who.region or site.protected:
        wrong["home_site_id"] = N_("Choisissez un lieu de la région.")
    if organisation is None or organisation.region != who.region:
        wrong["organisation_id"] = N_("Choisissez une organisation de la région.")
    if wrong:
        raise Invalid(fields=wrong)
    values = form.model_dump()
    crates = form.payload_crates or CRATES[form.kind]
    values["payload_crates"] = crates
    usual = usual_room(form.cold, form.payload_grams, crates)
    for name, value in usual.items():
        if values[name] is None:
            values[name] = value
    return values


def usual_room(cold: Cold, grams: int, crates: int) -> dict[str, int]:
    """Compartments of a vehicle nobody described: dry goods may fill it; cold ones as far as its equipment goes."""
    shares = {Cold.NONE: (0, 0), Cold.BOX: (40, 15), Cold.REFRIGERATED: (100, 30)}[cold]
    return {
        "ambient_grams": grams,
        "ambient_crates": crates,
        "chilled_grams": grams * shares[0] // 100,
        "chilled_crates": crates * shares[0] // 100,
        "frozen_grams": grams * shares[1] // 100,
        "frozen_crates": crates * shares[1] // 100,
    }


def _tell(session: Session, kind: str, subject: tuple[str, int], who: Who, now: datetime, data: dict[str, Any]) -> None:
    append(session, region=who.region, kind=kind, at=now, actor=who, subject=subject, data=data, audience=STAFF)
