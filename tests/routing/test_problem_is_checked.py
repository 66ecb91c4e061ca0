"""A problem is checked when it is built, and what is wrong is named by its field."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import routing as r

SITES = (r.Site("home"), r.Site("shop"), r.Site("shelf"))
MATRIX = r.Matrix(np.full((3, 3), 1000) - 1000 * np.eye(3, dtype=int), np.full((3, 3), 60) - 60 * np.eye(3, dtype=int))
ROOM = (r.Compartment(r.Temperature.AMBIENT, 1000, 10),)
VAN = r.Vehicle("van", "home", "home", r.Window(0, 3600), ROOM)
BREAD = r.Shipment("bread", r.Place("shop"), (r.Place("shelf"),), 500)


def problem(**changes: object) -> r.Problem:
    parts: dict[str, object] = {
        "sites": SITES,
        "shipments": (BREAD,),
        "vehicles": (VAN,),
        "matrices": {"van": MATRIX},
    }
    return r.Problem(**{**parts, **changes})  # type: ignore[arg-type]  # the tests hand over wrong things on purpose


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: r.Window(10, 5), "end_s"),
        (lambda: r.Window(0, float("nan")), "end_s"),
        (lambda: r.Place("shop", (r.Window(0, 5), r.Window(3, 9))), "windows[1].start_s"),
        (lambda: r.Place("shop", service_s=-1), "service_s"),
        (lambda: r.Site("x", latitude=math.nan), "latitude"),
        (lambda: r.Site("x", latitude=91.0), "latitude"),
        (lambda: r.Site(""), "id"),
        (lambda: replace(BREAD, grams=-1), "grams"),
        (lambda: replace(BREAD, grams=1.5), "grams"),
        (lambda: replace(BREAD, grams=True), "grams"),
        (lambda: replace(BREAD, deliveries=()), "deliveries"),
        (lambda: replace(BREAD, deliveries=(r.Place("shelf"), r.Place("shelf"))), "deliveries[1].site"),
        (lambda: replace(BREAD, max_ride_s={r.ColdEquipment.BOX: -5}), "max_ride_s.box"),
        (lambda: replace(VAN, shift=None), "shift"),
        (lambda: replace(VAN, compartments=ROOM + ROOM), "compartments[1].temperature"),
        (lambda: r.BreakRule(0, 60), "after_s"),
        (lambda: r.Matrix([[0, -5], [1, 0]], [[0, 1], [1, 0]]), "metres[0][1]"),
        (lambda: r.Matrix([[0, float("nan")], [1, 0]], [[0, 1], [1, 0]]), "metres[0][1]"),
        (lambda: r.Matrix([[0, None], [1, 0]], [[0, 1], [1, 0]]), "seconds[0][1]"),
        (lambda: r.Matrix([[0, 1], [1]], [[0, 1], [1, 0]]), "metres[1]"),
        (lambda: r.Matrix([[0, 1], [1, 0]], [[5, 1], [1, 0]]), "seconds[0][0]"),
        (lambda: problem(sites=(*SITES, r.Site("home"))), "sites[3].id"),
        (lambda: problem(shipments=(BREAD, BREAD)), "shipments[1].id"),
        (lambda: problem(shipments=(replace(BREAD, pickup=r.Place("moon")),)), "shipments[0].pickup.site"),
        (
            lambda: problem(shipments=(replace(BREAD, deliveries=(r.Place("moon"),)),)),
            "shipments[0].deliveries[0].site",
        ),
        (lambda: problem(vehicles=(replace(VAN, end="moon"),)), "vehicles[0].end"),
        (lambda: problem(vehicles=(replace(VAN, profile="boat"),)), "vehicles[0].profile"),
        (lambda: problem(matrices={"van": r.Matrix([[0]], [[0]])}), "matrices.van"),
        (lambda: problem(states=(r.VehicleState("bus"),)), "states[0].vehicle"),
        (lambda: problem(states=(r.VehicleState("van"), r.VehicleState("van"))), "states[1].vehicle"),
        (lambda: problem(promises=(r.Promise("cake", "van"),)), "promises[0].shipment"),
    ],
)
def test_wrong_part_is_named(make: Callable[[], object], field: str) -> None:
    """Each mistake raises a ProblemError whose field is the place of the mistake."""
    with pytest.raises(r.ProblemError) as caught:
        make()
    assert caught.value.field == field


def test_frozen_stops_that_contradict_each_other_are_refused() -> None:
    """One shipment cannot be loaded by two frozen stops."""
    second = replace(VAN, id="second")
    stop = r.FixedStop("shop", loads=("bread",))
    states = (r.VehicleState("van", frozen=(stop,)), r.VehicleState("second", frozen=(stop,)))
    with pytest.raises(r.ProblemError, match="already loaded"):
        problem(vehicles=(VAN, second), states=states)


def test_unloading_what_is_not_aboard_is_refused() -> None:
    """A frozen stop can only unload what is in the vehicle by then."""
    state = r.VehicleState("van", frozen=(r.FixedStop("shelf", unloads=("bread",)),))
    with pytest.raises(r.ProblemError, match="not in the vehicle"):
        problem(states=(state,))


def test_loaded_and_not_unloaded_must_be_aboard() -> None:
    """What an executed stop loaded is either unloaded or aboard."""
    done = r.FixedStop("shop", ("bread",), (), 100, 100, 200)
    with pytest.raises(r.ProblemError, match="not aboard"):
        problem(states=(r.VehicleState("van", "shop", 200, 0, (done,)),))


def test_empty_problem_is_fine() -> None:
    """Nothing to do is an empty plan without a breach."""
    empty = r.Problem()
    plan = r.solve(empty, 0.2, iterations=1)
    assert plan.rounds == ()
    assert r.check(empty, plan) == []


def test_no_vehicle_leaves_everything_with_a_reason() -> None:
    """Without vehicles each shipment is left out for that reason."""
    plan = r.solve(problem(vehicles=()), 0.2, iterations=1)
    assert [left.reason for left in plan.unserved] == [r.Reason.NO_VEHICLE]
