"""How the time to a fixed quality grows with a day's size: the slope of log time over log size."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from workers.bench.routing.days import TIMES, DayRow
from workers.bench.routing.engines import OURS

# Within so much of what ten times the time finds.
QUALITY = 1.02
AIM = 1.3
# Below a tick of the engines' progress a time says nothing.
LEAST_S = 0.01


@dataclass(frozen=True, slots=True)
class Reached:
    """A day: seconds until ours was within two per cent of what it found with ten times the time."""

    lots: int
    seconds: float
    reference_cents: float


def reached(rows: Sequence[DayRow], traces: Mapping[Hashable, Sequence[tuple[float, ...]]]) -> list[Reached]:
    """The days that have a run and one of ten times its time, by size. The earliest of both runs counts."""
    ours = [row for row in rows if row.engine == OURS and row.order < float("inf")]
    found = []
    for lots in sorted({row.lots for row in ours}):
        own = [row for row in ours if row.lots == lots]
        longest = max(own, key=lambda row: row.seconds)
        usual = [row for row in own if abs(row.seconds * TIMES - longest.seconds) < 1e-6 and row.seed == longest.seed]
        if not usual or longest.score_cents is None:
            continue
        goal = QUALITY * longest.score_cents
        times = [at for row in (longest, usual[0]) for at, value in sorted(traces.get(row.key, ())) if value <= goal]
        if times:
            found.append(Reached(lots, max(LEAST_S, min(times)), longest.score_cents))
    return found


def exponent(of: Sequence[Reached]) -> float | None:
    """The least-squares slope of log seconds over log lots; None with fewer than two sizes."""
    if len({one.lots for one in of}) < 2:
        return None
    across, up = [log(one.lots) for one in of], [log(one.seconds) for one in of]
    middle, height = sum(across) / len(of), sum(up) / len(of)
    spread = sum((x - middle) ** 2 for x in across)
    return sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True)) / spread
