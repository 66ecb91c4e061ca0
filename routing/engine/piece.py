"""Tasks as pieces of time that can be put together, and when windows let them begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.engine.instance import OPEN, Crew, Instance, Span

Ints = npt.NDArray[np.int64]


class Piece(NamedTuple):
    """Tasks in their order as if they were one: how long it takes at least, and between when it begins to do so.

    Concatenated as by Vidal, Crainic, Gendreau & Prins (2013), without lateness. Of several windows only the first
    opening and the last closing count, so the true time may be longer.
    """

    lasts_s: Any
    from_s: Any
    to_s: Any

    def then(self, leg_s: Any, other: Piece) -> tuple[Piece, Any]:
        """This piece and `other`, `leg_s` away, and by how much the windows forbid it (0: they do not)."""
        there = self.lasts_s + leg_s
        wait = np.maximum(other.from_s - there - self.to_s, 0)
        late = np.maximum(self.from_s + there - other.to_s, 0)
        begin = np.maximum(other.from_s - there, self.from_s) - wait
        return Piece(there + other.lasts_s + wait, begin, np.minimum(other.to_s - there, self.to_s)), late


def snapped(spans: Sequence[Span], moment: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The first moments from these on at which the windows `spans` are open, and whether all have closed by then."""
    if not spans:
        return moment, np.ones(len(moment), dtype=bool)
    if len(spans) == 1:
        return np.maximum(moment, spans[0][0]), moment > spans[0][1]
    shuts = np.array([span[1] for span in spans], dtype=np.int64)
    at = np.searchsorted(shuts, moment)
    opens = np.array([span[0] for span in spans], dtype=np.int64)
    return np.maximum(moment, opens[np.minimum(at, len(spans) - 1)]), at >= len(spans)


def back_s(crew: Crew) -> int:
    """When the vehicle must be back."""
    return crew.shift_end_s if crew.started_s is None else min(crew.shift_end_s, crew.started_s + crew.max_duration_s)


def piece_of(inst: Instance, task: int) -> tuple[int, int, int]:
    """One task as a piece."""
    spans = inst.windows[task]
    return (inst.service[task], spans[0][0], spans[-1][1]) if spans else (inst.service[task], OPEN, -OPEN)


def joined(one: tuple[int, int, int], leg_s: int, other: tuple[int, int, int]) -> tuple[int, int, int]:
    """`Piece.then` in whole numbers, for what the windows are known to allow."""
    there = one[0] + leg_s
    wait = max(other[1] - there - one[2], 0)
    return there + other[0] + wait, max(other[1] - there, one[1]) - wait, min(other[2] - there, one[2])
