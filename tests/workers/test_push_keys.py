"""`glane push keys`: made once, for its owner's eyes, and never replaced by saying it again."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.settings import Settings, get_settings
from service.clients.parts import clients_from
from service.clients.push.outbox import OutboxPush
from service.clients.push.vapid import VapidKey
from workers.cli import app


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Callable[..., Result]]:
    """The command on a folder of its own."""

    def run(*words: str) -> Result:
        get_settings.cache_clear()
        return CliRunner().invoke(app, ["push", "keys", *words], env={"GLANE_DATA_DIR": str(tmp_path / "data")})

    yield run
    get_settings.cache_clear()


def settings(folder: Path, **given: str) -> Settings:
    return Settings(_env_file=None, environment="test", data_dir=folder / "data", **given)  # type: ignore[call-arg, arg-type]  # read at run time


def test_the_key_is_its_owners_alone(tmp_path: Path, keys: Callable[..., Result]) -> None:
    """One file, readable by its owner; the private half is never said; the web then pushes with it."""
    done = keys()
    assert done.exit_code == 0
    path = tmp_path / "data" / "push.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = VapidKey.from_text(path.read_text())
    assert key.public in done.stdout
    assert key.text not in done.output
    assert [one.name for one in path.parent.iterdir()] == ["push.key"]
    assert clients_from(settings(tmp_path)).push.public_key == key.public


def test_saying_it_again_changes_nothing(tmp_path: Path, keys: Callable[..., Result]) -> None:
    """A new key would silence every phone: it must be asked for."""
    keys()
    path = tmp_path / "data" / "push.key"
    before = path.read_text()
    again = keys()
    assert again.exit_code == 0
    assert path.read_text() == before
    assert VapidKey.from_text(before).public in again.stdout
    assert keys("--new").exit_code == 0
    assert path.read_text() != before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_printed_for_the_environment(tmp_path: Path, keys: Callable[..., Result]) -> None:
    """Nothing is written; what is printed is a setting, and the setting is a key."""
    done = keys("--print")
    name, _, text = done.stdout.strip().partition("=")
    assert name == "GLANE_PUSH_KEY"
    assert not (tmp_path / "data").exists()
    assert clients_from(settings(tmp_path, push_key=text)).push.public_key == VapidKey.from_text(text).public


def test_a_file_that_is_no_key(tmp_path: Path, keys: Callable[..., Result]) -> None:
    """Said in words, with code 2."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "push.key").write_text("pas une clé")
    done = keys()
    assert done.exit_code == 2
    assert "--new" in done.output


def test_without_a_key_nothing_is_pushed(tmp_path: Path) -> None:
    """The null twin, which no browser can subscribe with."""
    push = clients_from(settings(tmp_path)).push
    assert isinstance(push, OutboxPush)
    assert push.public_key == ""
