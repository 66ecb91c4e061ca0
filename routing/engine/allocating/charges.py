"""What charities are charged for what they get together, as columns and rows: as tight as lumps of food allow.

What a charity gets of a family is charged by a convex price of its sum. Where few pairs meet, each set of them that may
be taken together has a column of its own, so that the relaxed program knows that shares come whole, and in units: its
bound is then within some hundredths of a per cent of the optimum. That matters twice, since a gram of fairness that
only the relaxed program sees is one that it spends on cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, pairwise
from math import gcd

from routing.engine.allocating.desk import Desk, Key, Pair
from routing.engine.allocating.program import Numbers, Program
from routing.kinds import Temperature

KILO = 1000.0  # the solver counts kilograms: its tolerances are absolute, and suit numbers of that size
TOGETHER = 4  # so many pairs, and every set of them has a column

Shares = Mapping[tuple[int, int], int]  # lot and charity → grams


@dataclass(frozen=True, slots=True)
class Part:
    """A pair in the program: grams it can have, and its columns. `kilo`: kilograms in one of `units`.

    Where it gets all or nothing, `units` is `taken`.
    """

    pair: Pair
    low: int
    most: int
    taken: int
    units: int
    kilo: float

    @property
    def place(self) -> tuple[int, int]:
        """Its lot and its charity."""
        return self.pair.lot, self.pair.taker


@dataclass(frozen=True, slots=True)
class _Slope:
    """A column: kilograms of what goes beyond `begins` grams, to `ends`; `percent` is charged for each."""

    column: int
    percent: float
    begins: int
    ends: int

    def filled(self, grams: int) -> float:
        return max(0, min(grams, self.ends) - self.begins) / KILO


@dataclass(slots=True)
class _Set:
    """Pairs taken together: whether; their sum beyond the least, by slope; and, where several vary, each's beyond."""

    column: int
    parts: Sequence[Part]
    slopes: list[_Slope]
    beyond: list[tuple[int, Part]] = field(default_factory=list)


