"""An offering in numbers, in an order of its own: who could take which part, what is fair, what a gram is charged."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from routing.allocation import Answer, Claim, Lot, Offering, Rules, Taker
from routing.decision import Because, Code
from routing.kinds import Temperature

ENDLESS = 2**62  # grams
CALM = 1000  # a lot's grams count fully against a quota, in thousandths

Key = tuple[int, str]  # a charity's place, a food family


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim that can be met: from `low` to `most` grams of a lot (multiples of its unit) for a charity."""

    lot: int
    taker: int
    low: int
    most: int
    price: int  # cents, waiting counted
    said_s: int


class Desk:
    """What every policy looks at. Lots, charities and pairs are in the order of their ids."""

    def __init__(self, offering: Offering) -> None:
        self.rules: Rules = offering.rules
        self.lots: list[Lot] = sorted(offering.lots, key=lambda lot: lot.id)
        self.takers: list[Taker] = sorted(offering.takers, key=lambda taker: taker.id)
        self.need = _needs(self.takers)
        self.total: dict[str, int] = {}
        for lot in self.lots:
            self.total[lot.family] = self.total.get(lot.family, 0) + lot.grams
        for family in self.total:
            self.total[family] += sum(taker.received.get(family, 0) for taker in self.takers)
        self.people = sum(self.need)
        self.weight = [_weight(lot, self.rules) for lot in self.lots]
        self.claims: list[list[tuple[int, Claim]]] = [[] for _ in self.lots]
        self._scales: dict[Key, tuple[list[int], list[int], list[int]]] = {}
        self.refused: dict[tuple[int, int], Because] = {}
        self.pairs: list[Pair] = []
        self._match(offering)
        self.quota = self._quotas()
        # What a quota forbids from the start is no pair: reasons then name the quota.
        kept = []
        for pair in self.pairs:
            if self.weight[pair.lot] * pair.low > self.quota.get(self.key(pair), pair.low * CALM):
                lot, quota = self.lots[pair.lot], self.quota[self.key(pair)]
                facts = {"quota_left_g": quota // CALM, "received_g": self.received(self.key(pair)), "lot_g": lot.grams}
                self.refused[pair.lot, pair.taker] = Because(Code.QUOTA, facts)
            else:
                kept.append(pair)
        self.pairs = kept
        self.of_lot: list[list[Pair]] = [[] for _ in self.lots]
        for pair in self.pairs:
            self.of_lot[pair.lot].append(pair)

    def key(self, pair: Pair) -> Key:
        """The charity and the food family a pair is about."""
        return pair.taker, self.lots[pair.lot].family

    def received(self, key: Key) -> int:
        """Grams of the family that the charity received before this decision."""
        return self.takers[key[0]].received.get(key[1], 0)

    def room(self, taker: int, temperature: Temperature) -> int:
        """Grams the charity has room for."""
        return self.takers[taker].room.get(temperature, 0)

    def edge(self, key: Key, percent: int) -> int:
        """The grams at which the charity has `percent` of its fair share of the family, rounded down."""
        return percent * self.need[key[0]] * self.total[key[1]] // (100 * self.people)

    def percent(self, key: Key, grams: int) -> int:
        """`grams` in percent of the charity's fair share of the family, rounded."""
        share = self.need[key[0]] * self.total[key[1]]
        return (200 * grams * self.people + share) // (2 * share)

    def bands(self, key: Key) -> list[tuple[int, int]]:
        """(percent charged for each gram, grams) of what the charity can still get; grams of the last are endless."""
        had, steps = self.received(key), self.rules.steps
        edges = [self.edge(key, step) for step in steps]
        made = [(step, max(0, high - max(low, had))) for step, (low, high) in zip(steps, pairwise(edges), strict=False)]
        return [band for band in made if band[1]] + [(steps[-1], ENDLESS)]

    def charge(self, key: Key, grams: int) -> int:
        """What `grams` more for the charity are charged: gram by gram, the level of its fair share they come at."""
        scale = self._scales.get(key)
        if scale is None:
            begins, charged = [0], [0]
            percents = [percent for percent, _ in self.bands(key)]
            for percent, width in self.bands(key)[:-1]:
                charged.append(charged[-1] + percent * width)
                begins.append(begins[-1] + width)
            scale = self._scales[key] = (begins, charged, percents)
        begins, charged, percents = scale
        at = bisect_right(begins, grams) - 1
        return charged[at] + percents[at] * (grams - begins[at])

    def _match(self, offering: Offering) -> None:
        ways = {(way.lot, way.taker): way for way in offering.bringings}
        lot_at = {lot.id: at for at, lot in enumerate(self.lots)}
        taker_at = {taker.id: at for at, taker in enumerate(self.takers)}
        for claim in sorted(offering.claims, key=lambda claim: (claim.lot, claim.taker)):
            at, by = lot_at[claim.lot], taker_at[claim.taker]
            lot, way = self.lots[at], ways.get((claim.lot, claim.taker))
            self.claims[at].append((by, claim))
            room = self.room(by, lot.temperature)
            wanted = lot.grams if claim.grams is None else min(lot.grams, claim.grams)
            low = -(-max(lot.least_g, claim.least_g) // lot.unit_g) * lot.unit_g
            if claim.answer is Answer.NO:
                self.refused[at, by] = Because(Code.SAID_NO)
            elif way is None:
                self.refused[at, by] = Because(Code.NOT_BROUGHT)
            elif way.arrives_s > lot.deadline_s:
                facts = {"arrives_s": way.arrives_s, "deadline_s": lot.deadline_s}
                self.refused[at, by] = Because(Code.NOT_BROUGHT, facts)
            elif wanted // lot.unit_g * lot.unit_g < low:
                self.refused[at, by] = Because(Code.TOO_SMALL, {"most_g": wanted, "least_g": low})
            elif room < low:
                self.refused[at, by] = Because(Code.NO_ROOM, {"room_g": room, "least_g": low})
            else:
                most = min(wanted, room) // lot.unit_g * lot.unit_g
                price = way.cents + self.rules.hour_cents * way.arrives_s // 3600
                self.pairs.append(Pair(at, by, low, most, price, claim.said_s))

    def _quotas(self) -> dict[Key, int]:
        """Grams times CALM that a charity may still have of each family that is scarce.

        A fair share of a few kilograms among hundreds is a handful that no trip is worth: whoever is below its quota
        may have one least part, even if that goes beyond.
        """
        least: dict[Key, int] = {}
        for pair in self.pairs:
            if self.lots[pair.lot].scarce:
                key = self.key(pair)
                least[key] = max(least.get(key, 0), self.weight[pair.lot] * pair.low)
        made = {}
        for key, low in least.items():
            rest = self.edge(key, self.rules.scarce_percent) - self.received(key)
            made[key] = max(rest * CALM, low) if rest > 0 else 0
        return made

    def counted(self, pair: Pair) -> int:
        """Thousandths of each gram of the pair that count against the quota of its charity; 0 when there is none."""
        return self.weight[pair.lot] if self.lots[pair.lot].scarce else 0


def _weight(lot: Lot, rules: Rules) -> int:
    calm = (lot.deadline_s - rules.urgent_s) * CALM // (rules.calm_s - rules.urgent_s)
    return min(CALM, max(0, calm)) if lot.scarce else 0


def _needs(takers: list[Taker]) -> list[int]:
    """Tenths of people served a week, priority counted; unknown: the EPCI's median, else that of all, else one."""
    near: dict[str, list[int]] = {}
    for taker in takers:
        if taker.people is not None:
            near.setdefault(taker.epci, []).append(taker.people)
    known = [people for group in near.values() for people in group]
    anywhere = median_low(known) if known else 1
    middle = {epci: median_low(group) for epci, group in near.items()}
    return [(taker.people or middle.get(taker.epci, anywhere)) * (10 + taker.priority) for taker in takers]
