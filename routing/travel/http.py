"""Tables from a road engine over HTTP, in the OSRM (`/table`) and Valhalla (`/sources_to_targets`) dialects.

A block is asked for again after a timeout, a broken connection or an answer of 429 or 5xx, with a growing pause, or
the one the service asks for (`Retry-After`). Pairs the service knows no way for become −1, and so do the pairs of a
place that it finds no road near.
"""

from __future__ import annotations

import json
import time
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx2

from routing.errors import TravelError
from routing.travel.blocks import Block, BlockTravel, NoWay, OffTheRoads, TooMuch, tables_of
from routing.travel.interface import Point, Tables
from routing.travel.valhalla import valhalla_refusal, valhalla_request, valhalla_tables

RETRIED = {429, 500, 502, 503, 504}
TOO_MUCH = {413, 414}
LONGEST_PAUSE_S = 30.0


class _HttpTravel(BlockTravel):
    """Requests, retries and refusals; a dialect says how one block is asked for."""

    def __init__(
        self,
        base_url: str,
        profiles: Mapping[str, str],
        *,
        block_size: int,
        at_once: int = 4,
        timeout_s: float = 10.0,
        tries: int = 3,
        pause_s: float = 0.5,
    ) -> None:
        """`profiles` maps our profiles to the service's; `block_size` points a side in one request."""
        super().__init__(profiles, block_size, at_once)
        self.base_url = base_url.rstrip("/")
        self.timeout_s = timeout_s
        self.tries = tries
        self.pause_s = pause_s

    @contextmanager
    def session(self, profile: str) -> Iterator[Block]:
        """Requests over kept connections."""
        with httpx2.Client(timeout=self.timeout_s) as client:
            yield lambda origins, ends: self.block(client, origins, ends, profile)

    @abstractmethod
    def block(self, client: httpx2.Client, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Tables:
        """One request's table; each dialect has its own."""

    @abstractmethod
    def refusal(self, content: Mapping[str, Any]) -> type[TravelError]:
        """Which refusal an answer in JSON is; each dialect has its own words."""

    def _ask(self, client: httpx2.Client, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The JSON answer to one request, tried again when that may help."""
        trouble, asked_s = "", 0.0
        for turn in range(self.tries):
            if turn:
                time.sleep(max(asked_s, self.pause_s * 2 ** (turn - 1)))
            asked_s = 0.0
            try:
                answer = client.request(method, self.base_url + path, json=body)
            except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
                raise TravelError(f"the address of the service ({self.base_url}) is wrong: {error}") from error
            except httpx2.TransportError as error:
                trouble = f"{type(error).__name__}: {error}"
                continue
            except httpx2.RequestError as error:
                raise TravelError(f"the service's answer cannot be read: {error}") from error
            if answer.status_code in RETRIED:
                trouble = f"status {answer.status_code}"
                asked_s = _retry_after(answer.headers.get("Retry-After", ""))
                continue
            return self._content(answer)
        raise TravelError(f"the service did not answer in {self.tries} tries; the last: {trouble}")

    def _content(self, answer: httpx2.Response) -> dict[str, Any]:
        if answer.status_code in TOO_MUCH:
            raise TooMuch(f"the service refused with {answer.status_code}")
        try:
            content = answer.json()
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise TravelError(f"the service answered {answer.status_code}, not JSON: {error}") from error
        if not isinstance(content, dict):
            raise TravelError(f"the service answered {answer.status_code}, not a table: {str(content)[:200]}")
        if answer.status_code >= 400:
            raise self.refusal(content)(f"the service refused with {answer.status_code}: {str(content)[:200]}")
        return content


def _retry_after(words: str) -> float:
    """Seconds a service asks to wait, within reason; dates are not worth reading for one request."""
    return min(float(words), LONGEST_PAUSE_S) if words.isascii() and words.isdigit() else 0.0


class OsrmTravel(_HttpTravel):
    """OSRM's `/table/v1/{profile}/{lon,lat;…}` with durations and distances.

    OSRM as shipped answers tables of up to 100 × 100 (`--max-table-size`).
    """

    def __init__(self, base_url: str, profiles: Mapping[str, str], *, block_size: int = 100, **options: Any) -> None:
        super().__init__(base_url, profiles, block_size=block_size, **options)

    def refusal(self, content: Mapping[str, Any]) -> type[TravelError]:
        """By the answer's `code`."""
        known = {"TooBig": TooMuch, "NoSegment": OffTheRoads, "NoTable": NoWay}
        return known.get(str(content.get("code")), TravelError)

    def block(self, client: httpx2.Client, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Tables:
        """One table request; missing pairs are null in OSRM's answer."""
        places = ";".join(f"{point[1]:.6f},{point[0]:.6f}" for point in (*origins, *ends))
        first = ";".join(map(str, range(len(origins))))
        second = ";".join(map(str, range(len(origins), len(origins) + len(ends))))
        query = f"?annotations=duration,distance&sources={first}&destinations={second}"
        content = self._ask(client, "GET", f"/table/v1/{profile}/{places}{query}")
        if content.get("code") != "Ok":
            told = f"the service refused: {content.get('code')} {content.get('message', '')}"
            raise self.refusal(content)(told.strip())
        try:
            return tables_of(content["distances"], content["durations"])
        except (KeyError, TypeError) as error:
            raise TravelError(f"the service's answer is no table of lengths and times: {error}") from error


class ValhallaTravel(_HttpTravel):
    """Valhalla's `/sources_to_targets`, whose distances are kilometres and whose missing pairs are null.

    Valhalla as shipped answers tables of up to 2,500 pairs (`max_matrix_location_pairs`).
    """

    def __init__(self, base_url: str, profiles: Mapping[str, str], *, block_size: int = 50, **options: Any) -> None:
        super().__init__(base_url, profiles, block_size=block_size, **options)

    def refusal(self, content: Mapping[str, Any]) -> type[TravelError]:
        """By the answer's `error_code`, or its words where it has none."""
        return valhalla_refusal(content.get("error_code"), str(content.get("error", "")))

    def block(self, client: httpx2.Client, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Tables:
        """One sources_to_targets request."""
        return valhalla_tables(
            self._ask(client, "POST", "/sources_to_targets", valhalla_request(origins, ends, profile))
        )
