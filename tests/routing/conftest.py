"""Days to plan, made from a seed, and the mark for tests that need the public instances."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import routing
from routing import (
    BreakRule,
    ColdEquipment,
    Compartment,
    Matrix,
    Place,
    Plan,
    Problem,
    Shipment,
    Site,
    Temperature,
    Vehicle,
    Window,
    cold_chain_limits,
)

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
H = 3600


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark of tests that read the shared public instances."""
    config.addinivalue_line("markers", "shared: needs the folder of public instances beside the repository")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what needs the shared folder where there is none."""
    if SHARED.is_dir():
        return
    skip = pytest.mark.skip(reason="the folder of public instances is absent")
    for item in items:
        if "shared" in item.keywords:
            item.add_marker(skip)


def grid(points: list[tuple[float, float]], speed_kmh: float = 36) -> Matrix:
    """Straight-line metres between points in metres, driven at one speed."""
    xy = np.array(points, dtype=float).reshape(len(points), 2)
    metres = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    return Matrix(metres, np.rint(metres / (speed_kmh / 3.6)).astype(np.int64))


def _vehicle(kind: str, number: int, home: str) -> Vehicle:
    warm, cold, icy = Temperature.AMBIENT, Temperature.CHILLED, Temperature.FROZEN
    box, unit = ColdEquipment.BOX, ColdEquipment.REFRIGERATED
    rooms = {
        "bike": (Compartment(warm, 100_000, 7), Compartment(cold, 30_000, 2, box)),
        "car": (Compartment(warm, 130_000, 8), Compartment(cold, 40_000, 3, box)),
        "van": (
            Compartment(warm, 450_000, 28),
            Compartment(cold, 120_000, 8, box),
            Compartment(icy, 40_000, 3, box),
        ),
        "reefer": (
            Compartment(warm, 500_000, 40),
            Compartment(cold, 400_000, 30, unit),
            Compartment(icy, 80_000, 6, box),
        ),
    }[kind]
    start = (7 if number % 2 else 14) * H
    return Vehicle(
        id=f"V{number}",
        start=home,
        end=home,
        shift=Window(start, start + 6 * H),
        compartments=rooms,
        profile="bike" if kind == "bike" else "road",
        fixed_cents=500 if kind == "bike" else 1500,
        per_km_cents=5 if kind == "bike" else 35,
        max_stops=20,
        max_duration_s=5 * H,
        break_rule=BreakRule(4 * H, 1200),
    )


def make_day(lots: int, vehicles: int, seed: int = 1, towns: int | None = None) -> Problem:
    """A region's day: lots of shops in towns, two or three charities that could take each, a mixed fleet."""
    random = Random(seed)
    towns = towns or max(3, lots // 25)
    centres = [(random.gauss(0, 45_000), random.gauss(0, 45_000)) for _ in range(towns)]
    points: list[tuple[float, float]] = []
    names: list[str] = []

    def site(prefix: str, number: int, centre: tuple[float, float], spread: float) -> str:
        names.append(f"{prefix}{number}")
        points.append((centre[0] + random.gauss(0, spread), centre[1] + random.gauss(0, spread)))
        return names[-1]

    homes = [site("H", n, centres[n % towns], 1500) for n in range(max(1, vehicles // 4))]
    donors = [site("D", n, random.choice(centres), 3000) for n in range(max(2, lots * 5 // 9))]
    charities = [site("C", n, random.choice(centres), 3000) for n in range(max(3, lots // 2))]
    where = dict(zip(names, points, strict=True))
    shipments = []
    for number in range(lots):
        donor = random.choice(donors)
        near = sorted(charities, key=lambda c: math.dist(where[c], where[donor]) * random.uniform(0.7, 1.4))
        kind = random.choices(list(Temperature), (62, 33, 5))[0]
        kilos = min(random.lognormvariate(math.log(9), 0.9), 350)
        opens = random.choice([8, 9, 10, 14, 15, 17]) * H
        seconds, metres = cold_chain_limits(kind)
        crates = max(1, round(kilos / 10))
        shipments.append(
            Shipment(
                id=f"L{number}",
                pickup=Place(donor, (Window(opens, opens + random.choice([2, 3]) * H),), 120 + 24 * crates),
                deliveries=tuple(
                    Place(c, (Window(9 * H, 12 * H), Window(14 * H, 19 * H)), 300 + 12 * crates)
                    for c in near[: random.choice([1, 1, 2])]
                ),
                grams=int(kilos * 1000),
                crates=crates,
                temperature=kind,
                max_ride_s=seconds,
                max_ride_m=metres,
            )
        )
    kinds = ["reefer"] * 7 + ["van"] * 9 + ["bike"] * 6 + ["car"] * 6
    fleet = tuple(_vehicle(kinds[n * 5 % len(kinds)], n, homes[n % len(homes)]) for n in range(vehicles))
    sites = tuple(Site(name, stop_s=180) for name in names)
    return Problem(sites, tuple(shipments), fleet, {"road": grid(points, 45), "bike": grid(points, 15)})


@pytest.fixture
def solved_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the commands would solve in a child process is solved in this one, which is quicker; the child has tests of
    its own."""

    def solve(problem: Problem, seconds: float, seed: int, tell: Callable[..., None], **wish: Any) -> Plan:
        return routing.solve(problem, seconds, seed, on_progress=tell, **wish)

    monkeypatch.setattr(routing, "solve_in_child", solve)


@pytest.fixture
def day() -> Callable[..., Problem]:
    """`day(lots, vehicles, seed)` makes a day."""
    return make_day