class Charges:
    """Adds columns and rows to a program; `prices` sum to what is charged, in thousands; `columns`: which are whose."""

    def __init__(self, desk: Desk, program: Program, parts: Sequence[Part]) -> None:
        self.prices: dict[int, float] = {}
        self.columns: dict[Key, range] = {}
        self._desk = desk
        self._program = program
        self._sums: list[tuple[Sequence[Part], list[_Slope]]] = []
        self._sets: list[list[_Set]] = []  # of one charity and family, smaller ones first
        meeting: dict[Key, list[Part]] = {}
        for part in parts:
            meeting.setdefault(desk.key(part.pair), []).append(part)
        for key, some in meeting.items():
            begins = len(program.upper)
            if len(some) == 1:
                self.prices |= self._by_itself(key, some[0])
            elif len(some) <= TOGETHER:
                self._by_sets(key, some)
            else:
                self._by_sum(key, some)
            self.columns[key] = range(begins, len(program.upper))

    def fill(self, values: Numbers, shares: Shares) -> None:
        """Write what the columns are when these shares are given."""
        for parts, slopes in self._sums:
            grams = sum(shares.get(part.place, 0) for part in parts)
            for slope in slopes:
                values[slope.column] = slope.filled(grams)
        for sets in self._sets:
            # The largest set that is given whole is the one that is given.
            given = [one for one in sets if all(part.place in shares for part in one.parts)]
            for one in given[-1:]:
                values[one.column] = 1.0
                grams = sum(shares[part.place] for part in one.parts)
                for slope in one.slopes:
                    values[slope.column] = slope.filled(grams)
                for column, part in one.beyond:
                    values[column] = (shares[part.place] - part.low) / KILO

    def ways(self) -> Iterator[tuple[tuple[int, int], int]]:
        """Each pair whose charity and family have sets, with the column of each set that it is in."""
        for sets in self._sets:
            for one in sets:
                for part in one.parts:
                    yield part.place, one.column

    def _by_itself(self, key: Key, part: Part) -> dict[int, float]:
        """The only pair of its charity and family: its prices, for the least it can have and for what goes beyond."""
        prices = {part.taken: self._desk.charge(key, part.low) / KILO}
        if part.low < part.most:
            unit = self._desk.lots[part.pair.lot].unit_g
            slopes = self._slopes(key, part.taken, part.low, part.most, unit)
            prices |= {slope.column: slope.percent for slope in slopes}
            beyond = [(part.units, part.kilo), (part.taken, -part.low / KILO)]
            self._program.row([*beyond, *((slope.column, -1) for slope in slopes)], low=0, high=0)
            self._sums.append(([part], slopes))
        return prices

    def _by_sets(self, key: Key, parts: Sequence[Part]) -> None:
        """A column for each set that may be taken together; exactly one set, or none, is."""
        desk, program = self._desk, self._program
        whether = {part.place: [(part.taken, 1.0)] for part in parts}
        beyond = {
            part.place: [(part.units, part.kilo), (part.taken, -part.low / KILO)]
            for part in parts
            if part.low < part.most
        }
        sets: list[_Set] = []
        for some in chain.from_iterable(combinations(parts, size) for size in range(1, len(parts) + 1)):
            if len(some) > 1 and not self._fit(key, some):
                continue
            column = program.column(1)
            one = _Set(column, some, [])
            sets.append(one)
            low = sum(part.low for part in some)
            self.prices[column] = desk.charge(key, low) / KILO
            for part in some:
                whether[part.place].append((column, -1.0))
            vary = [part for part in some if part.place in beyond]
            if not vary:
                continue
            most = low + sum(part.most - part.low for part in vary)
            one.slopes = self._slopes(key, column, low, most, gcd(*(desk.lots[part.pair.lot].unit_g for part in vary)))
            self.prices |= {slope.column: slope.percent for slope in one.slopes}
            if len(vary) == 1:
                beyond[vary[0].place] += [(slope.column, -1.0) for slope in one.slopes]
                continue
            for part in vary:
                width = (part.most - part.low) / KILO
                more = program.column(width)
                program.row([(more, 1), (column, -width)], high=0)
                beyond[part.place].append((more, -1.0))
                one.beyond.append((more, part))
            terms = [*((more, 1.0) for more, _ in one.beyond), *((slope.column, -1.0) for slope in one.slopes)]
            program.row(terms, low=0, high=0)
        for terms in [*whether.values(), *beyond.values()]:
            program.row(terms, low=0, high=0)
        program.row([(one.column, 1) for one in sets], high=1)
        self._sets.append(sets)

    def _by_sum(self, key: Key, parts: Sequence[Part]) -> None:
        """Too many for sets: grams of the sum by level, charged together no less than each pair by itself."""
        program, most = self._program, sum(part.most for part in parts)
        slopes, at_g = [], 0
        for percent, width in self._desk.bands(key):
            ends = min(at_g + width, most)
            slopes.append(_Slope(program.column((ends - at_g) / KILO), percent, at_g, ends))
            at_g = ends
            if at_g == most:
                break
        self._sums.append((parts, slopes))
        self.prices |= {slope.column: slope.percent for slope in slopes}
        sums = [*((part.units, part.kilo) for part in parts), *((slope.column, -1.0) for slope in slopes)]
        program.row(sums, low=0, high=0)
        if len(slopes) > 1:
            alone = [(column, -price) for part in parts for column, price in self._by_itself(key, part).items()]
            program.row([*((slope.column, slope.percent) for slope in slopes), *alone], low=0)

    def _fit(self, key: Key, parts: Sequence[Part]) -> bool:
        """Whether room and quota hold the least of each."""
        desk = self._desk
        wanted: Counter[Temperature] = Counter()
        for part in parts:
            wanted[desk.lots[part.pair.lot].temperature] += part.low
        counted = sum(part.low * desk.counted(part.pair) for part in parts)
        fits = all(grams <= desk.room(key[0], temperature) for temperature, grams in wanted.items())
        return fits and (not counted or counted <= desk.quota[key])

    def _slopes(self, key: Key, of: int, low: int, most: int, unit: int) -> list[_Slope]:
        """Columns of what goes beyond `low` grams, to `most`, none while the column `of` is 0.

        Grams come in units, so where a level begins within a unit, all of that unit is charged the mean.
        """
        desk, program, edges, at_g = self._desk, self._program, {low, most}, 0
        for _, width in desk.bands(key):
            at_g += width
            if at_g >= most:
                break
            if at_g > low:
                edge = low + (at_g - low) // unit * unit
                edges |= {edge, edge if edge == at_g else min(most, edge + unit)}
        made = []
        for begins, ends in pairwise(sorted(edges)):
            percent = (desk.charge(key, ends) - desk.charge(key, begins)) / (ends - begins)
            column = program.column((ends - begins) / KILO)
            program.row([(column, 1), (of, -(ends - begins) / KILO)], high=0)
            made.append(_Slope(column, percent, begins, ends))
        return made
