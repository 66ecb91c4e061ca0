"""A road engine of our own for the tests: a real small HTTP server that speaks the OSRM and Valhalla dialects."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NOWHERE = 8  # a place at this latitude is near no road
APART = 9  # no way leads to a place at this latitude

Place = tuple[float, float]


class RoadServer(ThreadingHTTPServer):
    """Metres and seconds are made from the points' numbers; `trouble` is what goes wrong with the next requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[int, int]] = []
        self.trouble: list[str] = []
        self.most_pairs = 10_000
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """OSRM."""
        where, _, query = self.path.partition("?")
        told = [tuple(map(float, pair.split(","))) for pair in where.rsplit("/", 1)[1].split(";")]
        words = dict(part.split("=") for part in query.split("&"))
        starts = [(told[int(n)][1], told[int(n)][0]) for n in words["sources"].split(";")]
        ends = [(told[int(n)][1], told[int(n)][0]) for n in words["destinations"].split(";")]
        self._answer(starts, ends, _osrm)

    def do_POST(self) -> None:
        """Valhalla."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        starts, ends = ([(p["lat"], p["lon"]) for p in body[name]] for name in ("sources", "targets"))
        self._answer(starts, ends, _valhalla)

    def _answer(self, starts: list[Place], ends: list[Place], dialect: Any) -> None:
        server = self.server
        assert isinstance(server, RoadServer)
        with server.lock:
            server.asked.append((len(starts), len(ends)))
            trouble = server.trouble.pop(0) if server.trouble else ""
        if trouble == "slow":
            time.sleep(0.6)
        if trouble == "close":
            self.connection.close()
            self.close_connection = True
            return
        status, content = dialect(server, starts, ends)
        text = json.dumps(content)
        if trouble == "text":
            text = "<html>sorry</html>"
        if trouble == "list":
            text = "[1]"
        if trouble == "cut":
            text = text[: len(text) // 2]
        if trouble == "short":
            text = json.dumps({"code": "Ok", "distances": [[0]], "durations": [[0]]})
        if trouble == "ragged":
            text = json.dumps({"code": "Ok", "distances": [[0, 1], [0]], "durations": [[0, 1], [0]]})
        if trouble == "strings":
            text = json.dumps({"code": "Ok", "distances": [["a", "b"]] * 2, "durations": [[0, 1]] * 2})
        if trouble == "nan":
            text = json.dumps({"code": "Ok", "distances": [[0, float("nan")]] * 2, "durations": [[0, 1]] * 2})
        if trouble == "negative":
            text = json.dumps({"code": "Ok", "distances": [[0, -3]] * 2, "durations": [[0, 1]] * 2})
        if trouble == "lengths only":
            text = json.dumps({"code": "Ok", "distances": [[0, 1]] * 2})
        if trouble.isdigit():
            status = int(trouble)
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


def way(a: Place, b: Place) -> tuple[float, float] | None:
    """(metres, seconds) of the made-up road, longer to the east."""
    if APART in (round(a[0]), round(b[0])) and a != b:
        return None
    return 1000 * abs(a[0] - b[0]) + 2000 * max(0.0, b[1] - a[1]), 100 * abs(a[0] - b[0]) + 0.4


def _nowhere(starts: list[Place], ends: list[Place]) -> bool:
    return any(round(place[0]) == NOWHERE for place in (*starts, *ends))


def _osrm(server: RoadServer, starts: list[Place], ends: list[Place]) -> tuple[int, Any]:
    if len(starts) * len(ends) > server.most_pairs:
        return 400, {"code": "TooBig", "message": "Too many table coordinates"}
    if _nowhere(starts, ends):
        return 400, {"code": "NoSegment", "message": "Could not find a matching segment for coordinate 0"}
    cells = [[way(a, b) for b in ends] for a in starts]
    return 200, {
        "code": "Ok",
        "distances": [[told and told[0] for told in row] for row in cells],
        "durations": [[told and told[1] for told in row] for row in cells],
    }


def _valhalla(server: RoadServer, starts: list[Place], ends: list[Place]) -> tuple[int, Any]:
    if len(starts) * len(ends) > server.most_pairs:
        return 400, {"error_code": 150, "error": "Exceeded max locations: 4", "status_code": 400}
    if _nowhere(starts, ends):
        return 400, {"error_code": 171, "error": "No suitable edges near location", "status_code": 400}
    cells = [[way(a, b) for b in ends] for a in starts]
    if all(told is None for row in cells for told in row):
        return 400, {"error_code": 170, "error": "Locations are in unconnected regions", "status_code": 400}

    def pair(told: tuple[float, float] | None) -> dict[str, float | None]:
        return {"distance": told and told[0] / 1000, "time": told and told[1]}

    return 200, {"sources_to_targets": [[pair(told) for told in row] for row in cells]}
