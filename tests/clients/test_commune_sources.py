"""Sources of communes: the same contract for a file and for the official service, and what each refuses."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from service.clients.gazetteer.csv_file import COLUMNS, CsvCommunes
from service.clients.gazetteer.official import OfficialCommunes
from service.clients.gazetteer.port import BadCommunes, CommuneSource, SourceUnreachable
from tests.clients.conftest import served

Row = dict[str, str]
NANTES: Row = {
    "code_insee": "44109", "nom": "Nantes", "codes_postaux": "44100|44000", "departement": "44",
    "epci_code": "244400404", "epci_nom": "Nantes Métropole", "epci_type": "METRO",
    "population": "325070", "latitude": "47.23820", "longitude": "-1.56030",
}  # fmt: skip
ISLAND: Row = {
    **NANTES, "code_insee": "85113", "nom": "L'Île-d'Yeu", "codes_postaux": "85350", "departement": "85",
    "epci_code": "", "epci_nom": "", "epci_type": "", "population": "4868", "latitude": "46.71", "longitude": "-2.35",
}  # fmt: skip


@dataclass
class GeoService:
    """The official service on this machine: what it answers, and what it was asked."""

    url: str = ""
    status: int = 200
    bodies: dict[str, Any] = field(default_factory=lambda: {"/communes": [], "/epcis": []})
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    def tell(self, rows: list[Row]) -> None:
        self.bodies["/communes"] = [
            {
                "code": row["code_insee"], "nom": row["nom"], "codesPostaux": row["codes_postaux"].split("|"),
                "codeDepartement": row["departement"], "population": int(row["population"]),
                "centre": {"type": "Point", "coordinates": [float(row["longitude"]), float(row["latitude"])]},
                **({"codeEpci": row["epci_code"]} if row["epci_code"] else {}),
            }
            for row in rows
        ]  # fmt: skip
        self.bodies["/epcis"] = [
            {"code": row["epci_code"], "nom": row["epci_nom"], "type": row["epci_type"]}
            for row in rows
            if row["epci_code"]
        ]


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        service: GeoService = self.server.service
        parts = urlsplit(self.path)
        service.asked.append((parts.path, parse_qs(parts.query)))
        told = service.bodies[parts.path]
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(service.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def geo() -> Iterator[GeoService]:
    memory = GeoService()
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.service = memory  # type: ignore[attr-defined]  # the handler reads it back
        memory.url = f"http://127.0.0.1:{server.server_address[1]}"
        with served(server):
            yield memory


def written(rows: list[Row], **options: Any) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else list(COLUMNS), lineterminator="\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


Telling = Callable[[list[Row]], CommuneSource]


@pytest.fixture(params=["file", "official"])
def telling(request: pytest.FixtureRequest, tmp_path: Path) -> Telling:
    """`telling([rows])`: a source that says these rows."""

    def file(rows: list[Row]) -> CommuneSource:
        path = tmp_path / "communes.csv"
        path.write_text(written(rows), encoding="utf-8")
        return CsvCommunes(path)

    def official(rows: list[Row]) -> CommuneSource:
        service: GeoService = request.getfixturevalue("geo")
        service.tell(rows)
        return OfficialCommunes(service.url)

    return file if request.param == "file" else official


def test_every_source_tells_the_same(telling: Telling) -> None:
    """Communes come in INSEE order, with their postcodes in order, their EPCI if any, and their point."""
    nantes, island = telling([ISLAND, NANTES]).communes("52")
    assert (nantes.insee, nantes.name, nantes.departement) == ("44109", "Nantes", "44")
    assert nantes.postcodes == ("44000", "44100")
    assert (nantes.epci_code, nantes.epci_name, nantes.epci_kind) == ("244400404", "Nantes Métropole", "METRO")
    assert (nantes.population, nantes.latitude, nantes.longitude) == (325070, 47.2382, -1.5603)
    assert (island.insee, island.epci_code, island.epci_name) == ("85113", "", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_insee": "4410"},
        {"nom": " "},
        {"codes_postaux": "4400"},
        {"epci_code": "24440"},
        {"population": "99999999"},
        {"latitude": "97.2"},
        {"longitude": "181"},
    ],
)
def test_every_source_refuses_what_cannot_be(wrong: Row, telling: Telling) -> None:
    """A value that cannot be right refuses the whole source, and says which commune or line."""
    with pytest.raises(BadCommunes, match=r"ligne 3, colonne|http.*(85113|4410)"):
        telling([NANTES, {**ISLAND, **wrong}]).communes("52")


def test_every_source_refuses_a_commune_told_twice_and_none_at_all(telling: Telling) -> None:
    """Twice the same commune is a mistake, and so is an empty list."""
    with pytest.raises(BadCommunes, match="44109"):
        telling([NANTES, NANTES]).communes("52")
    with pytest.raises(BadCommunes, match="aucune commune"):
        telling([]).communes("52")


def test_a_file_from_a_spreadsheet(tmp_path: Path) -> None:
    """Semicolons, a byte order mark, decimal commas and further columns are read as well."""
    path = tmp_path / "communes.csv"
    row = {**NANTES, "latitude": "47,2382", "longitude": "-1,5603", "maire": "?"}
    path.write_text(written([row], delimiter=";"), encoding="utf-8-sig")
    (nantes,) = CsvCommunes(path).communes("52")
    assert (nantes.latitude, nantes.longitude, nantes.coordinates) == (47.2382, -1.5603, "csv")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (written([NANTES]).replace("nom,", "", 1).encode(), "ligne 1 : il manque les colonnes : nom"),
        (b"", "il manque les colonnes"),
        (
            written([{**NANTES, "epci_nom": "Nantes"}, ISLAND]).encode("cp1252"),
            "ligne 3 : le fichier n'est pas en UTF-8",
        ),
        ((written([NANTES]) + "85113,L'Ile\n").encode(), "ligne 3, colonne « code_insee »"),
        ((written([NANTES]).rstrip("\n") + ",,trop\n").encode(), "ligne 2, colonne « code_insee »"),
        ((written([NANTES]) + '"85113\n').encode(), "pas du CSV"),
    ],
)
def test_a_file_that_is_not_one(content: bytes, said: str, tmp_path: Path) -> None:
    """What is wrong with a file is said with its line, in words that tell what to do."""
    path = tmp_path / "communes.csv"
    path.write_bytes(content)
    with pytest.raises(BadCommunes) as refused:
        CsvCommunes(path).communes("52")
    assert said in refused.value.text()
    assert refused.value.text("en") != refused.value.text()


def test_the_service_is_asked_for_the_region(geo: GeoService) -> None:
    """Two questions, each for the region's own communes and EPCI; the town hall's point is preferred."""
    geo.tell([NANTES])
    geo.bodies["/communes"][0]["mairie"] = {"type": "Point", "coordinates": [-1.5545, 47.2184]}
    (nantes,) = OfficialCommunes(geo.url + "/").communes("52")
    assert (nantes.latitude, nantes.longitude, nantes.coordinates) == (47.2184, -1.5545, "geo-api")
    assert [path for path, _ in geo.asked] == ["/communes", "/epcis"]
    assert all(query["codeRegion"] == ["52"] for _, query in geo.asked)
    assert "centre" in geo.asked[0][1]["fields"][0]


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_a_service_that_fails(status: int, geo: GeoService) -> None:
    """An error of the service is no list of communes: it could not be asked."""
    geo.tell([NANTES])
    geo.status = status
    with pytest.raises(SourceUnreachable):
        OfficialCommunes(geo.url).communes("52")


def test_no_network() -> None:
    """A service nobody runs cannot be asked, and the sentence names it."""
    with pytest.raises(SourceUnreachable, match=r"127\.0\.0\.1:9"):
        OfficialCommunes("http://127.0.0.1:9", seconds=2).communes("52")


@pytest.mark.parametrize("body", [b"<html>", {"message": "?"}, [{"nom": "Nantes"}], [{"code": 44109}], [None]])
def test_a_service_that_speaks_otherwise(body: Any, geo: GeoService) -> None:
    """An answer of another form is refused whole."""
    geo.bodies["/communes"] = body
    with pytest.raises(BadCommunes, match="forme attendue"):
        OfficialCommunes(geo.url).communes("52")
