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
        (lambda: r.Matrix([[0, 10**30], [1, 0]], [[0, 1], [1, 0]]), "metres[0][1]"),
        (lambda: r.Matrix([[0, float("inf")], [1, 0]], [[0, 1], [1, 0]]), "metres[0][1]"),
        (lambda: r.Matrix([[0, True], [1, 0]], [[0, 1], [1, 0]]), "metres[0][1]"),
        (lambda: r.Matrix(np.array([[0, math.nan], [1, 0]]), [[0, 1], [1, 0]]), "metres[0][1]"),
        (lambda: r.Matrix(np.array([[0, 1], [-7, 0]]), [[0, 1], [1, 0]]), "metres[1][0]"),
        (lambda: r.Matrix(np.zeros((2, 3), dtype=int), [[0, 1], [1, 0]]), "metres"),
        (lambda: r.Matrix("ab", [[0, 1], [1, 0]]), "metres"),
        (lambda: r.Matrix(None, [[0, 1], [1, 0]]), "metres"),
        (lambda: r.Matrix([[0, 1], [1, 0]], [[0]]), "seconds"),
        (lambda: r.Place("shop", ((0, 5),)), "windows[0]"),
        (lambda: replace(BREAD, pickup=None), "pickup"),
        (lambda: replace(BREAD, deliveries=("shelf",)), "deliveries[0]"),
        (lambda: replace(BREAD, temperature="warm"), "temperature"),
        (lambda: replace(BREAD, max_ride_s={"box": 5}), "max_ride_s"),
        (lambda: replace(BREAD, value=float("nan")), "value"),
        (lambda: replace(VAN, shift=(0, 3600)), "shift"),
        (lambda: replace(VAN, break_rule=4), "break_rule"),
        (lambda: replace(VAN, compartments=(1000,)), "compartments[0]"),
        (lambda: r.Compartment("warm", 1, 1), "temperature"),
        (lambda: r.VehicleState("van", frozen=("shop",)), "frozen[0]"),
        (lambda: problem(sites=("home",)), "sites[0]"),
        (lambda: problem(vehicles=(None,)), "vehicles[0]"),
        (lambda: problem(matrices={"van": [[0]]}), "matrices.van"),
        (lambda: problem(matrices=None), "matrices"),
        (lambda: problem(weights=None), "weights"),
        (lambda: r.Weights(value=float("nan")), "value"),
        (lambda: problem(vehicles=(VAN, VAN)), "vehicles[1].id"),
        (lambda: problem(vehicles=(replace(VAN, start="moon"),)), "vehicles[0].start"),
        (lambda: problem(states=(r.VehicleState("van", "moon"),)), "states[0].site"),
        (
            lambda: problem(states=(r.VehicleState("van", frozen=(r.FixedStop("moon"),)),)),
            "states[0].frozen[0].site",
        ),
        (
            lambda: problem(states=(r.VehicleState("van", frozen=(r.FixedStop("shop", ("cake",)),)),)),
            "states[0].frozen[0].loads",
        ),
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


CONTRADICTIONS = [
    ((r.FixedStop("shop", ("bread",)), r.FixedStop("shop", ("bread",))), "states[0].frozen[1].loads", "already loaded"),
    ((r.FixedStop("shelf", (), ("bread",)), r.FixedStop("shop", ("bread",))), "states[0].frozen[0].unloads", "not in"),
    (
        (r.FixedStop("shop", ("bread",)), *[r.FixedStop("shelf", (), ("bread",))] * 2),
        "states[0].frozen[2].unloads",
        "already unloaded at states[0].frozen[1]",
    ),
    ((r.FixedStop("home", ("bread",)),), "states[0].frozen[0].loads", "not fetched at 'home'"),
    (
        (r.FixedStop("shop", ("bread",)), r.FixedStop("home", (), ("bread",))),
        "states[0].frozen[1].unloads",
        "not brought to 'home'",
    ),
]


