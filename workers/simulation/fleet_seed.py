"""The region's vehicles, who drives them, and their shifts of a day in two waves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlmodel import Session, col, select

from service.accounts.models import Membership, Organisation, Person, Role, Site
from service.journal.actions import append
from service.kit.clock import from_local
from service.rounds.actions.fleet import PROFILES
from service.rounds.models import Cold, Shift, Vehicle, VehicleKind
from service.rounds.queries import fleet
from workers.simulation.region_seed import Seeder

STAFF = ("role:dispatcher", "role:region")
MORNING, EVENING = (time(7, 30), time(12, 30)), (time(16, 0), time(21, 0))
# One vehicle in so many drives both waves.
BOTH_WAVES = 7


@dataclass(frozen=True)
class Model:
    """A kind of vehicle: payload in grams, crates of 60×40 cm, how many of them cold."""

    label: str
    kind: VehicleKind
    cold: Cold
    grams: int
    crates: int
    chilled: tuple[int, int]
    frozen: tuple[int, int]
    max_stops: int | None = None

    def vehicle(self, region: str, name: str, owner: Organisation, home: Site) -> Vehicle:
        """A vehicle of this model."""
        return Vehicle(
            region=region,
            organisation_id=owner.key,
            home_site_id=home.key,
            name=name,
            kind=self.kind,
            profile=PROFILES[self.kind],
            cold=self.cold,
            payload_grams=self.grams,
            payload_crates=self.crates,
            ambient_grams=self.grams,
            ambient_crates=self.crates,
            chilled_grams=self.chilled[0],
            chilled_crates=self.chilled[1],
            frozen_grams=self.frozen[0],
            frozen_crates=self.frozen[1],
            max_stops=self.max_stops,
        )


REEFER = Model("Fourgon frigorifique", VehicleKind.VAN, Cold.REFRIGERATED, 900_000, 75, (600_000, 50), (200_000, 16))
BOX_VAN = Model("Fourgonnette à caissons", VehicleKind.SMALL_VAN, Cold.BOX, 500_000, 30, (120_000, 10), (40_000, 3))
BIKE = Model("Vélo-cargo", VehicleKind.BIKE, Cold.BOX, 110_000, 8, (30_000, 2), (0, 0), 10)
CAR = Model("Voiture bénévole", VehicleKind.CAR, Cold.BOX, 160_000, 10, (40_000, 3), (12_000, 1), 10)


def seed_fleet(seeder: Seeder) -> list[Vehicle]:
    """Every vehicle of the scale, and a played driver for each wave."""
    scale, session = seeder.scale, seeder.session
    models = [REEFER] * scale.reefer_vans + [BOX_VAN] * scale.box_vans + [BIKE] * scale.bikes + [CAR] * scale.cars
    # The first depots are in the densest towns: bicycles stay there.
    models.sort(key=lambda model: model is not BIKE)
    vehicles, counts = [], dict.fromkeys({model.label for model in models}, 0)
    for model, (owner, home) in zip(models, seeder.seeded.carriers, strict=True):
        counts[model.label] += 1
        vehicles.append(model.vehicle(seeder.region, f"{model.label} {counts[model.label]}", owner, home))
    session.add_all(vehicles)
    session.flush()
    drivers = [seeder.person(seeder.invented.person(), mobile=True) for _ in vehicles]
    session.add_all(drivers)
    session.flush()
    session.add_all(
        Membership(person_id=driver.key, organisation_id=vehicle.organisation_id, role=Role.DRIVER)
        for vehicle, driver in zip(vehicles, drivers, strict=True)
    )
    session.flush()
    return vehicles


def open_shifts(
    session: Session, region: str, day: date, zone: str, *, seed: int, now: datetime, played: Sequence[int]
) -> list[Shift]:
    """Open that day's shifts of the played drivers' vehicles that have none yet; safe to do twice.

    Two thirds of the vehicles drive in the evening, a third in the morning, one in seven twice; half as many on Sunday.
    """
    vehicles = fleet.vehicles(session, region, active_only=True)
    drivers = _drivers(session, vehicles, played)
    start, end = from_local(day, time(0), zone), from_local(day + timedelta(days=1), time(0), zone)
    taken = {
        (shift.vehicle_id, shift.starts_at)
        for shift in session.exec(
            select(Shift).where(Shift.region == region, Shift.starts_at >= start, Shift.starts_at < end)
        )
    }
    opened = []
    for at, vehicle in enumerate(vehicles):
        driver = drivers.get(vehicle.key)
        random = Random(f"{seed}/{day.isoformat()}/shift/{vehicle.key}")
        if driver is None or (day.weekday() == 6 and random.random() < 0.5):
            continue
        waves = [MORNING if at % 3 == 0 else EVENING]
        if at % BOTH_WAVES == 0:
            waves = [MORNING, EVENING]
        for first, last in waves:
            opens, closes = from_local(day, first, zone), from_local(day, last, zone)
            if (vehicle.key, opens) not in taken and closes > now:
                opened.append(
                    Shift(region=region, vehicle_id=vehicle.key, driver_id=driver, starts_at=opens, ends_at=closes)
                )
    session.add_all(opened)
    session.flush()
    if opened:
        # One entry for all: what is planned is read from the shifts, the entry says that they changed.
        append(
            session, region=region, kind="shift.opened", at=now, subject=("shift", opened[0].key),
            data={"day": day.isoformat(), "shifts": [shift.key for shift in opened]}, audience=STAFF,
        )  # fmt: skip
    return opened


def _drivers(session: Session, vehicles: Sequence[Vehicle], played: Sequence[int]) -> dict[int, int]:
    """The played driver of each vehicle: an organisation's drivers share its vehicles in order."""
    rows = session.exec(
        select(Membership.organisation_id, Person.id)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(Membership.role == Role.DRIVER, col(Person.id).in_(list(played)))
        .order_by(col(Person.id))
    ).all()
    by_owner: dict[int, list[int]] = {}
    for owner, person in rows:
        if person is not None:
            by_owner.setdefault(owner, []).append(person)
    found = {}
    for vehicle in vehicles:
        waiting = by_owner.get(vehicle.organisation_id)
        if waiting:
            found[vehicle.key] = waiting.pop(0)
    return found
