"""One more lot through the actions of production: the same question and the same insertion, tables and transaction
included, in a database of an invented region whose day is planned.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import routing
from config.settings import Settings
from service.rounds.planning.inserting import insert_shipment
from service.rounds.planning.progress import Tell as Progressed
from service.rounds.planning.ready import READY
from service.rounds.planning.situation import Carry, site_of
from service.rounds.planning.work import plan_zone, zones_of
from service.rounds.queries.rounds import rounds_of_day, stops_of
from service.rounds.reaching import reaches
from service.rounds.trips import Trip
from service.shipments import actions as shipping
from workers.bench.day import DAY, Day, prepare
from workers.bench.routing.region import day_situation, scale_of
from workers.cli.console import Tell

COLD = 3
TOGETHER = 100
LONG_S = 3600.0


@dataclass(frozen=True, slots=True)
class Through:
    """Milliseconds of each question and of each lot put into its round, warm and cold.

    `entered_cpu_ms`: of the warm ones the processor's time alone, which does not count who else uses the machine.
    """

    lots: int
    rounds: int
    stops: int
    asked_ms: tuple[float, ...]
    asked_cold_ms: tuple[float, ...]
    together_ms: float
    entered_ms: tuple[float, ...]
    entered_cpu_ms: tuple[float, ...]
    entered_cold_ms: tuple[float, ...]
    entered: int
    left: int


def through(lots: int, seed: int, held_back: int, iterations: int, tell: Tell) -> Through:
    """Plan a day of so many lots in a database of its own, some held back; then ask about those, and put them in."""
    with tempfile.TemporaryDirectory(prefix="glane-bench-") as folder:
        day = prepare(scale_of(lots), Path(folder), seed=seed, seconds=1.0)
        try:
            return _measured(day, lots, seed, held_back, iterations, tell)
        finally:
            day.database.close()
            READY.forget()


def _measured(day: Day, lots: int, seed: int, held_back: int, iterations: int, tell: Tell) -> Through:
    what = f"À travers l'action ({lots} lots)"
    carries = list(day_situation(day, lots, seed).carries)
    Random(seed).shuffle(carries)
    fresh = carries[: min(held_back, len(carries) // 4)]
    for carry in carries[len(fresh) :]:
        _want(day, carry)
    now = day.now + timedelta(minutes=10)
    tell(what, 0, len(fresh) + 1)

    def solve(problem: routing.Problem, _: Settings, warm: routing.Plan | None, __: Progressed) -> routing.Plan:
        return routing.solve(problem, LONG_S, seed, iterations=iterations, warm=warm)

    zone = zones_of(day.config.slug)[0]
    plan_zone(day.database, day.settings, day.config.slug, zone, now, solve=solve)
    trips = [_trip(carry) for carry in fresh]
    cold = [_asked(day, [trip], now, anew=True) for trip in trips[:COLD]]
    # Their places are learnt, as those of open lots are known.
    _asked(day, trips, now)
    warm = [_asked(day, [trip], now) for trip in trips]
    together = _asked(day, [trips[at % len(trips)] for at in range(TOGETHER)], now) / TOGETHER
    with day.database.read() as session:
        rounds = [row.key for row in rounds_of_day(session, day.config.slug, DAY)]
        stops = sum(len(found) for found in stops_of(session, rounds).values())
    entered = _enter(day, fresh, now, lambda done: tell(what, done + 1, len(fresh) + 1))
    return Through(
        lots=lots,
        rounds=len(rounds),
        stops=stops,
        asked_ms=tuple(warm),
        asked_cold_ms=tuple(cold),
        together_ms=together,
        entered_ms=entered.warm,
        entered_cpu_ms=entered.cpu,
        entered_cold_ms=entered.cold,
        entered=len(entered.warm) + len(entered.cold),
        left=len(fresh) - len(entered.warm) - len(entered.cold),
    )


@dataclass(frozen=True, slots=True)
class _Entered:
    warm: tuple[float, ...]
    cpu: tuple[float, ...]
    cold: tuple[float, ...]


def _enter(day: Day, fresh: list[Carry], now: datetime, done: Callable[[int], None]) -> _Entered:
    """Want each lot held back and put it into a round at once; the last ones with nothing in memory."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    worked: list[float] = []
    for at, carry in enumerate(fresh):
        key = _want(day, carry)
        cold = at >= len(fresh) - COLD
        if cold:
            READY.forget()
        began, cpu = time.perf_counter(), time.thread_time()
        made = insert_shipment(day.database, day.settings, key, now)
        if made is not None:
            spent[cold].append(1000 * (time.perf_counter() - began))
            worked += [] if cold else [1000 * (time.thread_time() - cpu)]
        done(at)
    return _Entered(tuple(spent[False]), tuple(worked), tuple(spent[True]))


def _want(day: Day, carry: Carry) -> int:
    """The shipment's key."""
    with day.database.transaction() as session:
        shipment = shipping.want(
            session,
            day.config.slug,
            subject=("bench", carry.id),
            pickup_site_id=site_of(carry.pickup),
            delivery_site_id=site_of(carry.delivery),
            pickup_windows=carry.pickup_windows,
            delivery_windows=carry.delivery_windows,
            temperature=carry.temperature,
            items=[("bench", carry.id, carry.grams)],
            crates=carry.crates,
            who=None,
            now=carry.wanted_at,
        )
        return shipment.key


def _trip(carry: Carry) -> Trip:
    return Trip(
        site_of(carry.pickup),
        site_of(carry.delivery),
        carry.pickup_windows,
        carry.delivery_windows,
        carry.grams,
        carry.temperature,
        carry.crates,
    )


def _asked(day: Day, trips: list[Trip], now: datetime, anew: bool = False) -> float:
    """Milliseconds of asking, a session of its own included; `anew`: with nothing in memory."""
    if anew:
        READY.forget()
    began = time.perf_counter()
    with day.database.read() as session:
        reaches(session, day.config.slug, trips, now)
    return 1000 * (time.perf_counter() - began)