@pytest.mark.parametrize(("frozen", "field", "said"), CONTRADICTIONS)
def test_contradictions_in_one_round_are_named(frozen: tuple[r.FixedStop, ...], field: str, said: str) -> None:
    """Loading twice, unloading twice or too early, at a place that is none of the shipment's: the stop is named."""
    with pytest.raises(r.ProblemError) as caught:
        problem(states=(r.VehicleState("van", frozen=frozen),))
    assert caught.value.field == field
    assert said in caught.value.reason


BACKWARDS = [
    ({"service_start_s": 500}, {"service_start_s": 499}, "service_start_s", 500),
    ({"departure_s": 600}, {"service_start_s": 590}, "service_start_s", 600),
    ({"arrival_s": 100, "departure_s": 600}, {"arrival_s": 400, "departure_s": 700}, "arrival_s", 600),
]


@pytest.mark.parametrize(("first", "then", "name", "before"), BACKWARDS)
def test_stops_whose_times_run_backwards_are_refused(
    first: dict[str, int], then: dict[str, int], name: str, before: int
) -> None:
    """No vehicle handles its second frozen stop before its first, however many without times lie between them."""
    stops = (r.FixedStop("shop", **first), r.FixedStop("shop"), r.FixedStop("shelf", **then))
    with pytest.raises(r.ProblemError) as caught:
        r.VehicleState("van", frozen=stops)
    assert caught.value.field == f"frozen[2].{name}"
    assert caught.value.reason == f"{then[name]} is earlier than the stop before it ({before})"
    at_once = r.FixedStop("shelf", service_start_s=before)
    assert r.VehicleState("van", frozen=(*stops[:2], at_once)).frozen[2] == at_once
    done = tuple(r.FixedStop("shop", (), (), at, at, at + 10) for at in (100, 105))
    with pytest.raises(r.ProblemError) as caught:
        r.VehicleState("van", "shop", 200, 0, done)
    assert caught.value.field == "executed[1].arrival_s"


def test_frozen_stops_without_a_way_between_are_refused() -> None:
    """A vehicle cannot be told to drive where no way leads."""
    metres = [[0, 1, 1], [1, 0, None], [1, 1, 0]]
    frozen = (r.FixedStop("shop", ("bread",)), r.FixedStop("shelf", (), ("bread",)))
    with pytest.raises(r.ProblemError, match="no way from 'shop' to 'shelf'") as caught:
        problem(matrices={"van": r.Matrix(metres, metres)}, states=(r.VehicleState("van", frozen=frozen),))
    assert caught.value.field == "states[0].frozen[1].site"


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


def test_a_lot_heavier_than_any_van_is_left_with_its_figures() -> None:
    """Two tonnes do not fit: the plan carries the rest, and says by how much it was too heavy, mandatory or not."""
    for mandatory in (False, True):
        stone = replace(BREAD, id="stone", grams=2_000_000, mandatory=mandatory)
        asked = problem(shipments=(BREAD, stone))
        plan = r.solve(asked, 0.2, iterations=3)
        assert r.check(asked, plan) == []
        [left] = plan.unserved
        assert (left.shipment, left.reason) == ("stone", r.Reason.TOO_HEAVY)
        assert left.facts


def test_missing_pairs_are_fine_and_cut_off_what_they_cut_off() -> None:
    """No way to the shelf leaves the bread at the shop, with that reason, mandatory or not."""
    metres = [[0, 1, None], [1, 0, None], [1, 1, 0]]
    asked = problem(shipments=(replace(BREAD, mandatory=True),), matrices={"van": r.Matrix(metres, metres)})
    plan = r.solve(asked, 0.2, iterations=3)
    assert [left.reason for left in plan.unserved] == [r.Reason.UNREACHABLE]
    assert r.check(asked, plan) == []


def test_a_shared_table_cannot_be_changed_behind_a_problem() -> None:
    """A matrix keeps its own copy of what can still be written to."""
    table = np.array([[0, 5], [5, 0]])
    matrix = r.Matrix(table, table)
    table[0, 1] = -9
    assert matrix.metres[0, 1] == 5
    with pytest.raises(ValueError, match="read-only"):
        matrix.metres[0, 1] = 3
