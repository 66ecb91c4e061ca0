"""What each lot gives in every decision that leaves as little as can be, and what that makes of each pair."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from routing.engine.allocating.desk import Desk, Pair


class Range(NamedTuple):
    """A pair, and from how many to how many grams it can have of its lot."""

    pair: Pair
    low: int
    most: int


@dataclass(slots=True)
class Due:
    """`exactly`: grams that each of these lots gives. `groups`: lots that give together at least so many."""

    exactly: dict[int, int] = field(default_factory=dict)
    groups: list[tuple[list[int], int]] = field(default_factory=list)


def most_of(desk: Desk, lot: int) -> int:
    """No decision gives more grams of the lot, whatever becomes of the others."""
    offered = desk.lots[lot]
    wanted = sorted((pair.most for pair in desk.of_lot[lot]), reverse=True)
    return min(offered.grams, sum(wanted[: offered.parts]))


def in_the_way(desk: Desk) -> list[list[int]]:
    """Lots in groups: those of different groups can never want the same room or quota beyond what there is."""
    wanted: dict[Hashable, list[Pair]] = {}
    for pair in desk.pairs:
        wanted.setdefault((pair.taker, desk.lots[pair.lot].temperature), []).append(pair)
    tight = [
        pairs
        for pairs in wanted.values()
        if sum(pair.most for pair in pairs) > desk.room(pairs[0].taker, desk.lots[pairs[0].lot].temperature)
    ]
    wanted = {}
    for pair in desk.pairs:
        if desk.counted(pair):
            wanted.setdefault(desk.key(pair), []).append(pair)
    tight += [
        pairs
        for pairs in wanted.values()
        if sum(pair.most * desk.counted(pair) for pair in pairs) > desk.quota[desk.key(pairs[0])]
    ]
    return joined(len(desk.lots), ([pair.lot for pair in pairs] for pairs in tight))


def joined(count: int, ties: Iterable[list[int]]) -> list[list[int]]:
    """The numbers below `count` in groups, those in one tie together; groups and numbers in order."""
    head = list(range(count))

    def first(one: int) -> int:
        while head[one] != one:
            head[one] = head[head[one]]
            one = head[one]
        return one

    for tie in ties:
        for other in tie[1:]:
            low, high = sorted((first(tie[0]), first(other)))
            head[high] = low
    groups: dict[int, list[int]] = {}
    for one in range(count):
        groups.setdefault(first(one), []).append(one)
    return list(groups.values())


def ranges(desk: Desk, due: Due) -> list[Range]:
    """Pairs that some decision of what is due has, each with what it can have then."""
    made = []
    for lot, pairs in enumerate(desk.of_lot):
        offered, grams = desk.lots[lot], due.exactly.get(lot)
        if grams is None:
            made += [Range(pair, pair.low, pair.most) for pair in pairs]
            continue
        top = sorted((pair.most for pair in pairs), reverse=True)[: offered.parts]
        for pair in pairs if grams else []:
            # What the others can have at most of it, as many as may share it: the rest is for this one.
            beside = sum(top) - (pair.most if len(top) < offered.parts or pair.most >= top[-1] else top[-1])
            low = max(pair.low, -(-(grams - beside) // offered.unit_g) * offered.unit_g)
            if low <= min(pair.most, grams):
                made.append(Range(pair, low, min(pair.most, grams)))
    return made
