"""What engines told of their way, one line of JSON a run beside the table of rows."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path


def traces_beside(ledger: Path) -> Path:
    """The file that belongs to a table of rows."""
    return ledger.with_name(ledger.name + ".traces.jsonl")


def append_trace(file: Path, key: Sequence[object], points: Sequence[Sequence[float]]) -> None:
    """Keep the points of a run; a run that told nothing leaves none."""
    if points:
        with file.open("a", encoding="utf-8") as target:
            target.write(json.dumps({"key": list(key), "points": [list(point) for point in points]}) + "\n")


def read_traces(file: Path, keys: Iterable[Hashable]) -> dict[Hashable, list[tuple[float, ...]]]:
    """The points of each of these runs, the later of two; none where nothing was told."""
    wanted = set(keys)
    found: dict[Hashable, list[tuple[float, ...]]] = {}
    if not file.exists():
        return found
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            told = json.loads(line)
        except json.JSONDecodeError:
            continue  # cut in the middle when a run was stopped
        key = tuple(told["key"])
        if key in wanted:
            found[key] = [tuple(float(number) for number in point) for point in told["points"]]
    return found
