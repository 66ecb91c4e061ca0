"""The points a map draws where there is no background."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from config.regions import load_region_config
from service.kit.geo import metres_between
from tests.people import Make


def test_only_places_known_are_drawn_and_few_are_named(
    region: str, client: TestClient, sign_in: Callable[[int], TestClient], make: Make
) -> None:
    """No dot where only the EPCI's centre is known; the names do not cover one another, the largest town first."""
    config = load_region_config(region)
    features = sign_in(make.dispatcher().person.key).get("/api/v1/communes/points").json()["features"]
    assert 800 <= len(features) < 1_228
    named = [one for one in features if one["properties"]["label"]]
    assert named[0]["properties"]["label"] == "Nantes"
    places = [tuple(reversed(one["geometry"]["coordinates"])) for one in named]
    assert all(metres_between(a, b) >= 45_000 for a in places for b in places if a != b)
    assert all(config.map.bounds.holds(*reversed(one["geometry"]["coordinates"])) for one in features)
