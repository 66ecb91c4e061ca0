"""Why a decision is as it is: at most three reasons with figures, for who gets, who does not, and the dispatcher."""

from __future__ import annotations

from collections import Counter
from statistics import median_low

from routing.allocation import Answer, Policy
from routing.decision import Because, Code, Explained, Left
from routing.engine.allocating.desk import Pair
from routing.engine.allocating.state import State

MOST = 3


class Teller:
    """Reads a finished decision."""

    def __init__(self, state: State, policy: Policy) -> None:
        self.state = state
        self.desk = state.desk
        self.policy = policy

    def left(self, lot: int) -> Left | None:
        """What nobody gets of a lot and why, or None when all of it is given."""
        offered, shares, able = self.desk.lots[lot], self.state.given.get(lot, []), self.desk.of_lot[lot]
        grams = offered.grams - sum(share for _, share in shares)
        if not grams:
            return None
        refused = Counter(
            self.desk.refused[lot, by].code for by, _ in self.desk.claims[lot] if (lot, by) in self.desk.refused
        )
        getting = {pair.taker for pair, _ in shares}
        if not self.desk.claims[lot]:
            because = Because(Code.NO_CLAIM)
        elif not able and len(refused) == 1:
            because = Because(next(iter(refused)), {"claims": len(self.desk.claims[lot])})
        elif not able:
            because = Because(Code.NONE_CAN, {str(code): count for code, count in sorted(refused.items())})
        elif len(shares) == offered.parts:
            because = Because(Code.PARTS, {"parts": offered.parts, "given_g": offered.grams - grams})
        elif all(share == pair.most for pair, share in shares) and len(shares) == len(able):
            because = Because(Code.WANTED_LESS, {"wanted_g": sum(pair.most for pair in able)})
        elif any(pair.low <= grams and self.state.most(pair) for pair in able if pair.taker not in getting):
            because = Because(Code.TOGETHER, {"left_g": grams})
        elif any(pair.low <= grams for pair in able if pair.taker not in getting):
            because = Because(Code.CROWDED, {"able": len(able)})
        else:
            because = Because(Code.TOO_SMALL, {"left_g": grams, "least_g": min(pair.low for pair in able)})
        return Left(offered.id, grams, because)

    def explained(self, lot: int) -> list[Explained]:
        """One for the dispatcher, then one for each charity that answered anything but no, by id."""
        name, shares = self.desk.lots[lot].id, {pair.taker: grams for pair, grams in self.state.given.get(lot, [])}
        pairs = {pair.taker: pair for pair in self.desk.of_lot[lot]}
        left, told = self.left(lot), []
        winners = [self._won(pairs[by]) for by in sorted(shares)]
        answers = self.desk.claims[lot]
        counts = {
            "claims": len(answers),
            "said_no": sum(claim.answer is Answer.NO for _, claim in answers),
            "able": len(pairs),
            "shares": len(shares),
        }
        whole = [*([left.because] if left else []), Because(Code.ANSWERS, counts), *(won[0] for won in winners[:1])]
        told.append(Explained(name, None, sum(shares.values()), tuple(whole[:MOST])))
        for by, claim in answers:
            if claim.answer is Answer.NO:
                continue
            if by in shares:
                reasons = self._won(pairs[by])
            elif by in pairs:
                reasons = self._lost(pairs[by])
            else:
                reasons = [self.desk.refused[lot, by]]
            told.append(Explained(name, self.desk.takers[by].id, shares.get(by, 0), tuple(reasons[:MOST])))
        return told

    def served(self, pair: Pair) -> int:
        """Percent of its fair share that the charity had without this lot, other lots of this decision counted."""
        key = self.desk.key(pair)
        own = sum(grams for one, grams in self.state.given.get(pair.lot, []) if one.taker == pair.taker)
        return self.desk.percent(key, self.desk.received(key) + self.state.got.get(key, 0) - own)

    def _won(self, pair: Pair) -> list[Because]:
        others = [other for other in self.desk.of_lot[pair.lot] if other.taker != pair.taker]
        if not others:
            return [Because(Code.ONLY_ONE, {"claims": len(self.desk.claims[pair.lot])})]
        made = []
        if self.policy is Policy.FIRST_COME:
            later = sum(other.said_s > pair.said_s for other in others)
            if later:
                made.append(Because(Code.EARLIER, {"before": later, "others": len(others)}))
        else:
            had, theirs = self.served(pair), [self.served(other) for other in others]
            if had < median_low(theirs):
                made.append(Because(Code.LESS_SERVED, {"had_percent": had, "others_percent": median_low(theirs)}))
            cheapest = min(other.price for other in others)
            if pair.price < cheapest:
                made.append(Because(Code.CHEAPER, {"cents": pair.price, "others_cents": cheapest}))
        facts = {"had_percent": self.served(pair), "cents": pair.price}
        return made or [Because(Code.TOGETHER, facts)]

    def _lost(self, pair: Pair) -> list[Because]:
        winners = [other for other, _ in self.state.given.get(pair.lot, [])]
        if not self.state.most(pair):
            room = self.desk.room(pair.taker, self.desk.lots[pair.lot].temperature)
            return [Because(Code.CROWDED, {"least_g": pair.low, "room_g": room})]
        made = []
        had = self.served(pair)
        if self.policy is Policy.FIRST_COME:
            earlier = sum(winner.said_s < pair.said_s for winner in winners)
            if earlier:
                made.append(Because(Code.LATER, {"earlier": earlier}))
        elif winners:
            theirs = max(self.served(winner) for winner in winners)
            if had > theirs:
                made.append(Because(Code.MORE_SERVED, {"had_percent": had, "winners_percent": theirs}))
            dearest = max(winner.price for winner in winners)
            if pair.price > dearest:
                made.append(Because(Code.DEARER, {"cents": pair.price, "winners_cents": dearest}))
        parts = self.desk.lots[pair.lot].parts
        if len(winners) == parts and parts > 1:
            made.append(Because(Code.PARTS, {"parts": parts}))
        return made or [Because(Code.TOGETHER, {"had_percent": had, "cents": pair.price})]
