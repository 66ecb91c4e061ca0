"""A few communes, told in one line each."""

from collections.abc import Callable
from datetime import datetime

import pytest

from config.regions import load_region_config
from service.clients.gazetteer.port import CommuneRecord
from service.database.engine import Database
from service.territory.actions import LoadReport, load_region

NANTES = CommuneRecord(
    "44109", "Nantes", ("44000", "44100", "44200", "44300"), "44", "244400404", "Nantes Métropole", "METRO",
    325_070, 47.21725, -1.55336, "geonames",
)  # fmt: skip
CLISSON = CommuneRecord(
    "44043", "Clisson", ("44190",), "44", "200067635", "CA Clisson Sèvre et Maine Agglo", "CA",
    7_505, 47.08714, -1.28286, "geonames",
)  # fmt: skip
ISLAND = CommuneRecord("85113", "L'Île-d'Yeu", ("85350",), "85", "", "", "", 4_868, 46.72, -2.34, "geonames")

Load = Callable[..., LoadReport]


@pytest.fixture
def load(database: Database, now: datetime) -> Load:
    """`load([records], retire_absent=…)` in a transaction of its own."""

    def loaded(records: list[CommuneRecord], slug: str = "pays-de-la-loire", **options: bool) -> LoadReport:
        with database.transaction() as session:
            return load_region(session, load_region_config(slug), records, now=now, **options)

    return loaded


@pytest.fixture
def region(load: Load) -> str:
    """The whole of Pays de la Loire, as it ships."""
    from service.clients.gazetteer.csv_file import CsvCommunes

    config = load_region_config("pays-de-la-loire")
    load(list(CsvCommunes(config.folder / "communes.csv").communes(config.code)))
    return config.slug
