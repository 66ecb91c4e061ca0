"""Great-circle distance × detour factor, driven at a speed that grows with the distance. Needs no network.

Short trips are urban, long ones rural: each profile goes from its urban speed (up to `urban_m`) to its rural speed
(from `rural_m` on) in a straight line between. Urban 18–22 km/h and rural 55–60 km/h for vans are usual figures of
collection rounds; the others follow from the kind of vehicle. None is fitted to a road network yet: expect errors
of tens of per cent on a single pair, and more where a river has no bridge.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.errors import TravelError
from routing.matrix import Grid, Matrix
from routing.travel.interface import Point

EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class SpeedProfile:
    """How far roads lead round (`detour`), and how fast a kind of vehicle drives on short and on long trips."""

    detour: float = 1.3
    urban_kmh: float = 20.0
    rural_kmh: float = 57.0
    urban_m: float = 3_000.0
    rural_m: float = 25_000.0


PROFILES: Mapping[str, SpeedProfile] = {
    "cargo_bike": SpeedProfile(detour=1.2, urban_kmh=13.0, rural_kmh=15.0),
    "car": SpeedProfile(urban_kmh=22.0, rural_kmh=60.0),
    "van": SpeedProfile(urban_kmh=20.0, rural_kmh=57.0),
    "truck": SpeedProfile(detour=1.35, urban_kmh=18.0, rural_kmh=52.0),
}


def _radians(points: Sequence[Point]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    degrees = np.array([(point[0], point[1]) for point in points], dtype=np.float64).reshape(len(points), 2)
    wrong = np.flatnonzero(~np.isfinite(degrees).all(axis=1))
    if len(wrong):
        raise TravelError(f"point {int(wrong[0])} has no finite coordinates")
    radians = np.radians(degrees)
    return radians[:, 0], radians[:, 1]


class GeodesicTravel:
    """Tables from coordinates alone; `profiles` replaces or adds to the built-in ones."""

    def __init__(self, profiles: Mapping[str, SpeedProfile] | None = None) -> None:
        self.profiles = {**PROFILES, **(profiles or {})}

    def matrix(self, points: Sequence[Point], profile: str) -> Matrix:
        """Metres and seconds between all points; never without a way."""
        return Matrix(*self._grids(points, points, profile))

    def table(
        self, origins: Sequence[Point], ends: Sequence[Point], profile: str
    ) -> tuple[list[list[int]], list[list[int]]]:
        """Rows of metres and of seconds from each origin to each end."""
        metres, seconds = self._grids(origins, ends, profile)
        return metres.tolist(), seconds.tolist()

    def _grids(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> tuple[Grid, Grid]:
        kind = self.profiles.get(profile)
        if kind is None:
            raise TravelError(f"unknown profile {profile!r}; there are {', '.join(sorted(self.profiles))}")
        lat_a, lon_a = _radians(origins)
        lat_b, lon_b = _radians(ends)
        # Chords of unit vectors: one matrix product instead of a sine for every pair.
        here = np.stack([np.cos(lat_a) * np.cos(lon_a), np.cos(lat_a) * np.sin(lon_a), np.sin(lat_a)], axis=1)
        there = np.stack([np.cos(lat_b) * np.cos(lon_b), np.cos(lat_b) * np.sin(lon_b), np.sin(lat_b)], axis=1)
        chord = here[:, None, 0] - there[None, :, 0]
        np.square(chord, out=chord)
        for axis in (1, 2):
            part = here[:, None, axis] - there[None, :, axis]
            np.square(part, out=part)
            chord += part
        np.sqrt(chord, out=chord)
        chord *= 0.5
        np.clip(chord, 0, 1, out=chord)
        np.arcsin(chord, out=chord)
        metres = chord
        metres *= 2 * EARTH_M * kind.detour
        share = np.clip((metres - kind.urban_m) / (kind.rural_m - kind.urban_m), 0, 1)
        speed = (kind.urban_kmh + share * (kind.rural_kmh - kind.urban_kmh)) / 3.6
        return np.rint(metres).astype(np.int64), np.rint(metres / speed).astype(np.int64)


def straight_metres(one: Point, other: Point) -> float:
    """Great-circle metres between two points."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*one, *other))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))
