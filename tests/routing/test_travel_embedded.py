"""The embedded road engine tells real roads, misses what has none, and says in words what it cannot do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import routing as r
from routing.travel import CachedTravel, EmbeddedTravel, Point
from routing.travel.embedded import build_tiles, installed
from routing.travel.geodesic import great_circles

COSTINGS = {"van": "auto", "cargo_bike": "bicycle", "truck": "truck"}
# Either side of the Danube, and in a lane of the old town.
KREMS = [Point(48.4103, 15.6005), Point(48.3951, 15.6130), Point(48.4085, 15.6190), Point(48.4095, 15.5920)]
FAR_OUT = Point(48.43, 14.0)

with_engine = pytest.mark.skipif(not installed(), reason="the optional road engine (extra `roads`) is not installed")


@pytest.mark.skipif(installed(), reason="the road engine is installed")
def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path) -> None:
    """Who asks for the embedded engine without having it is told what to install."""
    with pytest.raises(r.TravelError, match=r"glane\[roads\]"):
        EmbeddedTravel(tmp_path / "tiles.tar", COSTINGS)
    with pytest.raises(r.TravelError, match=r"glane\[roads\]"):
        build_tiles(tmp_path / "town.osm.pbf", tmp_path / "tiles.tar")


@pytest.fixture(scope="module")
def tiles(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Road tiles of a small town."""
    return build_tiles(shared / "data" / "osm" / "krems.osm.pbf", tmp_path_factory.mktemp("roads") / "krems.tar")


@pytest.mark.shared
@with_engine
def test_roads_are_longer_than_the_crow_flies(tiles: Path) -> None:
    """Between places of a town every way is at least as long as the straight line, and a bike takes its time."""
    travel = EmbeddedTravel(tiles, COSTINGS)
    van, bike = travel.matrix(KREMS, "van"), travel.matrix(KREMS, "cargo_bike")
    straight = great_circles(KREMS, KREMS)
    apart = ~np.eye(len(KREMS), dtype=bool)
    # A place lies some way from its road, so the road may be that much shorter.
    assert (van.metres[apart] > straight[apart] - 250).all()
    assert (van.metres[apart] > 1.2 * straight[apart]).any()
    assert (van.seconds[apart] > 0).all()
    assert (bike.seconds[apart] != van.seconds[apart]).any()
    assert not np.array_equal(van.metres, van.metres.T)


@pytest.mark.shared
@with_engine
def test_blocks_and_memory_change_nothing(tiles: Path) -> None:
    """Asked for in blocks of two, or through the memory, the table is the same."""
    whole = EmbeddedTravel(tiles, COSTINGS).matrix(KREMS, "van")
    assert EmbeddedTravel(tiles, COSTINGS, block_size=2).matrix(KREMS, "van") == whole
    assert CachedTravel(EmbeddedTravel(tiles, COSTINGS)).matrix(KREMS, "van") == whole


@pytest.mark.shared
@with_engine
def test_a_place_off_the_map_is_without_a_way(tiles: Path) -> None:
    """A place beyond the extract costs only its own pairs."""
    travel = EmbeddedTravel(tiles, COSTINGS)
    matrix = travel.matrix([*KREMS[:2], FAR_OUT, *KREMS[2:]], "van")
    kept = [0, 1, 3, 4]
    assert (matrix.metres[2, kept] == r.UNREACHABLE).all()
    assert np.array_equal(matrix.metres[kept][:, kept], travel.matrix(KREMS, "van").metres)


@pytest.mark.shared
@with_engine
def test_what_it_cannot_do_is_told(tiles: Path, shared: Path, tmp_path: Path) -> None:
    """A profile nobody set, tiles that are none, and an extract cut in the middle are told in words."""
    travel = EmbeddedTravel(tiles, COSTINGS)
    with pytest.raises(r.TravelError, match="boat"):
        travel.matrix(KREMS, "boat")
    with pytest.raises(r.TravelError, match=r"nothing\.tar is no file of road tiles"):
        EmbeddedTravel(tmp_path / "nothing.tar", COSTINGS)
    half = tmp_path / "half.tar"
    half.write_bytes(tiles.read_bytes()[: tiles.stat().st_size // 2])
    with pytest.raises(r.TravelError, match=r"half\.tar is no file of road tiles"):
        EmbeddedTravel(half, COSTINGS)
    cut = tmp_path / "cut.osm.pbf"
    whole = (shared / "data" / "osm" / "krems.osm.pbf").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(r.TravelError, match="no road tiles could be made"):
        build_tiles(cut, tmp_path / "cut.tar")
    assert not (tmp_path / "cut.tar").exists()
    with pytest.raises(r.TravelError, match=r"none\.pbf is no file"):
        build_tiles(tmp_path / "none.pbf", tmp_path / "none.tar")
    assert not list(tmp_path.glob(".*"))
