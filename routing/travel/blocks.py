"""Large tables from an engine that answers small ones: blocks, halves when it refuses, places without a road.

An engine that knows no road near one place refuses the whole request, and so do engines asked for too much at once;
neither may cost the pairs that it does know.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from typing import Any

import numpy as np

from routing.errors import TravelError
from routing.matrix import UNREACHABLE, Grid, Matrix
from routing.travel.interface import Point, Tables

LARGEST = 2**31 - 1  # in metres or seconds; more is no way on this Earth

Block = Callable[[Sequence[Point], Sequence[Point]], Tables]


class TooMuch(TravelError):
    """The engine answers smaller tables only."""


class NoWay(TravelError):
    """The engine found no way at all in this block, and says so by refusing it."""


class OffTheRoads(TravelError):
    """Some place of the block is near no road; engines do not say which."""


class BlockTravel(ABC):
    """A Travel over an engine that says one block at a time."""

    def __init__(self, profiles: Mapping[str, str], block_size: int, at_once: int) -> None:
        """`profiles` maps ours to the engine's; `block_size` points a side in one request, `at_once` requests."""
        if block_size < 1 or at_once < 1:
            raise TravelError("block_size and at_once must be at least 1")
        self.profiles = dict(profiles)
        self.block_size = block_size
        self.at_once = at_once

    @abstractmethod
    @contextmanager
    def session(self, profile: str) -> Iterator[Block]:
        """What asks for one block, for as long as one table is made; `profile` in the engine's words."""
        yield NotImplemented

    def matrix(self, points: Sequence[Point], profile: str) -> Matrix:
        """The table between all points, a point at 0 from itself. Raises TravelError."""
        metres, seconds = self.table(points, points, profile)
        for grid in (metres, seconds):
            np.fill_diagonal(grid, 0)
            grid.setflags(write=False)
        return Matrix(metres, seconds)

    def table(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Tables:
        """(metres, seconds) from each origin to each end, −1 where there is no way. Raises TravelError."""
        if profile not in self.profiles:
            raise TravelError(f"no profile of the road engine is set for {profile!r}")
        metres = np.full((len(origins), len(ends)), UNREACHABLE, dtype=np.int64)
        seconds = metres.copy()
        lost: set[Point] = set()
        size = self.block_size
        corners = list(product(range(0, len(origins), size), range(0, len(ends), size)))
        with self.session(self.profiles[profile]) as ask:

            def one(corner: tuple[int, int]) -> None:
                rows = list(range(corner[0], min(corner[0] + size, len(origins))))
                columns = list(range(corner[1], min(corner[1] + size, len(ends))))
                self._fill(ask, (metres, seconds), (origins, ends), (rows, columns), lost)

            if self.at_once == 1 or len(corners) < 2:
                for corner in corners:
                    one(corner)
            else:
                with ThreadPoolExecutor(self.at_once) as pool:
                    try:
                        list(pool.map(one, corners))
                    except TravelError:
                        pool.shutdown(cancel_futures=True)
                        raise
        return metres, seconds

    def _fill(
        self,
        ask: Block,
        tables: Tables,
        points: tuple[Sequence[Point], Sequence[Point]],
        places: tuple[list[int], list[int]],
        lost: set[Point],
    ) -> None:
        """Ask for the block of these rows and columns; places in `lost` are left without a way."""
        rows = [row for row in places[0] if points[0][row] not in lost]
        columns = [column for column in places[1] if points[1][column] not in lost]
        if not rows or not columns:
            return
        origins, ends = [points[0][row] for row in rows], [points[1][column] for column in columns]
        try:
            block = ask(origins, ends)
        except OffTheRoads:
            found = self._off_the_roads(ask, list(dict.fromkeys([*origins, *ends])))
            if not found:
                raise
            lost |= found
            self._fill(ask, tables, points, (rows, columns), lost)
        except (TooMuch, NoWay) as error:
            if len(rows) == len(columns) == 1:
                if isinstance(error, NoWay):
                    return
                raise
            for half in _halves(rows, columns):
                self._fill(ask, tables, points, half, lost)
        else:
            for kept, told in zip(tables, block, strict=True):
                if told.shape != (len(rows), len(columns)):
                    wanted = f"{len(rows)}×{len(columns)}"
                    raise TravelError(f"the road engine answered a table of another size than {wanted}")
                kept[np.ix_(rows, columns)] = told

    def _off_the_roads(self, ask: Block, points: list[Point]) -> set[Point]:
        """Those of the points that are near no road, found by asking for halves."""
        found: set[Point] = set()
        parts = [points[at : at + self.block_size] for at in range(0, len(points), self.block_size)]
        while parts:
            part = parts.pop()
            try:
                ask(part, part[:1])
            except OffTheRoads:
                if len(part) == 1:
                    found.add(part[0])
                else:
                    parts += [part[: len(part) // 2], part[len(part) // 2 :]]
            except NoWay:
                continue  # on a road each, only not joined
        return found


def _halves(rows: list[int], columns: list[int]) -> Iterator[tuple[list[int], list[int]]]:
    """The block in two, cut across its longer side."""
    middle = max(len(rows), len(columns)) // 2
    for part in (slice(None, middle), slice(middle, None)):
        yield (rows[part], columns) if len(rows) >= len(columns) else (rows, columns[part])


def tables_of(metres: list[list[Any]], seconds: list[list[Any]], metres_a_unit: float = 1.0) -> Tables:
    """An engine's rows as whole metres and seconds; a pair that lacks one figure lacks both. Raises TravelError."""
    return _agreeing(_grid(metres, metres_a_unit), _grid(seconds, 1.0))


def _grid(rows: list[list[Any]], scale: float) -> Grid:
    cells = [[_entry(value, scale) for value in row] for row in rows]
    if len({len(row) for row in cells}) > 1:
        raise TravelError("the road engine answered a table of another size: its rows differ in length")
    return np.array(cells, dtype=np.int64).reshape(len(cells), len(cells[0]) if cells else 0)


def _entry(value: Any, scale: float) -> int:
    if value is None:
        return UNREACHABLE
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value * scale < LARGEST:
        raise TravelError(f"the road engine answered {value!r} where a length or a time belongs")
    return round(value * scale)


def _agreeing(metres: Grid, seconds: Grid) -> Tables:
    if metres.shape != seconds.shape:
        raise TravelError("the road engine answered a table of another size for lengths than for times")
    missing = (metres == UNREACHABLE) | (seconds == UNREACHABLE)
    metres[missing] = seconds[missing] = UNREACHABLE
    return metres, seconds
