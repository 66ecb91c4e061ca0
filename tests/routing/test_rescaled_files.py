"""A public instance means the same in whatever unit its file counts."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

import routing as r
from routing.engine.instance import Instance
from routing.engine.search.clock import Limits
from routing.engine.search.drive import Drive
from routing.formats.benchmark import read_li_lim, solution
from routing.kinds import FAR


def li_lim(factor: int, pairs: int = 9) -> str:
    """A small file of Li & Lim's form, every length and time multiplied."""
    random = Random(5)
    lines = ["9 60 1", f"0 {40 * factor} {50 * factor} 0 0 {1000 * factor} 0 0 0"]
    for at in range(pairs):
        load = random.randint(5, 20)
        first, then = 2 * at + 1, 2 * at + 2
        for node, demand, pickup, delivery in ((first, load, 0, then), (then, -load, first, 0)):
            x, y = random.randint(0, 100) * factor, random.randint(0, 100) * factor
            opens = random.randint(0, 400) * factor
            lines.append(f"{node} {x} {y} {demand} {opens} {opens + 350 * factor} {10 * factor} {pickup} {delivery}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("factor", [7, 30, 1000, 50_000])
def test_a_rescaled_file_has_the_same_answer(factor: int) -> None:
    """As many vehicles, and so many times the distance."""
    answers = []
    for by in (1, factor):
        problem, _, named = read_li_lim(li_lim(by), "scaled")
        plan = r.solve(problem, iterations=2000, seed=3)
        assert r.check(problem, plan) == []
        answers.append(solution(problem, plan, named))
    assert not answers[0]["unserved"]
    assert answers[1]["vehicles"] == answers[0]["vehicles"]
    assert answers[1]["distance"] == pytest.approx(answers[0]["distance"] * factor, rel=1e-3)


@pytest.mark.parametrize("factor", [1, 30, 50_000])
def test_vehicles_come_first_in_any_unit(factor: int) -> None:
    """A vehicle outweighs all driving, whatever the file counts in, and no number outgrows the search's tables."""
    problem, _, _ = read_li_lim(li_lim(factor), "scaled")
    table = problem.matrices["bench"].seconds
    assert problem.vehicles[0].fixed_cents > 2 * len(problem.shipments) * int(table.max())
    assert problem.weights.mandatory > problem.vehicles[0].fixed_cents
    assert problem.vehicles[0].shift.end_s < FAR
    drive = Drive(Instance(problem), 0, Limits(60.0, 5, 1, lambda: False), lambda *told: None)
    with drive.team:
        drive._first(None)
        assert drive._vehicles_first()


def test_what_no_table_holds_is_refused() -> None:
    """A way of thirty years, or a shift of that length, is a mistake of unit, in a file too."""
    with pytest.raises(r.FormatError, match="shift"):
        read_li_lim(li_lim(2_000_000), "beyond")
    with pytest.raises(r.ProblemError, match=r"seconds\[0\]\[1\]|metres\[0\]\[1\]"):
        r.Matrix(np.array([[0, 2**62], [5, 0]]), np.array([[0, 5], [5, 0]]))
    with pytest.raises(r.ProblemError, match="shift"):
        r.Vehicle("v", "a", "a", r.Window(0, FAR), ())
