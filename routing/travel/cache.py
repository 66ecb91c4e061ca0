"""Remembers pairs of places, so that a service is asked only for those it has not told yet."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from routing.matrix import Matrix
from routing.travel.interface import Point, Tables, Travel

UNKNOWN = -2
MOST_POINTS = 6_000  # a profile then takes up to 0.3 GB; beyond it, its memory begins anew
MOST_REQUESTS = 16  # above so many, one request for more than what is missing is cheaper

Places = npt.NDArray[np.intp]


class _Memory:
    """What is known of one profile: the points in the order they came, and a square table between them."""

    def __init__(self) -> None:
        self.place: dict[Point, int] = {}
        self.metres = np.full((64, 64), UNKNOWN, dtype=np.int32)
        self.seconds = self.metres.copy()

    def places(self, points: Sequence[Point]) -> Places:
        """The rows of these points, with room made for new ones; a point is at 0 from itself."""
        for point in points:
            self.place.setdefault(point, len(self.place))
        size = len(self.metres)
        if len(self.place) > size:
            more = max(2 * size, len(self.place)) - size
            self.metres, self.seconds = (
                np.pad(grid, (0, more), constant_values=UNKNOWN) for grid in (self.metres, self.seconds)
            )
        found = np.array([self.place[point] for point in points], dtype=np.intp)
        self.metres[found, found] = self.seconds[found, found] = 0
        return found

    def tell(self, origins: Sequence[Point], ends: Sequence[Point], told: Tables) -> None:
        """Keep what was told of these points."""
        grid = np.ix_(self.places(origins), self.places(ends))
        self.metres[grid], self.seconds[grid] = told

    def strangers(self, places: Places) -> npt.NDArray[np.bool_]:
        """Which places no way is known from, but to themselves."""
        return np.asarray((self.seconds[places] != UNKNOWN).sum(axis=1) <= 1)


class CachedTravel:
    """A Travel that keeps what another one told, by profile and pair of points (rounded to about a metre)."""

    def __init__(self, inner: Travel, most_points: int = MOST_POINTS) -> None:
        self.inner = inner
        self.most_points = most_points
        self._memory: dict[str, _Memory] = {}
        self._lock = threading.Lock()

    def matrix(self, points: Sequence[Point], profile: str) -> Matrix:
        """The table between all points, a point at 0 from itself. Raises TravelError."""
        metres, seconds = self.table(points, points, profile)
        for grid in (metres, seconds):
            np.fill_diagonal(grid, 0)
            grid.setflags(write=False)
        return Matrix(metres, seconds)

    def table(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Tables:
        """(metres, seconds) from each origin to each end; only pairs never told before are asked for."""
        starts, to_start = _distinct(origins)
        targets, to_target = _distinct(ends)
        together = list(dict.fromkeys([*starts, *targets]))
        with self._lock:
            memory = self._memory.setdefault(profile, _Memory())
            if len(memory.place.keys() | together) > self.most_points:
                memory = self._memory[profile] = _Memory()
            rows, columns = memory.places(starts), memory.places(targets)
            grid = np.ix_(rows, columns)
            metres, seconds = memory.metres[grid].astype(np.int64), memory.seconds[grid].astype(np.int64)
            missing = seconds == UNKNOWN
            strangers = memory.strangers(rows)
        # A stranger's way to itself is known, yet asking for it too keeps the strangers' rows in one request.
        missing |= strangers[:, None] & (rows[:, None] == columns) & missing.any(axis=1)[:, None]
        for some, others in _requests(missing):
            here, there = [starts[at] for at in some], [targets[at] for at in others]
            told = self.inner.table(here, there, profile)
            itself = rows[some][:, None] == columns[others]
            for kept, said in zip((metres, seconds), told, strict=True):
                kept[np.ix_(some, others)] = np.where(itself, 0, said)
            with self._lock:
                memory.tell(here, there, (np.where(itself, 0, told[0]), np.where(itself, 0, told[1])))
        spread = np.ix_(to_start, to_target)
        return metres[spread], seconds[spread]


def _distinct(points: Sequence[Point]) -> tuple[list[Point], Places]:
    """The points to the metre, each once, and where each of the given ones is among them."""
    rounded = [Point(round(point[0], 5), round(point[1], 5)) for point in points]
    once = {point: at for at, point in enumerate(dict.fromkeys(rounded))}
    return list(once), np.array([once[point] for point in rounded], dtype=np.intp)


def _requests(missing: npt.NDArray[np.bool_]) -> Iterator[tuple[Places, Places]]:
    """Rows and columns to ask for: rows that lack the same columns go together."""
    lacking: dict[bytes, list[int]] = {}
    for row in np.flatnonzero(missing.any(axis=1)):
        lacking.setdefault(missing[row].tobytes(), []).append(int(row))
    if len(lacking) > MOST_REQUESTS:
        yield np.flatnonzero(missing.any(axis=1)), np.flatnonzero(missing.any(axis=0))
        return
    for rows in lacking.values():
        yield np.array(rows, dtype=np.intp), np.flatnonzero(missing[rows[0]])
