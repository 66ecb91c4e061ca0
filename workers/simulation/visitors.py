"""The accounts a newcomer signs in with: never played, all in the region's largest town, near one another."""

import secrets
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from sqlmodel import Session

from service.accounts.models import (
    AccountState,
    Activity,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Site,
)
from service.accounts.passwords import hashed
from service.accounts.queries import who_is
from service.agreements.models import Habilitation, Level
from service.allocation.errands.forms import HelperIn, Means
from service.allocation.errands.helping import help_out
from service.kit.clock import local
from service.rounds.actions.fixed_rounds import open_fixed_shifts
from service.rounds.models import Availability, FixedRound
from service.territory.models import Commune
from workers.simulation.fleet_seed import CAR
from workers.simulation.places import moved
from workers.simulation.region_seed import Seeder

WORDS = ("farine", "panier", "levain", "cagette", "moisson", "verger", "potager", "miette", "grenier", "fournil")
WEEK = (("matin", time(8, 30), time(15, 45)), ("soir", time(16, 0), time(21, 30)))


@dataclass(frozen=True)
class Account:
    """How to sign in as one role."""

    email: str
    password: str


@dataclass(frozen=True)
class Visitors:
    """The newcomer's accounts by role, and the baker's place."""

    accounts: dict[str, Account]
    baker: tuple[Organisation, Site, Person]
    charity: tuple[Organisation, Site, Person]


def new_password() -> str:
    """Easy to type from a terminal, and not the same on two machines."""
    return f"{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{secrets.randbelow(900) + 100}"


