"""The twin that needs no network: an address is where its commune is."""

from service.clients.geocoding.port import CommuneLookup, Located, PublicAddress


class CommuneGeocoder:
    """Answers with the commune's point, flagged as such."""

    def __init__(self, lookup: CommuneLookup) -> None:
        self.lookup = lookup

    def locate(self, address: PublicAddress) -> Located | None:
        """See Geocoder."""
        commune = self.lookup(address.postcode, address.city)
        if commune is None:
            return None
        return Located(commune.latitude, commune.longitude, "commune", commune.insee, "communes")
