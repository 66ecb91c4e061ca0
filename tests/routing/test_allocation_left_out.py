"""Pairs not looked at: whatever takes one comes to at least what is said, and the bound counts it."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Offering
from routing.engine.allocating import proving
from routing.engine.allocating.desk import Desk
from routing.engine.allocating.due import Due, ranges
from routing.engine.allocating.model import Model
from routing.engine.allocating.program import Relaxed
from routing.engine.allocating.proving import TINY, Aim, improved
from routing.engine.allocating.sealed import _given as full
from routing.engine.allocating.search import searched
from routing.engine.allocating.state import State
from tests.routing.allocation_judge import every
from tests.routing.test_allocation_is_exact import offerings

NODES = 10_000


def asked(offering: Offering, rate: float) -> tuple[Model, State, Aim]:
    """The program of a large evening that must give all that can be given, a first decision, and fairness with cost
    at a rate as the aim."""
    desk = Desk(offering)
    state, due, _ = full(desk, searched(desk), NODES, small=True)
    model = Model(desk, due, ranges(desk, due), charges=True)
    prices = defaultdict(float, model.cents())
    for column, price in model.charges.prices.items():
        prices[column] += rate * price
    return model, state, Aim(dict(prices), 1, 0.0, NODES, exact=False, rate=rate)


def decisions(offering: Offering, model: Model, state: State) -> Iterator[State]:
    """Every decision there is that gives as much."""
    desk = model.desk
    pairs = {(desk.lots[pair.lot].id, desk.takers[pair.taker].id): pair for pair in desk.pairs}
    for shares in every(offering):
        one = State(desk)
        for place, grams in shares.items():
            one.add(pairs[place], grams)
        if one.worth.left_g <= state.worth.left_g:
            yield one


def roughly(model: Model, aim: Aim, part: float) -> Relaxed:
    """The relaxed program by so much of its rows' prices: as true, and the less it tells the smaller the part.

    Tiny evenings are told to the last gram otherwise, so that no decision worth a look would ever be left out.
    """
    exact, prices = model.program.relaxed(aim.prices), model.program.dense(aim.prices)
    upper = np.array(model.program.upper)
    rows = exact.bound - float(np.minimum(exact.reduced, 0.0) @ upper)
    reduced = prices - part * (prices - exact.reduced)
    bound = part * rows + float(np.minimum(reduced, 0.0) @ upper)
    return Relaxed(exact.values, reduced, part * exact.prices, bound)


EVENINGS = st.one_of(offerings(1, 5), offerings(2, 3), offerings(3, 2))
RATES = st.sampled_from([0.0, 0.5, 20.0])
PARTS = st.sampled_from([0.0, 0.5, 0.9, 1.0])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(EVENINGS, RATES, PARTS, st.sampled_from([0.02, 0.2, 0.5, 1.0]))
def test_what_is_not_looked_at_costs_as_much_as_said(
    offering: Offering, rate: float, part: float, share: float
) -> None:
    """Whatever takes a pair, or a set of pairs, that is left out comes to no less than the bound and what was allowed
    beside it."""
    model, state, aim = asked(offering, rate)
    if not model.parts:
        return
    prices, relaxed = model.program.dense(aim.prices), roughly(model, aim, part)
    start = model.start(state)
    most = share * (1 + float(prices @ start) - relaxed.bound)
    upper = model.worth_a_look(relaxed, start, most)
    assert (start <= upper + TINY).all()
    for other in decisions(offering, model, state):
        columns = model.start(other)
        if (columns > upper + TINY).any():
            assert prices @ columns >= relaxed.bound + most - 1e-6


@settings(max_examples=150, deadline=None, derandomize=True)
@given(EVENINGS, RATES, PARTS, st.sampled_from([0.001, 0.02, 0.07, 0.3]))
def test_a_bound_counts_what_is_not_looked_at(offering: Offering, rate: float, part: float, share: float) -> None:
    """Begun with the worst decision, and however few pairs are looked at: no decision goes below the bound."""
    model, state, aim = asked(offering, rate)
    there = list(decisions(offering, model, state))
    worst = max(there, key=lambda one: aim.rank(one.worth))
    if not model.parts:
        return
    with pytest.MonkeyPatch.context() as few:
        few.setattr(proving, "WORTH_A_LOOK", share)
        found, bound = improved(model, aim, worst, roughly(model, aim, part))
    prices = model.program.dense(aim.prices)
    assert aim.rank(found.worth) <= aim.rank(worst.worth)
    assert min(float(prices @ model.start(other)) for other in there) >= bound - 1e-6


def test_nothing_is_due_where_nothing_is_offered() -> None:
    """No pair, no bound: nothing to leave out."""
    desk = Desk(Offering())
    model = Model(desk, Due(), ranges(desk, Due()), charges=True)
    assert improved(model, Aim({}, 1, 0.0, NODES, exact=False), State(desk))[1] == 0.0
