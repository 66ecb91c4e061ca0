"""`glane bench insertion` asks about the lots it held back, judges what comes of it, and says what it measured."""

from dataclasses import replace

from typer.testing import CliRunner

import routing
from workers.bench.insertion import against_anew, ask, day_of
from workers.bench.through import through
from workers.cli.bench import app


def _quiet(what: str, done: int, of: int) -> None:
    """Tell nobody."""


def test_each_lot_held_back_is_asked_about_and_the_plan_they_end_in_keeps_the_rules() -> None:
    """Every question has an answer, what is taken is no more than what was found, and no rule is broken."""
    day = day_of(24, 3, 5, 20, 0)
    asked = ask(day, _quiet)
    assert len(day.fresh) == len(asked.all_ms) == 5
    assert 0 < len(asked.taken_ms) <= 5
    assert asked.breaches == 0
    assert {one.id for one in day.fresh}.isdisjoint(one.id for one in day.problem.shipments)
    assert routing.check(replace(day.problem, states=()), day.plan) == []


def test_a_plan_made_anew_is_no_dearer_by_half() -> None:
    """The ratio compares like with like: both plans carry the same problem."""
    (ratio,) = against_anew(day_of(24, 3, 5, 50, 0), 0.3, 1, 3, _quiet)
    assert 0.8 < ratio < 1.5


def test_the_figures_are_shown_and_sizes_that_are_none_refused() -> None:
    """The table has its rows; sizes out of bounds end with code 2."""
    run = CliRunner().invoke(
        app,
        ["insertion", "--lots", "24", "--insertions", "3", "--iterations", "5", "--seconds", "0"],
        env={"COLUMNS": "200"},
    )
    assert run.exit_code == 0, run.output
    for row in ("Plan prêt en mémoire", "p95", "Plan lu en entier", "Règles enfreintes", "version", "adoptée"):
        assert row in run.output
    refused = CliRunner().invoke(app, ["insertion", "--lots", "180,2"])
    assert refused.exit_code == 2


def test_the_same_lots_go_through_the_actions() -> None:
    """In a database of its own each lot is asked about, warm and cold, and those with a place enter a round."""
    gone = through(24, 3, 6, 20, _quiet)
    assert len(gone.asked_ms) == 6
    assert len(gone.asked_cold_ms) == 3
    assert gone.entered + gone.left == 6
    assert gone.entered > 0
    assert len(gone.entered_cpu_ms) == len(gone.entered_ms)
