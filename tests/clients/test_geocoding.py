"""Geocoders: the same contract with and without a network, and a protected address that never leaves."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from structlog.testing import capture_logs

from service.clients.geocoding.ban import BanGeocoder
from service.clients.geocoding.communes import CommuneGeocoder
from service.clients.geocoding.port import AddressIsProtected, CommunePoint, Geocoder, Located, PublicAddress
from service.territory.rules import commune_code
from tests.clients.conftest import served

COMMUNES = {
    ("44000", "Nantes"): CommunePoint("44109", 47.21725, -1.55336),
    ("75011", "Paris 11e"): CommunePoint("75056", 48.85341, 2.3488),
}
# Far above what an answer of this machine takes, however busy it is.
PATIENCE_S = 30.0
NANTES_CENTRE = Located(47.21725, -1.55336, "commune", "44109", "communes")


def lookup(postcode: str, city: str) -> CommunePoint | None:
    return COMMUNES.get((postcode, city))


def address(street: str = "12 rue Crébillon", postcode: str = "44000", city: str = "Nantes") -> PublicAddress:
    return PublicAddress.of(street, postcode, city, protected=False)


def feature(**properties: Any) -> dict[str, Any]:
    """One answer in the dialect of the national address service."""
    told = {"label": "12 Rue Crébillon 44000 Nantes", "score": 0.97, "type": "housenumber", "citycode": "44109"}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-1.56028, 47.21352]},
        "properties": {**told, "postcode": "44000", "city": "Nantes", **properties},
    }


@dataclass
class AddressService:
    """The national address service on this machine: what it answers, and what it was asked."""

    domain: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    # Where it is set, no answer comes before it is let go.
    held: threading.Event | None = None
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    def answers(self, *features: dict[str, Any]) -> None:
        self.body = {"type": "FeatureCollection", "features": list(features)}


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        service: AddressService = self.server.service
        parts = urlsplit(self.path)
        service.asked.append((parts.path, parse_qs(parts.query)))
        if service.held is not None:
            service.held.wait(PATIENCE_S)
        # A client that waited too long has gone.
        with suppress(ConnectionError):
            self._answer(service)

    def _answer(self, service: AddressService) -> None:
        body = service.body if isinstance(service.body, bytes) else json.dumps(service.body).encode()
        self.send_response(service.status)
        for name, value in service.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def ban() -> Iterator[AddressService]:
    memory = AddressService()
    memory.answers(feature())
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.service = memory  # type: ignore[attr-defined]  # the handler reads it back
        memory.domain = f"127.0.0.1:{server.server_address[1]}/geocodage"
        with served(server):
            yield memory


def client_of(domain: str, **options: Any) -> BanGeocoder:
    return BanGeocoder(
        lookup,
        domain=domain,
        commune_of=commune_code,
        scheme="http",
        **{"timeout": PATIENCE_S, "pause": 0.0, **options},
    )


@pytest.fixture(params=["communes", "national", "no network"])
def geocoder(request: pytest.FixtureRequest) -> Geocoder:
    if request.param == "communes":
        return CommuneGeocoder(lookup)
    if request.param == "national":
        return client_of(request.getfixturevalue("ban").domain)
    return client_of("127.0.0.1:9")


def test_any_geocoder_finds_the_commune(geocoder: Geocoder) -> None:
    """An address of a known commune is located in it, with a precision and a source."""
    found = geocoder.locate(address())
    assert found is not None
    assert found.insee == "44109"
    assert abs(found.latitude - 47.217) < 0.01
    assert (found.precision, found.source) in {("address", "ban"), ("commune", "communes")}


def test_any_geocoder_answers_without_a_street(geocoder: Geocoder) -> None:
    """A market place known by its town alone is at the commune's point."""
    assert geocoder.locate(address(street="  ")) == NANTES_CENTRE


def test_any_geocoder_admits_what_it_does_not_know(geocoder: Geocoder) -> None:
    """Neither street nor commune known: no place, and no error."""
    assert geocoder.locate(address("", "99999", "Nulle-Part")) is None


@pytest.mark.parametrize(
    ("kind", "precision"), [("housenumber", "address"), ("street", "street"), ("locality", "street")]
)
def test_the_service_gives_the_place(kind: str, precision: str, ban: AddressService) -> None:
    """An answer of the service is used, as precise as its kind, longitude and latitude in their places."""
    ban.answers(feature(type=kind))
    found = client_of(ban.domain).locate(address())
    assert found == Located(47.21352, -1.56028, cast(Any, precision), "44109", "ban")
    ((path, query),) = ban.asked
    assert path == "/geocodage/search"
    assert query == {"q": ["12 rue Crébillon 44000 Nantes"], "limit": ["1"]}


def test_an_arrondissement_is_its_city(ban: AddressService) -> None:
    """The service tells the arrondissement of Paris, the territory knows Paris: they are the same commune."""
    ban.answers(feature(citycode="75111"))
    found = client_of(ban.domain).locate(address("3 rue de la Roquette", "75011", "Paris 11e"))
    assert found is not None
    assert (found.insee, found.source) == ("75056", "ban")