class _Arrival:
    def __init__(self, seeder: Seeder, town: Commune, password: str) -> None:
        self.session, self.region, self.now = seeder.session, seeder.region, seeder.now
        self.seeder, self.town, self.password = seeder, town, password
        # Argon2 takes its time on purpose: one password, one hash.
        self.hash = hashed(password)
        self.accounts: dict[str, Account] = {}

    def organisation(self, kind: OrganisationKind, name: str, activity: Activity | None = None) -> Organisation:
        invented = self.seeder.invented
        row = Organisation(
            region=self.region,
            kind=kind,
            activity=activity,
            name=name,
            siret=invented.siret(),
            rna=invented.rna() if kind is OrganisationKind.CHARITY else None,
            phone=invented.landline(),
            email=invented.email(name),
            state=AccountState.ACTIVE,
            created_at=self.now - timedelta(days=200),
            first_lot_seen_at=self.now - timedelta(days=190),
        )
        self.session.add(row)
        self.session.flush()
        return row

    def site(self, owner: Organisation, north: int, east: int, street: str, **given: Any) -> Site:
        """A site so many metres from the middle of the town."""
        latitude, longitude = moved(self.town.point, north, east)
        row = Site(
            region=self.region,
            organisation_id=owner.key,
            name=owner.name,
            street=street,
            postcode=self.town.postcode_list[0],
            city=self.town.name,
            commune=self.town.insee,
            epci=self.town.epci,
            departement=self.town.departement,
            latitude=latitude,
            longitude=longitude,
            precision="street",
            contact_phone=self.seeder.invented.landline(),
            **given,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def person(self, role: Role, name: str, local_part: str, owner: Organisation, account: str = "") -> Person:
        """Somebody who can sign in, and the account told to the newcomer, by its role where it has no other name."""
        email = f"{local_part}@glane.example"
        row = Person(
            region=self.region,
            name=name,
            email=email,
            password_hash=self.hash,
            email_verified_at=self.now,
            created_at=self.now - timedelta(days=190),
        )
        self.session.add(row)
        self.session.flush()
        self.session.add(Membership(person_id=row.key, organisation_id=owner.key, role=role))
        self.session.flush()
        self.accounts[account or str(role)] = Account(email, self.password)
        return row


def add_visitors(seeder: Seeder, town: Commune, password: str, zone: str) -> Visitors:
    """The seven accounts, a bakery and a charity 800 m apart, a car that serves them first, and a bike between them."""
    arrival = _Arrival(seeder, town, password)
    bakery = arrival.organisation(OrganisationKind.DONOR, "Boulangerie des Mariniers", Activity.BAKERY)
    shop = arrival.site(
        bakery, 250, -300, "12 quai des Mariniers",
        opening_hours="Mo-Su 07:00-21:00", access_note="Entrée par la cour, sonnette « fournil ».",
        contact_name="Camille Orvalande",
    )  # fmt: skip
    baker = arrival.person(Role.DONOR, "Camille Orvalande", "boulangerie", bakery)
    charity = arrival.organisation(OrganisationKind.CHARITY, "La Table des Mariniers")
    hall = arrival.site(
        charity, -150, 400, "3 rue de la Source",
        opening_hours="Mo-Su 08:00-22:00", distribution_hours="Mo-Su 11:00-13:00,18:30-21:30",
        fridge_litres=900, freezer_litres=400, people_per_week=220, takes_short_dlc=True, collects_itself=True,
        contact_name="Awa Telumont",
    )  # fmt: skip
    seeder.session.add(
        Habilitation(
            region=seeder.region, organisation_id=charity.key, level=Level.REGIONAL, number="FICTIF-2024-0001",
            starts_on=(seeder.now - timedelta(days=400)).date(), ends_on=(seeder.now + timedelta(days=1300)).date(),
        )
    )  # fmt: skip
    receiver = arrival.person(Role.CHARITY, "Awa Telumont", "association", charity)
    carrier = arrival.organisation(OrganisationKind.CARRIER, "Tournées des Mariniers")
    depot = arrival.site(carrier, -120, 380, "5 rue de la Source", opening_hours="Mo-Su 07:00-22:00")
    driver = arrival.person(Role.DRIVER, "Malo Vernotard", "chauffeur", carrier)
    office = arrival.organisation(OrganisationKind.REGION, "Régie solidaire de démonstration")
    arrival.person(Role.DISPATCHER, "Jeanne Corviquet", "regulation", office)
    arrival.person(Role.REGION, "Samir Dorvateau", "region", office)
    arrival.person(Role.ADMINISTRATOR, "Odile Brossarin", "administration", office)
    _car(seeder.session, seeder, carrier, depot, driver, shop, zone)
    riders = arrival.organisation(OrganisationKind.CARRIER, "Les Vélos des Mariniers")
    shed = arrival.site(riders, 60, 90, "8 rue du Ponceau", opening_hours="Mo-Su 07:00-22:00")
    _bike(seeder.session, shed, arrival.person(Role.DRIVER, "Noé Garlandier", "benevole", riders, "volunteer"), seeder)
    return Visitors(arrival.accounts, (bakery, shop, baker), (charity, hall, receiver))


def _bike(session: Session, shed: Site, rider: Person, seeder: Seeder) -> None:
    """A volunteer who is asked to bring a small lot now and then."""
    who = who_is(session, rider.key)
    assert who is not None, "somebody who has just been added"
    said = HelperIn(site_id=shed.key, means=Means.BIKE, most_grams=12_000, most_minutes=45)
    help_out(session, said, who=who, now=seeder.now)


def _car(
    session: Session, seeder: Seeder, carrier: Organisation, depot: Site, driver: Person, shop: Site, zone: str
) -> None:
    """The driver's car, and its two rounds of every day, which serve the bakery first."""
    car = CAR.vehicle(seeder.region, "Voiture des Mariniers", carrier, depot)
    session.add(car)
    session.flush()
    today = local(seeder.now, zone).date()
    for weekday in range(7):
        for label, starts, ends in WEEK:
            session.add(
                FixedRound(
                    region=seeder.region,
                    name=f"Tournée des Mariniers, {label}",
                    vehicle_id=car.key,
                    driver_id=driver.key,
                    weekday=weekday,
                    starts=starts,
                    ends=ends,
                    first_sites=[shop.key],
                    first_day=today - timedelta(days=30),
                )
            )
    evenings = [(weekday, "16:00", "23:00") for weekday in range(5)]
    session.add(Availability(region=seeder.region, person_id=driver.key, hours=evenings, said_at=seeder.now))
    session.flush()
    open_fixed_shifts(session, seeder.now, region=seeder.region)
