"""Where a site is: from its commune at once, from a geocoder later, and for a protected site from neither."""

from sqlmodel import Session

from config.settings import Settings
from service.accounts.forms import AddressIn
from service.accounts.models import Site
from service.accounts.protected import SecretAddress, forget_address, keep_address
from service.accounts.rules import Place
from service.accounts.site_journal import tell_site
from service.clients.geocoding.port import Located, PublicAddress
from service.kit.clock import real_now
from service.kit.i18n import N_
from service.kit.refusals import Invalid
from service.territory.models import Commune
from service.territory.queries import commune_by_insee, commune_of_address, communes_of_epci, region_row

NOT_HERE = N_("Cette commune n'est pas dans la région : vérifiez le code postal et la ville.")


def commune_of(session: Session, region: str, address: AddressIn) -> Commune:
    """The commune of an address; Invalid when the region has none like it."""
    commune = commune_of_address(session, region, address.postcode, address.city)
    if commune is None:
        raise Invalid(fields={"city": NOT_HERE})
    return commune


def place_of(session: Session, region: str, address: AddressIn) -> Place:
    """Where an address is as far as the region's own data tell: its pin, else its commune's point."""
    commune = commune_of(session, region, address)
    latitude, longitude = address.pin or commune.point
    precision = "pin" if address.pin else "commune"
    return Place(commune.insee, commune.epci, commune.departement, latitude, longitude, precision)


def put_in_place(session: Session, settings: Settings, site: Site, address: AddressIn) -> None:
    """Give a site its address. What a protected site is told of is the first commune of its EPCI, and nothing finer."""
    place = place_of(session, site.region, address)
    site.epci, site.departement = place.epci, place.departement
    if not site.protected:
        lines = (address.street or None, address.postcode, address.city)
        same = (site.street, site.postcode, site.city) == lines and site.latitude is not None
        # A point already found for the same address is finer than its commune's: only a pin moves it.
        if address.pin or not same:
            site.latitude, site.longitude, site.precision = place.latitude, place.longitude, place.precision
        site.street, site.postcode, site.city = lines
        site.commune = place.commune
        session.add(site)
        session.flush()
        forget_address(session, site.key)
        return
    around = communes_of_epci(session, site.region, place.epci) if place.epci else []
    site.commune = around[0].insee if around else place.commune
    site.street = site.postcode = site.city = None
    site.latitude = site.longitude = None
    site.precision = "commune"
    session.add(site)
    session.flush()
    secret = SecretAddress(address.street, address.postcode, address.city, place.latitude, place.longitude)
    keep_address(session, settings, site.key, secret)


def public_address(site: Site) -> PublicAddress | None:
    """What may be asked of a geocoder about a site: nothing of a protected one, nothing where a pin stands."""
    if site.protected or site.precision == "pin" or not site.street:
        return None
    return PublicAddress.of(site.street, site.postcode or "", site.city or "", protected=site.protected)


def locate(session: Session, site_id: int, asked: PublicAddress, found: Located) -> None:
    """Note what a geocoder found, unless the address has changed or a pin was placed while it looked."""
    site = session.get(Site, site_id)
    if site is None or public_address(site) != asked or found.precision == "commune":
        return
    site.latitude, site.longitude, site.precision = found.latitude, found.longitude, found.precision
    commune = commune_by_insee(session, site.region, found.insee)
    if commune is not None:
        site.commune, site.epci, site.departement = commune.insee, commune.epci, commune.departement
    session.add(site)
    data = {"precision": site.precision, "source": found.source}
    tell_site(session, site, "site.located", who=None, now=real_now(), data=data)


def territory_is_loaded(session: Session, region: str) -> bool:
    """Whether addresses can be placed at all."""
    return region_row(session, region) is not None
