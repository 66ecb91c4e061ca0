"""Travel tables: from coordinates, from a road engine over HTTP (a real small server), and remembered."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import routing as r
from routing.travel import CachedTravel, GeodesicTravel, OsrmTravel, Point, SpeedProfile, ValhallaTravel
from routing.travel.geodesic import straight_metres

NANTES, ANGERS, LAVAL = Point(47.2184, -1.5536), Point(47.4736, -0.5542), Point(48.0706, -0.7734)


def test_geodesic_is_distance_times_detour() -> None:
    """Nantes to Angers is 80.5 km as the crow flies; the van's road is 1.3 times that, at rural speed."""
    matrix = GeodesicTravel().matrix([NANTES, ANGERS], "van")
    assert straight_metres(NANTES, ANGERS) == pytest.approx(80_500, rel=0.01)
    assert matrix.metres[0, 1] == pytest.approx(1.3 * straight_metres(NANTES, ANGERS), abs=1)
    assert matrix.seconds[0, 1] == pytest.approx(matrix.metres[0, 1] / (57 / 3.6), abs=1)


def test_short_trips_are_slow() -> None:
    """In town a van drives at its urban speed, and a cargo bike is slower on the long way."""
    near = Point(47.2284, -1.5536)
    travel = GeodesicTravel()
    van = travel.matrix([NANTES, near], "van")
    assert van.metres[0, 1] / van.seconds[0, 1] * 3.6 == pytest.approx(20, rel=0.01)
    far = [NANTES, ANGERS]
    assert travel.matrix(far, "cargo_bike").seconds[0, 1] > 3 * travel.matrix(far, "van").seconds[0, 1]


coordinates = st.builds(Point, st.floats(46, 49), st.floats(-3, 1))


@given(st.lists(coordinates, max_size=6))
def test_geodesic_is_a_matrix_of_the_sites(points: list[Point]) -> None:
    """Whatever the points, the table is square, symmetric, zero on its diagonal and without missing pairs."""
    matrix = GeodesicTravel().matrix(points, "car")
    assert len(matrix) == len(points)
    assert np.array_equal(matrix.metres, matrix.metres.T)
    assert (matrix.metres >= 0).all()


def test_unknown_profile_and_bad_points_are_refused() -> None:
    """A profile nobody described, or a point that is no place, is a TravelError in words."""
    with pytest.raises(r.TravelError, match="boat"):
        GeodesicTravel().matrix([NANTES], "boat")
    with pytest.raises(r.TravelError, match="point 1"):
        GeodesicTravel().matrix([NANTES, Point(float("nan"), 0)], "van")
    custom = GeodesicTravel({"boat": SpeedProfile(detour=1)})
    assert len(custom.matrix([NANTES], "boat")) == 1


class _Server(ThreadingHTTPServer):
    """A road engine of our own: metres and seconds are made from the points' numbers."""

    asked: ClassVar[list[tuple[str, Any]]] = []
    trouble: ClassVar[list[str]] = []


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self, body: Any) -> None:
        server = self.server
        assert isinstance(server, _Server)
        server.asked.append((self.path, body))
        trouble = server.trouble.pop(0) if server.trouble else ""
        if trouble == "slow":
            time.sleep(0.6)
        if trouble == "close":
            self.connection.close()
            return
        text = json.dumps(_content(self.path, body))
        if trouble == "text":
            text = "<html>sorry</html>"
        if trouble == "short":
            text = json.dumps({"code": "Ok", "distances": [[0]], "durations": [[0]]})
        if trouble == "strings":
            text = json.dumps({"code": "Ok", "distances": [["a", "b"]] * 2, "durations": [[0, 1]] * 2})
        status = int(trouble) if trouble.isdigit() else 200
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))


def _way(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float] | None:
    """(metres, seconds); nothing leads to the place at latitude 9."""
    if 9 in (round(a[0]), round(b[0])) and a != b:
        return None
    return 1000 * abs(a[0] - b[0]) + 2000 * max(0.0, b[1] - a[1]), 100 * abs(a[0] - b[0]) + 0.4


