"""The engine's own processes: same answers, stopped at once when asked, dead with their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

import routing as r

ROOT = Path(__file__).resolve().parents[2]


def _children_of(parent: int) -> list[int]:
    """Process ids whose parent is `parent`, engines only."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            line = (entry / "cmdline").read_text()
        except OSError:
            continue
        if int(words[1]) == parent and words[0] != "Z" and "spawn_main" in line:
            found.append(int(entry.name))
    return found


def test_child_gives_the_same_plan_as_we_do(day: Callable[..., r.Problem]) -> None:
    """Stopped by iterations, the child's plan equals the one made here, and progress is told on the way."""
    problem = day(12, 3)
    told: list[r.Progress] = []
    plan = r.solve_in_child(problem, 5, 4, told.append, iterations=10, engine="search")
    assert plan == r.solve(problem, 5, 4, iterations=10, engine="search")
    assert told
    assert told[-1].value <= told[0].value


def test_two_threads_are_as_good_as_one(day: Callable[..., r.Problem]) -> None:
    """What the better thread found comes back."""
    problem = day(15, 4)
    both = r.solve_in_child(problem, 5, 0, iterations=10, engine="search", threads=2)
    ones = [r.solve(problem, 5, seed, iterations=10, engine="search") for seed in (0, 1)]
    assert r.score(problem, both).total <= min(r.score(problem, plan).total for plan in ones)


def test_cancel_stops_at_once_and_leaves_nobody(day: Callable[..., r.Problem]) -> None:
    """Once asked to stop, the call ends within 0.2 s and no engine lives on."""
    problem = day(30, 6)
    asked: list[float] = []

    def cancelled() -> bool:
        if asked or time.monotonic() - began > 0.8:
            asked.append(time.monotonic())
        return bool(asked)

    began = time.monotonic()
    with pytest.raises(r.Cancelled):
        r.solve_in_child(problem, 30, cancelled=cancelled, engine="search")
    assert time.monotonic() - asked[0] < 0.2
    if sys.platform == "linux":
        assert _children_of(os.getpid()) == []


@pytest.mark.parametrize("engine", ["search", "ortools"])
@pytest.mark.parametrize("after_s", [0.1, *(pytest.param(at, marks=pytest.mark.slow) for at in (0.0, 2.0))])
def test_cancel_is_as_quick_while_the_engine_starts(engine: str, after_s: float, day: Callable[..., r.Problem]) -> None:
    """A problem too large for the pipe, cancelled before the child has read it, or while the engine holds it."""
    problem = day(200, 25)
    began = time.monotonic()
    with pytest.raises(r.Cancelled):
        r.solve_in_child(problem, 30, cancelled=lambda: time.monotonic() - began >= after_s, engine=engine)
    assert time.monotonic() - began - after_s < 0.2
    if sys.platform == "linux":
        assert _children_of(os.getpid()) == []


def test_a_dead_child_is_told(day: Callable[..., r.Problem]) -> None:
    """A child that dies is an EngineError, not an endless wait."""
    problem = day(20, 4)

    def kill_it() -> bool:
        for child in _children_of(os.getpid()):
            os.kill(child, signal.SIGKILL)
        return False

    if sys.platform != "linux":
        pytest.skip("finds the child in /proc")
    with pytest.raises(r.EngineError, match="ended with code"):
        r.solve_in_child(problem, 20, cancelled=kill_it, engine="search")


def test_what_cannot_be_sent_is_told_at_once(day: Callable[..., r.Problem]) -> None:
    """A problem that no other process can be given is refused with words, not waited for."""
    problem = day(3, 1)
    odd = replace(problem.shipments[0], max_ride_s=MappingProxyType({r.ColdEquipment.BOX: 3600}))
    with pytest.raises(r.EngineError, match="cannot be sent"):
        r.solve_in_child(replace(problem, shipments=(odd, *problem.shipments[1:])), 1)


def test_an_error_in_the_child_is_told(day: Callable[..., r.Problem]) -> None:
    """What goes wrong in the child is said here in words."""
    with pytest.raises(r.EngineError, match="unknown engine"):
        r.solve_in_child(day(3, 1), 1, engine="magic")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds the child in /proc")
def test_killing_the_parent_leaves_no_orphan(tmp_path: Path) -> None:
    """When the caller is killed outright, its engine dies with it."""
    script = tmp_path / "caller.py"
    conftest = Path(__file__).with_name("conftest.py")
    script.write_text(
        "import importlib.util\n"
        f"spec = importlib.util.spec_from_file_location('days', {str(conftest)!r})\n"
        "days = importlib.util.module_from_spec(spec)\n"
        "if __name__ == '__main__':\n"
        "    spec.loader.exec_module(days)\n"
        "    import routing\n"
        "    routing.solve_in_child(days.make_day(60, 8), 60, engine='search')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    caller = subprocess.Popen([sys.executable, str(script)], env=environment)
    try:
        engines: list[int] = []
        limit = time.monotonic() + 20
        while not engines and time.monotonic() < limit:
            time.sleep(0.1)
            engines = _children_of(caller.pid)
        assert engines
    finally:
        caller.kill()
        caller.wait()
    limit = time.monotonic() + 5
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in engines) and time.monotonic() < limit:
        if all(_is_zombie(pid) for pid in engines):
            break
        time.sleep(0.05)
    assert all(_is_zombie(pid) or not Path(f"/proc/{pid}").exists() for pid in engines)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return False
