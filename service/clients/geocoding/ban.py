"""The national address base (BAN), asked through geopy at the Géoplateforme; the region's communes where it is silent.

The service allows 50 questions a second and answers 429 beyond: this client asks far fewer. After a failure it leaves
the service alone for a while, so that a laptop without a network waits once and not at every address.
"""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic, sleep

import structlog
from geopy.adapters import URLLibAdapter
from geopy.exc import GeocoderRateLimited, GeopyError
from geopy.geocoders import BANFrance
from geopy.location import Location
from pydantic import BaseModel, Field, ValidationError

from service.clients.geocoding.communes import CommuneGeocoder
from service.clients.geocoding.port import CommuneLookup, CommunePoint, Located, Precision, PublicAddress

log = structlog.get_logger(__name__)
# geopy writes the whole question at the DEBUG level, and the answer to a failure at INFO: both hold the address.
logging.getLogger("geopy").setLevel(logging.WARNING)

# BAN's kinds of answers; a "locality" is a hamlet or a named place. A "municipality" says no more than we know.
PRECISIONS: dict[str, Precision] = {"housenumber": "address", "street": "street", "locality": "street"}
# BAN's score of likeness, from 0 to 1: below this its first answer is more often another street.
LEAST_SCORE = 0.5


class _Properties(BaseModel):
    type: str
    citycode: str = Field(pattern=r"^(\d{2}|2[AB])\d{3}$")
    score: float = 0.0


class _Feature(BaseModel):
    properties: _Properties


class BanGeocoder:
    """Asks the service at `domain` (host and path, no scheme).

    `timeout` seconds an answer; at least `pause` seconds between two questions; `rest` seconds of silence after a
    failure (or as long as the service asks); `commune_of` maps an arrondissement's INSEE code to its city's.
    """

    def __init__(
        self,
        lookup: CommuneLookup,
        *,
        domain: str,
        commune_of: Callable[[str], str] = lambda insee: insee,
        scheme: str = "https",
        timeout: float = 3.0,
        pause: float = 0.1,
        rest: float = 30.0,
    ) -> None:
        self.communes = CommuneGeocoder(lookup)
        self.lookup = lookup
        self.commune_of = commune_of
        # geopy's other adapter (used where `requests` is installed) tries again by itself, waits as long as a 429 says
        # with the caller standing there, and logs the question.
        self.service = BANFrance(
            domain=domain, scheme=scheme, timeout=timeout, user_agent="Glane", adapter_factory=URLLibAdapter
        )
        self.pause = pause
        self.rest = rest
        self._turn = Lock()
        self._next_question = 0.0
        self._silent_until = 0.0

    def locate(self, address: PublicAddress) -> Located | None:
        """See Geocoder."""
        if address.street and monotonic() >= self._silent_until:
            found = self._ask(f"{address.street} {address.postcode} {address.city}")
            if found is not None:
                commune = self.lookup(address.postcode, address.city)
                located = self._located(found, commune)
                if located is not None:
                    return located
        return self.communes.locate(address)

    def _ask(self, question: str) -> Location | None:
        self._wait_for_turn()
        try:
            found: Location | None = self.service.geocode(question, limit=1)
        except GeocoderRateLimited as problem:
            self._be_silent(problem.retry_after or self.rest, problem)
        except (GeopyError, AttributeError, LookupError, TypeError, ValueError) as problem:
            # The last four: geopy reads the answer without checking its shape.
            self._be_silent(self.rest, problem)
        else:
            if found is None:
                log.info("address unknown to the geocoder")
            return found
        return None

    def _wait_for_turn(self) -> None:
        with self._turn:
            wait = self._next_question - monotonic()
            self._next_question = max(self._next_question, monotonic()) + self.pause
        if wait > 0:
            sleep(wait)

    def _be_silent(self, seconds: float, problem: Exception) -> None:
        self._silent_until = monotonic() + seconds
        # The problem's own text may hold the question: its kind says enough.
        log.warning("geocoder not answering, communes used instead", reason=type(problem).__name__, seconds=seconds)

    def _located(self, found: Location, commune: CommunePoint | None) -> Located | None:
        try:
            properties = _Feature.model_validate(found.raw).properties
        except ValidationError:
            log.warning("geocoder answered in an unknown form")
            return None
        insee = self.commune_of(properties.citycode)
        precision = PRECISIONS.get(properties.type)
        if precision is None or properties.score < LEAST_SCORE:
            log.info("geocoder found no such address", kind=properties.type, score=properties.score)
            return None
        if commune is not None and insee != commune.insee:
            # The same street name in another town is further away than our own commune's point.
            log.info("geocoder answered in another commune", asked=commune.insee, answered=insee)
            return None
        return Located(float(found.latitude), float(found.longitude), precision, insee, "ban")
