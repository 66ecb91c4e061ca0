"""`glane solve`: a plan on the standard output, words and status 2 for a bad file, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import routing as r
from routing.formats.glane_json import read_plan, write_problem
from workers.cli.solve import register


@pytest.fixture
def run() -> Callable[..., object]:
    """`run(*words)` calls the command as the shell would."""
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)
    return lambda *words: CliRunner().invoke(app, ["solve", *map(str, words)])


def test_plan_comes_out(run: Callable[..., object], day: Callable[..., r.Problem], tmp_path: Path) -> None:
    """A problem file gives a plan that the checker accepts, on the standard output or in a file."""
    problem = day(8, 3)
    file, out = tmp_path / "day.json", tmp_path / "plan.json"
    file.write_text(write_problem(problem), encoding="utf-8")
    words = (file, "--iterations", 5, "--threads", 1, "--engine", "search", "--explain")
    result = run(*words)
    assert result.exit_code == 0, result.output  # type: ignore[attr-defined]  # typer's result
    plan = read_plan(result.stdout)  # type: ignore[attr-defined]  # typer's result
    assert r.check(problem, plan) == []
    assert run(*words, "--out", out).exit_code == 0  # type: ignore[attr-defined]  # typer's result
    assert read_plan(out.read_text(encoding="utf-8")) == plan


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"sites": [', "bad.json : ligne 1, colonne 12 : n'est pas du JSON"),
        ('{"sites": [{"id": ""}]}', "bad.json : $.sites[0].id : doit être un texte non vide"),
        ('{"sites": [{"id": "a", "latitude": NaN}]}', "$.sites[0].latitude : doit être un nombre fini"),
        ('{"vehicles": [{"id": "v", "start": "a", "end": null, "compartments": []}]}', "$.vehicles[0].shift : manque"),
        ("", "bad.json : est vide"),
        (None, "bad.json : n'existe pas"),
    ],
)
def test_bad_file_is_refused_in_words(run: Callable[..., object], tmp_path: Path, text: str | None, words: str) -> None:
    """What and where, status 2, no traceback."""
    file = tmp_path / "bad.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    result = run(file)
    assert result.exit_code == 2  # type: ignore[attr-defined]  # typer's result
    assert words in result.output.replace("\n", "")  # type: ignore[attr-defined]  # typer's result
    assert "Traceback" not in result.output  # type: ignore[attr-defined]  # typer's result


def test_benchmark_answer_is_in_its_own_words(run: Callable[..., object], tmp_path: Path) -> None:
    """A Li & Lim file is answered with instance, vehicles, distance and routes of node numbers."""
    file = tmp_path / "tiny.txt"
    file.write_text("2 10 1\n0 0 0 0 0 99 0 0 0\n1 3 4 5 0 50 1 0 2\n2 6 8 -5 0 90 1 1 0\n", encoding="utf-8")
    result = run(file, "--iterations", 3, "--threads", 1, "--engine", "search")
    answer = json.loads(result.stdout)  # type: ignore[attr-defined]  # typer's result
    assert answer["routes"] == [[1, 2]]
    assert answer["instance"] == "tiny"
