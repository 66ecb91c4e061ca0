"""Who has what so far, what still fits, and what that comes to."""

from __future__ import annotations

from typing import NamedTuple

from routing.engine.allocating.desk import Desk, Key, Pair
from routing.kinds import Temperature

Given = dict[int, list[tuple[Pair, int]]]  # lot → pairs and their grams


class Worth(NamedTuple):
    """The levels of a decision, all to be small, the first before the next."""

    left_g: int
    charged: int
    cents: int
    ids: int


class State:
    """Shares given so far; what is left of rooms and quotas."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.given: Given = {}
        self.got: dict[Key, int] = {}
        self.room: dict[tuple[int, Temperature], int] = {}
        self.quota = dict(desk.quota)
        self.worth = Worth(sum(lot.grams for lot in desk.lots), 0, 0, 0)

    def most(self, pair: Pair) -> int:
        """Grams of the pair that still fit, whole units; 0 when not even the least part does."""
        desk, lot = self.desk, self.desk.lots[pair.lot]
        place = (pair.taker, lot.temperature)
        grams = min(pair.most, self.room.get(place, desk.room(*place)))
        if counted := desk.counted(pair):
            grams = min(grams, self.quota[desk.key(pair)] // counted)
        grams -= grams % lot.unit_g
        return grams if grams >= pair.low else 0

    def give(self, lot: int, shares: list[tuple[Pair, int]]) -> None:
        """Give a lot that nobody has yet."""
        self.given[lot] = shares
        for pair, grams in shares:
            self._move(pair, grams, 1)

    def add(self, pair: Pair, grams: int) -> None:
        """Give one more charity its share of a lot."""
        self.given.setdefault(pair.lot, []).append((pair, grams))
        self._move(pair, grams, 1)

    def take_back(self, lot: int) -> list[tuple[Pair, int]]:
        """Take a lot back from whoever has it; what they had."""
        shares = self.given.pop(lot, [])
        for pair, grams in shares:
            self._move(pair, grams, -1)
        return shares

    def sound(self) -> bool:
        """Whether every share, lot, room and quota keeps its limits, counted in whole grams."""
        for lot, shares in self.given.items():
            offered = self.desk.lots[lot]
            if len(shares) > offered.parts or sum(grams for _, grams in shares) > offered.grams:
                return False
            if any(not pair.low <= grams <= pair.most or grams % offered.unit_g for pair, grams in shares):
                return False
        return min(self.room.values(), default=0) >= 0 and min(self.quota.values(), default=0) >= 0

    def _move(self, pair: Pair, grams: int, way: int) -> None:
        desk = self.desk
        key, place = desk.key(pair), (pair.taker, desk.lots[pair.lot].temperature)
        had = self.got.get(key, 0)
        self.got[key] = had + way * grams
        self.room[place] = self.room.get(place, desk.room(*place)) - way * grams
        if counted := desk.counted(pair):
            self.quota[key] -= way * grams * counted
        left, charged, cents, ids = self.worth
        charged += desk.charge(key, had + way * grams) - desk.charge(key, had)
        self.worth = Worth(left - way * grams, charged, cents + way * pair.price, ids + way * pair.taker)
