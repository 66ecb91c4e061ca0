"""Great-circle distance, lengthened and driven as a profile says (profiles.py). Needs no network.

The straight chord through the Earth between two points is taken to the whole metre, and a table gives the road's
metres and seconds for it; so a pair has one answer whatever the other points are, and a large table costs three
subtractions, a root and two look-ups a pair. Rounding the chord costs less than a metre of road.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from routing.errors import TravelError
from routing.matrix import Grid, Matrix
from routing.travel.interface import Point
from routing.travel.profiles import PROFILES, SpeedProfile

EARTH_M = 6_371_008.8
# Chords a look-up table is worth making for; beyond (other continents) each pair is computed for itself.
LONGEST_TABLE_M = 3_000_000
PAIRS_A_BLOCK = 16_384  # what stays in a core's own cache
PAIRS_FOR_TWO_THREADS = 500_000

Floats = npt.NDArray[np.float64]


def _on_the_sphere(points: Sequence[Point]) -> Floats:
    """The points in metres from the Earth's centre, one row an axis."""
    degrees = np.array([(point[0], point[1]) for point in points], dtype=np.float64).reshape(len(points), 2)
    wrong = np.flatnonzero(~np.isfinite(degrees).all(axis=1))
    if len(wrong):
        raise TravelError(f"point {int(wrong[0])} has no finite coordinates")
    latitude, longitude = np.radians(degrees).T
    flat = np.cos(latitude)
    return EARTH_M * np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])


def _arcs(chords: Floats) -> Floats:
    """The way over the ground for straight chords through it, in metres."""
    return np.asarray(2 * EARTH_M * np.arcsin(np.minimum(chords / (2 * EARTH_M), 1.0)))


def _by_chord(kind: SpeedProfile, chords: Floats) -> tuple[Grid, Grid]:
    """Whole metres and seconds by road for straight chords in metres."""
    metres, seconds = kind.road(_arcs(chords))
    return np.rint(metres).astype(np.int64), np.rint(seconds).astype(np.int64)


class GeodesicTravel:
    """Tables from coordinates alone; `profiles` replaces or adds to the built-in ones."""

    def __init__(self, profiles: Mapping[str, SpeedProfile] | None = None) -> None:
        self.profiles = {**PROFILES, **(profiles or {})}

    def matrix(self, points: Sequence[Point], profile: str) -> Matrix:
        """Metres and seconds between all points; never without a way. Raises TravelError."""
        return Matrix(*self.table(points, points, profile))

    def table(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> tuple[Grid, Grid]:
        """Metres and seconds from each origin (row) to each end (column). Raises TravelError."""
        kind = self.profiles.get(profile)
        if kind is None:
            raise TravelError(f"unknown profile {profile!r}; there are {', '.join(sorted(self.profiles))}")
        here, there = _on_the_sphere(origins), _on_the_sphere(ends)
        metres = np.empty((len(origins), len(ends)), dtype=np.int64)
        seconds = np.empty_like(metres)
        if not metres.size:
            return metres, seconds
        farthest = int(_spread(here, there)) + 2
        tables = None
        if farthest < min(LONGEST_TABLE_M, metres.size):
            tables = _by_chord(kind, np.arange(farthest, dtype=np.float64))
        height = max(1, PAIRS_A_BLOCK // len(ends))

        def fill(first: int, last: int) -> None:
            for top in range(first, last, height):
                rows = slice(top, min(top + height, last))
                chord = _chords(here[:, rows], there)
                if tables is None:
                    metres[rows], seconds[rows] = _by_chord(kind, chord)
                    continue
                place = chord.astype(np.intp)
                # "clip" never has to clip here; it spares a copy of the result.
                np.take(tables[0], place, out=metres[rows], mode="clip")
                np.take(tables[1], place, out=seconds[rows], mode="clip")

        if metres.size < PAIRS_FOR_TWO_THREADS:
            fill(0, len(origins))
        else:
            half = len(origins) // 2
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(fill, (0, half), (half, len(origins))))
        for grid in (metres, seconds):
            grid.setflags(write=False)
        return metres, seconds


def _spread(here: Floats, there: Floats) -> float:
    """A chord in metres that none between the two sets exceeds."""
    both = np.concatenate([here, there], axis=1)
    return float(np.linalg.norm(both.max(axis=1) - both.min(axis=1)))


def _chords(here: Floats, there: Floats) -> Floats:
    """Chords in whole metres from each point of `here` (row) to each of `there` (column)."""
    sum_of_squares = here[0][:, None] - there[0]
    np.square(sum_of_squares, out=sum_of_squares)
    part = np.empty_like(sum_of_squares)
    for axis in (1, 2):
        np.subtract(here[axis][:, None], there[axis], out=part)
        np.square(part, out=part)
        sum_of_squares += part
    np.sqrt(sum_of_squares, out=sum_of_squares)
    return np.asarray(np.rint(sum_of_squares, out=sum_of_squares), dtype=np.float64)


def great_circles(origins: Sequence[Point], ends: Sequence[Point]) -> Floats:
    """Metres as the crow flies from each origin (row) to each end (column). Raises TravelError."""
    chords = _chords(_on_the_sphere(origins), _on_the_sphere(ends))
    return _arcs(chords)


def straight_metres(one: Point, other: Point) -> float:
    """Great-circle metres between two points."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*one, *other))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))
