"""A region is a folder: what ships, and what a wrong folder is told."""

import csv
from pathlib import Path

import pytest

from config.regions import (
    BadRegionFile,
    TerritorySettings,
    TileSource,
    UnknownRegion,
    list_regions,
    load_region_config,
    read_region_file,
    region_folder,
)
from service.clients.gazetteer.csv_file import CsvCommunes
from service.clients.gazetteer.port import CommuneRecord
from service.kit.geo import metres_between

COUNTS = {"pays-de-la-loire": 1228, "ile-de-france": 1266}


def shipped(slug: str) -> dict[str, CommuneRecord]:
    config = load_region_config(slug)
    return {record.insee: record for record in CsvCommunes(config.folder / "communes.csv").communes(config.code)}


def test_two_regions_ship() -> None:
    """Both regions are found by their folders alone."""
    assert set(list_regions()) >= set(COUNTS)


@pytest.mark.parametrize("slug", COUNTS)
def test_every_commune_is_in_its_region(slug: str) -> None:
    """Each shipped commune is in a département of its region.toml and inside its bounds."""
    config, communes = load_region_config(slug), shipped(slug)
    assert len(communes) == COUNTS[slug]
    assert {record.departement for record in communes.values()} == {part.code for part in config.departements}
    assert all(config.map.bounds.holds(record.latitude, record.longitude) for record in communes.values())
    assert config.map.bounds.holds(config.map.latitude, config.map.longitude)


def test_at_least_800_communes_are_where_they_are() -> None:
    """GeoNames places at least 800 communes of Pays de la Loire; the others say that they are only roughly placed."""
    sources = [record.coordinates for record in shipped("pays-de-la-loire").values()]
    assert sources.count("geonames") >= 800
    assert set(sources) == {"geonames", "geonames-town", "epci-centre"}


def test_a_rough_point_is_the_centre_of_its_epci() -> None:
    """Every commune placed at its EPCI's centre shares that point with the others of the EPCI so placed."""
    for slug in COUNTS:
        points: dict[str, set[tuple[float, float]]] = {}
        for record in shipped(slug).values():
            if record.coordinates == "epci-centre":
                assert record.epci_code
                points.setdefault(record.epci_code, set()).add((record.latitude, record.longitude))
        assert points
        assert all(len(found) == 1 for found in points.values())


@pytest.mark.shared
@pytest.mark.parametrize(("slug", "table"), [("pays-de-la-loire", "communes_pdl"), ("ile-de-france", "communes_idf")])
def test_points_are_within_6_km_of_the_reference(slug: str, table: str, shared: Path) -> None:
    """Each commune that GeoNames places is within 6 km of the reference table, and none is missing or invented."""
    with (shared / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        reference = {row["code_insee"]: row for row in csv.DictReader(file)}
    communes = shipped(slug)
    assert communes.keys() == reference.keys()
    for insee, record in communes.items():
        truth = reference[insee]
        assert (record.population, record.epci_code) == (int(truth["population"]), truth["epci_code"])
        assert record.postcodes == tuple(sorted(truth["codes_postaux"].split("|")))
        away = metres_between(
            (record.latitude, record.longitude), (float(truth["latitude"]), float(truth["longitude"]))
        )
        # The rough ones are that: the README of the regions promises 34 km at worst.
        assert away <= (6_000 if record.coordinates == "geonames" else 34_000), (record.name, away)


def test_a_region_that_has_no_folder_is_refused() -> None:
    """An unknown slug, or a path posing as one, is named in the error with the regions there are."""
    for slug in ("atlantide", "../regions/pays-de-la-loire", "", "Pays de la Loire"):
        with pytest.raises(UnknownRegion, match="pays-de-la-loire"):
            region_folder(slug)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('time_zone = "Europe/Paris"', 'time_zone = "Europe/Nantes"', "time_zone"),
        ('code = "52"', 'code = "PDL"', "code"),
        ("south = 46.2", "south = 49.2", "south must be below north"),
        ('claim_policy = "sealed-window"', 'claim_policy = "lottery"', "claim_policy"),
        ("zoom = 8", "zoon = 8", "map.zoon"),
        ('code = "85"', 'code = "44"', "twice"),
        ('attribution = "© IGN, Géoplateforme"', 'attribution = ""', "attribution"),
        ('name = "Vendée"', "name = ", "line"),
    ],
)
def test_a_wrong_region_file_says_where(before: str, after: str, told: str, tmp_path: Path) -> None:
    """One wrong value is refused with the file and the key that is wrong."""
    text = (region_folder("pays-de-la-loire") / "region.toml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "pays-de-la-loire" / "region.toml"
    path.parent.mkdir()
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(BadRegionFile, match=told) as refused:
        read_region_file(path)
    assert str(path) in str(refused.value)


def test_a_territory_may_differ_from_its_region(tmp_path: Path) -> None:
    """An override replaces what it names, for its own territory alone, and the finest comes last."""
    text = (region_folder("pays-de-la-loire") / "region.toml").read_text(encoding="utf-8")
    path = tmp_path / "essai" / "region.toml"
    path.parent.mkdir()
    path.write_text(text + '\n[overrides.53]\nclaim_policy = "first-come"\n', encoding="utf-8")
    config = read_region_file(path)
    assert config.slug == "essai"
    elsewhere = TerritorySettings.model_construct(claim_policy="another")
    config = config.model_copy(update={"settings": elsewhere})
    assert config.settings_of("53", None).claim_policy == "first-come"
    assert config.settings_of("44", "244400404") == elsewhere


def test_the_tiles_host_is_known_to_the_security_policy() -> None:
    """Tiles give the origin that the content security policy must let in; no tiles, no origin."""
    assert TileSource().origin == ""
    tiles = TileSource(url="https://{s}.tiles.example/{z}/{x}/{y}.png", attribution="© Essai")
    assert tiles.origin == "https://*.tiles.example"
