"""Problems and plans survive JSON, and a damaged file says where it is damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest

import routing as r
from routing.formats import read
from routing.formats.glane_json import read_plan, read_problem, write_plan, write_problem
from routing.formats.publish import FILES, HERE, text_of


def test_problem_and_plan_come_back_equal(day: Callable[..., r.Problem]) -> None:
    """What is written is read back equal, and obeys the published schemas."""
    problem = replace(day(12, 3), origin=datetime(2026, 11, 20, tzinfo=UTC), name="a day")
    plan = r.solve(problem, iterations=5, engine="search")
    assert read_problem(write_problem(problem)) == problem
    assert read_plan(write_plan(plan)) == plan
    for name, text in (("glane-problem", write_problem(problem)), ("glane-plan", write_plan(plan))):
        schema = json.loads((HERE / f"{name}.schema.json").read_text(encoding="utf-8"))
        jsonschema_rs.validator_for(schema).validate(json.loads(text))


@pytest.mark.parametrize("name", sorted(FILES))
def test_published_schema_is_the_code(name: str) -> None:
    """The schema files are those the classes make today."""
    assert (HERE / name).read_text(encoding="utf-8") == text_of(name)


def test_missing_pairs_are_null() -> None:
    """A pair without a way is null in the file and −1 in the program."""
    matrix = r.Matrix([[0, None], [5, 0]], [[0, None], [7, 0]])
    problem = r.Problem((r.Site("a"), r.Site("b")), matrices={"van": matrix})
    text = write_problem(problem)
    assert json.loads(text)["matrices"]["van"]["metres"] == [[0, None], [5, 0]]
    assert read_problem(text).matrices["van"].seconds[0, 1] == r.UNREACHABLE


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"sites": [', "line 1"),
        ('{"sites": [{"id": 5}]}', "$.sites[0].id"),
        ('{"sites": [{"id": "a", "latitude": NaN}]}', "$"),
        ('{"sites": [{"name": "a"}]}', "$.sites[0].name"),
        ('{"sites": [{}]}', "$.sites[0].id"),
        ('{"vehicles": [{"id": "v", "start": "a", "end": null, "compartments": []}]}', "$.vehicles[0].shift"),
        ('{"version": 9}', "$.version"),
        ('{"origin": "yesterday"}', "$.origin"),
        ('{"sites": {}}', "$.sites"),
        (
            '{"matrices": {"van": {"metres": [[0, -3], [1, 0]], "seconds": [[0, 1], [1, 0]]}}}',
            "$.matrices.van.metres[0][1]",
        ),
        ('{"sites": [], "sites": []}', "'sites' is said twice"),
        ('{"sites": [{"id": "a"}, {"id": "a"}]}', "$.sites[1].id"),
        ('{"sites": [{"id": "a", "stop_s": ' + "9" * 5000 + "}]}", "$"),
        ('{"sites": [{"id": "a", "latitude": 1e999}]}', "$.sites[0].latitude"),
        ('{"matrices": {"van": {"metres": [[0]], "seconds": [[NaN]]}}}', "$"),
        ('{"matrices": {"van": {"metres": [[0]], "seconds": "x"}}}', "$.matrices.van.seconds"),
        ('{"matrices": {"van": {"metres": [[0, null], [1, 0]], "seconds": [[0, 1], [1, 0]]}}}', "seconds[0][1]"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "$"),
        ("", "empty"),
        ("hello", "line 1"),
    ],
)
def test_damaged_file_says_where(text: str, where: str, tmp_path: Path) -> None:
    """A FormatError names the line or the path in the file."""
    file = tmp_path / "problem.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(r.FormatError) as caught:
        read(file)
    assert where in str(caught.value)


def test_a_file_cut_anywhere_is_refused(day: Callable[..., r.Problem], tmp_path: Path) -> None:
    """Wherever a problem or a plan ends too early, it is refused with the line and the column."""
    problem = day(3, 2)
    file = tmp_path / "cut.json"
    for text, reads in (
        (write_problem(problem), lambda: read(file)),
        (write_plan(r.solve(problem, iterations=2)), lambda: read_plan(file.read_text(encoding="utf-8"))),
    ):
        for end in range(1, len(text), max(1, len(text) // 200)):
            file.write_text(text[:end], encoding="utf-8")
            with pytest.raises(r.FormatError) as caught:
                reads()
            assert caught.value.where.startswith("line 1, column")


def test_facts_are_numbers_or_words() -> None:
    """A plan's facts beside a reason hold nothing else."""
    text = '{"unserved": [{"shipment": "x", "reason": "window", "facts": {"late_s": [5]}}]}'
    with pytest.raises(r.FormatError) as caught:
        read_plan(text)
    assert caught.value.where == "$.unserved[0].facts.late_s"
    assert read_plan(text.replace("[5]", '"5"')).unserved[0].facts == {"late_s": "5"}


def test_window_mistake_keeps_its_path() -> None:
    """An error raised deep inside a class is told with the whole path to it."""
    place = {"site": "a", "windows": [{"start_s": 9, "end_s": 3}]}
    data = {"shipments": [{"id": "x", "pickup": place, "deliveries": [{"site": "a"}], "grams": 1}]}
    with pytest.raises(r.FormatError) as caught:
        read_problem(json.dumps(data))
    assert caught.value.where == "$.shipments[0].pickup.windows[0].end_s"
