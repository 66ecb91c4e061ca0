"""Finding communes, by code, by name, by place."""

from collections.abc import Sequence
from math import cos, radians

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, case, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.kit.geo import metres_between
from service.kit.pagination import Page, PageAsked
from service.territory.errors import CommuneUnknown
from service.territory.models import Commune, Departement, Epci, Region
from service.territory.rules import city_of, commune_code, comparable

ARTICLES = ("", "le ", "la ", "les ", "l ")


def region_row(session: Session, region: str) -> Region | None:
    """The region, if it has been loaded."""
    return session.exec(select(Region).where(Region.region == region)).one_or_none()


def regions(session: Session) -> Sequence[Region]:
    """Every region loaded, by name."""
    return session.exec(select(Region).order_by(Region.name)).all()


def departements(session: Session, region: str) -> Sequence[Departement]:
    """The départements, by code."""
    return session.exec(select(Departement).where(Departement.region == region).order_by(Departement.code)).all()


def epcis(session: Session, region: str) -> Sequence[Epci]:
    """The EPCI, by name."""
    return session.exec(select(Epci).where(Epci.region == region).order_by(Epci.name, Epci.code)).all()


def communes(session: Session, region: str, *, retired: bool = False) -> Sequence[Commune]:
    """Every commune, by INSEE code; those that left the official list only if asked."""
    wanted = select(Commune).where(Commune.region == region)
    if not retired:
        wanted = wanted.where(col(Commune.retired_at).is_(None))
    return session.exec(wanted.order_by(Commune.insee)).all()


def communes_of_epci(session: Session, region: str, epci: str) -> Sequence[Commune]:
    """The communes of an EPCI that lie in the region, the most peopled first."""
    return session.exec(_current(region).where(Commune.epci == epci).order_by(*_largest_first())).all()


def communes_of_departement(session: Session, region: str, departement: str) -> Sequence[Commune]:
    """The communes of a département, the most peopled first."""
    return session.exec(_current(region).where(Commune.departement == departement).order_by(*_largest_first())).all()


def commune_by_insee(session: Session, region: str, insee: str) -> Commune | None:
    """The commune of an INSEE code (an arrondissement's code gives its city), retired ones included."""
    wanted = select(Commune).where(Commune.region == region, Commune.insee == commune_code(insee))
    return session.exec(wanted).one_or_none()


def the_commune(session: Session, region: str, insee: str) -> Commune:
    """The commune of an INSEE code; CommuneUnknown (404) when the region has none."""
    commune = commune_by_insee(session, region, insee)
    if commune is None:
        raise CommuneUnknown(insee=insee)
    return commune


def search_communes(session: Session, region: str, text: str, asked: PageAsked) -> Page[Commune]:
    """Communes for what somebody is typing: a name, any word of it, a postcode, or both ("44 saint herb").

    Accents, case and hyphens are ignored. The same name first (with or without its article), then names that begin so,
    then names with a word that begins so, the most peopled first. The cursor counts communes: the list changes once
    a year.
    """
    words = comparable(text).split()
    digits = [word for word in words if word.isdigit()]
    name = " ".join(word for word in words if not word.isdigit())
    wanted = _current(region)
    # comparable() leaves letters, digits and spaces alone: nothing in it is a wildcard.
    for number in digits:
        wanted = wanted.where((" " + col(Commune.postcodes)).like(f"% {number}%"))
    search_name = col(Commune.search_name)
    # "Mans" is Le Mans before it is Mansigné.
    spellings = [article + name for article in ARTICLES]
    begins = or_(*(search_name.like(f"{spelling}%") for spelling in spellings))
    if name:
        wanted = wanted.where(or_(search_name.like(f"{name}%"), search_name.like(f"% {name}%")))
    rank = case((search_name.in_(spellings), 0), (begins, 1), else_=2)
    seen = asked.after or 0
    wanted = wanted.order_by(rank, *_largest_first()).offset(seen).limit(asked.limit + 1)
    rows = session.exec(wanted).all()
    return Page(rows[: asked.limit], seen + asked.limit if len(rows) > asked.limit else None)


def nearest_commune(session: Session, region: str, latitude: float, longitude: float) -> Commune | None:
    """The commune whose point is nearest: a good guess of the commune of a place, not its legal one."""
    # Flat enough over a few kilometres to choose the candidates; the sphere then decides between them.
    narrowing = cos(radians(latitude)) ** 2
    north = col(Commune.latitude) - latitude
    east = col(Commune.longitude) - longitude
    # A point known only by its EPCI would attract every place around that centre: those come last.
    rough = case((col(Commune.coordinates) == "epci-centre", 1), else_=0)
    flat = north * north + east * east * narrowing
    candidates = session.exec(_current(region).order_by(rough, flat, col(Commune.insee)).limit(5)).all()
    return min(candidates, key=lambda found: metres_between(found.point, (latitude, longitude)), default=None)


def commune_of_address(session: Session, region: str, postcode: str, city: str) -> Commune | None:
    """The commune of the last line of an address, however it is written.

    Name and postcode together decide; else a name only one commune bears; else the most peopled of the postcode.
    """
    name = city_of(city)
    of_postcode = (" " + col(Commune.postcodes) + " ").like(f"% {comparable(postcode)} %")
    named = session.exec(_current(region).where(Commune.search_name == name)).all() if name else []
    both = [commune for commune in named if postcode.strip() in commune.postcode_list]
    if len(both) == 1:
        return both[0]
    if len(named) == 1:
        return named[0]
    if not postcode.strip():
        return None
    return session.exec(_current(region).where(of_postcode).order_by(*_largest_first())).first()


def counts_by_source(session: Session, region: str) -> dict[str, int]:
    """How many communes take their point from each source."""
    wanted = select(Commune.coordinates, func.count()).where(
        and_(Commune.region == region, col(Commune.retired_at).is_(None))
    )
    return dict(session.exec(wanted.group_by(Commune.coordinates)).all())


def _current(region: str) -> SelectOfScalar[Commune]:
    return select(Commune).where(Commune.region == region, col(Commune.retired_at).is_(None))


def _largest_first() -> tuple[ColumnElement[int], ColumnElement[str]]:
    return col(Commune.population).desc(), col(Commune.insee).asc()
