"""A browser for the run, a world for each journey."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service.database.engine import Database
from tests.journeys.evening import Evening, play
from tests.journeys.screens import Screens
from tests.journeys.world import Cast, World, installed_world, populate

FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Lets the fixtures know, at the end, whether the journey failed."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # pluggy's result
    if report.when == "call":
        item.stash[FAILED] = report.failed


@pytest.fixture(scope="session")
def populated(template: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Cast]:
    """A database with the territory and the cast, made once and copied for each world."""
    path = tmp_path_factory.mktemp("populated") / "glane.db"
    path.write_bytes(Path(template).read_bytes())
    database = Database(f"sqlite:///{path}")
    cast = populate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return str(path), cast


@pytest.fixture(scope="session")
def played(populated: tuple[str, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Evening]]:
    """One installation in the middle of an evening, for all who only look: whoever changes it puts it back."""
    with installed_world(tmp_path_factory.mktemp("evening"), *populated) as world:
        yield world, play(world)


@pytest.fixture
def world(populated: tuple[str, Cast], tmp_path: Path) -> Iterator[World]:
    """A running installation of the test's own."""
    with installed_world(tmp_path, *populated) as world:
        yield world
    gc.collect()


@pytest.fixture
def screens(browser: Browser, world: World, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Screens]:
    """Browsers on that world; the test fails if any of them complained. A failed journey leaves its pictures."""
    screens = Screens(browser, world)
    yield screens
    if request.node.stash.get(FAILED, False):
        shown = "\n".join([*screens.pictures(tmp_path), *screens.watch.said])
        request.node.add_report_section("call", "screens", shown)
    screens.close()
    assert screens.watch.said == []
