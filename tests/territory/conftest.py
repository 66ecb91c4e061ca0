"""A few communes, told in one line each."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert
from sqlmodel import SQLModel, col, select

from config.regions import load_region_config
from service.clients.gazetteer.csv_file import CsvCommunes
from service.clients.gazetteer.port import CommuneRecord
from service.database.engine import Database
from service.journal.models import Entry
from service.territory.actions import LoadReport, load_region
from service.territory.models import Commune, Departement, Epci, Region

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
Rows = list[tuple[type[Any], list[dict[str, Any]]]]


@pytest.fixture
def load(database: Database, now: datetime) -> Load:
    """`load([records], retire_absent=…)` in a transaction of its own."""

    def loaded(records: list[CommuneRecord], slug: str = "pays-de-la-loire", **options: bool) -> LoadReport:
        with database.transaction() as session:
            return load_region(session, load_region_config(slug), records, now=now, **options)

    return loaded


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows of the whole of Pays de la Loire, loaded once for all tests that only ask about them."""
    config = load_region_config("pays-de-la-loire")
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('shipped') / 'glane.db'}")
    SQLModel.metadata.create_all(database.engine)
    records = list(CsvCommunes(config.folder / "communes.csv").communes(config.code))
    kept: Rows = []
    with database.transaction() as session:
        load_region(session, config, records, now=datetime(2026, 11, 20, 16, 0, tzinfo=UTC))
        for model in (Region, Departement, Epci, Commune, Entry):
            # Numbers are given anew by each database.
            rows = session.exec(select(model).order_by(col(model.id))).all()
            kept.append((model, [row.model_dump(exclude={"id"}) for row in rows]))
    database.close()
    return kept


@pytest.fixture
def region(database: Database, shipped: Rows) -> str:
    """The whole of Pays de la Loire, as it ships."""
    with database.transaction() as session:
        for model, rows in shipped:
            session.execute(insert(model), rows)
    return "pays-de-la-loire"
