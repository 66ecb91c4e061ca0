"""A question and its decision as JSON, and deciding a stored question again: equal questions have equal decisions."""

from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter

import routing
from routing.allocation import Offering, Policy
from routing.decision import Decision

Allocate = Callable[[Offering, Policy], Decision]

_OFFERING: TypeAdapter[Offering] = TypeAdapter(Offering)
_DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


def offering_data(offering: Offering) -> dict[str, Any]:
    """An offering as JSON: keys of rows, weights, times, no name. What has its usual value is left out."""
    kept: dict[str, Any] = _OFFERING.dump_python(offering, mode="json", exclude_defaults=True)
    # The rules are kept whole: what is usual may change, what was decided by may not.
    kept["rules"] = _OFFERING.dump_python(offering, mode="json")["rules"]
    return kept


def offering_of(data: dict[str, Any]) -> Offering:
    """An offering from its JSON. Raises pydantic's ValidationError, or ProblemError naming the field."""
    return _OFFERING.validate_python(data)


def decision_data(decision: Decision) -> dict[str, Any]:
    """A decision as JSON."""
    kept: dict[str, Any] = _DECISION.dump_python(decision, mode="json")
    return kept


def decision_of(data: dict[str, Any]) -> Decision:
    """A decision from its JSON."""
    return _DECISION.validate_python(data)


def is_repeated(inputs: dict[str, Any], output: dict[str, Any], allocate: Allocate = routing.allocate) -> bool:
    """Whether the stored question, decided again, has the stored decision to the last gram and reason."""
    again = allocate(offering_of(inputs), Policy(output["policy"]))
    return decision_data(again) == output
