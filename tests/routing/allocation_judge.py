"""Judges decisions without the engine: limits counted anew, fairness gram by gram, every decision of tiny offerings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import floor
from statistics import median_low

from routing.allocation import Answer, Lot, Offering, Taker

Given = dict[tuple[str, str], int]  # lot and charity → grams


def needs(offering: Offering) -> dict[str, int]:
    """Tenths of people that each charity's need counts as."""
    known = [taker.people for taker in offering.takers if taker.people]
    made = {}
    for taker in offering.takers:
        near = [other.people for other in offering.takers if other.people and other.epci == taker.epci]
        people = taker.people or (median_low(near) if near else median_low(known) if known else 1)
        made[taker.id] = people * (10 + taker.priority)
    return made


def fair_share(offering: Offering, taker: Taker, family: str) -> Fraction:
    """The charity's share of all there is and was of a family, by need."""
    need = needs(offering)
    total = sum(lot.grams for lot in offering.lots if lot.family == family)
    total += sum(other.received.get(family, 0) for other in offering.takers)
    return Fraction(need[taker.id] * total, sum(need.values()))


def counted(offering: Offering, lot: Lot) -> int:
    """Thousandths of a lot's grams that count against a quota."""
    rules = offering.rules
    if not lot.scarce:
        return 0
    return min(1000, max(0, floor(Fraction(1000 * (lot.deadline_s - rules.urgent_s), rules.calm_s - rules.urgent_s))))


def least(offering: Offering, lot: Lot, least_g: int) -> int:
    """The least part in whole units."""
    return -(-max(lot.least_g, least_g) // lot.unit_g) * lot.unit_g


def possible(offering: Offering) -> dict[tuple[str, str], list[int]]:
    """For each claim that can be met, every share it may get, were it alone; quotas not looked at."""
    lots, takers = {lot.id: lot for lot in offering.lots}, {taker.id: taker for taker in offering.takers}
    ways = {(way.lot, way.taker): way for way in offering.bringings}
    made = {}
    for claim in offering.claims:
        lot, way = lots[claim.lot], ways.get((claim.lot, claim.taker))
        if claim.answer is Answer.NO or way is None or way.arrives_s > lot.deadline_s:
            continue
        most = min(lot.grams, claim.grams or lot.grams, takers[claim.taker].room.get(lot.temperature, 0))
        low = least(offering, lot, claim.least_g)
        if parts := list(range(low, most + 1, lot.unit_g)):
            made[claim.lot, claim.taker] = parts
    return made


def faults(offering: Offering, given: Given) -> list[str]:
    """Every limit that is broken."""
    lots, takers = {lot.id: lot for lot in offering.lots}, {taker.id: taker for taker in offering.takers}
    may = possible(offering)
    found = [f"{key}: {grams} g" for key, grams in given.items() if grams not in may.get(key, [])]
    for lot in offering.lots:
        shares = [grams for (name, _), grams in given.items() if name == lot.id]
        if sum(shares) > lot.grams or len(shares) > lot.parts:
            found.append(f"{lot.id}: {shares}")
    rooms: Counter[tuple[str, str]] = Counter()
    scarce: Counter[tuple[str, str]] = Counter()
    for (name, taker), grams in given.items():
        rooms[taker, lots[name].temperature] += grams
        scarce[taker, lots[name].family] += grams * counted(offering, lots[name])
    for (taker, temperature), grams in rooms.items():
        if grams > takers[taker].room.get(temperature, 0):  # type: ignore[call-overload]
            found.append(f"{taker}: {grams} g {temperature}")
    for (taker, family), grams in scarce.items():
        quota = floor(offering.rules.scarce_percent * fair_share(offering, takers[taker], family) / 100)
        rest = quota - takers[taker].received.get(family, 0)
        least_part = max(
            parts[0] * counted(offering, lots[name])
            for (name, by), parts in may.items()
            if by == taker and lots[name].family == family
        )
        if grams > (max(rest * 1000, least_part) if rest > 0 else 0):
            found.append(f"{taker}: {grams} thousandths of {family}")
    return found


def charged(offering: Offering, given: Given) -> int:
    """The level of its fair share, in percent, at which each gram comes: summed gram by gram."""
    lots, takers = {lot.id: lot for lot in offering.lots}, {taker.id: taker for taker in offering.takers}
    got: Counter[tuple[str, str]] = Counter()
    for (name, taker), grams in given.items():
        got[taker, lots[name].family] += grams
    total = 0
    for (name, family), grams in got.items():
        share = fair_share(offering, takers[name], family)
        edges = [(step, floor(step * share / 100)) for step in offering.rules.steps]
        had = takers[name].received.get(family, 0)
        total += sum(max(step for step, edge in edges if edge <= gram) for gram in range(had, had + grams))
    return total


def worth(offering: Offering, given: Given) -> tuple[int, int, int]:
    """Grams left, fairness, cents: a decision's levels."""
    hour = offering.rules.hour_cents
    cents = {(way.lot, way.taker): way.cents + hour * way.arrives_s // 3600 for way in offering.bringings}
    left = sum(lot.grams for lot in offering.lots) - sum(given.values())
    return left, charged(offering, given), sum(cents[key] for key in given)


def every(offering: Offering) -> Iterator[Given]:
    """Every decision that keeps every limit."""
    may = possible(offering)
    for choice in product(*([0, *parts] for parts in may.values())):
        given = {key: grams for key, grams in zip(may, choice, strict=True) if grams}
        if not faults(offering, given):
            yield given
