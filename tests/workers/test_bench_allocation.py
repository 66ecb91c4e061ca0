"""The benchmark of the decision: the same evening for a seed, and a table with the proof."""

import math
from random import Random

import numpy as np
import pytest
from typer.testing import CliRunner

from workers.bench.allocation import evening, nearest
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


def test_growth_is_told() -> None:
    """A line for each size, charities growing with the lots, and the power; sizes that are none are refused."""
    options = ["bench", "allocation", "--growth", "--claims", "3", "--seeds", "1"]
    told = CliRunner().invoke(app, [*options, "--sizes", "4,8"])
    assert told.exit_code == 0, told.output
    assert "à la puissance" in told.output
    lines = [line.split() for line in told.output.splitlines()]
    assert ["4", "9", "12"] in [line[:3] for line in lines]
    assert ["8", "18", "24"] in [line[:3] for line in lines]
    for sizes in ("4,x", "0", ""):
        assert CliRunner().invoke(app, [*options, "--sizes", sizes]).exit_code == 2


def test_what_takes_too_long_is_ended_and_told() -> None:
    """An evening that its time does not suffice for is stopped; the sizes after it are measured all the same."""
    options = ["bench", "allocation", "--growth", "--claims", "3", "--seeds", "2", "--sizes", "4,8", "--limit", "0.1"]
    told = CliRunner().invoke(app, options)
    assert told.exit_code == 0, told.output
    assert told.output.count("soirée 1 arrêtée sans décision après 0 s") == 2
    assert "à la puissance" not in told.output


@pytest.mark.parametrize("count", [1, 4, 9, 40])
def test_the_nearest_are_the_nearest(count: int) -> None:
    """As looking at every place by itself finds them, also where all are asked for."""
    random = Random(count)
    spots = [(random.uniform(0, 200), random.uniform(0, 200)) for _ in range(40)]
    every = sorted((math.hypot(50 - x, 70 - y), at) for at, (x, y) in enumerate(spots))
    assert nearest(np.array(spots), 50, 70, count) == every[:count]
