"""How fast one more lot finds its place in a standing plan of an invented region, and what planning anew would gain.

Some lots of the day are held back, the rest is planned, people are told and each vehicle's next stops frozen. Then
each lot held back is asked about alone; at last they are taken in turn, and `routing.check` judges what comes of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random

import routing
from workers.bench.routing.region import region_day
from workers.cli.console import Tell

COLD = 3  # how often the question is asked of a plan that is not kept ready
HOPELESS = 10**9  # grams no vehicle takes
FROZEN = 2  # stops of each vehicle that stay as they are
LONG_S = 3600.0  # a search by steps ends by itself long before


@dataclass(frozen=True, slots=True)
class Day:
    """A day with its plan, and the shipments held back."""

    lots: int
    problem: routing.Problem
    plan: routing.Plan
    fresh: tuple[routing.Shipment, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking came to: milliseconds of each question, by its answer, of taking, of a plan not kept ready.

    `cpu_ms`: of every question the processor's time alone, which does not count who else uses the machine.
    """

    found_ms: tuple[float, ...]
    refused_ms: tuple[float, ...]
    cpu_ms: tuple[float, ...]
    taken_ms: tuple[float, ...]
    cold_ms: tuple[float, ...]
    ready_s: float
    breaches: int

    @property
    def all_ms(self) -> tuple[float, ...]:
        """Every question asked of the plan kept ready."""
        return self.found_ms + self.refused_ms


@dataclass(frozen=True, slots=True)
class Timed:
    """One question: milliseconds, of these the processor's own, and whether there was a place."""

    ms: float
    cpu_ms: float
    found: bool


def day_of(lots: int, seed: int, held_back: int, iterations: int, seconds: float) -> Day:
    """A region's day without `held_back` of its shipments, planned by `iterations`, or for `seconds` where given.

    At most a quarter of the shipments is held back. The same arguments, the same day (with `seconds`, about the same).
    """
    whole = region_day(lots, seed)
    fresh = Random(seed).sample(whole.shipments, min(held_back, len(whole.shipments) // 4))
    away = {shipment.id for shipment in fresh}
    problem = replace(whole, shipments=tuple(item for item in whole.shipments if item.id not in away))
    if seconds:
        plan = routing.solve(problem, seconds, seed)
    else:
        plan = routing.solve(problem, LONG_S, seed, iterations=iterations)
    states = tuple(_about_to_leave(trip) for trip in plan.rounds)
    return Day(lots, replace(problem, promises=routing.promises_of(plan), states=states), plan, tuple(fresh))


def _about_to_leave(trip: routing.Round) -> routing.VehicleState:
    """A vehicle that has not left yet, its first stops frozen."""
    frozen = tuple(
        routing.FixedStop(
            stop.site,
            tuple(handling.shipment for handling in stop.loads),
            tuple(handling.shipment for handling in stop.unloads),
            service_start_s=stop.service_start_s,
        )
        for stop in trip.stops[:FROZEN]
    )
    return routing.VehicleState(trip.vehicle, frozen=frozen)


def ask(day: Day, tell: Tell) -> Asked:
    """Ask about each shipment held back, then take them in turn."""
    what = f"Insertions ({day.lots} lots)"
    tell(what, 0, len(day.fresh))
    cold = [_timed(partial(routing.insert, day.problem, day.plan), one) for one in day.fresh[:COLD]]
    began = time.perf_counter()
    standing = routing.Standing(day.problem, day.plan)
    # The first refusal makes what reasons are found with; it belongs to the readiness.
    standing.insert(replace(day.fresh[0], grams=HOPELESS))
    ready_s = time.perf_counter() - began
    asked = []
    for at, shipment in enumerate(day.fresh, 1):
        asked.append(_timed(standing.insert, shipment))
        tell(what, at, len(day.fresh))
    taken = [_timed(standing.take, shipment) for shipment in day.fresh]
    breaches = len(routing.check(standing.problem, standing.plan))
    return Asked(
        found_ms=tuple(one.ms for one in asked if one.found),
        refused_ms=tuple(one.ms for one in asked if not one.found),
        cpu_ms=tuple(one.cpu_ms for one in asked),
        taken_ms=tuple(one.ms for one in taken if one.found),
        cold_ms=tuple(one.ms for one in cold),
        ready_s=ready_s,
        breaches=breaches,
    )


def _timed(question: Callable[[routing.Shipment], routing.Insertion | routing.Unserved], of: routing.Shipment) -> Timed:
    """How long the answer took, and whether it was a place."""
    began, cpu = time.perf_counter(), time.thread_time()
    answer = question(of)
    cpu_ms, ms = 1000 * (time.thread_time() - cpu), 1000 * (time.perf_counter() - began)
    return Timed(ms, cpu_ms, isinstance(answer, routing.Insertion))


def against_anew(day: Day, seconds: float, most: int, seed: int, tell: Tell) -> list[float]:
    """What a plan with one more shipment costs beside one planned anew for `seconds`: ratios, one a shipment placed.

    All the cents of the objective, what is left behind too, but not what changes for people: planning anew would
    have to pay for that and inserting hardly does.
    """
    ratios: list[float] = []
    what = f"Plans refaits ({day.lots} lots)"
    calm = replace(day.problem, promises=())
    for shipment in day.fresh:
        if len(ratios) == most:
            break
        tell(what, len(ratios), most)
        standing = routing.Standing(calm, day.plan)
        if isinstance(standing.take(shipment), routing.Unserved):
            continue
        anew = routing.solve(standing.problem, seconds, seed)
        inserted = routing.score(standing.problem, standing.plan).total
        ratios.append(inserted / routing.score(standing.problem, anew).total)
    tell(what, most, most)
    return ratios
