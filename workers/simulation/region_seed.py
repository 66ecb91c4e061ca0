"""Seeding an invented region on its real communes: partners, sites, people, vehicles. The same seed, the same rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlmodel import Session

from config.settings import Settings
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
from service.accounts.protected import SecretAddress, keep_address
from service.agreements.models import Habilitation, Level
from service.territory import queries as territory
from service.territory.models import Commune
from workers.simulation.invented import Invented
from workers.simulation.offering import activities
from workers.simulation.places import Places, spread
from workers.simulation.scales import Scale

Tell = Callable[[str, int, int], None]

DONOR_HOURS: dict[Activity, str] = {
    Activity.BAKERY: "Tu-Sa 07:00-13:30,15:30-20:00; Su 07:00-13:00; PH off",
    Activity.GREENGROCER: "Tu-Sa 08:30-13:00,15:00-19:45; PH off",
    Activity.MARKET_STALL: "Tu-Su 08:00-15:00; PH off",
    Activity.SUPERMARKET: "Mo-Sa 07:30-20:30; Su 09:00-12:30; PH off",
    Activity.BUTCHER: "Tu-Sa 08:00-13:00,15:30-19:30; PH off",
    Activity.CHEESE: "Tu-Sa 08:30-13:00,15:30-19:30; PH off",
    Activity.RESTAURANT: "Mo-Sa 09:00-18:00; PH off",
    Activity.FARM: "Mo-Sa 08:00-18:00; PH off",
    Activity.FISH: "Tu-Sa 08:30-13:00,15:00-19:00; PH off",
}
# (weight, reception, distribution): most places work around the end of the day, some in the morning only.
CHARITY_HOURS = (
    (40, "Mo-Sa 08:30-12:30,14:00-20:30; PH off", "Mo-Sa 10:00-12:30,18:00-20:30; PH off"),
    (20, "Mo-Sa 09:00-21:30; PH off", "Mo-Sa 18:30-21:30; PH off"),
    (15, "Mo-Fr 08:30-12:30,13:30-19:00; PH off", "Tu,Th 14:00-17:30; PH off"),
    (10, "Mo-Sa 07:00-12:00; PH off", "We,Sa 09:30-12:00; PH off"),
    (10, "Mo-Su 08:00-22:00", "Mo-Su 19:00-22:00"),
    (5, "Tu,Th,Sa 08:00-20:00; PH off", "Tu,Th,Sa 16:00-19:00; PH off"),
)


@dataclass
class Seeded:
    """What was seeded, by kind, each with its sites."""

    donors: list[tuple[Organisation, Site]] = field(default_factory=list)
    charities: list[Organisation] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    carriers: list[tuple[Organisation, Site]] = field(default_factory=list)


class Seeder:
    """Writes one region in the caller's transaction, a thousand rows at a time."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        scale: Scale,
        *,
        seed: int,
        now: datetime,
        region: str = "",
        tell: Tell = lambda what, done, total: None,
    ) -> None:
        self.session, self.settings, self.scale, self.now, self.tell = session, settings, scale, now, tell
        self.region = region or settings.region
        self.random = Random(f"{seed}/{self.region}/{scale.name}/region")
        self.invented = Invented(self.random, self.region)
        communes = territory.communes(session, self.region)
        if not communes:
            raise LookupError(f"the communes of {self.region} are not loaded")
        self.places = Places(communes, self.random)
        self.seeded = Seeded()

    def run(self) -> Seeded:
        """Everything but vehicles, which `fleet_seed` adds."""
        self._donors()
        self._charities()
        self._carriers()
        return self.seeded

    # Partners

    def _donors(self) -> None:
        kinds = activities(self.scale.donors)
        owners = [self._organisation(OrganisationKind.DONOR, self.invented.shop(kind), kind) for kind in kinds]
        self._keep(owners, "Donateurs")
        sites = []
        for owner, kind in zip(owners, kinds, strict=True):
            commune = self.places.draw(rural=kind is Activity.FARM)
            sites.append(self._site(owner, owner.name, commune, opening_hours=DONOR_HOURS[kind]))
        self._keep(sites, "Lieux des donateurs")
        self.seeded.donors = list(zip(owners, sites, strict=True))
        self._people(owners, Role.DONOR)

    def _charities(self) -> None:
        scale = self.scale
        owners = [
            self._organisation(OrganisationKind.CHARITY, self.invented.charity()) for _ in range(scale.charities)
        ] + [
            self._organisation(OrganisationKind.PUBLIC_BODY, self.invented.public_body())
            for _ in range(scale.public_bodies)
        ]
        self._keep(owners, "Associations")
        self.session.add_all([self._habilitation(owner) for owner in owners])
        # One site each, the rest given to whoever, so that some have three or four.
        of_whom = owners + self.random.choices(owners[: scale.charities], k=scale.charity_sites - len(owners))
        secret = set(self.random.sample(range(scale.charities), scale.protected_sites))
        sites: list[Site] = []
        hidden: list[tuple[Site, SecretAddress]] = []
        numbers = dict.fromkeys((owner.key for owner in owners), 0)
        for at, owner in enumerate(of_whom):
            numbers[owner.key] += 1
            commune = self.places.draw()
            if at in secret:
                site, address = self._protected(owner, commune, len(hidden) + 1)
                hidden.append((site, address))
            else:
                name = owner.name if numbers[owner.key] == 1 else f"{owner.name}, {commune.name}"
                site = self._site(owner, name, commune, **self._reception())
            sites.append(site)
        self._keep(sites, "Lieux d'accueil")
        for site, address in hidden:
            keep_address(self.session, self.settings, site.key, address)
        self.seeded.charities, self.seeded.sites = owners, sites
        by_key = {owner.key: owner for owner in owners}
        self._people([by_key[site.organisation_id] for site in sites], Role.CHARITY, sites)

    def _carriers(self) -> None:
        """Carriers, and a depot for each vehicle where donors are and no other vehicle is yet."""
        scale = self.scale
        owners = [
            self._organisation(OrganisationKind.CARRIER, self.invented.carrier())
            for _ in range(max(1, scale.vehicles // 3))
        ]
        self._keep(owners, "Transporteurs")
        spots = spread([site for _, site in self.seeded.donors], scale.vehicles)
        # Neighbouring depots belong to one carrier.
        in_order = sorted(range(len(spots)), key=lambda at: (spots[at].departement, spots[at].commune, at))
        of_whom = {at: owners[place * len(owners) // len(spots)] for place, at in enumerate(in_order)}
        communes = {commune.insee: commune for commune in territory.communes(self.session, self.region)}
        sites = [
            self._site(of_whom[at], f"Dépôt {of_whom[at].name}", communes[spot.commune])
            for at, spot in enumerate(spots)
        ]
        self._keep(sites, "Dépôts")
        self.seeded.carriers = [(of_whom[at], site) for at, site in enumerate(sites)]

    # Rows

    def _organisation(self, kind: OrganisationKind, name: str, activity: Activity | None = None) -> Organisation:
        association = kind is OrganisationKind.CHARITY
        return Organisation(
            region=self.region,
            kind=kind,
            activity=activity,
            name=name,
            siret=self.invented.siret(),
            rna=self.invented.rna() if association else None,
            phone=self.invented.landline(),
            email=self.invented.email(name),
            state=AccountState.ACTIVE,
            created_at=self.now - timedelta(days=self.random.randint(40, 700)),
            first_lot_seen_at=self.now - timedelta(days=30),
        )

    def _habilitation(self, owner: Organisation) -> Habilitation:
        public = owner.kind == OrganisationKind.PUBLIC_BODY
        first = (self.now - timedelta(days=self.random.randint(100, 900))).date()
        return Habilitation(
            region=self.region,
            organisation_id=owner.key,
            level=Level.PUBLIC_EXEMPT if public else Level.REGIONAL,
            number="" if public else f"FICTIF-{first.year}-{owner.key:04d}",
            starts_on=first,
            ends_on=None if public else _years_later(first, 5),
        )

    def _reception(self) -> dict[str, Any]:
        """How a receiving site is kept: hours, cold, people, limits."""
        random = self.random
        _, hours, distribution = random.choices(CHARITY_HOURS, [one[0] for one in CHARITY_HOURS])[0]
        people = int(min(900, max(15, random.lognormvariate(4.4, 0.7))))
        has_fridge, has_freezer = random.random() < 0.86, random.random() < 0.6
        return {
            "opening_hours": hours,
            "distribution_hours": distribution,
            "people_per_week": people,
            "fridge_litres": random.choice((300, 400, 600, 1200)) if has_fridge else 0,
            "freezer_litres": random.choice((150, 250, 500)) if has_fridge and has_freezer else 0,
            "max_grams_day": max(60_000, people * 900) if random.random() < 0.7 else 0,
            "exclusions": ["pork"] if random.random() < 0.06 else [],
            "takes_short_dlc": random.random() < 0.7,
            "collects_itself": random.random() < 0.65,
        }

    def _protected(self, owner: Organisation, commune: Commune, number: int) -> tuple[Site, SecretAddress]:
        """A place kept secret: everybody sees a relay's number, nobody an address."""
        latitude, longitude = self.places.point(commune)
        address = SecretAddress(self.invented.street(), commune.postcode_list[0], commune.name, latitude, longitude)
        site = Site(
            region=self.region,
            organisation_id=owner.key,
            name=f"Point relais {number:02d}",
            protected=True,
            commune=commune.insee,
            epci=commune.epci,
            departement=commune.departement,
            **{**self._reception(), "collects_itself": False},
        )
        return site, address

    def _site(self, owner: Organisation, name: str, commune: Commune, **given: Any) -> Site:
        latitude, longitude = self.places.point(commune)
        return Site(
            region=self.region,
            organisation_id=owner.key,
            name=name,
            street=self.invented.street(),
            postcode=commune.postcode_list[0],
            city=commune.name,
            commune=commune.insee,
            epci=commune.epci,
            departement=commune.departement,
            latitude=latitude,
            longitude=longitude,
            precision="street",
            contact_name=self.invented.person(),
            contact_phone=self.invented.landline(),
            **given,
        )

    def _people(self, owners: Sequence[Organisation], role: Role, sites: Sequence[Site] | None = None) -> None:
        people = [self.person(self.invented.person()) for _ in owners]
        self._keep(people, "Personnes")
        for at, (owner, person) in enumerate(zip(owners, people, strict=True)):
            site_id = sites[at].key if sites is not None else None
            self.session.add(Membership(person_id=person.key, organisation_id=owner.key, role=role, site_id=site_id))
        self.session.flush()

    def person(self, name: str, *, mobile: bool = False) -> Person:
        """Somebody whom the demonstration plays: without a password, nobody can sign in as them."""
        return Person(
            region=self.region,
            name=name,
            email=self.invented.email(name),
            phone=self.invented.mobile() if mobile else None,
            created_at=self.now - timedelta(days=30),
            played=True,
        )

    def _keep(self, rows: Sequence[object], what: str) -> None:
        for start in range(0, len(rows), 1000):
            self.tell(what, start, len(rows))
            self.session.add_all(rows[start : start + 1000])
            self.session.flush()
        self.tell(what, len(rows), len(rows))


def _years_later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))
