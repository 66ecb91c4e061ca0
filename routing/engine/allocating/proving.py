"""One aim of a decision: a better decision if there is one, and what none can be better than.

The relaxed program comes first. Its bound is often proof enough; where it is not, a program of the pairs that its
prices leave worth a look finds a better decision and a better bound; where they are many, part by part, and the bound
stays. Where that is no proof either, a program of all pairs that a better decision could have is one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.engine.allocating.charges import KILO
from routing.engine.allocating.model import HAIR, Model
from routing.engine.allocating.program import Numbers, Relaxed
from routing.engine.allocating.state import Given, State, Worth

WORTH_A_LOOK = 0.02  # of what the aim comes to: what taking a pair may cost at most, by the relaxed program's prices
STOP = 0.5  # of what a proof may lack
TINY = 1e-7


@dataclass(frozen=True, slots=True)
class Aim:
    """Prices of columns whose sum is to be small. A whole one of a level is `grain` of it.

    `near`: a proof to within such a part is enough, 0: none is. `nodes` of the search tree may be looked at.
    `exact`: whatever the work, and below a cent ids still count. `rate`: where both fairness and cost are the aim, the
    cents that a thousand of what is charged count as; `near` is then a part of the cost alone.
    """

    prices: Mapping[int, float]
    grain: float
    near: float
    nodes: int
    exact: bool
    rate: float = 0.0

    @property
    def slack(self) -> float:
        """Less is no difference."""
        return TINY if self.exact and self.grain == 1 else HAIR / self.grain

    def size(self, value: float, worth: Worth) -> float:
        """What a proof to within a part of it is a part of."""
        return worth.cents if self.rate else abs(value)

    def rank(self, worth: Worth) -> tuple[float, ...]:
        """Less is better."""
        return (worth.left_g, self.rate * worth.charged / KILO + worth.cents, *worth) if self.rate else worth


def improved(model: Model, aim: Aim, state: State, relaxed: Relaxed | None = None) -> tuple[State, float]:
    """A decision as good or better than `state`, and what the aim cannot go below.

    `relaxed`: what is known of the relaxed program, if anything.
    """
    if not model.parts:
        return state, 0.0
    prices = model.program.dense(aim.prices)
    relaxed = relaxed or model.program.relaxed(aim.prices)
    bound = relaxed.bound
    for share in (math.inf,) if aim.exact else (WORTH_A_LOOK, math.inf):
        start = model.start(state)
        value = float(prices @ start)
        size = aim.size(value, state.worth)
        enough = max(aim.slack, aim.near * size)
        if value - bound <= enough:
            break
        # What would make it dearer than what is there already is in no better decision.
        most = min(value - relaxed.bound, share * size) + TINY * (1 + abs(value))
        upper = model.worth_a_look(relaxed, start, most)
        # Where many are alike all of it is worth a look at once, and a second look would be the same.
        everything = np.array_equal(upper, model.program.upper)
        parts = _parts(model, upper)
        if aim.exact or len(parts) == 1:
            slack = max(aim.slack, STOP * enough)
            solved = model.program.minimise(aim.prices, upper=upper, start=start, nodes=aim.nodes, slack=slack)
            state = _with(state, model.read(solved.values), aim)
            # Whatever takes a pair that was not looked at comes to so much at least.
            bound = max(bound, solved.bound if everything else min(solved.bound, relaxed.bound + most))
        elif share < math.inf:
            state = _part_by_part(model, aim, upper, state, parts, STOP * enough / len(parts))
        if everything:
            break
    return state, bound


def _with(state: State, given: Given, aim: Aim) -> State:
    """`state` with other shares of some lots, where that keeps every limit and is better, counted in whole numbers."""
    other = State(state.desk)
    for lot, shares in {**state.given, **given}.items():
        other.give(lot, shares)
    return min(state, other, key=lambda one: aim.rank(one.worth)) if other.sound() else state


def _part_by_part(
    model: Model, aim: Aim, upper: Numbers, state: State, parts: Sequence[set[int]], slack: float
) -> State:
    """Each part decided with all others as they are."""
    for lots in parts:
        start = model.start(state)
        program, columns = model.program.cut_down(start, model.columns_of(lots))
        place = {column: at for at, column in enumerate(columns.tolist())}
        solved = program.minimise(
            {place[column]: price for column, price in aim.prices.items() if column in place},
            upper=upper[columns],
            start=start[columns],
            nodes=aim.nodes,
            slack=max(aim.slack, slack),
        )
        start[columns] = solved.values
        state = _with(state, model.read(start), aim)
    return state


def _parts(model: Model, upper: Numbers) -> list[set[int]]:
    """All lots that have pairs, in parts of lots that have charities in common: in each, few pairs may be taken."""
    takers: dict[int, list[int]] = {}
    lots: dict[int, list[int]] = {}
    for part in model.parts:
        if upper[part.taken]:
            takers.setdefault(part.pair.lot, []).append(part.pair.taker)
            lots.setdefault(part.pair.taker, []).append(part.pair.lot)
    order: list[int] = []
    seen: set[int] = set()
    for first in sorted(takers):
        if first not in seen:
            seen.add(first)
            ring = [first]
            for lot in ring:
                near = sorted({other for taker in takers[lot] for other in lots[taker]} - seen)
                seen.update(near)
                ring += near
            order += ring
    made: list[set[int]] = []
    pairs = 0
    for lot in order:
        pairs += len(takers[lot])
        if not made or pairs > model.desk.rules.whole_pairs:
            made.append(set())
            pairs = len(takers[lot])
        made[-1].add(lot)
    return made
