"""The `glane` command: quick help, and for every mistake words and code 2, never a traceback."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from config.settings import get_settings
from workers.cli import PARTS, app
from workers.cli.console import any_free_port, port_is_free
from workers.cli.watch import line_of


def glane(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a scratch folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GLANE_")}
    return subprocess.run(
        [sys.executable, "-m", "workers.cli", *words],
        env={**clean, "GLANE_DATA_DIR": str(folder), "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """The command in this process, quicker: `here("seed", GLANE_REGION="…")`."""
    for name in [name for name in os.environ if name.startswith("GLANE_")]:
        monkeypatch.delenv(name)

    def run(*words: str, **environment: str) -> Result:
        get_settings.cache_clear()
        given = {"GLANE_DATA_DIR": str(tmp_path), "COLUMNS": "200", **environment}
        return CliRunner().invoke(app, list(words), env=given)

    yield run
    get_settings.cache_clear()


def test_help_names_every_part_and_loads_none(tmp_path: Path) -> None:
    """Help is quick because nothing heavy is imported for it."""
    done = glane(tmp_path, "--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in PARTS)
    loaded = "import sys, workers.cli; print([m for m in ('sqlalchemy', 'fastapi', 'ortools') if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(PARTS))
def test_each_part_answers_help(here: Callable[..., Result], name: str) -> None:
    """Every part that help names can be loaded and says what it takes."""
    done = here(name, "--help")
    assert done.exit_code == 0
    assert "--help" in done.stdout


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["nothing-such"], {}, "nothing-such"),
        (["web"], {"GLANE_PORT": "many"}, "GLANE_PORT"),
        (["web"], {"GLANE_REGION": "atlantide"}, "GLANE_REGION"),
        (["web"], {"GLANE_ENVIRONMENT": "production"}, "GLANE_SECRET_KEY"),
        (["migrate"], {"GLANE_DATABASE_URL": "nonsense"}, "GLANE_DATABASE_URL"),
        (["seed", "--scale", "huge"], {}, "stress"),
        (["seed", "--region", "atlantide"], {}, "pays-de-la-loire"),
        (["watch"], {}, "--token"),
        (["watch", "--url", "ftp://here", "--token", "x"], {}, "http"),
        (["bench", "day", "--days", "yesterday"], {}, "reference"),
        (["token", "create", "--email", "nobody@example.org"], {}, "glane migrate"),
    ],
)
def test_mistakes_are_told_in_words(
    here: Callable[..., Result], words: list[str], environment: dict[str, str], said: str
) -> None:
    """Code 2, and a sentence that names what to change."""
    done = here(*words, **environment)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert isinstance(done.exception, SystemExit)


@pytest.mark.slow
def test_mistakes_of_the_demonstration_leave_no_traceback(tmp_path: Path) -> None:
    """As a newcomer sees it: a sentence and code 2."""
    for words, environment, said in (
        (["demo", "--scale", "huge"], {}, "reference"),
        (["demo", "--fresh"], {"GLANE_DATABASE_URL": "sqlite:///elsewhere.db"}, "--fresh"),
        (["migrate"], {"GLANE_PORT": "many"}, "GLANE_PORT"),
    ):
        done = glane(tmp_path, *words, **environment)
        assert done.returncode == 2, done.stdout + done.stderr
        assert said in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_port_that_is_taken_names_the_setting(tmp_path: Path) -> None:
    """Somebody else listens there: the message says which setting to change."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for part in ("web", "demo"):
            done = glane(tmp_path, part, GLANE_PORT=str(port))
            assert done.returncode == 2
            assert "GLANE_PORT" in done.stderr
        assert not port_is_free("127.0.0.1", port)
    assert any_free_port("127.0.0.1") > 0


def test_seeding_twice_is_refused(here: Callable[..., Result]) -> None:
    """The first time fills the base; the second adds nothing to people who are there."""
    first = here("seed", "--scale", "small")
    assert first.exit_code == 0, first.output
    assert "26 donateurs" in first.stdout
    second = here("seed", "--scale", "small")
    assert second.exit_code == 2
    assert "base vide" in second.stderr


def test_a_line_of_the_journal_reads_at_a_glance() -> None:
    """Number, local time, what happened to which thing, its new state, and the weight in kilograms."""
    message = {
        "number": 41,
        "kind": "lot.posted",
        "at": "2026-11-20T16:05:00+00:00",
        "subject": "lot",
        "subject_id": 12,
        "from": "draft",
        "to": "published",
        "data": {"lines": [{"grams": 4200}, {"grams": 800}], "note": "…"},
    }
    said = line_of(message, ZoneInfo("Europe/Paris")).plain
    assert "17:05:00" in said
    assert "lot 12" in said
    assert "draft → published" in said
    assert "5,0 kg" in said
