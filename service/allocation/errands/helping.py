"""Saying that one brings a small lot now and then, and saying that one no longer does."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.queries import organisation_sites
from service.accounts.who import Who
from service.allocation.errands import queries
from service.allocation.errands.errors import NotAStart
from service.allocation.errands.forms import HelperIn
from service.allocation.tables import Helper
from service.journal.actions import append
from service.kit.refusals import SignInNeeded
from service.rounds.actions.fleet import CRATES, PROFILES
from service.rounds.models import Cold, Vehicle, VehicleKind

# To the donor and to the charity: nothing else is put on the way.
STOPS = 2
# What the region's fleet shows: nobody's name.
NAMES = {VehicleKind.BIKE: "Vélo de bénévole", VehicleKind.CAR: "Voiture de bénévole"}


def starts_of(session: Session, who: Who) -> list[Site]:
    """Where somebody may set out from: the places of their own organisations that everybody may know."""
    sites = organisation_sites(session, who.organisation_ids)
    return [site for site in sites if site.active and not site.protected and site.region == who.region]


def help_out(session: Session, asked: HelperIn, *, who: Who, now: datetime) -> Helper:
    """From now on this person is asked; said again, it is changed."""
    if who.person_id is None:
        raise SignInNeeded()
    site = next((one for one in starts_of(session, who) if one.key == asked.site_id), None)
    if site is None:
        raise NotAStart(fields={"site_id": NotAStart.message})
    known = queries.helper_of(session, who.person_id)
    vehicle = _vehicle(session.get(Vehicle, known.vehicle_id) if known else None, site, asked)
    session.add(vehicle)
    session.flush()
    helper = known or Helper(region=who.region, person_id=who.person_id, vehicle_id=0, most_minutes=1, set_at=now)
    helper.vehicle_id, helper.most_minutes, helper.active, helper.set_at = vehicle.key, asked.most_minutes, True, now
    session.add(helper)
    session.flush()
    _tell(session, helper, "helper.set", who=who, now=now)
    return helper


def _vehicle(known: Vehicle | None, site: Site, asked: HelperIn) -> Vehicle:
    """What the person drives, as a vehicle of the region that no plan uses before they say yes."""
    kind = asked.means.kind
    vehicle = known or Vehicle(
        region=site.region, organisation_id=0, home_site_id=0, name="", kind=kind, profile="", payload_grams=1,
        payload_crates=0,
    )  # fmt: skip
    vehicle.organisation_id, vehicle.home_site_id = site.organisation_id, site.key
    vehicle.name, vehicle.kind, vehicle.profile, vehicle.cold = NAMES[kind], kind, PROFILES[kind], Cold.NONE
    vehicle.payload_grams = vehicle.ambient_grams = asked.most_grams
    vehicle.payload_crates = vehicle.ambient_crates = CRATES[kind]
    vehicle.max_stops, vehicle.active = STOPS, True
    return vehicle


def stop_helping(session: Session, *, who: Who, now: datetime) -> None:
    """Asked no more; what was promised stands. Twice is harmless."""
    helper = queries.helper_of(session, who.person_id or 0)
    if helper is None or not helper.active:
        return
    helper.active = False
    session.add(helper)
    _tell(session, helper, "helper.ended", who=who, now=now)


def _tell(session: Session, helper: Helper, kind: str, *, who: Who, now: datetime) -> None:
    append(
        session,
        region=helper.region,
        kind=kind,
        at=now,
        actor=who,
        subject=("helper", helper.key),
        data={"vehicle": helper.vehicle_id, "most_minutes": helper.most_minutes},
        audience=["role:dispatcher", f"person:{helper.person_id}"],
    )
