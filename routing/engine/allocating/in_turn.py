"""The policies that decide one share after the other: whoever was first, and the less served of two."""

from __future__ import annotations

from routing.engine.allocating.desk import Desk, Pair
from routing.engine.allocating.state import State


class _Round:
    """Lots as they are given away bit by bit."""

    def __init__(self, desk: Desk) -> None:
        self.state = State(desk)
        self._left = [lot.grams for lot in desk.lots]

    def fits(self, pair: Pair) -> int:
        """Grams the charity can have of the lot now; 0 when not even its least part."""
        lot, shares = self.state.desk.lots[pair.lot], self.state.given.get(pair.lot, [])
        if len(shares) == lot.parts or any(other.taker == pair.taker for other, _ in shares):
            return 0
        grams = min(self.state.most(pair), self._left[pair.lot])
        return grams if grams >= pair.low else 0

    def give(self, pair: Pair, grams: int) -> None:
        """Give the share."""
        self._left[pair.lot] -= grams
        self.state.add(pair, grams)


def first_come(desk: Desk) -> State:
    """Each answer in the order it was given gets what it wants of what is there; the same second: by ids."""
    turn = _Round(desk)
    for pair in sorted(desk.pairs, key=lambda pair: (pair.said_s, pair.lot, pair.taker)):
        if grams := turn.fits(pair):
            turn.give(pair, grams)
    return turn.state


def two_choices(desk: Desk) -> State:
    """Lots by deadline: of the two cheapest to bring it to, the one that had less of its fair share gets it.

    What it does not want goes on to the next two, while the lot may be shared.
    """
    turn = _Round(desk)
    for lot in sorted(range(len(desk.lots)), key=lambda at: (desk.lots[at].deadline_s, at)):
        while able := [(pair, grams) for pair in desk.of_lot[lot] if (grams := turn.fits(pair))]:
            placed = sorted(able, key=lambda item: (item[0].price, item[0].taker))[:2]
            turn.give(*min(placed, key=lambda item: (_served(turn.state, item[0]), item[0].price, item[0].taker)))
    return turn.state


def _served(state: State, pair: Pair) -> int:
    key = state.desk.key(pair)
    return state.desk.percent(key, state.desk.received(key) + state.got.get(key, 0))
