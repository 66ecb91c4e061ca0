"""Whatever cannot be carried, mandatory or not, the rest is: the best plan comes back, with the reason, and in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import routing as r
from tests.routing.tiny_instances import BOX, CHILLED, lot, road, van

MUST = lot("must", 10, 0, value=0, mandatory=True)
FINE = lot("fine", -10, 0)
DAY = van(shift=r.Window(0, 3600))


def _far(problem: r.Problem) -> r.Problem:
    """The same without any way to km 10."""
    at = [site.id for site in problem.sites].index("km10")
    tables = [problem.matrices["van"].metres.tolist(), problem.matrices["van"].seconds.tolist()]
    for table in tables:
        for number, row in enumerate(table):
            row[at] = None if number != at else 0
    return replace(problem, matrices={"van": r.Matrix(*tables)})


CASES: dict[str, tuple[r.Reason, Callable[[], r.Problem]]] = {
    "too heavy": (r.Reason.TOO_HEAVY, lambda: road([replace(MUST, grams=100_001), FINE], [DAY])),
    "too bulky": (r.Reason.TOO_BULKY, lambda: road([replace(MUST, crates=51), FINE], [DAY])),
    "no way": (r.Reason.UNREACHABLE, lambda: _far(road([MUST, FINE], [DAY]))),
    "closed": (
        r.Reason.WINDOW,
        lambda: road([replace(MUST, deliveries=(r.Place("km0", (r.Window(0, 1199),)),)), FINE], [DAY]),
    ),
    "too long a way": (r.Reason.SHIFT, lambda: road([replace(MUST, pickup=r.Place("km31")), FINE], [DAY])),
    "no skill": (r.Reason.NO_SKILL, lambda: road([replace(MUST, skills=frozenset({"lift"})), FINE], [DAY])),
    "no cold": (
        r.Reason.NO_COLD,
        lambda: road([replace(MUST, temperature=CHILLED, max_ride_s={BOX: 900}), FINE], [DAY]),
    ),
    "cold too short": (
        r.Reason.COLD_CHAIN,
        lambda: road(
            [replace(MUST, temperature=CHILLED, max_ride_s={BOX: 599}), FINE],
            [replace(DAY, compartments=(*DAY.compartments, r.Compartment(CHILLED, 9000, 9, BOX)))],
        ),
    ),
    "no time for both": (
        r.Reason.DISPLACED,
        lambda: road([MUST, replace(FINE, mandatory=True)], [van(shift=r.Window(0, 1200))]),
    ),
}


@pytest.mark.parametrize("engine", r.ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_the_rest_is_carried_and_the_reason_told(case: str, engine: str) -> None:
    """A mandatory lot that no plan can carry is left with its reason; the other one is brought all the same."""
    reason, make = CASES[case]
    problem = make()
    plan = r.solve(problem, 1.0, iterations=20, engine=engine)
    assert r.check(problem, plan) == []
    assert {left.shipment: left.reason for left in plan.unserved} == {"must": reason}
    assert plan.totals.shipments == 1


@pytest.mark.parametrize("engine", r.ENGINES)
@pytest.mark.parametrize("mandatory", [False, True])
def test_nothing_at_all_can_be_carried(engine: str, mandatory: bool) -> None:
    """An empty plan with every reason, long before the engine's patience ends; with nothing left but what is mandatory,
    from its own process too."""
    lots = [replace(MUST, id=f"must{at}", grams=200_000, mandatory=mandatory) for at in range(5)]
    problem = road(lots, [DAY])
    solve = r.solve_in_child if mandatory else r.solve
    plan = solve(problem, 1.0, iterations=20, engine=engine)
    assert plan.rounds == ()
    assert {left.reason for left in plan.unserved} == {r.Reason.TOO_HEAVY}


@pytest.mark.parametrize("engine", r.ENGINES)
@pytest.mark.parametrize(
    ("problem", "reasons"),
    [
        (r.Problem(), []),
        (r.Problem(sites=(r.Site("alone"),)), []),
        (road([], [DAY]), []),
        (replace(road([FINE], [DAY]), vehicles=()), [r.Reason.NO_VEHICLE]),
        (replace(road([MUST], [DAY]), vehicles=(), matrices={}), [r.Reason.NO_VEHICLE]),
        (road([FINE], [replace(DAY, compartments=())]), [r.Reason.NO_VEHICLE]),
        (road([FINE], [replace(DAY, shift=r.Window(5, 5))]), [r.Reason.SHIFT]),
    ],
    ids=["nothing", "a site", "no lot", "no vehicle", "no matrix", "no room", "no time"],
)
def test_an_empty_problem_has_an_empty_plan(engine: str, problem: r.Problem, reasons: list[r.Reason]) -> None:
    """Nothing to do, or nobody to do it: no round, no crash, and a reason for each lot."""
    plan = r.solve(problem, 0.5, iterations=2, engine=engine)
    assert r.check(problem, plan) == []
    assert plan.rounds == ()
    assert [left.reason for left in plan.unserved] == reasons