def test_an_address_outside_the_region_is_found_by_the_service(ban: AddressService) -> None:
    """A depot beyond the border is located although its commune is not of the region."""
    ban.answers(feature(citycode="35238"))
    found = client_of(ban.domain).locate(address("1 rue d'Antrain", "35000", "Rennes"))
    assert found is not None
    assert found.insee == "35238"


@pytest.mark.parametrize(
    "answer",
    [
        feature(type="municipality"),
        feature(score=0.31),
        feature(citycode="49007"),
        feature(citycode=None),
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [-1.5, 47.2]}},
        {"type": "Feature", "properties": None, "geometry": None},
        {"type": "Feature", "geometry": {"coordinates": []}},
        {"type": "Feature", "geometry": {"coordinates": ["ouest", "nord"]}},
        "Nantes",
    ],
)
def test_a_doubtful_answer_is_the_commune(answer: Any, ban: AddressService) -> None:
    """No street, too unlike, another town, or no sense at all: the commune's point, flagged."""
    ban.answers(answer)
    assert client_of(ban.domain).locate(address()) == NANTES_CENTRE


@pytest.mark.parametrize(
    "body", [b"<html>panne</html>", b"", b"[]", b"null", b'{"features": []}', b'{"features": 3}', b"\xff"]
)
def test_an_answer_that_is_no_answer(body: bytes, ban: AddressService) -> None:
    """Whatever comes back, the caller gets the commune."""
    ban.body = body
    assert client_of(ban.domain).locate(address()) == NANTES_CENTRE


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_after_a_failure_the_service_rests(status: int, ban: AddressService, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing service is asked once, then left alone for a while, then asked again."""
    clock = [1000.0]
    monkeypatch.setattr("service.clients.geocoding.ban.monotonic", lambda: clock[0])
    ban.status = status
    geocoder = client_of(ban.domain, rest=20.0)
    assert [geocoder.locate(address()) for _ in range(3)] == [NANTES_CENTRE] * 3
    assert len(ban.asked) == 1
    ban.status = 200
    clock[0] += 19.9
    assert geocoder.locate(address()) == NANTES_CENTRE
    clock[0] += 0.2
    found = geocoder.locate(address())
    assert found is not None
    assert found.source == "ban"


def test_the_service_says_how_long_to_rest(ban: AddressService) -> None:
    """Too many questions: the wait it asks for is kept, longer than ours."""
    ban.status, ban.headers = 429, {"Retry-After": "60"}
    geocoder = client_of(ban.domain, rest=0.0)
    geocoder.locate(address())
    ban.status = 200
    assert geocoder.locate(address()) == NANTES_CENTRE
    assert len(ban.asked) == 1


def test_a_slow_service_is_not_waited_for(ban: AddressService) -> None:
    """The answer comes within the time allowed, from the communes."""
    ban.held = threading.Event()
    began = monotonic()
    assert client_of(ban.domain, timeout=0.2).locate(address()) == NANTES_CENTRE
    assert monotonic() - began < PATIENCE_S
    ban.held.set()


def test_questions_are_paced(ban: AddressService) -> None:
    """Three questions take at least two pauses."""
    geocoder = client_of(ban.domain, pause=0.1)
    began = monotonic()
    for _ in range(3):
        geocoder.locate(address())
    assert monotonic() - began >= 0.2
    assert len(ban.asked) == 3


def test_no_address_in_the_logs(ban: AddressService, caplog: pytest.LogCaptureFixture) -> None:
    """A failure says its reason, and neither our log nor the library's holds the street."""
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        client_of(ban.domain).locate(address())
        ban.status = 503
        client_of(ban.domain).locate(address())
        client_of("127.0.0.1:9").locate(address())
    reasons = [line["reason"] for line in logs if "reason" in line]
    assert len(reasons) == 2
    assert all(reason.startswith("Geocoder") for reason in reasons)
    assert "billon" not in f"{logs}{caplog.text}"


def test_a_protected_address_never_becomes_one_to_geocode() -> None:
    """Whoever makes an address says whether it is protected; a protected one is refused, and so is a shortcut."""
    with pytest.raises(AddressIsProtected) as refused:
        PublicAddress.of("9 rue du Refuge", "44000", "Nantes", protected=True)
    assert "Refuge" not in str(refused.value)
    with pytest.raises(TypeError):
        PublicAddress.of("9 rue du Refuge", "44000", "Nantes")  # type: ignore[call-arg]  # the point of the test
    with pytest.raises(AddressIsProtected):
        PublicAddress("9 rue du Refuge", "44000", "Nantes", cast(Any, object()))


def test_an_address_printed_by_accident_keeps_its_street() -> None:
    """Its representation tells the city alone."""
    assert repr(address()) == "PublicAddress(postcode='44000', city='Nantes')"
