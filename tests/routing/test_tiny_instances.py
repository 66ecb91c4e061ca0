"""On tiny named problems, one a rule, both engines and brute force find the optimum that was worked out by hand."""

from __future__ import annotations

import pytest

import routing as r
from tests.routing.brute_force import optimum
from tests.routing.tiny_instances import ALL

ITERATIONS = 60
# RoutingModel counts solutions, and goes on looking where there are fewer: it has long found the best by then.
SECONDS = {"search": 60.0, "ortools": 1.0}


@pytest.mark.parametrize("name", ALL)
def test_brute_force_agrees_with_the_hand(name: str) -> None:
    """Trying everything gives the value worked out by hand, and less once the rule is lifted: the rule binds."""
    tiny = ALL[name]()
    assert optimum(tiny.problem) == pytest.approx(tiny.cents)
    assert optimum(tiny.lifted) == pytest.approx(tiny.lifted_cents)
    assert tiny.lifted_cents < tiny.cents


@pytest.mark.parametrize("lifted", [False, True], ids=["kept", "lifted"])
@pytest.mark.parametrize("engine", ["search", "ortools"])
@pytest.mark.parametrize("name", ALL)
def test_each_engine_finds_it(name: str, engine: str, lifted: bool) -> None:
    """The same value, the same lots left out for the same reason, and no rule broken."""
    tiny = ALL[name]()
    problem, cents = (tiny.lifted, tiny.lifted_cents) if lifted else (tiny.problem, tiny.cents)
    plan = r.solve(problem, SECONDS[engine], iterations=ITERATIONS, engine=engine)
    assert r.check(problem, plan) == []
    assert plan.engine == engine
    assert r.score(problem, plan).total == pytest.approx(cents)
    if not lifted:
        assert {left.shipment: left.reason for left in plan.unserved} == tiny.left
