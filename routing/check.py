"""Whether a plan keeps every rule: puts the rules together and shares no code with any engine."""

from __future__ import annotations

from routing.breach import Breach
from routing.plan import Plan
from routing.problem import Problem
from routing.rules import ALL, names

__all__ = ["Breach", "check"]


def check(problem: Problem, plan: Plan) -> list[Breach]:
    """Every breach of every rule, in the rules' order; empty when the plan may be driven.

    A plan that names unknown vehicles, sites or shipments is reported by the rule `names` alone, because the
    other rules could not look anything up.
    """
    found: list[Breach] = []
    for rule in ALL:
        broken = rule(problem, plan)
        found += broken
        if broken and rule is names.breaches:
            break
    return found
