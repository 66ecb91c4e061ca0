"""Value over time: mean extra vehicles and mean distance gap to best known, each engine, when matplotlib is installed.

A line is drawn from the moment an engine has a plan for every instance, so that it never mixes different instances.
Engines that tell of their progress have a line; the others a mark for each time they were asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from workers.bench.routing.engines import LABELS, NAMES
from workers.bench.routing.measuring import Row

# Seconds, vehicles, distance.
Point = tuple[float, ...]
TICKS = 200


class NoPlot(RuntimeError):
    """The plot cannot be drawn here; says why."""


def improving(points: Sequence[Point]) -> list[Point]:
    """The points in order of time, each the best so far: searches side by side tell in any order."""
    made: list[Point] = []
    for at, *value in sorted(points):
        if not made or value < list(made[-1][1:]):
            made.append((at, *value))
    return made


def curve(of: Sequence[tuple[Row, Sequence[Point]]], until: float) -> list[tuple[float, float, float]]:
    """(seconds, mean extra vehicles, mean gap) of these runs, from when all of them have a plan."""
    runs = [(row, improving(points)) for row, points in of if row.best_vehicles is not None and row.best_distance]
    if not runs or any(not points for _, points in runs):
        return []
    begin = max(points[0][0] for _, points in runs)
    begin = max(begin, 0.01)
    made = []
    for tick in range(TICKS + 1):
        at = begin * (max(until, begin) / begin) ** (tick / TICKS)
        extra, gap = [], []
        for row, points in runs:
            _, vehicles, distance = points[bisect_right([point[0] for point in points], at + 1e-9) - 1]
            extra.append(vehicles - (row.best_vehicles or 0))
            gap.append(distance / (row.best_distance or 1) - 1)
        made.append((at, fmean(extra), fmean(gap)))
    return made


def marks(rows: Sequence[Row]) -> list[tuple[float, float, float]]:
    """(seconds asked, mean extra vehicles, mean gap) of rows, for each time at which all have an answer."""
    made = []
    for seconds in sorted({row.seconds for row in rows}):
        part = [row for row in rows if row.seconds == seconds and row.best_vehicles is not None and row.best_distance]
        if part and all(row.vehicles is not None for row in part):
            extra = fmean((row.vehicles or 0) - (row.best_vehicles or 0) for row in part)
            made.append((seconds, extra, fmean((row.distance or 0) / (row.best_distance or 1) - 1 for row in part)))
    return made


def plot(rows: Sequence[Row], traces: Mapping[Hashable, Sequence[Point]], file: Path, title: str) -> None:
    """Draw into a PNG or SVG file, as its name says. Raises NoPlot."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise NoPlot("matplotlib") from error
    figure = Figure(figsize=(9, 7), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    for name in (name for name in NAMES if any(row.engine == name for row in rows)):
        own = [row for row in rows if row.engine == name]
        longest = max(row.seconds for row in own)
        told = [(row, traces[row.key]) for row in own if row.seconds == longest and row.key in traces]
        # A line only if every run of that time has told of its way.
        whole = len(told) == sum(row.seconds == longest for row in own)
        line = curve(told, longest) if whole else []
        points = marks(own)
        colour = f"C{NAMES.index(name)}"
        for axes, at in ((above, 1), (below, 2)):
            scale = 100 if at == 2 else 1
            if line:
                axes.plot([one[0] for one in line], [one[at] * scale for one in line], color=colour, linewidth=1.6)
            if points:
                values = [one[at] * scale for one in points]
                style = ":" if len(points) > 1 and not line else ""
                axes.plot([one[0] for one in points], values, color=colour, marker="o", linestyle=style)
        above.plot([], [], color=colour, marker="o", label=LABELS[name])
    above.set_ylabel("mean extra vehicles")
    below.set_ylabel("mean distance gap, %")
    below.set_xlabel("seconds")
    below.set_xscale("log")
    for axes in (above, below):
        axes.grid(visible=True, alpha=0.3)
        axes.axhline(0, color="grey", linewidth=0.8)
    above.legend(fontsize="small")
    figure.suptitle(title)
    try:
        figure.savefig(file)
    except (ValueError, OSError) as error:
        raise NoPlot(f"{file}: {error}") from error
