"""`glane picture` and `glane solve --picture`: a file to look at, or what is wrong in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

import routing as r
from routing.formats.glane_json import write_plan, write_problem
from workers.cli import picture, solve

LI_LIM = "2 10 1\n0 0 0 0 0 99 0 0 0\n1 3 4 5 0 50 1 0 2\n2 6 8 -5 0 90 1 1 0\n"
QUICK = ("--iterations", 3, "--threads", 1, "--engine", "search")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(solved_here: None) -> Run:
    """`run(*words)` calls the program as the shell would; its status and what it said."""
    app = typer.Typer()
    for part in (picture, solve):
        part.register(app)

    def call(*words: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return call


@pytest.fixture
def files(day: Callable[..., r.Problem], tmp_path: Path) -> tuple[Path, Path]:
    """A problem and its plan."""
    problem = day(8, 3)
    plan = r.solve(problem, seconds=20, seed=1, iterations=5, engine="search")
    (tmp_path / "day.json").write_text(write_problem(problem), encoding="utf-8")
    (tmp_path / "plan.json").write_text(write_plan(plan), encoding="utf-8")
    return tmp_path / "day.json", tmp_path / "plan.json"


def test_a_plan_becomes_svg_and_png(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    """The name says the kind; both show the same, entitled by the file when the problem has no name."""
    for kind in ("svg", "png"):
        assert run("picture", *files, tmp_path / f"plan.{kind}")[0] == 0
    root = ElementTree.fromstring((tmp_path / "plan.svg").read_text(encoding="utf-8"))
    assert "day" in (root.get("aria-label") or "")
    image = Image.open(BytesIO((tmp_path / "plan.png").read_bytes()))
    assert image.format == "PNG"
    assert image.width / image.height == pytest.approx(float(root.attrib["width"]) / float(root.attrib["height"]), 0.01)
    assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 20


def test_solving_may_draw_at_once(run: Run, tmp_path: Path) -> None:
    """A benchmark's nodes lie where its file says; its solution draws the same picture again."""
    file = tmp_path / "tiny.txt"
    file.write_text(LI_LIM, encoding="utf-8")
    code, said = run("solve", file, *QUICK, "--out", tmp_path / "s.json", "--picture", tmp_path / "one.svg")
    assert code == 0, said
    assert run("picture", file, tmp_path / "s.json", tmp_path / "two.svg")[0] == 0
    one = (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert "T1" in one
    assert "<circle" in one
    assert one == (tmp_path / "two.svg").read_text(encoding="utf-8")


def test_what_cannot_be_drawn_is_said(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    """Another ending, a folder that is not there, a missing file, another problem's plan: status 2 and words."""
    problem, plan = files
    other = tmp_path / "other.json"
    other.write_text(write_problem(r.Problem()), encoding="utf-8")
    wrong = [
        ((problem, plan, tmp_path / "plan.jpg"), ".png"),
        ((problem, plan, tmp_path / "nowhere" / "plan.svg"), "nowhere"),
        ((problem, tmp_path / "none.json", tmp_path / "plan.svg"), "none.json"),
        ((tmp_path / "none.json", plan, tmp_path / "plan.svg"), "none.json"),
        ((other, plan, tmp_path / "plan.svg"), "plan de ce problème"),
        ((problem, problem, tmp_path / "plan.svg"), "$"),
    ]
    for words, hint in wrong:
        code, said = run("picture", *words)
        assert code == 2, words
        assert hint in said.replace("\n", "")
    assert run("solve", problem, *QUICK, "--picture", tmp_path / "plan.gif")[0] == 2
    assert not list(tmp_path.glob("plan.[sjpg][!s]*"))


def test_a_plan_that_breaks_a_rule_is_drawn_and_said(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    """A picture helps to see what is wrong, so it is made; the breach is told beside it."""
    problem, plan = files
    data = json.loads(plan.read_text(encoding="utf-8"))
    data["totals"]["metres"] += 1
    plan.write_text(json.dumps(data), encoding="utf-8")
    code, said = run("picture", problem, plan, tmp_path / "drawn.svg")
    assert code == 0
    assert "enfreint 1 règle" in said
    assert (tmp_path / "drawn.svg").exists()
