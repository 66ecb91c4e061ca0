"""`glane simulate`: what it refuses, that rows already made are kept, and what it prints."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.regions import load_region_config
from service.observatory.simulations import read_results
from workers.cli import app


@pytest.fixture(autouse=True)
def regions_as_they_are() -> Iterator[None]:
    """Whatever a trial read of its own copy of the regions is forgotten."""
    yield
    load_region_config.cache_clear()


def simulate(*words: str) -> Result:
    return CliRunner().invoke(app, ["simulate", *words])


SMALL = ("--days", "1", "--scale", "small", "--processes", "1", "--steps", "20", "--from", "2026-09-11")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--policy", "lottery"), "--policy lottery"),
        (("--policy", "first-come", "--scale", "huge"), "--scale huge"),
        (("--policy", "first-come", "--from", "tomorrow"), "--from tomorrow"),
        (("--policy", "first-come", "--out", "nowhere/results.json"), "ce dossier n'existe pas"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], said: str) -> None:
    """Code 2 and one sentence that names the option; nothing is played."""
    found = simulate(*words)
    assert found.exit_code == 2
    assert said in found.stderr


@pytest.mark.slow
@pytest.mark.sealed
def test_rows_already_made_are_kept(tmp_path: Path) -> None:
    """A second call plays only what is missing; other conditions are not mixed in."""
    file = tmp_path / "results.json"
    first = simulate("--policy", "first-come-collect", "--seed", "1", *SMALL, "--out", str(file))
    assert first.exit_code == 0, first.output
    known = json.loads(file.read_text(encoding="utf-8"))
    # A mark that playing the row again would wipe out.
    known["rows"][0]["seconds"]["total"] = 123456.0
    file.write_text(json.dumps(known), encoding="utf-8")
    second = simulate("--policy", "first-come-collect", "--seed", "1", "--seed", "2", *SMALL, "--out", str(file))
    assert second.exit_code == 0, second.output
    found = read_results(file)
    assert found is not None
    assert [(row.policy, row.seed) for row in found.rows] == [("first-come-collect", 1), ("first-come-collect", 2)]
    assert found.rows[0].seconds["total"] == 123456.0
    assert "2 graines" in second.stdout
    other = simulate("--policy", "first-come-collect", *SMALL, "--steps", "21", "--out", str(file))
    assert other.exit_code == 2
    assert "autres conditions" in other.stderr


def test_a_damaged_file_is_not_overwritten(tmp_path: Path) -> None:
    """What is no file of results stays as it is."""
    file = tmp_path / "results.json"
    file.write_text("precious", encoding="utf-8")
    assert simulate("--policy", "first-come-collect", *SMALL, "--out", str(file)).exit_code == 2
    assert file.read_text(encoding="utf-8") == "precious"
