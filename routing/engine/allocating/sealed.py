"""Sealed: all lots open together, decided exactly, one level after the other.

1. Grams left without a taker: as few as can be.
2. Fairness: each gram is charged the level, in percent of its charity's fair share of the family over 28 days
   (people served times all there was of the family, by all the people), at which that charity receives it; the sum is
   made smallest. It is a convex, increasing price of received over share, so any passing of a gram from a better
   served to a less served charity across a step lowers it (the transfer principle of Pigou and Dalton, as in
   Atkinson, "On the measurement of inequality", 1970), and between steps it stays linear: exact in whole numbers.
   Making only the worst charity's level best was not taken: whoever did not claim today stays the worst, and nothing
   would be said of all others. Deviation from the fair share as the aim: Orgut, Ivy, Uzsoy and Wilson, "Modeling for
   the equitable and effective distribution of donated food under capacity constraints", IIE Transactions 48, 2016.
3. Cents of bringing it, and of the hours until it is there. 4. Smaller ids, so that equals are decided, too.

A search of counted tries finds a good decision; the solver proves it, or finds a better one, level by level.
"""

from __future__ import annotations

import math

from routing.allocation import Lot
from routing.decision import Level
from routing.engine.allocating.desk import Desk, Key, Pair
from routing.engine.allocating.program import Program
from routing.engine.allocating.search import searched
from routing.engine.allocating.state import State, Worth
from routing.kinds import Temperature

KILO = 1000.0  # the solver counts kilograms: its tolerances are absolute, and suit numbers of that size
HAIR = 0.4  # of the smallest step of a level: less is no difference
EXACT_NODES = 10_000  # of the search tree, at each level of a small evening
MOST_SHARES = 10**5  # ids must not weigh as much as a cent


def sealed(desk: Desk) -> tuple[State, list[Level]]:
    """The decision, and what is proven of each level. Raises EngineError when the solver gives up."""
    state = searched(desk)
    if not desk.pairs:
        return state, [Level(name, value, value) for name, value in zip(NAMES, state.worth, strict=False)]
    bounds: list[int] = []
    model = Model(desk, levels=False)
    for level in range(len(NAMES)):
        if level == 1:
            model = Model(desk, levels=True)
            model.keep(0, state.worth)
        if NAMES[level] == "cents" and len(desk.pairs) > desk.rules.cost_pairs:
            bounds.append(0)
            continue
        found, bound = model.improve(level, state)
        # What comes back in floating point is counted anew in whole numbers, and taken only if it is better.
        if found.sound() and found.worth < state.worth:
            state = found
        bounds.append(bound)
        if level:
            model.keep(level, state.worth)
    levels = [
        Level(name, value, min(bound, value)) for name, value, bound in zip(NAMES, state.worth, bounds, strict=False)
    ]
    return state, levels


NAMES = ("left_g", "charged", "cents")


