"""`glane territory load` and `list`, as an administrator uses them."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from config.regions import region_folder
from config.settings import get_settings
from service.database.engine import Database
from service.territory import queries
from workers.cli import territory

REGION = "pays-de-la-loire"


@pytest.fixture
def glane(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """`glane("territory", "load", …)` on the test's database."""
    monkeypatch.setenv("GLANE_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    get_settings.cache_clear()
    parent = typer.Typer()
    territory.register(parent)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(parent, ["territory", *arguments])

    yield run
    get_settings.cache_clear()


def test_a_newcomer_loads_the_region_without_a_network(glane: Any, database: Database) -> None:
    """With no option, the region of the settings is loaded from its folder; again changes nothing; list shows it."""
    first = glane("load")
    assert (first.exit_code, first.output) == (
        0,
        "Pays de la Loire : 1228 ajoutées, 0 modifiées, 0 inchangées.\n",
    )
    assert "1228 inchangées" in glane("load").output
    assert "822" in glane("list").output
    assert glane("load", "--region", "ile-de-france").exit_code == 0
    with database.read() as session:
        assert [len(queries.communes(session, slug)) for slug in (REGION, "ile-de-france")] == [1228, 1266]


@pytest.mark.shared
def test_an_administrators_csv(glane: Any, shared: Path) -> None:
    """The reference table loads as it is, every commune placed."""
    result = glane("load", "--csv", str(shared / "data" / "communes_pdl.csv"))
    assert result.exit_code == 0, result.output
    assert "1228 ajoutées" in result.output


def test_a_bad_csv_names_line_and_column_and_writes_nothing(glane: Any, database: Database, tmp_path: Path) -> None:
    """One wrong value: a sentence with the line and the column, exit status 1, an empty database."""
    lines = (region_folder(REGION) / "communes.csv").read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].replace(",47.", ",quarante-sept.", 1)
    path = tmp_path / "essai.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = glane("load", "--csv", str(path))
    assert result.exit_code == 1
    assert "essai.csv, ligne 5, colonne « latitude »" in result.output
    with database.read() as session:
        assert queries.region_row(session, REGION) is None


def test_options_that_cannot_be_followed(glane: Any, tmp_path: Path) -> None:
    """An unknown region, two sources at once, no such file: words, not a traceback."""
    for arguments, said in (
        (["--region", "atlantide"], "ile-de-france"),
        (["--csv", "x.csv", "--from-api"], "pas les deux"),
        (["--csv", str(tmp_path / "rien.csv")], "ne peut pas être lu"),
        (["--from-api", "--api-url", "http://127.0.0.1:9"], "ne répond pas"),
    ):
        result = glane("load", *arguments)
        assert result.exit_code in (1, 2)
        assert said in result.output
        assert "Traceback" not in result.output


def test_a_database_without_tables_says_what_to_do(glane: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first migration the command names the command to run."""
    monkeypatch.setenv("GLANE_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    get_settings.cache_clear()
    result = glane("load")
    assert result.exit_code == 1
    assert "glane migrate" in result.output


def test_the_official_service(glane: Any, database: Database) -> None:
    """With --from-api, a network and the service's answers, the points become the official ones."""
    answers = {
        "/communes": [
            {
                "code": "44109", "nom": "Nantes", "codesPostaux": ["44000"], "codeDepartement": "44",
                "codeEpci": "244400404", "population": 325070,
                "centre": {"type": "Point", "coordinates": [-1.5603, 47.2382]},
            }
        ],
        "/epcis": [{"code": "244400404", "nom": "Nantes Métropole", "type": "METRO"}],
    }  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answers[self.path.partition("?")[0]]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    glane("load")
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        result = glane("load", "--from-api", "--api-url", f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
        thread.join(5)
    assert "1 modifiées" in result.output
    assert "1227 déjà connues" in result.output
    with database.read() as session:
        nantes = queries.the_commune(session, REGION, "44109")
        assert (nantes.coordinates, nantes.latitude) == ("geo-api", 47.2382)
