"""Each rule holds for a good plan and is broken by the smallest change that should break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import routing as r

BOX, AMBIENT, CHILLED = r.ColdEquipment.BOX, r.Temperature.AMBIENT, r.Temperature.CHILLED
SECONDS = np.full((4, 4), 600) - 600 * np.eye(4, dtype=int)
MATRIX = r.Matrix(SECONDS * 10, SECONDS)
SITES = tuple(r.Site(name, stop_s=60 if name != "home" else 0) for name in ("home", "shop", "farm", "shelf"))
MILK = r.Shipment(
    "milk",
    r.Place("shop", (r.Window(1000, 2000),), 100),
    (r.Place("shelf", (r.Window(0, 5000),), 100),),
    grams=5000,
    crates=1,
    temperature=CHILLED,
    max_ride_s={BOX: 2000},
    max_ride_m={BOX: 12_000},
    skills=frozenset({"cold"}),
)
BREAD = r.Shipment("bread", r.Place("farm", (), 50), (r.Place("shelf", (), 50),), grams=3000, crates=2, ready_s=500)
VAN = r.Vehicle(
    "van",
    "home",
    "home",
    r.Window(0, 6000),
    (r.Compartment(AMBIENT, 4000, 3), r.Compartment(CHILLED, 6000, 2, BOX)),
    payload_grams=9000,
    break_rule=r.BreakRule(5000, 300),
    max_stops=3,
    max_duration_s=5500,
    skills=frozenset({"cold"}),
    fixed_cents=100,
)
PROBLEM = r.Problem(SITES, (MILK, BREAD), (VAN,), {"van": MATRIX})


def held(*loads: tuple[r.Temperature, int, int]) -> tuple[r.Load, ...]:
    return tuple(r.Load(*load) for load in loads)


STOPS = (
    r.Stop("shop", 940, 1000, 1100, (r.Handling("milk", 1000, 1100),), (), held((CHILLED, 5000, 1))),
    r.Stop(
        "farm",
        1700,
        1760,
        1810,
        (r.Handling("bread", 1760, 1810),),
        (),
        held((CHILLED, 5000, 1), (AMBIENT, 3000, 2)),
    ),
    r.Stop("shelf", 2410, 2470, 2620, (), (r.Handling("milk", 2470, 2570), r.Handling("bread", 2570, 2620))),
)
ROUND = r.Round("van", "home", 340, "home", 3220, STOPS, (), 24_000, 2400, 0, 8000)
COST = round(100 + 24 * 35 + 2880 / 3600 * 1200)
TOTALS = r.Totals(1, 3, 2, 0, 8000, 0, 8000, 0, 24_000, 2400, 2880, COST)
PLAN = r.Plan((ROUND,), (), TOTALS)


def stop(number: int, **changes: object) -> r.Plan:
    """The good plan with one stop changed."""
    stops = list(STOPS)
    stops[number] = replace(stops[number], **changes)  # type: ignore[arg-type]  # any field may be changed
    return trip(stops=tuple(stops))


def trip(**changes: object) -> r.Plan:
    """The good plan with its round changed."""
    return replace(PLAN, rounds=(replace(ROUND, **changes),))  # type: ignore[arg-type]  # any field may be changed


def with_van(**changes: object) -> r.Problem:
    return replace(PROBLEM, vehicles=(replace(VAN, **changes),))  # type: ignore[arg-type]  # any field may be changed


def with_milk(**changes: object) -> r.Problem:
    return replace(PROBLEM, shipments=(replace(MILK, **changes), BREAD))  # type: ignore[arg-type]  # any field


def test_good_plan_keeps_every_rule() -> None:
    """The plan that the broken ones are made from has no breach."""
    assert r.check(PROBLEM, PLAN) == []


LEFT = r.Unserved("milk", r.Reason.DISPLACED)
EARLY = r.FixedStop("shop", ("milk",), service_start_s=1001)  # the plan handles it at 1000
LATE_WINDOW = r.Place("shop", (r.Window(1200, 2000),), 100)
CASES: list[tuple[str, Callable[[], tuple[r.Problem, r.Plan]]]] = [
    ("names", lambda: (PROBLEM, stop(0, site="moon"))),
    ("names", lambda: (PROBLEM, trip(vehicle="bus"))),
    ("names", lambda: (PROBLEM, trip(end_site=None))),
    ("names", lambda: (PROBLEM, stop(0, loads=(r.Handling("cake", 1000, 1100),)))),
    ("assignment", lambda: (PROBLEM, stop(0, loads=()))),
    ("assignment", lambda: (PROBLEM, stop(2, unloads=(STOPS[2].unloads[1],)))),
    ("assignment", lambda: (PROBLEM, replace(PLAN, unserved=(LEFT,)))),
    ("assignment", lambda: (PROBLEM, r.Plan())),
    ("assignment", lambda: (with_milk(pickup=r.Place("farm", (), 100)), PLAN)),
    (
        "pickup_before_delivery",
        lambda: (PROBLEM, stop(0, loads=(), unloads=(r.Handling("milk", 1000, 1100),))),
    ),
    ("travel_time", lambda: (PROBLEM, stop(1, arrival_s=1699))),
    ("travel_time", lambda: (PROBLEM, trip(metres=23_999))),
    ("travel_time", lambda: (PROBLEM, stop(1, loads=(r.Handling("bread", 1750, 1810),)))),
    ("travel_time", lambda: (PROBLEM, stop(1, loads=(r.Handling("bread", 1761, 1810),)))),
    ("travel_time", lambda: (PROBLEM, stop(2, departure_s=2600))),
    ("travel_time", lambda: (PROBLEM, stop(1, service_start_s=STOPS[1].service_start_s + 1))),
    ("travel_time", lambda: (replace(PROBLEM, matrices={"van": cut(MATRIX)}), PLAN)),
    ("time_window", lambda: (with_milk(pickup=LATE_WINDOW), PLAN)),
    ("time_window", lambda: (with_milk(ready_s=1001), PLAN)),
    ("capacity", lambda: (with_van(compartments=(VAN.compartments[0],)), PLAN)),
    (
        "capacity",
        lambda: (with_van(compartments=(r.Compartment(AMBIENT, 4000, 1), VAN.compartments[1])), PLAN),
    ),
    ("capacity", lambda: (with_van(payload_grams=7999), PLAN)),
    ("capacity", lambda: (PROBLEM, stop(0, load_after=()))),
    ("cold_chain", lambda: (with_milk(max_ride_s={BOX: 1369}), PLAN)),
    ("cold_chain", lambda: (with_milk(max_ride_m={BOX: 11_999}), PLAN)),
    ("cold_chain", lambda: (with_milk(max_ride_s={r.ColdEquipment.REFRIGERATED: None}), PLAN)),
    ("shift", lambda: (with_van(shift=r.Window(341, 6000)), PLAN)),
    ("shift", lambda: (with_van(shift=r.Window(0, 3219)), PLAN)),
    ("shift", lambda: (with_van(max_duration_s=2879), PLAN)),
    ("break", lambda: (with_van(break_rule=r.BreakRule(2879, 300)), PLAN)),
    ("break", lambda: (PROBLEM, trip(pauses=(r.Pause(1050, 1350),)))),
    ("break", lambda: (PROBLEM, trip(pauses=(r.Pause(340, 400),)))),
    ("max_stops", lambda: (with_van(max_stops=2), PLAN)),
    ("skills", lambda: (with_van(skills=frozenset()), PLAN)),
    ("totals", lambda: (PROBLEM, replace(PLAN, totals=replace(TOTALS, grams=7999)))),
    ("totals", lambda: (PROBLEM, trip(grams=7999))),
    ("totals", lambda: (PROBLEM, trip(wait_s=ROUND.wait_s + 1))),
    ("frozen_stops", lambda: (PROBLEM, stop(0, state=r.StopState.FROZEN))),
    ("frozen_stops", lambda: (with_state(frozen=(r.FixedStop("farm", ("bread",)),)), PLAN)),
    ("frozen_stops", lambda: (with_state(frozen=(EARLY,)), stop(0, state=r.StopState.FROZEN))),
]


def cut(matrix: r.Matrix) -> r.Matrix:
    """The same roads without the one from the shop to the farm."""
    metres, seconds = matrix.metres.copy(), matrix.seconds.copy()
    metres[1, 2] = seconds[1, 2] = -1
    return r.Matrix(metres, seconds)


def with_state(**changes: object) -> r.Problem:
    return replace(PROBLEM, states=(r.VehicleState("van", **changes),))  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(("rule", "make"), CASES)
def test_broken_rule_is_reported(rule: str, make: Callable[[], tuple[r.Problem, r.Plan]]) -> None:
    """A plan changed in one place is reported by the rule for that place."""
    assert rule in {breach.rule for breach in r.check(*make())}


def test_every_rule_is_broken_by_some_case() -> None:
    """No rule is without a case that breaks it."""
    from routing.rules import ALL

    names = {rule.__module__.rsplit(".", 1)[1] for rule in ALL}
    tested = {"break_rule" if rule == "break" else rule for rule, _ in CASES}
    assert tested == names


def test_a_pause_is_not_driving_time() -> None:
    """A pause between two stops makes the leg longer by itself."""
    assert any(b.rule == "travel_time" for b in r.check(PROBLEM, trip(pauses=(r.Pause(1200, 1500),))))


def test_executed_stops_are_facts() -> None:
    """Late executed stops are no breach; a changed one is."""
    done = r.FixedStop("shop", ("milk",), (), 2940, 3000, 3100)
    state = r.VehicleState("van", "shop", 3100, 2340, (done,), (), (r.Aboard("milk", 3100),), 6000, 600)
    problem = replace(PROBLEM, states=(state,), shipments=(replace(MILK, max_ride_s={}), replace(BREAD)))
    plan = r.solve(problem, iterations=20, engine="search")
    assert r.check(problem, plan) == []
    first = plan.rounds[0].stops[0]
    assert first.state == r.StopState.EXECUTED
    assert first.service_start_s == 3000
    moved = replace(plan.rounds[0], stops=(replace(first, departure_s=3101), *plan.rounds[0].stops[1:]))
    assert any(b.rule == "frozen_stops" for b in r.check(problem, replace(plan, rounds=(moved,))))
