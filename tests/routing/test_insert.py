"""One more shipment: the best place is true, keeps every rule, and the reason is given when there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import routing as r


def test_place_found_is_one_the_engine_can_drive(day: Callable[..., r.Problem]) -> None:
    """Carrying the shipment as offered costs what was said, and the plan with it has no breach."""
    problem = day(40, 8)
    plan = r.solve(problem, iterations=20, engine="search")
    asked = found = 0
    for shipment in problem.shipments[:12]:
        new = replace(shipment, id="new", mandatory=True)
        answer = r.insert(problem, plan, new)
        asked += 1
        if isinstance(answer, r.Unserved):
            continue
        found += 1
        with_it = replace(problem, shipments=(*problem.shipments, new))
        grown = r.solve(with_it, iterations=0, engine="search", warm=plan)
        assert r.check(with_it, grown) == []
        assert grown.left_out("new") is None
        assert answer.pickup_s < answer.delivery_s
    assert asked == 12
    assert found >= 6


def test_a_carried_shipment_may_be_asked_about_again(day: Callable[..., r.Problem]) -> None:
    """Asking about a shipment of the plan finds a place as if it were not in it, at no more than it costs now."""
    problem = day(20, 5)
    plan = r.solve(problem, iterations=30, engine="search")
    carried = plan.rounds[0].stops[0].loads[0].shipment
    shipment = next(item for item in problem.shipments if item.id == carried)
    assert isinstance(r.insert(problem, plan, shipment), r.Insertion)


def test_too_heavy_is_said(day: Callable[..., r.Problem]) -> None:
    """A shipment heavier than any compartment gets that reason with both figures."""
    problem = day(10, 3)
    plan = r.solve(problem, iterations=5, engine="search")
    answer = r.insert(problem, plan, replace(problem.shipments[0], id="new", grams=9_000_000))
    assert isinstance(answer, r.Unserved)
    assert answer.reason == r.Reason.TOO_HEAVY
    assert answer.facts["grams"] == 9_000_000


def test_the_plan_is_not_changed(day: Callable[..., r.Problem]) -> None:
    """Asking leaves problem and plan as they were."""
    problem = day(10, 3)
    plan = r.solve(problem, iterations=5, engine="search")
    before = repr(plan)
    r.insert(problem, plan, replace(problem.shipments[0], id="new"))
    assert repr(plan) == before
