"""How long the process that solves needs before it searches: once to compile, then with what was compiled kept."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

import routing
from workers.bench.routing.engines import OURS

AIM_S = 1.5
ITERATIONS = 20


@dataclass(frozen=True, slots=True)
class Start:
    """Wall seconds of a tiny problem in a fresh process, the first time and the second."""

    first_s: float
    again_s: float


def tiny() -> routing.Problem:
    """A few shipments that touch everything a search compiles: cold, ride limits, windows, capacities, a break."""
    count = 9
    at = np.arange(count, dtype=np.int64)
    apart = np.abs(at[:, None] - at[None, :]) * 600
    box, reefer = routing.ColdEquipment.BOX, routing.ColdEquipment.REFRIGERATED
    shipments = tuple(
        routing.Shipment(
            id=f"t{number}",
            pickup=routing.Place(f"p{number}", (routing.Window(0, 20_000),), 60),
            deliveries=(
                routing.Place(f"p{number + 4}", (routing.Window(0, 9_000), routing.Window(12_000, 30_000)), 60),
            ),
            grams=20_000,
            crates=2,
            temperature=routing.Temperature.CHILLED if number % 2 else routing.Temperature.AMBIENT,
            max_ride_s={box: 5_400, reefer: None} if number % 2 else {},
        )
        for number in range(1, 5)
    )
    vehicles = tuple(
        routing.Vehicle(
            id=f"v{number}",
            start="p0",
            end="p0",
            shift=routing.Window(0, 36_000),
            compartments=(
                routing.Compartment(routing.Temperature.AMBIENT, 60_000, 6),
                routing.Compartment(routing.Temperature.CHILLED, 30_000, 3, cold),
            ),
            break_rule=routing.BreakRule(14_400, 1_200),
            max_stops=10,
        )
        for number, cold in enumerate((box, reefer))
    )
    sites = tuple(routing.Site(f"p{number}", stop_s=120) for number in range(count))
    return routing.Problem(sites, shipments, vehicles, {"van": routing.Matrix(apart * 8, apart)})


def cold_start(threads: int) -> Start:
    """Solve the tiny problem twice, each time in a fresh process."""
    taken = []
    for _ in range(2):
        began = time.perf_counter()
        routing.solve_in_child(tiny(), 10.0, iterations=ITERATIONS, engine=OURS, threads=threads)
        taken.append(time.perf_counter() - began)
    return Start(*taken)
