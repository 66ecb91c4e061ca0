"""Loading communes: as often as one likes, all of it or nothing, never coarser than before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.regions import list_regions, load_region_config
from service.clients.gazetteer.csv_file import CsvCommunes
from service.clients.gazetteer.port import CommuneRecord
from service.database.engine import Database
from service.journal.models import Entry
from service.journal.queries import after
from service.kit.pagination import PageAsked
from service.kit.refusals import Refusal
from service.territory import queries
from service.territory.actions import LoadReport, load_region
from service.territory.errors import CommuneElsewhere, CommuneOffTheMap, EpciUnnamed
from service.territory.models import FINENESS, Commune
from tests.territory.conftest import CLISSON, ISLAND, NANTES, Load

REGION = "pays-de-la-loire"


def commune(database: Database, insee: str) -> Commune:
    with database.read() as session:
        found = queries.commune_by_insee(session, REGION, insee)
        assert found is not None
        session.expunge(found)
        return found


def journal(database: Database) -> Sequence[Entry]:
    with database.read() as session:
        entries = after(session, 0)
        session.expunge_all()
        return entries


@pytest.mark.parametrize("slug", list_regions())
def test_every_region_that_ships_loads(slug: str, load: Load, database: Database) -> None:
    """Each folder loads without a line of code for it, and a second load changes nothing."""
    config = load_region_config(slug)
    records = list(CsvCommunes(config.folder / "communes.csv").communes(config.code))
    assert load(records, slug) == LoadReport(len(records), 0, 0, 0, 0)
    written = len(journal(database))
    assert load(records, slug) == LoadReport(0, 0, len(records), 0, 0)
    assert len(journal(database)) == written == 1
    with database.read() as session:
        assert len(queries.communes(session, slug)) == len(records)
        assert [row.code for row in queries.departements(session, slug)] == [row.code for row in config.departements]
        assert {row.code for row in queries.epcis(session, slug)} == {row.epci_code for row in records} - {""}
        row = queries.region_row(session, slug)
        assert row is not None
        assert (row.code, row.name, row.time_zone) == (config.code, config.name, config.time_zone)


def test_two_regions_stand_side_by_side(load: Load, database: Database) -> None:
    """A second region's communes are never found among the first's."""
    load([NANTES])
    paris = CommuneRecord("75056", "Paris", ("75001",), "75", "200054781", "Métropole du Grand Paris", "METRO",
                          2_103_778, 48.85341, 2.3488, "geonames")  # fmt: skip
    load([paris], "ile-de-france")
    with database.read() as session:
        assert [row.region for row in queries.regions(session)] == ["pays-de-la-loire", "ile-de-france"]
        assert queries.commune_by_insee(session, REGION, "75056") is None
        assert not queries.search_communes(session, REGION, "paris", PageAsked()).items
        nearest = queries.nearest_commune(session, REGION, 48.85, 2.35)
        assert nearest is not None
        assert nearest.insee == "44109"


@pytest.mark.shared
def test_an_administrators_file_places_every_commune(load: Load, database: Database, region: str, shared: Path) -> None:
    """The reference table, in its own column order, gives each of the 1,228 communes its own point."""
    report = load(list(CsvCommunes(shared / "data" / "communes_pdl.csv").communes("52")))
    assert (report.added, report.absent) == (0, 0)
    assert report.changed == 1228
    with database.read() as session:
        assert queries.counts_by_source(session, region) == {"csv": 1228}


def test_a_point_is_never_replaced_by_a_coarser_one(load: Load, database: Database) -> None:
    """After the official points, the shipped file updates the population and leaves the points."""
    load([replace(NANTES, latitude=47.2382, longitude=-1.5603, coordinates="geo-api")])
    report = load([replace(NANTES, population=326_000, coordinates="epci-centre")])
    found = commune(database, "44109")
    assert report.changed == 1
    assert (found.population, found.latitude, found.coordinates) == (326_000, 47.2382, "geo-api")


def test_absent_communes_stay_until_retired(load: Load, database: Database, now: datetime) -> None:
    """A partial list removes nothing; a complete one retires, once; a commune that comes back is offered again."""
    load([NANTES, CLISSON])
    assert load([NANTES]) == LoadReport(0, 0, 1, 1, 0)
    assert load([NANTES], retire_absent=True) == LoadReport(0, 0, 1, 1, 1)
    assert load([NANTES], retire_absent=True) == LoadReport(0, 0, 1, 0, 0)
    assert commune(database, "44043").retired_at == now
    with database.read() as session:
        assert not queries.search_communes(session, REGION, "clisson", PageAsked()).items
    assert load([CLISSON]).changed == 1
    assert commune(database, "44043").retired_at is None


def test_an_epci_keeps_what_a_source_does_not_know(load: Load, database: Database) -> None:
    """A source without names of EPCI leaves the known ones, and a commune without EPCI is welcome."""
    load([NANTES, ISLAND])
    assert load([replace(NANTES, epci_name="", epci_kind="")]).changed == 0
    with database.read() as session:
        assert [(row.name, row.kind) for row in queries.epcis(session, REGION)] == [("Nantes Métropole", "METRO")]
    assert commune(database, "85113").epci is None


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (replace(CLISSON, insee="77001", departement="77"), CommuneElsewhere),
        (replace(CLISSON, latitude=-1.28286, longitude=47.08714), CommuneOffTheMap),
        (replace(CLISSON, epci_name=""), EpciUnnamed),
    ],
)
def test_nothing_half_written(wrong: CommuneRecord, refusal: type[Refusal], load: Load, database: Database) -> None:
    """One commune that cannot be right refuses the whole source, by name, and writes nothing."""
    with pytest.raises(refusal, match=wrong.insee):
        load([NANTES, wrong])
    with database.read() as session:
        assert queries.region_row(session, REGION) is None
        assert not queries.communes(session, REGION)
    assert not journal(database)


def test_the_journal_tells_counts_and_no_names(load: Load, database: Database, now: datetime) -> None:
    """A load that changes something is one entry, for the Region and the administrators."""
    load([NANTES])
    (entry,) = journal(database)
    assert (entry.kind, entry.subject, entry.at) == ("territory.loaded", "region", now)
    assert entry.data == {"added": 1, "changed": 0, "unchanged": 0, "absent": 0, "retired": 0}
    assert entry.audience == ["role:administrator", "role:region"]


told_once = st.fixed_dictionaries(
    {
        "population": st.integers(0, 1000),
        "latitude": st.sampled_from([46.9, 47.0, 47.5]),
        "coordinates": st.sampled_from(sorted(FINENESS)),
        "insee": st.sampled_from(["44001", "44002", "44003"]),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    loads=st.lists(st.lists(told_once, unique_by=lambda told: str(told["insee"]), max_size=3), min_size=1, max_size=4)
)
def test_loads_keep_the_finest_point_and_repeat_without_effect(
    loads: list[list[dict[str, object]]], database: Database, now: datetime
) -> None:
    """After any loads, each commune's point is as fine as any it was told, and repeating the last changes nothing."""
    config = load_region_config(REGION)
    with database.read() as session:  # rolled back: each example begins with an empty territory
        finest: dict[str, int] = {}
        for number, told in enumerate(loads):
            records = [replace(NANTES, **values) for values in told]  # type: ignore[arg-type]  # values drawn by name
            report = load_region(session, config, records, now=now + timedelta(minutes=number))
            assert report.added + report.changed + report.unchanged == len(records)
            for record in records:
                finest[record.insee] = max(finest.get(record.insee, 0), FINENESS[record.coordinates])
        again = load_region(session, config, records, now=now + timedelta(days=1))
        assert not again.did_something
        kept = {row.insee: FINENESS[row.coordinates] for row in queries.communes(session, REGION)}
        assert kept == finest
