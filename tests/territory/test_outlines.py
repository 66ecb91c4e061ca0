"""The outlines a map stands on."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient

from config.regions import list_regions, load_region_config
from service.territory.outlines import departements
from tests.people import Make


@pytest.mark.parametrize("slug", list_regions())
def test_every_departement_has_its_outline(slug: str) -> None:
    """Each département of the region, by its code, as closed rings within the region's bounds."""
    config = load_region_config(slug)
    features = departements(slug)
    assert [one["properties"]["code"] for one in features] == [one.code for one in config.departements]
    for one in features:
        rings = [ring for polygon in one["geometry"]["coordinates"] for ring in polygon]
        assert rings
        assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
        inside = [config.map.bounds.holds(latitude, longitude) for ring in rings for longitude, latitude in ring]
        assert sum(inside) >= 0.99 * len(inside)


def test_neighbours_share_their_border() -> None:
    """Two départements that touch have sides in common, so that no gap is drawn between them."""
    sides = {
        one["properties"]["code"]: {
            frozenset((tuple(a), tuple(b)))
            for polygon in one["geometry"]["coordinates"]
            for ring in polygon
            for a, b in pairwise(ring)
        }
        for one in departements("pays-de-la-loire")
    }
    assert len(sides["44"] & sides["49"]) > 10


def test_a_map_asks_for_them(client: TestClient, sign_in: Callable[[int], TestClient], make: Make) -> None:
    """They are served as GeoJSON to whoever sees a map, a visitor too."""
    told = client.get("/api/v1/departements/outlines").json()
    assert told["type"] == "FeatureCollection"
    assert {one["properties"]["name"] for one in told["features"]} >= {"Sarthe", "Vendée"}
    assert sign_in(make.dispatcher().person.key).get("/api/v1/departements/outlines").json() == told
