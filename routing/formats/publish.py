"""Writes the schemas beside this file: `python -m routing.formats.publish`."""

from __future__ import annotations

import json
from pathlib import Path

from routing.formats.glane_json import plan_schema, problem_schema

FILES = {"glane-problem.schema.json": problem_schema, "glane-plan.schema.json": plan_schema}
HERE = Path(__file__).parent


def text_of(name: str) -> str:
    """The published text of one schema."""
    return json.dumps(FILES[name](), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for name in FILES:
        (HERE / name).write_text(text_of(name), encoding="utf-8")
