"""Problems and plans as JSON; the published schemas beside this file are made from the classes (publish.py)."""

from __future__ import annotations

import json
from typing import Any

from routing.errors import FormatError
from routing.formats.codec import decode, encode, schema
from routing.plan import Plan
from routing.problem import Problem

VERSION = 1


def parsed(text: str) -> dict[str, Any]:
    """The object in a JSON text, without its version. Raises FormatError naming the path or the line."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise FormatError("$", f"{twice!r} is said twice in one object")
        return made

    try:
        # NaN and Infinity are let through here: no field takes them, and each refuses with its own path.
        data = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise FormatError(f"line {error.lineno}, column {error.colno}", f"is not JSON: {error.msg}") from error
    except RecursionError as error:
        raise FormatError("$", "is nested too deeply") from error
    except ValueError as error:  # a number of thousands of digits
        raise FormatError("$", f"is not JSON that can be read: {error}") from error
    if not isinstance(data, dict):
        raise FormatError("$", "must be an object")
    version = data.pop("version", VERSION)
    if version != VERSION:
        raise FormatError("$.version", f"is {version!r}; this program reads version {VERSION}")
    return data


def read_problem(text: str) -> Problem:
    """The problem in a JSON text. Raises FormatError naming the path or the line."""
    problem: Problem = decode(Problem, parsed(text))
    return problem


def read_plan(text: str) -> Plan:
    """The plan in a JSON text. Raises FormatError naming the path or the line."""
    plan: Plan = decode(Plan, parsed(text))
    return plan


def write_problem(problem: Problem) -> str:
    """A problem as JSON text; reading it gives an equal problem."""
    return json.dumps({"version": VERSION, **encode(problem)}, ensure_ascii=False)


def write_plan(plan: Plan, indent: int | None = None) -> str:
    """A plan as JSON text; reading it gives an equal plan."""
    return json.dumps({"version": VERSION, **encode(plan)}, ensure_ascii=False, indent=indent)


def _versioned(made: dict[str, Any], name: str) -> dict[str, Any]:
    made["$defs"][name]["properties"] = {"version": {"const": VERSION}, **made["$defs"][name]["properties"]}
    return made


def problem_schema() -> dict[str, Any]:
    """The JSON Schema of problem files."""
    return _versioned(schema(Problem, "Glane routing problem"), "Problem")


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of plan files."""
    return _versioned(schema(Plan, "Glane routing plan"), "Plan")
