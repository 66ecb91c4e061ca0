"""Grams shared between holders, weighed again on arrival, and accounted for to the last one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.food_law import FoodLaw
from service.kit.i18n import N_
from service.kit.weight import GRAMS
from service.lots.rules.verdicts import Verdict, breach

VARIANCE = N_("Le poids pesé s'écarte de %(percent)s %% du poids annoncé, soit %(kg)s kg : indiquez pourquoi.")


@dataclass(frozen=True)
class Share:
    """What one holder gets, in grams."""

    holder: int
    grams: int


@dataclass(frozen=True)
class Split:
    """A weight shared out; `rest` is what nobody got. Shares and rest always add up to the weight."""

    shares: tuple[Share, ...]
    rest: int


def split(grams: int, wanted: Sequence[tuple[int, int]], unit_grams: int = 1) -> Split:
    """Serve (holder, grams wanted) in order until nothing is left; whole units when `unit_grams` is given.

    A holder wanting all that is left gets it, broken unit included. Raises ValueError on a negative weight,
    a unit below one gram, or a holder named twice.
    """
    if grams < 0 or unit_grams < 1 or any(asked < 0 for _, asked in wanted):
        raise ValueError("weights are not negative")
    if len({holder for holder, _ in wanted}) != len(wanted):
        raise ValueError("a holder is named once")
    left, shares = grams, []
    for holder, asked in wanted:
        given = left if asked >= left else asked - asked % unit_grams
        shares.append(Share(holder, given))
        left -= given
    return Split(tuple(shares), left)


def split_fairly(grams: int, needs: Sequence[tuple[int, int]]) -> tuple[Share, ...]:
    """Share everything in proportion to (holder, need); leftover grams go to the largest remainders.

    Raises ValueError when no need is above zero.
    """
    total = sum(need for _, need in needs)
    if grams < 0 or total <= 0 or any(need < 0 for _, need in needs):
        raise ValueError("sharing takes a weight and a need")
    parts = [(holder, *divmod(grams * need, total)) for holder, need in needs]
    missing = grams - sum(part for _, part, _ in parts)
    order = sorted(range(len(parts)), key=lambda index: (-parts[index][2], index))
    lucky = set(order[:missing])
    return tuple(Share(holder, part + (index in lucky)) for index, (holder, part, _) in enumerate(parts))


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Where the grams of a lot, a round or a day went."""

    posted: int
    delivered: int = 0
    refused: int = 0
    expired: int = 0
    withdrawn: int = 0
    destroyed: int = 0
    in_hand: int = 0

    @property
    def missing(self) -> int:
        """Grams nobody accounts for; negative when more came out than went in."""
        out = self.delivered + self.refused + self.expired + self.withdrawn + self.destroyed
        return self.posted - out - self.in_hand

    @property
    def holds(self) -> bool:
        return self.missing == 0


def check_weighing(announced: int, weighed: int, law: FoodLaw) -> list[Verdict]:
    """A reason is asked when the weights differ by more than both the percentage and the grams of the law."""
    percent_rule = law.find("weight.variance_percent")
    if percent_rule is None:
        return []
    gap = abs(weighed - announced)
    if gap <= law.integer("weight.variance_grams") or gap * 100 <= announced * law.integer(percent_rule.code):
        return []
    percent = gap * 100 // announced if announced else 100
    return [breach(percent_rule, VARIANCE, percent=percent, kg=Decimal(gap) / GRAMS)]
