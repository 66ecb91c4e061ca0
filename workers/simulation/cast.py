"""Who plays: the invented people of a region, read from its tables, and the sites they act for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, hypot, radians

from sqlmodel import Session, col, select

from service.accounts.models import AccountState, Activity, Membership, Organisation, Person, Role, Site
from service.accounts.queries import who_is
from service.accounts.who import Who
from workers.simulation.day import Donor
from workers.simulation.places import METRES_PER_DEGREE

Point = tuple[float, float]


@dataclass(frozen=True)
class Receiver:
    """A receiving site and the person who claims for it. A protected site's point is not known here: None."""

    site_id: int
    organisation_id: int
    person_id: int
    point: Point | None
    bands: frozenset[str]
    people: int
    collects: bool
    short_dlc: bool
    departement: str


@dataclass
class Cast:
    """Everybody whom the demonstration plays in a region."""

    region: str
    donors: list[Donor] = field(default_factory=list)
    receivers: list[Receiver] = field(default_factory=list)
    drivers: set[int] = field(default_factory=set)
    points: dict[int, Point] = field(default_factory=dict)
    _who: dict[int, Who] = field(default_factory=dict)

    @property
    def people(self) -> set[int]:
        """Keys of everybody played."""
        return {one.person_id for one in self.donors} | {one.person_id for one in self.receivers} | self.drivers

    def who(self, session: Session, person_id: int) -> Who:
        """The person as the actions ask for them."""
        if person_id not in self._who:
            found = who_is(session, person_id)
            assert found is not None, "a played person is there"
            self._who[person_id] = found
        return self._who[person_id]

    def donor_at(self, site_id: int) -> int | None:
        """Who gives from a site, if that is somebody played."""
        return next((donor.person_id for donor in self.donors if donor.site_id == site_id), None)

    def around(self, point: Point, band: str, *, within_m: int, most: int) -> list[tuple[int, Receiver]]:
        """(metres, receiver) of the nearest sites that can keep such goods, the nearest first."""
        found = [
            (metres, receiver)
            for receiver in self.receivers
            if band in receiver.bands
            and receiver.point is not None
            and (metres := flat_metres(point, receiver.point)) <= within_m
        ]
        return sorted(found, key=lambda pair: (pair[0], pair[1].site_id))[:most]


def flat_metres(a: Point, b: Point) -> int:
    """Metres between two points of one region, on a flat map: to choose whom to try, never to plan."""
    north = (b[0] - a[0]) * METRES_PER_DEGREE
    east = (b[1] - a[1]) * METRES_PER_DEGREE * cos(radians(a[0]))
    return round(hypot(north, east))


def read_cast(session: Session, region: str, *, played: bool = True) -> Cast:
    """The played people of a region (everybody's, without `played`: for a benchmark that plays them all)."""
    query = (
        select(Person, Membership, Organisation)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(
            Person.region == region,
            Person.state == AccountState.ACTIVE,
            Organisation.state == AccountState.ACTIVE,
            col(Membership.role).in_((Role.DONOR, Role.CHARITY, Role.DRIVER)),
        )
        .order_by(col(Membership.id))
    )
    if played:
        query = query.where(col(Person.played).is_(True))
    sites: dict[int, list[Site]] = {}
    for site in session.exec(
        select(Site).where(Site.region == region, col(Site.active).is_(True)).order_by(col(Site.id))
    ):
        sites.setdefault(site.organisation_id, []).append(site)
    cast = Cast(region)
    seen: set[int] = set()
    for person, membership, organisation in session.exec(query).all():
        if membership.role == Role.DRIVER:
            cast.drivers.add(person.key)
            continue
        for site in _sites_of(membership, sites.get(organisation.key, [])):
            if site.latitude is not None and site.longitude is not None:
                cast.points[site.key] = (site.latitude, site.longitude)
            if site.key in seen:
                continue
            seen.add(site.key)
            if membership.role == Role.DONOR:
                activity = organisation.activity or Activity.OTHER
                cast.donors.append(Donor(organisation.key, site.key, person.key, activity))
            else:
                cast.receivers.append(_receiver(site, person))
    return cast


def _sites_of(membership: Membership, sites: Iterable[Site]) -> list[Site]:
    return [site for site in sites if membership.site_id in (None, site.key)]


def _receiver(site: Site, person: Person) -> Receiver:
    bands = (
        {"ambient"} | ({"chilled"} if site.fridge_litres else set()) | ({"frozen"} if site.freezer_litres else set())
    )
    known = site.latitude is not None and site.longitude is not None
    return Receiver(
        site_id=site.key,
        organisation_id=site.organisation_id,
        person_id=person.key,
        point=(site.latitude, site.longitude) if known and site.latitude and site.longitude else None,
        bands=frozenset(bands),
        people=site.people_per_week or 60,
        collects=site.collects_itself,
        short_dlc=site.takes_short_dlc,
        departement=site.departement,
    )


def somebody_is_there(session: Session, region: str) -> bool:
    """Whether the region has any person at all: nothing invented is ever added to real people."""
    return session.exec(select(Person.id).where(Person.region == region).limit(1)).first() is not None
