"""Valhalla's words for a table, the same over HTTP and inside our process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from routing.errors import TravelError
from routing.travel.blocks import NoWay, OffTheRoads, TooMuch, tables_of
from routing.travel.interface import Point, Tables

# By number where an answer has one, else by the words that go with it.
REFUSALS: tuple[tuple[int, str, type[TravelError]], ...] = (
    (150, "Exceeded max locations", TooMuch),
    (170, "unconnected regions", NoWay),
    (171, "No suitable edges near location", OffTheRoads),
)


def valhalla_request(origins: Sequence[Point], ends: Sequence[Point], costing: str) -> dict[str, Any]:
    """The request for a block, in kilometres."""

    def told(points: Sequence[Point]) -> list[dict[str, float]]:
        return [{"lat": point[0], "lon": point[1]} for point in points]

    return {"sources": told(origins), "targets": told(ends), "costing": costing, "units": "kilometers"}


def valhalla_tables(content: Mapping[str, Any]) -> Tables:
    """The block in an answer. Raises TravelError."""
    try:
        rows = content["sources_to_targets"]
        metres = [[pair.get("distance") for pair in row] for row in rows]
        seconds = [[pair.get("time") for pair in row] for row in rows]
    except (KeyError, TypeError, AttributeError) as error:
        raise TravelError(f"the road engine's answer is no table of lengths and times: {error}") from error
    return tables_of(metres, seconds, 1000)


def valhalla_refusal(code: object, words: str) -> type[TravelError]:
    """Which refusal a number and its words are; a TravelError like any other when they are not known."""
    for number, part, kind in REFUSALS:
        if code == number or part in words:
            return kind
    return TravelError
