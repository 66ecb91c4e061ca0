"""The public instances of a folder: found, named by family and size, with their best-known answers; a fixed spread."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import routing
from routing.formats import read
from routing.formats.benchmark import Named

BEST_KNOWN = "bks.json"
FORMS = {"li-lim": "Li & Lim", "sartori-buriol": "Sartori–Buriol"}
# The sizes both sets are published in, and small ones for trials; an instance belongs to the nearest.
SIZES = (10, 25, 50, 100, 200, 400, 600, 800, 1000, 1500, 2000, 2500, 3000, 4000, 5000)
# One in so many of a family is in the spread, and never less than two; a third of that in the short spread.
SPREAD, LEAST = 3, 2


class NoInstances(ValueError):
    """A folder or file without a public instance, or with a best-known file that cannot be read; says which."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best answer known: vehicles, then distance in the instance's own unit."""

    vehicles: int
    distance: float


@dataclass(frozen=True, slots=True)
class Instance:
    """A public instance. `grain`: how many of the problem's units of length one of the instance's has."""

    name: str
    family: str
    size: int
    problem: routing.Problem
    named: Named
    grain: int
    best: Best | None = None

    @property
    def group(self) -> str:
        """Family and nearest published size: "Li & Lim 100"."""
        return f"{self.family} {nearest(self.size)}"


def nearest(size: int) -> int:
    """The published size nearest to a number of tasks."""
    return min(SIZES, key=lambda one: abs(one - size))


def files_of(path: Path) -> list[Path]:
    """The files that may be instances, in the order of their names. Raises NoInstances."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NoInstances(f"{path}: no such file or folder")
    found = sorted(file for file in path.rglob("*.txt") if not any(part.startswith(".") for part in file.parts))
    if not found:
        raise NoInstances(f"{path}: no instance (*.txt) here or below")
    return found


def best_known(path: Path) -> dict[str, Best]:
    """Best-known answers by instance name, from `bks.json` in the folder (or beside the file); none without it."""
    file = (path if path.is_dir() else path.parent) / BEST_KNOWN
    if not file.exists():
        return {}
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return {name: Best(int(one["vehicles"]), float(one["distance"])) for name, one in told.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise NoInstances(f"{file}: {problem}") from problem


def load(file: Path, best: dict[str, Best]) -> Instance:
    """The instance in a file. Raises routing.FormatError, or NoInstances for another form of file."""
    source = read(file)
    if source.named is None or source.form not in FORMS:
        raise NoInstances(f"{file}: is neither Li & Lim nor Sartori & Buriol")
    size = len(source.problem.sites) - 1
    grain = source.named.scale
    return Instance(file.stem, FORMS[source.form], size, source.problem, source.named, grain, best.get(file.stem))


def spread(instances: Sequence[Instance], *, third: bool = False) -> list[Instance]:
    """A fixed part of every family and size, evenly over the sorted names: nothing is chosen by a result."""
    groups: dict[tuple[str, int], list[Instance]] = {}
    for one in sorted(instances, key=lambda one: (one.family, nearest(one.size), one.name)):
        groups.setdefault((one.family, nearest(one.size)), []).append(one)
    chosen = []
    for members in groups.values():
        part = evenly(members, max(min(LEAST, len(members)), -(-len(members) // SPREAD)))
        chosen += evenly(part, max(1, round(len(part) / 3))) if third else part
    return chosen


def evenly(members: Sequence[Instance], count: int) -> list[Instance]:
    """So many of them at equal steps, neither the first nor the last for choice."""
    return [members[(2 * at + 1) * len(members) // (2 * count)] for at in range(count)]


def distance_of(named: Named, index: dict[str, int], depot: str, routes: Sequence[Sequence[str]]) -> float:
    """The sum of all legs in the instance's own unit, with its own precision."""
    table, total = named.distances, 0.0
    for route in routes:
        stops = [index[depot], *(index[site] for site in route), index[depot]]
        total += sum(float(table[here][there]) for here, there in pairwise(stops))
    return total