class Model:
    """The pairs of a desk as columns: whether (0 or 1), how many units, and grams by level of fair share."""

    def __init__(self, desk: Desk, *, levels: bool) -> None:
        self.desk = desk
        self.place = {(pair.lot, pair.taker): at for at, pair in enumerate(desk.pairs)}
        self.program = Program()
        program = self.program
        self.taken = [program.column(1, integer=True) for _ in desk.pairs]
        self.units: list[int] = []
        self.kilo: list[float] = []  # of a pair's units column
        for pair, taken in zip(desk.pairs, self.taken, strict=True):
            unit = desk.lots[pair.lot].unit_g
            if pair.low == pair.most:
                self.units.append(taken)
                self.kilo.append(pair.most / KILO)
                continue
            units = program.column(pair.most // unit, integer=True)
            program.row([(units, 1), (taken, -(pair.most // unit))], high=0)
            program.row([(units, 1), (taken, -(pair.low // unit))], low=0)
            self.units.append(units)
            self.kilo.append(unit / KILO)
        self._limits()
        self.bands: dict[Key, list[tuple[int, int]]] = {}  # (column in kilograms, percent)
        self.beyond: dict[int, list[tuple[int, int, int]]] = {}  # of a pair: columns for grams from, to
        if levels:
            self._levels()

    def _limits(self) -> None:
        desk, program = self.desk, self.program
        room: dict[tuple[int, Temperature], list[int]] = {}
        quota: dict[Key, list[int]] = {}
        for lot, pairs in zip(desk.lots, desk.of_lot, strict=True):
            program.row([(self.units[at], self.kilo[at]) for at in self._at(pairs)], high=lot.grams / KILO)
            if len(pairs) > lot.parts:
                program.row([(self.taken[at], 1) for at in self._at(pairs)], high=lot.parts)
        for at, pair in enumerate(desk.pairs):
            room.setdefault((pair.taker, desk.lots[pair.lot].temperature), []).append(at)
            if desk.counted(pair):
                quota.setdefault(desk.key(pair), []).append(at)
        for (taker, temperature), ats in room.items():
            most = desk.room(taker, temperature)
            if sum(desk.pairs[at].most for at in ats) > most:
                program.row([(self.units[at], self.kilo[at]) for at in ats], high=most / KILO)
        for key, ats in quota.items():
            program.row(
                [(self.units[at], self.kilo[at] * desk.counted(desk.pairs[at])) for at in ats],
                high=desk.quota[key] / KILO,
            )

    def _at(self, pairs: list[Pair]) -> list[int]:
        return [self.place[pair.lot, pair.taker] for pair in pairs]

    def _levels(self) -> None:
        """Grams by level, and what makes the solver's bound good: shares come in lumps.

        The price being convex, what a charity gets together is charged no less than the sum of what each pair alone
        would be.
        """
        desk, program = self.desk, self.program
        together: dict[Key, list[int]] = {}
        for at, pair in enumerate(desk.pairs):
            together.setdefault(desk.key(pair), []).append(at)
        for key, ats in together.items():
            rest = sum(desk.pairs[at].most for at in ats)
            columns: list[tuple[int, int]] = []
            for percent, width in desk.bands(key):
                columns.append((program.column(min(width, rest) / KILO), percent))
                rest -= min(width, rest)
                if not rest:
                    break
            self.bands[key] = columns
            program.row(
                [*((self.units[at], self.kilo[at]) for at in ats), *((column, -1) for column, _ in columns)],
                low=0,
                high=0,
            )
            if len(columns) > 1:
                program.row([*columns, *((column, -price) for at in ats for column, price in self._alone(at))], low=0)

    def _alone(self, at: int) -> list[tuple[int, float]]:
        """Columns and prices of what the pair alone is charged: for its least part, then for each gram beyond it."""
        desk, program, pair = self.desk, self.program, self.desk.pairs[at]
        key, taken = desk.key(pair), self.taken[at]
        made = [(taken, desk.charge(key, pair.low) / KILO)]
        if pair.low == pair.most:
            return made
        parts = self.beyond[at] = []
        at_g = 0
        for percent, width in desk.bands(key):
            low, high = max(at_g, pair.low), min(at_g + width, pair.most)
            at_g += width
            if low < high:
                column = program.column((high - low) / KILO)
                program.row([(column, 1), (taken, -(high - low) / KILO)], high=0)
                parts.append((column, low, high))
                made.append((column, percent))
            if at_g >= pair.most:
                break
        grams = [(column, -1.0) for column, _, _ in parts]
        program.row([(self.units[at], self.kilo[at]), (taken, -pair.low / KILO), *grams], low=0, high=0)
        return made

    def aim(self, level: int) -> dict[int, float]:
        """What is made small at a level, in kilograms (times percent) or cents."""
        if level == 0:
            return {column: -kilo for column, kilo in zip(self.units, self.kilo, strict=True)}
        if level == 1:
            return {column: float(percent) for columns in self.bands.values() for column, percent in columns}
        shares = min(MOST_SHARES, sum(min(lot.parts, len(pairs)) for lot, pairs in self._shared()))
        hair = 0.5 / (1 + shares * len(self.desk.takers))
        pairs = zip(self.taken, self.desk.pairs, strict=True)
        return {taken: pair.price + hair * pair.taker for taken, pair in pairs}

    def _shared(self) -> list[tuple[Lot, list[Pair]]]:
        return list(zip(self.desk.lots, self.desk.of_lot, strict=True))

    def keep(self, level: int, worth: Worth) -> None:
        """Nothing found from now on may be worse at this level."""
        total = sum(lot.grams for lot in self.desk.lots)
        most = ((worth.left_g - total + HAIR) / KILO, (worth.charged + HAIR) / KILO, worth.cents + 0.5)[level]
        self.program.row(list(self.aim(level).items()), high=most)

    def improve(self, level: int, state: State) -> tuple[State, int]:
        """A decision as good or better than `state` at a level, and what none can be better than."""
        desk, rules, aim = self.desk, self.desk.rules, self.aim(level)
        exact = len(desk.pairs) <= rules.exact_pairs
        solved = self.program.minimise(
            aim,
            start=self.start(state),
            nodes=max(rules.nodes, EXACT_NODES) if exact else rules.nodes,
            near=0.0 if exact or level == 0 else rules.near_permille / 1000,
            slack=1e-7 if level == 2 and exact else HAIR / (KILO if level < 2 else 1),
        )
        total = sum(lot.grams for lot in desk.lots) if level == 0 else 0
        bound = solved.bound * (KILO if level < 2 else 1) + total
        lowest = math.ceil(bound - HAIR - 1e-9 * abs(bound)) if math.isfinite(bound) else 0
        return self.read(solved.values), max(0, lowest)

    def start(self, state: State) -> list[float]:
        """The value of every column when the shares are those of `state`."""
        values = [0.0] * len(self.program.upper)
        for shares in state.given.values():
            for pair, grams in shares:
                at = self.place[pair.lot, pair.taker]
                values[self.taken[at]] = 1.0
                if self.units[at] != self.taken[at]:
                    values[self.units[at]] = float(grams // self.desk.lots[pair.lot].unit_g)
                for column, low, high in self.beyond.get(at, []):
                    values[column] = max(0, min(grams, high) - low) / KILO
        for key, columns in self.bands.items():
            rest = state.got.get(key, 0)
            for (column, _), (_, width) in zip(columns, self.desk.bands(key), strict=False):
                values[column] = min(rest, width) / KILO
                rest -= min(rest, width)
        return values

    def read(self, values: list[float]) -> State:
        """The decision in a solution of the program, in whole units."""
        state = State(self.desk)
        for lot, pairs in enumerate(self.desk.of_lot):
            shares = []
            for pair in pairs:
                at = self.place[pair.lot, pair.taker]
                if values[self.taken[at]] < 0.5:
                    continue
                unit = self.desk.lots[lot].unit_g
                units = pair.most // unit if self.units[at] == self.taken[at] else round(values[self.units[at]])
                shares.append((pair, units * unit))
            state.give(lot, shares)
        return state
