"""The benchmark of replay: varied decisions made by the actions, all equal when another process decides them again."""

from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from service.allocation.models import StoredDecision
from service.database.engine import Database
from workers.bench.replaying import make, replay_elsewhere
from workers.cli import app

pytestmark = [pytest.mark.sealed, pytest.mark.slow]


def silent(_what: str, _done: int, _all: int) -> None:
    """Nobody watches."""


def test_sixty_decisions_come_out_equal_elsewhere(tmp_path: Path) -> None:
    """Sealed and two choices, some decided anew, one large: a fresh process finds each again; one touched is found."""
    made = make(tmp_path, 60, seed=3, tell=silent)
    assert made.decisions >= 60
    assert set(made.kinds) == {"sealed", "two_choices"}
    assert made.causes["again"] >= 1
    found = replay_elsewhere(made)
    assert (found.equal, found.is_sound) == (made.decisions, True)
    database = Database(made.url)
    with database.transaction() as session:
        row = session.exec(select(StoredDecision).order_by("id")).first()
        assert row is not None
        row.output = row.output | {"shares": []}
        session.add(row)
    database.close()
    touched = replay_elsewhere(made)
    assert (touched.equal, touched.unequal) == (made.decisions - 1, [1])


def test_the_command_prints_one_figure() -> None:
    """So many of so many equal, and 0."""
    told = CliRunner().invoke(app, ["bench", "replay", "--decisions", "4", "--seed", "5"])
    assert told.exit_code == 0, told.output
    assert "égales sur" in told.output
    kept = int(told.output.split("égales sur ")[1].split()[0])
    assert f": {kept} égales sur {kept}" in told.output
