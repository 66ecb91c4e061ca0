"""Travel tables from a road engine over HTTP: blocks, retries, refusals and places without a road."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import routing as r
from routing.travel import OsrmTravel, Point, ValhallaTravel
from tests.routing.road_server import APART, NOWHERE, RoadServer

POINTS = [Point(1, 0), Point(2, 1), Point(4, 0), Point(APART, 0), Point(5, 3)]


@pytest.fixture
def server() -> Iterator[RoadServer]:
    """A road engine listening on a free port."""
    made = RoadServer()
    thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def _osrm(server: RoadServer, **options: Any) -> OsrmTravel:
    return OsrmTravel(server.url, {"van": "driving"}, **{"timeout_s": 2.0, "pause_s": 0.01, **options})


def _valhalla(server: RoadServer, **options: Any) -> ValhallaTravel:
    return ValhallaTravel(server.url, {"van": "auto"}, **{"timeout_s": 2.0, "pause_s": 0.01, **options})


DIALECTS = pytest.mark.parametrize("make", [_osrm, _valhalla])
Make = Callable[..., OsrmTravel]


@DIALECTS
@pytest.mark.parametrize("at_once", [1, 3])
def test_blocks_make_one_table(server: RoadServer, make: Make, at_once: int) -> None:
    """Five points in blocks of two are nine requests and one asymmetric table with missing pairs."""
    matrix = make(server, block_size=2, at_once=at_once).matrix(POINTS, "van")
    assert matrix.metres[0, 1] == 3000
    assert matrix.metres[1, 0] == 1000
    assert matrix.seconds[0, 2] == 300
    assert matrix.metres[0, 3] == r.UNREACHABLE
    assert matrix.seconds[3, 4] == r.UNREACHABLE
    assert matrix.metres[3, 3] == 0
    assert make(server).matrix(POINTS, "van") == matrix


def test_a_block_is_one_request(server: RoadServer) -> None:
    """Nothing is asked for twice."""
    _osrm(server, block_size=2).matrix(POINTS, "van")
    assert sorted(server.asked) == sorted([(2, 2)] * 4 + [(2, 1)] * 2 + [(1, 2)] * 2 + [(1, 1)])


@DIALECTS
def test_a_service_with_small_limits_is_asked_for_less(server: RoadServer, make: Make) -> None:
    """A service that refuses more than four pairs at once still tells the whole table."""
    whole = make(server).matrix(POINTS, "van")
    server.most_pairs = 4
    assert make(server).matrix(POINTS, "van") == whole


@DIALECTS
def test_a_place_without_a_road_costs_only_its_own_pairs(server: RoadServer, make: Make) -> None:
    """One place in a lake is left without a way; every other pair is told as without it."""
    lake = Point(NOWHERE, 0)
    matrix = make(server).matrix([*POINTS[:2], lake, *POINTS[2:]], "van")
    kept = [0, 1, 3, 4, 5]
    dry = make(server).matrix(POINTS, "van")
    assert (matrix.metres[kept][:, kept] == dry.metres).all()
    assert (matrix.metres[2, kept] == r.UNREACHABLE).all()
    assert (matrix.seconds[kept, 2] == r.UNREACHABLE).all()
    assert matrix.metres[2, 2] == 0


@DIALECTS
def test_no_way_at_all_is_no_error(server: RoadServer, make: Make) -> None:
    """Two islands are a table with missing pairs, even where the service refuses such a table whole."""
    metres, _ = make(server).table(POINTS[:2], [POINTS[3]], "van")
    assert metres.tolist() == [[r.UNREACHABLE], [r.UNREACHABLE]]


@pytest.mark.parametrize("trouble", ["503", "500", "close", "slow"])
def test_passing_trouble_is_tried_again(server: RoadServer, trouble: str) -> None:
    """A busy, cut or slow answer is asked for once more."""
    server.trouble.append(trouble)
    matrix = _osrm(server, timeout_s=0.3).matrix(POINTS[:2], "van")
    assert matrix.metres[0, 1] == 3000
    assert len(server.asked) == 2


def test_a_service_that_asks_to_wait_is_given_the_time(server: RoadServer) -> None:
    """429 with Retry-After: 1 is asked again after a second, not after our own short pause."""
    server.trouble.append("429")
    began = time.monotonic()
    assert _osrm(server).matrix(POINTS[:2], "van").metres[0, 1] == 3000
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (["503", "503", "503"], "did not answer in 3 tries; the last: status 503"),
        (["400"], "refused with 400"),
        (["404"], "refused with 404"),
        (["text"], "not JSON"),
        (["cut"], "not JSON"),
        (["list"], "not a table"),
        (["short"], "another size"),
        (["ragged"], "another size"),
        (["strings"], "'a' where a length or a time belongs"),
        (["nan"], "nan where a length or a time belongs"),
        (["negative"], "-3 where a length or a time belongs"),
        (["lengths only"], "no table of lengths and times"),
    ],
)
def test_lasting_trouble_is_told(server: RoadServer, trouble: list[str], said: str) -> None:
    """What cannot be had is a TravelError that says why."""
    server.trouble.extend(trouble)
    with pytest.raises(r.TravelError, match=said):
        _osrm(server).matrix(POINTS[:2], "van")


def test_one_failing_block_ends_the_table(server: RoadServer) -> None:
    """When a block cannot be had the others are not asked for any more."""
    server.trouble.extend(["404"] * 4)
    with pytest.raises(r.TravelError, match="404"):
        _osrm(server, block_size=1, at_once=2).matrix([Point(n / 10, 0) for n in range(20)], "van")
    assert len(server.asked) < 40


def test_nobody_there_is_told() -> None:
    """No server at all is a TravelError too, and so are a profile that is not set and an address that is none."""
    nobody = OsrmTravel("http://127.0.0.1:9", {"van": "driving"}, tries=2, pause_s=0.01, timeout_s=0.5)
    with pytest.raises(r.TravelError, match="2 tries"):
        nobody.matrix(POINTS[:2], "van")
    with pytest.raises(r.TravelError, match="bike"):
        nobody.matrix(POINTS[:2], "bike")
    with pytest.raises(r.TravelError, match="address"):
        OsrmTravel("maps.example", {"van": "driving"}).matrix(POINTS[:2], "van")
