"""The pairs of a desk as a program: whether (0 or 1), how many units, within what lots, rooms and quotas hold."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from routing.engine.allocating.charges import KILO, Charges, Part
from routing.engine.allocating.desk import CALM, Desk, Pair
from routing.engine.allocating.due import Due, Range
from routing.engine.allocating.program import Numbers, Program, Relaxed
from routing.engine.allocating.state import Given, State

HAIR = 0.4  # grams: less is no difference, and rounds away
MOST_SHARES = 10**5  # ids must not weigh as much as a cent


class Model:
    """Parts are in the order of the ranges; with `charges` it knows what is fair."""

    def __init__(self, desk: Desk, due: Due, ranges: Sequence[Range], *, charges: bool = False) -> None:
        self.desk = desk
        self.program = Program()
        self.parts = [self._part(*one) for one in ranges]
        self.taken = np.array([part.taken for part in self.parts], dtype=np.int64)
        self._limits(due)
        self.charges = Charges(desk, self.program, self.parts if charges else [])

    def _part(self, pair: Pair, low: int, most: int) -> Part:
        program, unit = self.program, self.desk.lots[pair.lot].unit_g
        taken = program.column(1, integer=True)
        if low == most:
            return Part(pair, low, most, taken, taken, most / KILO)
        units = program.column(most // unit, integer=True)
        program.row([(units, 1), (taken, -(most // unit))], high=0)
        program.row([(units, 1), (taken, -(low // unit))], low=0)
        return Part(pair, low, most, taken, units, unit / KILO)

    def _limits(self, due: Due) -> None:
        desk, program = self.desk, self.program
        lots: dict[int, list[Part]] = {}
        rooms: dict[Hashable, list[Part]] = {}
        quotas: dict[Hashable, list[Part]] = {}
        for part in self.parts:
            lots.setdefault(part.pair.lot, []).append(part)
            rooms.setdefault((part.pair.taker, desk.lots[part.pair.lot].temperature), []).append(part)
            if desk.counted(part.pair):
                quotas.setdefault(desk.key(part.pair), []).append(part)
        for lot, parts in lots.items():
            offered, grams = desk.lots[lot], due.exactly.get(lot)
            low, high = (-np.inf, offered.grams / KILO) if grams is None else (grams / KILO, grams / KILO)
            if grams is not None and offered.parts == 1:
                program.row([(part.taken, 1) for part in parts], low=1, high=1)
                continue
            program.row([(part.units, part.kilo) for part in parts], low=low, high=high)
            if len(parts) > offered.parts:
                program.row([(part.taken, 1) for part in parts], high=offered.parts)
        for group, grams in due.groups:
            some = [part for lot in group for part in lots.get(lot, [])]
            program.row([(part.units, part.kilo) for part in some], low=(grams - HAIR) / KILO)
        for parts in rooms.values():
            room = desk.room(parts[0].pair.taker, desk.lots[parts[0].pair.lot].temperature)
            if sum(part.most for part in parts) > room:
                program.row([(part.units, part.kilo) for part in parts], high=room / KILO)
        for parts in quotas.values():
            weights = [desk.counted(part.pair) for part in parts]
            quota = desk.quota[desk.key(parts[0].pair)]
            if sum(part.most * weight for part, weight in zip(parts, weights, strict=True)) > quota:
                terms = [(part.units, part.kilo * weight / CALM) for part, weight in zip(parts, weights, strict=True)]
                program.row(terms, high=quota / KILO / CALM)

    def given_g(self) -> dict[int, float]:
        """The prices of the columns that sum to what is given, below nothing: kilograms."""
        return {part.units: -part.kilo for part in self.parts}

    def cents(self) -> dict[int, float]:
        """The prices of the columns that sum to the cost; among equals, a smaller id is a hair cheaper."""
        desk = self.desk
        shares = min(MOST_SHARES, sum(min(lot.parts, len(of)) for lot, of in zip(desk.lots, desk.of_lot, strict=True)))
        hair = 0.5 / (1 + shares * len(desk.takers))
        return {part.taken: part.pair.price + hair * part.pair.taker for part in self.parts}

    def as_fair(self, charged: int) -> int:
        """From now on, no more is charged. The row that says so."""
        return self.program.row(self.charges.prices.items(), high=(charged + HAIR) / KILO)

    def worth_a_look(self, relaxed: Relaxed, start: Numbers, most: float) -> Numbers:
        """The columns' bounds where no pair is taken that must cost more than `most`; what `start` takes may be.

        Who takes a pair takes one of the sets that it is in, too: by the prices of the relaxed program, the sum goes up
        by no less than what the two columns cost together.
        """
        cost = np.maximum(relaxed.reduced, 0.0)
        upper = np.array(self.program.upper)
        sets: dict[tuple[int, int], float] = {}
        for place, column in self.charges.ways():
            sets[place] = min(sets.get(place, np.inf), cost[column])
            if cost[column] > most and start[column] < 0.5:
                upper[column] = 0.0
        for part in self.parts:
            if cost[part.taken] + sets.get(part.place, 0.0) > most and start[part.taken] < 0.5:
                upper[part.taken] = 0.0
        return upper

    def columns_of(self, lots: set[int]) -> NDArray[np.bool_]:
        """The columns of these lots' pairs, and of all that is charged to their charities for their families."""
        made = np.zeros(len(self.program.upper), dtype=bool)
        for part in self.parts:
            if part.pair.lot in lots:
                made[[part.taken, part.units]] = True
                columns = self.charges.columns.get(self.desk.key(part.pair), range(0))
                made[columns.start : columns.stop] = True
        return made

    def start(self, state: State) -> Numbers:
        """The value of every column when the shares are those of `state`."""
        shares = {(pair.lot, pair.taker): grams for some in state.given.values() for pair, grams in some}
        values = np.zeros(len(self.program.upper))
        for part in self.parts:
            if grams := shares.get(part.place):
                values[part.taken] = 1.0
                if part.units != part.taken:
                    values[part.units] = grams // self.desk.lots[part.pair.lot].unit_g
        self.charges.fill(values, shares)
        return values

    def read(self, values: Numbers) -> Given:
        """The shares in a solution of the program, in whole units, for every lot that has a part."""
        made: Given = {}
        for part in self.parts:
            shares = made.setdefault(part.pair.lot, [])
            if values[part.taken] > 0.5:
                unit = self.desk.lots[part.pair.lot].unit_g
                grams = part.most if part.units == part.taken else round(values[part.units]) * unit
                shares.append((part.pair, grams))
        return made
