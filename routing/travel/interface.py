"""What every maker of travel tables offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from routing.matrix import Grid, Matrix

Tables = tuple[Grid, Grid]


class Point(NamedTuple):
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


class Travel(Protocol):
    """Metres and seconds between points for one kind of vehicle ("cargo_bike", "car", "van", "truck", …)."""

    def matrix(self, points: Sequence[Point], profile: str) -> Matrix:
        """The table between all points, −1 where there is no way. Raises TravelError when it cannot be had."""
        ...

    def table(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Tables:
        """(metres, seconds) from each origin (row) to each end (column), −1 where there is no way."""
        ...
