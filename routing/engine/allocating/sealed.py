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

A search of counted tries finds a good decision; the solver proves it, or finds a better one, level by level. Small
evenings are decided exactly. Of large ones each level is proven to within `Rules.near_permille`; so much fairness, and
not more, is left for cost to choose within, as the last thousandths of it cost whole per cents of kilometres.
"""

from __future__ import annotations

import math

from routing.decision import Level
from routing.engine.allocating.charges import KILO
from routing.engine.allocating.desk import Desk
from routing.engine.allocating.due import Due, Range, in_the_way, most_of, ranges
from routing.engine.allocating.model import Model
from routing.engine.allocating.program import Relaxed
from routing.engine.allocating.proving import Aim, improved
from routing.engine.allocating.search import searched
from routing.engine.allocating.state import State

NAMES = ("left_g", "charged", "cents")
EXACT_NODES = 10_000  # of the search tree, at each level of a small evening
AIMED = 0.8  # of the fairness that cost may choose within: shares come in lumps, so that a rate meets it roughly
RATES, STEEPER = 4, 1.25  # so many rates are tried, each such times the last


def sealed(desk: Desk) -> tuple[State, list[Level]]:
    """The decision, and what is proven of each level. Raises EngineError when the solver gives up."""
    rules = desk.rules
    small = len(desk.pairs) <= rules.exact_pairs
    nodes = max(rules.nodes, EXACT_NODES) if small else rules.nodes
    state, due, left = _given(desk, searched(desk), nodes, small)
    decided = None if small else _traded(desk, state, due)
    state, levels = decided or _in_turn(desk, state, due, nodes, small)
    return state, [_level(state, 0, left), *levels]


def _level(state: State, at: int, bound: int) -> Level:
    value = state.worth[at]
    return Level(NAMES[at], value, min(bound, value))


def _in_turn(desk: Desk, state: State, due: Due, nodes: int, small: bool) -> tuple[State, list[Level]]:
    """Fairness first, then cost while no more is charged."""
    near = 0.0 if small else desk.rules.near_permille / 1000
    model = Model(desk, due, ranges(desk, due), charges=True)
    state, fairest = improved(model, Aim(model.charges.prices, KILO, near, nodes, small), state)
    model.as_fair(state.worth.charged)
    state, cheapest = improved(model, Aim(model.cents(), 1, near, nodes, small), state)
    return state, [_level(state, 1, whole(fairest, KILO)), _level(state, 2, whole(cheapest, 1))]


def _traded(desk: Desk, state: State, due: Due) -> tuple[State, list[Level]] | None:
    """Fairness to within what is allowed, and the cheapest of all that are as fair; None where another way proves more.

    A row that says how fair a decision must be makes a program hard. Instead cost is made small together with what is
    charged, at such a rate that what is charged comes to lie within what is allowed (Lagrange; Everett, "Generalized
    Lagrange multiplier method for solving problems of optimum allocation of resources", Operations Research 11, 1963):
    whatever comes out, nothing as fair is cheaper.
    """
    near, nodes = desk.rules.near_permille / 1000, desk.rules.nodes
    model = Model(desk, due, ranges(desk, due), charges=True)
    program, prices, cents = model.program, model.charges.prices, model.cents()
    fairest = program.relaxed(prices).bound
    fair = fairest * (1 + AIMED * near)
    row = program.row(prices.items(), high=fair)
    held = program.relaxed(cents)
    rate = -float(held.prices[row])
    # The prices of all other rows prove as much where the row's own price is paid for what is charged instead.
    known: Relaxed | None = held._replace(bound=held.bound + rate * fair)
    program.drop(row)
    found: tuple[State, list[Level]] | None = None
    for _ in range(RATES):
        both = dict(cents)
        for column, price in prices.items():
            both[column] = both.get(column, 0.0) + rate * price
        state, bound = improved(model, Aim(both, 1, near, nodes, exact=False, rate=rate), state, known)
        charged = _level(state, 1, whole(fairest, KILO))
        cheapest = _level(state, 2, whole(bound - rate * state.worth.charged / KILO, 1))
        found = state, [charged, cheapest]
        if charged.gap <= near:
            break
        known = None
        rate *= STEEPER
    proven = found and max(level.gap for level in found[1]) <= near
    return found if proven or len(desk.pairs) > desk.rules.whole_pairs else None


def _given(desk: Desk, state: State, nodes: int, small: bool) -> tuple[State, Due, int]:
    """A decision that leaves as little as can be found, what lots give by it, and grams that any decision leaves."""
    due, left, open_lots, open_g = Due(), sum(lot.grams for lot in desk.lots), [], 0
    for lots in in_the_way(desk):
        most = sum(most_of(desk, lot) for lot in lots)
        given = _grams(state, lots)
        if given < most:
            some = [Range(pair, pair.low, pair.most) for lot in lots for pair in desk.of_lot[lot]]
            model = Model(desk, Due(), some)
            state, bound = improved(model, Aim(model.given_g(), KILO, 0.0, nodes, small), state)
            given, most = _grams(state, lots), min(most, -whole(bound, KILO))
        left -= most
        if given == sum(most_of(desk, lot) for lot in lots):
            due.exactly |= {lot: most_of(desk, lot) for lot in lots}
        elif given >= most:
            due.groups.append((lots, given))
        else:
            # Unproven, so that any of these lots may give what another does not.
            open_lots += lots
            open_g += given
    if open_lots:
        due.groups.append((open_lots, open_g))
    return state, due, left


def _grams(state: State, lots: list[int]) -> int:
    return sum(grams for lot in lots for _, grams in state.given.get(lot, []))


def whole(bound: float, grain: float) -> int:
    """A bound of the solver as a whole number that is surely none too high: ids add up to less than half a cent."""
    scaled = bound * grain
    return math.ceil(scaled - 0.5 - 1e-9 * abs(scaled))