def _content(path: str, body: Any) -> Any:
    if body is not None:
        starts = [(p["lat"], p["lon"]) for p in body["sources"]]
        ends = [(p["lat"], p["lon"]) for p in body["targets"]]
        cells = [[_way(a, b) for b in ends] for a in starts]
        pair = lambda way: {"distance": way and way[0] / 1000, "time": way and way[1]}  # noqa: E731  # read in place
        return {"sources_to_targets": [[pair(way) for way in row] for row in cells]}
    where, _, query = path.partition("?")
    points = [tuple(map(float, pair.split(",")))[::-1] for pair in where.rsplit("/", 1)[1].split(";")]
    given_words = dict(part.split("=") for part in query.split("&"))
    starts = [points[int(n)] for n in given_words["sources"].split(";")]  # type: ignore[misc]  # pairs of floats
    ends = [points[int(n)] for n in given_words["destinations"].split(";")]  # type: ignore[misc]  # pairs of floats
    cells = [[_way(a, b) for b in ends] for a in starts]
    return {
        "code": "Ok",
        "distances": [[way and way[0] for way in row] for row in cells],
        "durations": [[way and way[1] for way in row] for row in cells],
    }


@pytest.fixture
def server() -> Iterator[_Server]:
    """A road engine listening on a free port."""
    _Server.asked.clear()
    _Server.trouble.clear()
    made = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def _osrm(server: _Server, **options: Any) -> OsrmTravel:
    settings = {"timeout_s": 2.0, "pause_s": 0.01, **options}
    return OsrmTravel(f"http://127.0.0.1:{server.server_port}", {"van": "driving"}, **settings)


def _valhalla(server: _Server, **options: Any) -> ValhallaTravel:
    settings = {"timeout_s": 2.0, "pause_s": 0.01, **options}
    return ValhallaTravel(f"http://127.0.0.1:{server.server_port}", {"van": "auto"}, **settings)


POINTS = [Point(1, 0), Point(2, 1), Point(4, 0), Point(9, 0), Point(5, 3)]


@pytest.mark.parametrize("make", [_osrm, _valhalla])
def test_blocks_make_one_table(server: _Server, make: Callable[..., OsrmTravel]) -> None:
    """Five points in blocks of two are nine requests and one asymmetric table with missing pairs."""
    matrix = make(server, block_size=2).matrix(POINTS, "van")
    assert len(server.asked) == 9
    assert matrix.metres[0, 1] == 3000
    assert matrix.metres[1, 0] == 1000
    assert matrix.seconds[0, 2] == 300
    assert matrix.metres[0, 3] == r.UNREACHABLE
    assert matrix.seconds[3, 4] == r.UNREACHABLE
    assert matrix.metres[3, 3] == 0


@pytest.mark.parametrize("trouble", ["503", "429", "close", "slow"])
def test_passing_trouble_is_tried_again(server: _Server, trouble: str) -> None:
    """A busy, cut or slow answer is asked for once more."""
    server.trouble.append(trouble)
    matrix = _osrm(server, timeout_s=0.3).matrix(POINTS[:2], "van")
    assert matrix.metres[0, 1] == 3000
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (["503", "503", "503"], "did not answer in 3 tries"),
        (["400"], "refused with 400"),
        (["text"], "not JSON"),
        (["short"], "another size"),
        (["strings"], "where a length or a time belongs"),
    ],
)
def test_lasting_trouble_is_told(server: _Server, trouble: list[str], said: str) -> None:
    """What cannot be had is a TravelError that says why."""
    server.trouble.extend(trouble)
    with pytest.raises(r.TravelError, match=said):
        _osrm(server).matrix(POINTS[:2], "van")


def test_nobody_there_is_told() -> None:
    """No server at all is a TravelError too, and so is a profile that is not set."""
    nobody = OsrmTravel("http://127.0.0.1:9", {"van": "driving"}, tries=2, pause_s=0.01, timeout_s=0.5)
    with pytest.raises(r.TravelError, match="2 tries"):
        nobody.matrix(POINTS[:2], "van")
    with pytest.raises(r.TravelError, match="bike"):
        nobody.matrix(POINTS[:2], "bike")


def test_cache_asks_only_for_new_pairs(server: _Server) -> None:
    """Four known places cost nothing; a fifth costs its row and its column."""
    travel = CachedTravel(_valhalla(server))
    first = travel.matrix(POINTS[:4], "van")
    assert len(server.asked) == 1
    assert travel.matrix(POINTS[:4], "van") == first
    assert len(server.asked) == 1
    grown = travel.matrix(POINTS, "van")
    asked = [(len(body["sources"]), len(body["targets"])) for _, body in server.asked[1:]]
    assert asked == [(1, 5), (4, 1)]
    assert grown == _valhalla(server).matrix(POINTS, "van")
