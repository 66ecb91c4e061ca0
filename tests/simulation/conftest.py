"""A small invented region in the test's own database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import structlog

from config.regions import load_region_config
from config.settings import Settings
from service.clients.gazetteer.csv_file import CsvCommunes
from service.database.engine import Database
from service.territory.actions import load_region
from workers.simulation.fleet_seed import seed_fleet
from workers.simulation.region_seed import Seeder
from workers.simulation.scales import SMALL, Scale

# A Friday, 7:00 in Nantes.
MORNING = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
Sow = Callable[..., Seeder]


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A trial silences its process; the tests after it may have something to say."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def sow(settings: Settings) -> Sow:
    """`sow(database)`: the communes, then a small region of a seed."""

    def sown(database: Database, seed: int = 7, scale: Scale = SMALL) -> Seeder:
        config = load_region_config(settings.region)
        with database.transaction() as session:
            load_region(session, config, CsvCommunes(config.folder / "communes.csv").communes(config.code), now=MORNING)
            seeder = Seeder(session, settings, scale, seed=seed, now=MORNING)
            seeder.run()
            seed_fleet(seeder)
        return seeder

    return sown
