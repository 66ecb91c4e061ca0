"""`glane solve`: a plan on the standard output, words and status 2 for a bad file, never a traceback."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

import routing as r
from routing.formats.glane_json import read_plan, write_problem
from tests.routing.test_child_process import ROOT, _children_of, _is_zombie
from tests.routing.tiny_instances import lot, road, van
from workers.cli.solve import register
from workers.cli.writing import cannot_write

T = TypeVar("T")


@pytest.fixture
def run() -> Callable[..., Result]:
    """`run(*words)` calls the command as the shell would."""
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)
    return lambda *words: CliRunner().invoke(app, ["solve", *map(str, words)])


def test_plan_comes_out(run: Callable[..., Result], day: Callable[..., r.Problem], tmp_path: Path) -> None:
    """A problem file gives a plan that the checker accepts, on the standard output or in a file."""
    problem = day(8, 3)
    file, out = tmp_path / "day.json", tmp_path / "plan.json"
    file.write_text(write_problem(problem), encoding="utf-8")
    words = (file, "--iterations", 5, "--threads", 1, "--engine", "search", "--explain")
    result = run(*words)
    assert result.exit_code == 0, result.output
    plan = read_plan(result.stdout)
    assert r.check(problem, plan) == []
    assert run(*words, "--out", out).exit_code == 0
    assert read_plan(out.read_text(encoding="utf-8")) == plan


def test_a_file_that_cannot_be_written_is_refused_before_solving(
    run: Callable[..., Result], day: Callable[..., r.Problem], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name, and in French what is wrong with it; one that can be written is left alone until there is a plan."""
    file, before = tmp_path / "day.json", tmp_path / "before.json"
    file.write_text(write_problem(day(8, 3)), encoding="utf-8")
    monkeypatch.setattr(r, "solve_in_child", lambda *asked, **more: pytest.fail("it was solved"))
    for option, name in (("--out", "n" * 300 + ".json"), ("--picture", "n" * 300 + ".svg")):
        result = run(file, option, tmp_path / name)
        assert result.exit_code == 2
        assert f"{option} : " in result.output
        assert "a un nom trop long" in result.output
    assert not before.exists()
    assert cannot_write(before) is None
    assert not before.exists()


def test_a_plan_that_cannot_be_written_after_all_is_not_lost(
    run: Callable[..., Result], day: Callable[..., r.Problem], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that filled up meanwhile: the plan comes on the standard output."""
    problem = day(8, 3)
    file, out = tmp_path / "day.json", tmp_path / "plan.json"
    file.write_text(write_problem(problem), encoding="utf-8")

    def full(path: Path, *_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_text", full)
    result = run(file, "--iterations", 5, "--threads", 1, "--out", out)
    assert result.exit_code == 2
    assert "n'a plus de place ; le plan est sur la sortie standard" in result.stderr
    assert r.check(problem, read_plan(result.stdout)) == []


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
def test_bad_file_is_refused_in_words(run: Callable[..., Result], tmp_path: Path, text: str | None, words: str) -> None:
    """What and where, status 2, no traceback."""
    file = tmp_path / "bad.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    result = run(file)
    assert result.exit_code == 2
    assert words in result.output.replace("\n", "")
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("solved_here")
def test_benchmark_answer_is_in_its_own_words(run: Callable[..., Result], tmp_path: Path) -> None:
    """A Li & Lim file is answered with instance, vehicles, distance and routes of node numbers."""
    file = tmp_path / "tiny.txt"
    file.write_text("2 10 1\n0 0 0 0 0 99 0 0 0\n1 3 4 5 0 50 1 0 2\n2 6 8 -5 0 90 1 1 0\n", encoding="utf-8")
    result = run(file, "--iterations", 3, "--threads", 1, "--engine", "search")
    answer = json.loads(result.stdout)
    assert answer["routes"] == [[1, 2]]
    assert answer["instance"] == "tiny"


@pytest.mark.usefixtures("solved_here")
def test_an_empty_problem_is_answered(run: Callable[..., Result], tmp_path: Path) -> None:
    """Nothing to do is an empty plan, said as such."""
    file = tmp_path / "empty.json"
    file.write_text("{}", encoding="utf-8")
    for engine in r.ENGINES:
        result = run(file, "--iterations", 1, "--threads", 1, "--engine", engine, "--explain")
        assert result.exit_code == 0, result.output
        assert read_plan(result.stdout).rounds == ()
        assert "Rien n'est laissé." in result.stderr


@pytest.mark.usefixtures("solved_here")
def test_a_mandatory_lot_left_is_said_at_once(run: Callable[..., Result], tmp_path: Path) -> None:
    """The best plan comes out with status 0; that something mandatory is not in it is said even when not asked."""
    heavy = lot("[/heavy]", 10, 0, grams=200_000, mandatory=True)
    file = tmp_path / "heavy.json"
    file.write_text(write_problem(road([heavy, lot("light", 10, 0)], [van()])), encoding="utf-8")
    words = (file, "--iterations", 3, "--threads", 1)
    result = run(*words)
    assert result.exit_code == 0
    assert "1 envoi porté, 1 laissé" in result.stderr
    assert "1 obligatoire parmi les laissés ; --explain dit pourquoi" in result.stderr
    said = run(*words, "--explain").stderr
    assert "[/heavy] (obligatoire) : plus lourd que tout compartiment (200" in said
    assert "--explain" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--engine", "magic"), "--engine : 'magic' est inconnu ; il y a search, ortools"),
        (("--out", "nowhere/plan.json"), "--out : pas de dossier"),
        (("--out", "."), "est un dossier"),
        (("--start", "nowhere.json"), "--start : nowhere.json : n'existe pas"),
    ],
)
def test_a_wrong_wish_is_refused_before_solving(
    run: Callable[..., Result], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """Status 2 and words, at once, however long the search was to last."""
    file = tmp_path / "day.json"
    file.write_text("{}", encoding="utf-8")
    began = time.monotonic()
    result = run(file, "--seconds", 600, *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert time.monotonic() - began < 60


@pytest.fixture
def ctrl_c_is_heard() -> Iterator[None]:
    """A shell's background hands down that Ctrl-C is ignored, and a command that the tests start would ignore it too:
    where it is heard here, what is started begins with the system's own way."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("ctrl_c_is_heard")
@pytest.mark.skipif(sys.platform != "linux", reason="finds the child in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ending_the_command_ends_its_engine(
    number: signal.Signals, day: Callable[..., r.Problem], tmp_path: Path
) -> None:
    """Ctrl-C is answered in a word; however it ends, no engine outlives the command."""
    file, out = tmp_path / "day.json", tmp_path / "plan.json"
    file.write_text(write_problem(day(60, 8)), encoding="utf-8")
    words = [sys.executable, "-m", "workers.cli", "solve", str(file), "--seconds", "300", "--out", str(out)]
    command = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        engines = _wait_for(lambda: _children_of(command.pid))
        command.send_signal(number)
        _, said = command.communicate(timeout=30)
    finally:
        command.kill()
        command.wait()
    assert _wait_for(lambda: all(_is_zombie(pid) or not Path(f"/proc/{pid}").exists() for pid in engines))
    assert not out.exists()
    assert "Traceback" not in said
    if number == signal.SIGINT:
        assert (command.returncode, said.strip()) == (130, "arrêté")


def _wait_for(look: Callable[[], T]) -> T:
    """What there is to see, as soon as there is something."""
    limit = time.monotonic() + 60
    while not (seen := look()) and time.monotonic() < limit:
        time.sleep(0.05)
    assert seen
    return seen
