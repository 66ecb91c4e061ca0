"""The benchmark of the decision: the same evening for a seed, and a table with the proof."""

import pytest
from typer.testing import CliRunner

from workers.bench.allocation import evening
from workers.cli import app
from workers.cli.console import out


def test_an_evening_is_the_same_for_a_seed() -> None:
    """The same lots and answers; another seed makes another evening."""
    assert evening(20, 30, 5, 7) == evening(20, 30, 5, 7)
    assert evening(20, 30, 5, 7) != evening(20, 30, 5, 8)
    assert len(evening(20, 30, 5, 7).claims) == 100


def test_the_command_tells_time_and_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every policy has its line; more answers than charities are refused."""
    monkeypatch.setattr(out, "width", 160)  # so that no word of the table is cut
    options = ["--lots", "6", "--takers", "8", "--claims", "3", "--seeds", "1"]
    told = CliRunner().invoke(app, ["bench", "allocation", *options])
    assert told.exit_code == 0, told.output
    for word in ("sealed", "first_come", "two_choices", "écart prouvé au plus 0.00 %"):
        assert word in told.output
    refused = CliRunner().invoke(app, ["bench", "allocation", "--takers", "3", "--claims", "4"])
    assert refused.exit_code == 2
