"""Each shipment left out says truly why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import routing as r

BOX = r.ColdEquipment.BOX
AMBIENT, CHILLED = r.Temperature.AMBIENT, r.Temperature.CHILLED
SECONDS = np.full((4, 4), 600) - 600 * np.eye(4, dtype=int)
MATRIX = r.Matrix(SECONDS * 10, SECONDS)
SITES = tuple(r.Site(name) for name in ("home", "shop", "shelf", "island"))
GOODS = r.Shipment("x", r.Place("shop"), (r.Place("shelf"),), 1000, 1, value=5000)
VAN = r.Vehicle("van", "home", "home", r.Window(0, 7200), (r.Compartment(AMBIENT, 2000, 4),))


def solved(shipment: r.Shipment, vehicle: r.Vehicle = VAN, matrix: r.Matrix = MATRIX) -> r.Unserved | None:
    problem = r.Problem(SITES, (shipment,), (vehicle,), {"van": matrix})
    plan = r.solve(problem, iterations=2, engine="search")
    assert r.check(problem, plan) == []
    return plan.left_out("x")


def _island() -> r.Matrix:
    seconds = SECONDS.copy()
    seconds[:, 3] = seconds[3, :] = -1
    seconds[3, 3] = 0
    return r.Matrix(np.where(seconds < 0, -1, seconds * 10), seconds)


def test_what_fits_is_carried() -> None:
    """The shipment the cases below are made from is carried."""
    assert solved(GOODS) is None


@pytest.mark.parametrize(
    ("reason", "make"),
    [
        (r.Reason.NO_SKILL, lambda: (replace(GOODS, skills=frozenset({"lift"})), VAN)),
        (r.Reason.NO_COLD, lambda: (replace(GOODS, temperature=CHILLED), VAN)),
        (
            r.Reason.NO_COLD,
            lambda: (
                replace(GOODS, temperature=CHILLED, max_ride_s={BOX: 900}),
                replace(VAN, compartments=(r.Compartment(CHILLED, 2000, 4),)),
            ),
        ),
        (r.Reason.TOO_HEAVY, lambda: (replace(GOODS, grams=2001), VAN)),
        (r.Reason.TOO_HEAVY, lambda: (GOODS, replace(VAN, payload_grams=999))),
        (r.Reason.TOO_BULKY, lambda: (replace(GOODS, crates=5), VAN)),
        (
            r.Reason.COLD_CHAIN,
            lambda: (
                replace(GOODS, temperature=CHILLED, max_ride_s={BOX: 599}),
                replace(VAN, compartments=(r.Compartment(CHILLED, 2000, 4, BOX),)),
            ),
        ),
        (r.Reason.WINDOW, lambda: (replace(GOODS, pickup=r.Place("shop", (r.Window(0, 599),))), VAN)),
        (
            r.Reason.WINDOW,
            lambda: (replace(GOODS, deliveries=(r.Place("shelf", (r.Window(0, 1199),)),)), VAN),
        ),
        (r.Reason.SHIFT, lambda: (GOODS, replace(VAN, shift=r.Window(0, 1799)))),
        (r.Reason.SHIFT, lambda: (GOODS, replace(VAN, max_duration_s=1799))),
        (r.Reason.STOPS, lambda: (GOODS, replace(VAN, max_stops=1))),
        (r.Reason.NOT_WORTH, lambda: (replace(GOODS, value=5), VAN)),
    ],
)
def test_reason(reason: r.Reason, make: Callable[[], tuple[r.Shipment, r.Vehicle]]) -> None:
    """One thing is made impossible, and that thing is the reason."""
    left = solved(*make())
    assert left is not None
    assert left.reason == reason


def test_home_too_late_for_its_pause_is_said_with_it() -> None:
    """Half an hour of driving, but a pause that lasts until after the shift: the hour it would be back counts it."""
    left = solved(GOODS, replace(VAN, break_rule=r.BreakRule(1000, 6000)))
    assert left is not None
    assert (left.reason, left.facts["back_s"]) == (r.Reason.SHIFT, 7800)
    assert VAN.shift.end_s < 7800


def test_a_pause_that_misses_every_window_is_no_cold_chain() -> None:
    """It could be there in time without its pause, and nothing has to be kept cold."""
    shelf = r.Place("shelf", (r.Window(0, 1300),))
    left = solved(replace(GOODS, deliveries=(shelf,)), replace(VAN, break_rule=r.BreakRule(1000, 6000)))
    assert left is not None
    assert left.reason == r.Reason.WINDOW


def test_no_way() -> None:
    """A place that no road leads to is named so."""
    left = solved(replace(GOODS, pickup=r.Place("island")), matrix=_island())
    assert left is not None
    assert left.reason == r.Reason.UNREACHABLE


def test_displaced_by_better_value() -> None:
    """Two that do not fit together: the better one rides, the other says so."""
    better = replace(GOODS, id="better", grams=1500, value=9000)
    rich = replace(GOODS)
    van = replace(VAN, shift=r.Window(0, 1900))
    problem = r.Problem(SITES, (rich, better), (van,), {"van": MATRIX})
    plan = r.solve(problem, iterations=5, engine="search")
    left = plan.left_out("x")
    assert left is not None
    assert left.reason == r.Reason.DISPLACED


def test_mandatory_is_carried_before_value() -> None:
    """A worthless mandatory shipment comes before a valuable optional one."""
    must = replace(GOODS, id="must", grams=1500, value=0, mandatory=True)
    van = replace(VAN, shift=r.Window(0, 1900))
    problem = r.Problem(SITES, (replace(GOODS, value=90_000), must), (van,), {"van": MATRIX})
    plan = r.solve(problem, iterations=5, engine="search")
    assert plan.left_out("must") is None
    assert plan.left_out("x") is not None


def test_frozen_stops_leave_no_time() -> None:
    """What only the vehicle's frozen stops forbid is told as such."""
    other = replace(GOODS, id="other", grams=1)
    state = r.VehicleState("van", frozen=(r.FixedStop("shop", ("other",)), r.FixedStop("shelf", (), ("other",))))
    van = replace(VAN, shift=r.Window(0, 2000))
    problem = r.Problem(SITES, (GOODS, other), (van,), {"van": MATRIX}, (state,))
    plan = r.solve(problem, iterations=3, engine="search")
    left = plan.left_out("x")
    assert left is not None
    assert left.reason == r.Reason.COMMITTED
