"""Invented evenings of open lots and answering charities, to time the decision alone: costs are given."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from random import Random

import numpy as np
from numpy.typing import NDArray

from routing import Policy, Temperature, allocate
from routing.allocation import Answer, Bringing, Claim, Lot, Offering, Taker
from routing.decision import Decision

# Family, how it is kept, share of the lots, middle weight in grams (lognormal), scarce, crate that stays whole.
FAMILIES = (
    ("bread", Temperature.AMBIENT, 45, 6_000, False, 1_000),
    ("fruit", Temperature.AMBIENT, 20, 18_000, False, 5_000),
    ("dairy", Temperature.CHILLED, 15, 12_000, False, 1_000),
    ("meat", Temperature.CHILLED, 12, 6_000, True, 500),
    ("meals", Temperature.CHILLED, 5, 8_000, False, 500),
    ("frozen", Temperature.FROZEN, 3, 10_000, False, 2_000),
)
SPREAD = 0.7
DAYS = 28  # of evenings like this one, charities received before it
SIDE_KM = 200.0
CENTS_KM = 45
LARGE_G, FARM = 60_000, 0.08


def evening(lots: int, takers: int, claims: int, seed: int) -> Offering:
    """A region's evening: each lot is answered by its `claims` nearest charities, one in ten with no."""
    random = Random(seed)
    people = [max(12, round(random.lognormvariate(math.log(140), 0.8))) for _ in range(takers)]
    spots = [(random.uniform(0, SIDE_KM), random.uniform(0, SIDE_KM)) for _ in range(takers)]
    tables = [
        Taker(
            f"c{at:04d}",
            f"epci{int(spots[at][0] // 25)}-{int(spots[at][1] // 25)}",
            people[at] if random.random() < 0.85 else None,
            random.choice((0, 0, 0, 3)),
            {
                family: round(
                    DAYS * lots * share / 100 * middle * people[at] / sum(people) * random.lognormvariate(0, 0.6)
                )
                for family, _, share, middle, _, _ in FAMILIES
                if random.random() < 0.9
            },
            {
                Temperature.AMBIENT: random.choice((40_000, 80_000, 200_000)),
                Temperature.CHILLED: random.choice((0, 15_000, 40_000, 100_000)),
                Temperature.FROZEN: random.choice((0, 0, 10_000, 40_000)),
            },
        )
        for at in range(takers)
    ]
    places = np.array(spots)
    offered, said, ways = [], [], []
    for at in range(lots):
        family, temperature, _, middle, scarce, unit = random.choices(FAMILIES, [kind[2] for kind in FAMILIES])[0]
        farm = family == "fruit" and random.random() < 4 * FARM
        grams = random.lognormvariate(math.log(110_000 if farm else middle), SPREAD)
        grams = max(1, round(grams / unit)) * unit
        parts = 6 if grams > LARGE_G else 3 if grams > LARGE_G / 4 else 1
        lot = Lot(
            f"l{at:04d}",
            family,
            temperature,
            grams,
            random.randint(1, 72) * 3600,
            unit,
            min(grams, 2_000),
            parts,
            scarce,
        )
        offered.append(lot)
        x, y = random.uniform(0, SIDE_KM), random.uniform(0, SIDE_KM)
        for km, by in nearest(places, x, y, claims):
            answer = random.choices((Answer.ALL, Answer.PART, Answer.NO), (7, 2, 1))[0]
            wanted = random.randint(1, 40) * 1_000 if answer is Answer.PART else None
            least = min(random.choice((1, 3_000, 5_000)), wanted or grams)
            said.append(Claim(lot.id, f"c{by:04d}", answer, wanted, least, random.randint(0, 600)))
            ways.append(Bringing(lot.id, f"c{by:04d}", round(CENTS_KM * km), round(90 * km)))
    return Offering(tuple(offered), tuple(tables), tuple(said), tuple(ways))


def nearest(places: NDArray[np.float64], x: float, y: float, count: int) -> list[tuple[float, int]]:
    """The nearest places with their distances, the nearest first: a rough look at all, an exact one at few.

    `places`: (n, 2), in the unit of the answer.
    """
    rough = np.hypot(places[:, 0] - x, places[:, 1] - y)
    few = np.argpartition(rough, min(count, len(places) - 1))[: count + 1].tolist()
    return sorted((math.hypot(x - float(places[at, 0]), y - float(places[at, 1])), at) for at in few)[:count]


@dataclass(frozen=True, slots=True)
class Timed:
    """One evening decided by one policy: `seconds` on the wall, `work_s` of this process's processor time."""

    seed: int
    claims: int
    policy: Policy
    seconds: float
    work_s: float
    offered_g: int
    decision: Decision


def timed(lots: int, takers: int, claims: int, seed: int, policy: Policy) -> Timed:
    """Decide one invented evening; the offering is made before the clock starts."""
    offering = evening(lots, takers, claims, seed)
    began, worked = time.perf_counter(), time.process_time()
    decision = allocate(offering, policy)
    seconds, work_s = time.perf_counter() - began, time.process_time() - worked
    return Timed(seed, len(offering.claims), policy, seconds, work_s, sum(lot.grams for lot in offering.lots), decision)


def load() -> None:
    """Load the solvers: that is not deciding."""
    timed(2, 2, 2, 0, Policy.SEALED)


def timed_within(limit_s: float, lots: int, takers: int, claims: int, seed: int) -> Timed | None:
    """One evening decided by the sealed window, in a process of its own that is ended after so many seconds; None then.

    A solver at work hears nobody, and what bounds it is counted in steps, not in seconds. Raises EOFError when the
    process dies by itself, for want of memory say.
    """
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(there, lots, takers, claims, seed), daemon=True)
    child.start()
    there.close()
    try:
        if not here.poll(limit_s):
            return None
        answer: Timed = here.recv()
        return answer
    finally:
        child.kill()
        child.join()
        here.close()


def _answer(there: Connection, lots: int, takers: int, claims: int, seed: int) -> None:
    load()
    there.send(timed(lots, takers, claims, seed, Policy.SEALED))
