"""Remembers pairs of places, so that a service is asked only for those it has not told yet."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from routing.matrix import UNREACHABLE, Matrix
from routing.travel.interface import Point, Travel

Pair = tuple[Point, Point]
MOST_PAIRS = 4_000_000  # about half a gigabyte; beyond it the cache begins anew


class CachedTravel:
    """A Travel that keeps what another one told, by profile and pair of points (rounded to about a metre)."""

    def __init__(self, inner: Travel, most_pairs: int = MOST_PAIRS) -> None:
        self.inner = inner
        self.most_pairs = most_pairs
        self._known: dict[str, dict[Pair, tuple[int, int]]] = {}
        self._lock = threading.Lock()

    def matrix(self, points: Sequence[Point], profile: str) -> Matrix:
        """The table between all points. Raises TravelError."""
        metres, seconds = self.table(points, points, profile)
        for at in range(len(points)):
            metres[at][at] = seconds[at][at] = 0
        shape = (len(points), len(points))
        return Matrix(np.array(metres, dtype=np.int64).reshape(shape), np.array(seconds, dtype=np.int64).reshape(shape))

    def table(
        self, origins: Sequence[Point], ends: Sequence[Point], profile: str
    ) -> tuple[list[list[int]], list[list[int]]]:
        """Rows of metres and of seconds; only rows and columns with something missing are asked for."""
        starts = [_rounded(point) for point in origins]
        targets = [_rounded(point) for point in ends]
        with self._lock:
            known = self._known.setdefault(profile, {})
            if len(known) > self.most_pairs:
                known.clear()
            missing = {(a, b) for a in set(starts) for b in set(targets) if a != b and (a, b) not in known}
        if 2 * len(missing) > len(set(starts)) * len(set(targets)):
            self._ask(list(dict.fromkeys(starts)), list(dict.fromkeys(targets)), profile)
        elif missing:
            # A new point misses its whole row and its whole column: two slim tables ask for just that.
            new = _news(missing)
            rows, columns = [a for a in dict.fromkeys(starts) if a in new], list(dict.fromkeys(targets))
            self._ask(rows, columns, profile)
            others = [a for a in dict.fromkeys(starts) if a not in new]
            self._ask(others, [b for b in columns if b in new], profile)
        with self._lock:
            known = self._known[profile]
            missing_still = (UNREACHABLE, UNREACHABLE)
            cells = [[(0, 0) if a == b else known.get((a, b), missing_still) for b in targets] for a in starts]
        return [[cell[0] for cell in row] for row in cells], [[cell[1] for cell in row] for row in cells]

    def _ask(self, rows: list[Point], columns: list[Point], profile: str) -> None:
        if not rows or not columns:
            return
        metres, seconds = self.inner.table(rows, columns, profile)
        with self._lock:
            known = self._known[profile]
            for at, a in enumerate(rows):
                for to, b in enumerate(columns):
                    known[a, b] = (metres[at][to], seconds[at][to])


def _rounded(point: Point) -> Point:
    return Point(round(point[0], 5), round(point[1], 5))


def _news(missing: set[Pair]) -> set[Point]:
    """A small set of points that every missing pair has at least one of, the busiest first."""
    count: dict[Point, int] = {}
    for pair in missing:
        for point in pair:
            count[point] = count.get(point, 0) + 1
    chosen: set[Point] = set()
    for a, b in sorted(missing, key=lambda pair: (-max(count[pair[0]], count[pair[1]]), pair)):
        if a not in chosen and b not in chosen:
            chosen.add(a if (count[a], a) >= (count[b], b) else b)
    return chosen
