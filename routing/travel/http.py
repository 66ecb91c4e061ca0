"""Tables from a road engine over HTTP, in the OSRM (`/table`) and Valhalla (`/sources_to_targets`) dialects.

Large tables are asked for in blocks; a block is tried again after a timeout, a broken connection or an answer of
429 or 5xx, with a growing pause. Pairs the service knows no way for become −1.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from routing.errors import TravelError
from routing.matrix import UNREACHABLE, Matrix
from routing.travel.interface import Point

Rows = tuple[list[list[int]], list[list[int]]]
RETRIED = {429, 500, 502, 503, 504}


class _HttpTravel:
    """Blocks, retries and the whole table; a dialect says how one block is asked for."""

    def __init__(
        self,
        base_url: str,
        profiles: Mapping[str, str],
        *,
        block_size: int = 100,
        timeout_s: float = 10.0,
        tries: int = 3,
        pause_s: float = 0.5,
    ) -> None:
        """`profiles` maps our profiles to the service's; `block_size` points a side in one request."""
        self.base_url = base_url.rstrip("/")
        self.profiles = dict(profiles)
        self.block_size = block_size
        self.timeout_s = timeout_s
        self.tries = tries
        self.pause_s = pause_s

    def matrix(self, points: Sequence[Point], profile: str) -> Matrix:
        """The table between all points, a point at 0 from itself. Raises TravelError."""
        metres, seconds = self.table(points, points, profile)
        for at in range(len(points)):
            metres[at][at] = seconds[at][at] = 0
        return Matrix(metres, seconds)  # type: ignore[arg-type]  # lists become arrays when it is built

    def table(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Rows:
        """Rows of metres and of seconds from each origin to each end. Raises TravelError."""
        if profile not in self.profiles:
            raise TravelError(f"no profile of the service is set for {profile!r}")
        metres: list[list[int]] = [[] for _ in origins]
        seconds: list[list[int]] = [[] for _ in origins]
        size = self.block_size
        for a in range(0, len(origins), size):
            for b in range(0, len(ends), size):
                some, others = origins[a : a + size], ends[b : b + size]
                block_m, block_s = self.block(some, others, self.profiles[profile])
                for kept in (block_m, block_s):
                    if len(kept) != len(some) or any(len(row) != len(others) for row in kept):
                        raise TravelError(
                            f"the service answered a table of another size than {len(some)}×{len(others)}"
                        )
                for at in range(len(some)):
                    metres[a + at] += block_m[at]
                    seconds[a + at] += block_s[at]
        return metres, seconds

    def block(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Rows:
        """One request's table; each dialect has its own."""
        raise NotImplementedError

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON answer to one request, tried again when that may help."""
        trouble = ""
        for turn in range(self.tries):
            if turn:
                time.sleep(self.pause_s * 2 ** (turn - 1))
            try:
                answer = httpx2.request(method, self.base_url + path, json=body, timeout=self.timeout_s)
            except httpx2.TransportError as error:
                trouble = f"{type(error).__name__}: {error}"
                continue
            if answer.status_code in RETRIED:
                trouble = f"status {answer.status_code}"
                continue
            try:
                content = answer.json()
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                raise TravelError(f"the service answered {answer.status_code}, not JSON: {error}") from error
            if answer.status_code >= 400 or not isinstance(content, dict):
                raise TravelError(f"the service refused with {answer.status_code}: {str(content)[:200]}")
            return content
        raise TravelError(f"the service did not answer in {self.tries} tries; the last: {trouble}")


def _entry(value: Any, scale: float = 1.0) -> int:
    if value is None:
        return UNREACHABLE
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e12:
        raise TravelError(f"the service answered {value!r} where a length or a time belongs")
    return round(value * scale)


class OsrmTravel(_HttpTravel):
    """OSRM's `/table/v1/{profile}/{lon,lat;…}` with durations and distances."""

    def block(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Rows:
        """One table request; missing pairs are null in OSRM's answer."""
        places = ";".join(f"{point[1]:.6f},{point[0]:.6f}" for point in (*origins, *ends))
        first = ";".join(map(str, range(len(origins))))
        second = ";".join(map(str, range(len(origins), len(origins) + len(ends))))
        query = f"?annotations=duration,distance&sources={first}&destinations={second}"
        content = self._ask("GET", f"/table/v1/{profile}/{places}{query}")
        if content.get("code") != "Ok":
            raise TravelError(f"the service refused: {content.get('code')} {content.get('message', '')}")
        try:
            pairs = list(zip(content["distances"], content["durations"], strict=True))
            metres = [[_entry(value) for value in row] for row, _ in pairs]
            seconds = [[_entry(value) for value in row] for _, row in pairs]
        except (KeyError, TypeError, ValueError) as error:
            raise TravelError(f"the service's answer is no table: {error}") from error
        return _agreeing(metres, seconds)


class ValhallaTravel(_HttpTravel):
    """Valhalla's `/sources_to_targets`, whose distances are kilometres and whose missing pairs are null."""

    def block(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Rows:
        """One sources_to_targets request."""

        def told(points: Sequence[Point]) -> list[dict[str, float]]:
            return [{"lat": point[0], "lon": point[1]} for point in points]

        body = {"sources": told(origins), "targets": told(ends), "costing": profile, "units": "kilometers"}
        content = self._ask("POST", "/sources_to_targets", body)
        try:
            rows = content["sources_to_targets"]
            metres = [[_entry(pair.get("distance"), 1000) for pair in row] for row in rows]
            seconds = [[_entry(pair.get("time")) for pair in row] for row in rows]
        except (KeyError, TypeError, AttributeError) as error:
            raise TravelError(f"the service's answer is no table: {error}") from error
        return _agreeing(metres, seconds)


def _agreeing(metres: list[list[int]], seconds: list[list[int]]) -> Rows:
    """A pair that lacks one of its two figures lacks both."""
    for row_m, row_s in zip(metres, seconds, strict=True):
        for at, (length, lasts) in enumerate(zip(row_m, row_s, strict=True)):
            if UNREACHABLE in (length, lasts):
                row_m[at] = row_s[at] = UNREACHABLE
    return metres, seconds
