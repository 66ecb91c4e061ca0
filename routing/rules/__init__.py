"""The rules of a plan, one a file, each `breaches(problem, plan)`; the first one must hold before others can look."""

from collections.abc import Callable

from routing.breach import Breach
from routing.plan import Plan
from routing.problem import Problem
from routing.rules import (
    assignment,
    break_rule,
    capacity,
    cold_chain,
    frozen_stops,
    max_stops,
    names,
    pickup_before_delivery,
    shift,
    skills,
    time_window,
    totals,
    travel_time,
)

ALL: tuple[Callable[[Problem, Plan], list[Breach]], ...] = (
    names.breaches,
    assignment.breaches,
    pickup_before_delivery.breaches,
    frozen_stops.breaches,
    travel_time.breaches,
    time_window.breaches,
    capacity.breaches,
    cold_chain.breaches,
    shift.breaches,
    break_rule.breaches,
    max_stops.breaches,
    skills.breaches,
    totals.breaches,
)
