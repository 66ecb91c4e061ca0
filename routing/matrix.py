"""Travel between sites: integer metres and seconds, not symmetric, −1 where there is no way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.errors import ProblemError
from routing.kinds import FAR

Grid = npt.NDArray[np.int64]
UNREACHABLE = -1


def _grid(field: str, rows: object) -> Grid:
    """Rows (lists, None for a missing pair, or an array) as a read-only int64 array."""
    if isinstance(rows, np.ndarray) and rows.dtype.kind in "iu":
        # What nobody can write to any more need not be copied: a large table is some hundred megabytes.
        shared = rows.dtype == np.int64 and rows.flags.c_contiguous and rows.flags.owndata and not rows.flags.writeable
        grid = rows if shared else rows.astype(np.int64, order="C")
    else:
        if not isinstance(rows, (Sequence, np.ndarray)) or isinstance(rows, str):
            raise ProblemError(field, f"must be a square table of whole numbers, not {rows!r:.80}")
        filled = [_row(f"{field}[{at}]", row, len(rows)) for at, row in enumerate(rows)]
        grid = np.array(filled, dtype=np.int64).reshape(len(filled), len(filled))
    if grid.ndim != 2 or grid.shape[0] != grid.shape[1]:
        raise ProblemError(field, f"must be square, not {'×'.join(map(str, grid.shape))}")
    if grid.size and int(grid.min()) < UNREACHABLE:
        at, to = np.argwhere(grid < UNREACHABLE)[0]
        raise ProblemError(f"{field}[{at}][{to}]", f"must not be negative, not {grid[at, to]}")
    if grid.size and int(grid.max()) >= FAR:
        at, to = np.argwhere(grid >= FAR)[0]
        raise ProblemError(f"{field}[{at}][{to}]", f"must be below {FAR}, not {grid[at, to]}")
    grid.setflags(write=False)
    return grid


def _row(field: str, row: object, size: int) -> Sequence[int]:
    """A row as whole numbers; its types are looked at together, since a large table has millions of entries."""
    if not isinstance(row, (Sequence, np.ndarray)) or isinstance(row, str) or len(row) != size:
        raise ProblemError(field, f"must have {size} entries, one per site")
    kinds = set(map(type, row))
    if not kinds <= {int, type(None)}:
        for to, entry in enumerate(row):
            bad = isinstance(entry, bool) or not isinstance(entry, (int, np.integer))
            if entry is not None and bad and not (isinstance(entry, float) and entry.is_integer()):
                raise ProblemError(f"{field}[{to}]", f"must be a whole number or missing, not {entry!r}")
    filled = list(row) if kinds == {int} else [UNREACHABLE if entry is None else int(entry) for entry in row]
    if filled and max(filled) >= FAR:
        to = next(at for at, entry in enumerate(filled) if entry >= FAR)
        raise ProblemError(f"{field}[{to}]", f"must be below {FAR}, not {filled[to]}")
    if filled and min(filled) < UNREACHABLE:
        to = next(at for at, entry in enumerate(filled) if entry < UNREACHABLE)
        raise ProblemError(f"{field}[{to}]", f"must not be negative, not {filled[to]}")
    return filled


@dataclass(frozen=True, eq=False)
class Matrix:
    """Metres and seconds between every pair of sites, rows and columns in the order of `Problem.sites`."""

    metres: Grid
    seconds: Grid

    def __post_init__(self) -> None:
        object.__setattr__(self, "metres", _grid("metres", self.metres))
        object.__setattr__(self, "seconds", _grid("seconds", self.seconds))
        if self.metres.shape != self.seconds.shape:
            raise ProblemError("seconds", f"has {len(self.seconds)} sites where metres has {len(self.metres)}")
        if self.metres.size and min(int(self.metres.min()), int(self.seconds.min())) < 0:
            split = np.argwhere((self.metres < 0) != (self.seconds < 0))
            if len(split):
                at, to = split[0]
                raise ProblemError(f"seconds[{at}][{to}]", "is missing in one table but not in the other")
        wrong = np.argwhere((np.diag(self.metres) != 0) | (np.diag(self.seconds) != 0))
        if len(wrong):
            raise ProblemError(f"seconds[{wrong[0][0]}][{wrong[0][0]}]", "a site must be at 0 from itself")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Matrix)
            and np.array_equal(self.metres, other.metres)
            and np.array_equal(self.seconds, other.seconds)
        )

    def __hash__(self) -> int:
        return hash((self.metres.tobytes(), self.seconds.tobytes()))

    def __len__(self) -> int:
        return len(self.metres)
