"""A good decision fast, for the solver to begin with: lot by lot, then a few lots taken back and given anew.

It counts its tries and draws from a seed of its own, so that the same question takes the same way.
"""

from __future__ import annotations

from random import Random

from routing.engine.allocating.desk import Desk, Pair
from routing.engine.allocating.state import State, Worth

LOOKS = 100  # claims looked at for each try that is allowed: lots that everybody wants take fewer tries
MOST_ANEW = 4  # lots given anew at once
BLINK = 0.15  # of the charities are overlooked at a try
TRIES_A_LOT = 20  # of a few lots the solver finds the rest at once
PARTS = (0.3, 0.6, 1.0, 1.0, 1.5, 2.5)  # of an equal part
CHUNKS = 6  # pieces for each charity in which a shared lot is handed round


def searched(desk: Desk) -> State:
    """The best decision met in `Rules.tries` tries, in fewer where there are few lots."""
    state = State(desk)
    open_lots = [at for at, pairs in enumerate(desk.of_lot) if pairs]
    for lot in sorted(open_lots, key=lambda lot: (len(desk.of_lot[lot]), -desk.lots[lot].grams, lot)):
        state.give(lot, best_shares(state, lot))
    random = Random(1)
    of_taker: dict[int, list[int]] = {}
    for pair in desk.pairs:
        of_taker.setdefault(pair.taker, []).append(pair.lot)
    tries = min(desk.rules.tries, TRIES_A_LOT * len(open_lots))
    looks = LOOKS * tries
    for _ in range(tries):
        lot = random.choice(open_lots)
        anew = {lot}
        for _ in range(random.randrange(MOST_ANEW)):
            anew.add(random.choice(of_taker[random.choice(desk.of_lot[lot]).taker]))
        order = sorted(anew)
        looks -= sum(len(desk.of_lot[one]) for one in order)
        if looks < 0:
            break
        random.shuffle(order)
        before = state.worth
        had = {one: state.take_back(one) for one in order}
        for one in order:
            state.give(one, best_shares(state, one, random))
        if state.worth > before:
            for one in order:
                state.take_back(one)
            for one in order:
                state.give(one, had[one])
    return state


def best_shares(state: State, lot: int, random: Random | None = None) -> list[tuple[Pair, int]]:
    """Who should share a lot, everything else as it is: among one charity, two, as many as may.

    With `random` some are overlooked and others looked at with a smaller or larger part, so that tries differ.
    """
    desk, offered = state.desk, state.desk.lots[lot]
    able = [(pair, most) for pair in desk.of_lot[lot] if (most := state.most(pair))]
    if random and len(able) > 1:
        able = [item for item in able if random.random() > BLINK] or able
    best: list[tuple[Pair, int]] = []
    worth = Worth(offered.grams, 0, 0, 0)
    for count in range(1, min(offered.parts, len(able)) + 1):
        part = -(-offered.grams // count)
        if random and count > 1:
            part = max(1, round(part * random.choice(PARTS)))
        ranked = []
        for pair, most in able:
            grams = min(most, max(pair.low, part))
            ranked.append(
                ((part - min(grams, part), _added(state, pair, grams) / grams, pair.price, pair.taker), pair, most)
            )
        ranked.sort(key=lambda item: item[0])
        shares = _handed_round(state, offered.grams, offered.unit_g, [(pair, most) for _, pair, most in ranked[:count]])
        found = Worth(
            offered.grams - sum(grams for _, grams in shares),
            sum(_added(state, pair, grams) for pair, grams in shares),
            sum(pair.price for pair, _ in shares),
            sum(pair.taker for pair, _ in shares),
        )
        if found < worth:
            best, worth = shares, found
    return best


def _added(state: State, pair: Pair, grams: int) -> int:
    key = state.desk.key(pair)
    had = state.got.get(key, 0)
    return state.desk.charge(key, had + grams) - state.desk.charge(key, had)


def _handed_round(state: State, left: int, unit: int, able: list[tuple[Pair, int]]) -> list[tuple[Pair, int]]:
    """The least part to each while it lasts, then piece by piece to whomever the next gram is charged least."""
    shares: list[tuple[Pair, int, int]] = []
    for pair, most in able:
        if pair.low <= left:
            shares.append((pair, pair.low, most))
            left -= pair.low
    piece = max(unit, left // (CHUNKS * len(able)) // unit * unit)
    while left >= unit:
        free = [
            (_added(state, pair, grams + 1) - _added(state, pair, grams), at)
            for at, (pair, grams, most) in enumerate(shares)
            if grams < most
        ]
        if not free:
            break
        at = min(free)[1]
        pair, grams, most = shares[at]
        more = min(most - grams, piece if len(free) > 1 else left, left) // unit * unit
        shares[at] = (pair, grams + more, most)
        left -= more
    return [(pair, grams) for pair, grams, _ in shares]
