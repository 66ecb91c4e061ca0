"""What a region's communes answer outside any request: to the geocoder, and to whoever loads them."""

from config.settings import Settings
from service.clients.geocoding.ban import BanGeocoder
from service.clients.geocoding.communes import CommuneGeocoder
from service.clients.geocoding.port import CommunePoint, Geocoder
from service.database.engine import Database
from service.territory import queries
from service.territory.rules import commune_code


class RegionCommunes:
    """Looks a commune up in a short session of its own; a `clients.geocoding.port.CommuneLookup`."""

    def __init__(self, database: Database, region: str) -> None:
        self.database = database
        self.region = region

    def __call__(self, postcode: str, city: str) -> CommunePoint | None:
        """The commune of the last line of an address, None when the region has none like it."""
        with self.database.read() as session:
            commune = queries.commune_of_address(session, self.region, postcode, city)
            if commune is None:
                return None
            return CommunePoint(commune.insee, commune.latitude, commune.longitude)


def geocoder_for(settings: Settings, database: Database, region: str) -> Geocoder:
    """The geocoder the settings ask for. Keep it for the life of the process: it paces its own questions."""
    lookup = RegionCommunes(database, region)
    if settings.geocoder == "ban":
        return BanGeocoder(lookup, domain=settings.ban_domain, commune_of=commune_code)
    return CommuneGeocoder(lookup)
