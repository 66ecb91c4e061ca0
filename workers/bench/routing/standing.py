"""What the rows come to: the median of each instance, each family's gaps, ours beside each peer, and what was aimed at.

An engine without a valid answer on an instance is worse there than any that has one; two without are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from workers.bench.routing.engines import NAMES, OURS
from workers.bench.routing.instances import nearest
from workers.bench.routing.measuring import Row

LARGE = 200
Value = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One instance: the median row of each engine."""

    instance: str
    family: str
    size: int
    best: Value | None
    by_engine: dict[str, Row]

    def value(self, engine: str) -> Value:
        """Vehicles, then distance; infinite without an answer."""
        return self.by_engine[engine].value


@dataclass(frozen=True, slots=True)
class Gaps:
    """An engine on a family: against best known, over the instances it answered (None: nothing to compare)."""

    instances: int
    failed: int
    vehicles: int
    extra_vehicles: float | None
    gap: float | None
    equal: int
    gap_when_equal: float | None


@dataclass(frozen=True, slots=True)
class Versus:
    """Ours beside a peer, shares 0 … 1 (None over no instance): no worse, and strictly better on the large ones."""

    peer: str
    instances: int
    no_worse: float | None
    better: float | None
    large: int
    better_large: float | None
    more_vehicles_in: tuple[str, ...]


def lines(rows: Iterable[Row]) -> list[Line]:
    """One line an instance, in the order of families, sizes and names: the median of the seeds by value.

    Of an even number of seeds the worse of the middle two counts.
    """
    found: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        found.setdefault(row.instance, {}).setdefault(row.engine, []).append(row)
    made = []
    for name, engines in found.items():
        by_engine = {engine: sorted(of, key=lambda row: row.value)[len(of) // 2] for engine, of in engines.items()}
        one = next(iter(by_engine.values()))
        known = one.best_vehicles is not None and one.best_distance is not None
        best = (float(one.best_vehicles or 0), float(one.best_distance or 0)) if known else None
        made.append(Line(name, one.family, one.size, best, by_engine))
    return sorted(made, key=lambda line: (line.family.rsplit(" ", 1)[0], nearest(line.size), line.instance))


def engines_of(of: Sequence[Line]) -> list[str]:
    """The engines that ran, ours first."""
    return [name for name in NAMES if any(name in line.by_engine for line in of)]


def families(of: Sequence[Line]) -> list[str]:
    """The families in the order of the lines."""
    return list(dict.fromkeys(line.family for line in of))


def gaps(of: Sequence[Line], engine: str) -> Gaps:
    """An engine's figures over these instances."""
    ran = [line for line in of if engine in line.by_engine]
    solved = [line for line in ran if line.value(engine)[0] < float("inf")]
    extra, gap, gap_equal = [], [], []
    for line in solved:
        if line.best is None:
            continue
        vehicles, distance = line.value(engine)
        extra.append(vehicles - line.best[0])
        if line.best[1]:
            gap.append(distance / line.best[1] - 1)
            if vehicles == line.best[0]:
                gap_equal.append(gap[-1])
    return Gaps(
        instances=len(ran),
        failed=len(ran) - len(solved),
        vehicles=sum(int(line.value(engine)[0]) for line in solved),
        extra_vehicles=_mean(extra),
        gap=_mean(gap),
        equal=len(gap_equal),
        gap_when_equal=_mean(gap_equal),
    )


def versus(of: Sequence[Line], peer: str) -> Versus:
    """Ours beside one peer, over the instances both were asked."""
    return _versus(of, peer, [peer])


def versus_all(of: Sequence[Line]) -> Versus:
    """Ours beside the best of all peers on each instance."""
    return _versus(of, "", [name for name in engines_of(of) if name != OURS])


def _versus(of: Sequence[Line], label: str, peers: Sequence[str]) -> Versus:
    both = [line for line in of if OURS in line.by_engine and any(peer in line.by_engine for peer in peers)]
    best = {line.instance: min(line.value(peer) for peer in peers if peer in line.by_engine) for line in both}
    large = [line for line in both if nearest(line.size) >= LARGE]
    return Versus(
        peer=label,
        instances=len(both),
        no_worse=_mean([line.value(OURS) <= best[line.instance] for line in both]),
        better=_mean([line.value(OURS) < best[line.instance] for line in both]),
        large=len(large),
        better_large=_mean([line.value(OURS) < best[line.instance] for line in large]),
        more_vehicles_in=tuple(name for name in families(both) if _more(both, name, peers)),
    )


def _more(of: Sequence[Line], family: str, peers: Sequence[str]) -> bool:
    """Whether ours takes more vehicles in a family than one of the peers, over what that peer solved."""
    for peer in peers:
        ours = theirs = 0.0
        for line in of:
            if line.family == family and peer in line.by_engine and line.value(peer)[0] < float("inf"):
                ours, theirs = ours + line.value(OURS)[0], theirs + line.value(peer)[0]
        if ours > theirs:
            return True
    return False


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
