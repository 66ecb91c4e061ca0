"""The demonstration as a newcomer runs it: it starts, lets people in, stops without a trace, and goes on."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from workers.cli.console import any_free_port

pytestmark = pytest.mark.slow
ROLES = {"donor", "charity", "driver", "dispatcher", "region", "administrator"}
# Who is asked to bring small lots drives, too.
VOLUNTEER = "volunteer"
# Far above what it takes: the machine that runs the tests may be busy.
PATIENCE = 240.0


@contextmanager
def demonstration(folder: Path, port: int, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`glane demo` as a child, until it answers; ended by force if the test left it running."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GLANE_")}
    with (folder.parent / "terminal.txt").open("a") as terminal:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", "demo", "--scale", "small", *words],
            env={**clean, "GLANE_DATA_DIR": str(folder), "GLANE_PORT": str(port)},
            stdout=terminal,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + PATIENCE
        while not answers(port):
            assert process.poll() is None, (folder.parent / "terminal.txt").read_text()
            assert time.monotonic() < until, "it did not start"
            time.sleep(0.2)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


def children_of(pid: int) -> set[int]:
    """Everything a process has started, by the kernel's list; nothing where there is none."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return set(found[1:])


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def token(base: str, account: dict[str, str]) -> str:
    asked = {"email": account["email"], "password": account["password"]}
    answer = httpx2.post(f"{base}/api/v1/tokens", json=asked, timeout=60)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def test_it_starts_lets_in_stops_and_goes_on(tmp_path: Path) -> None:
    """One command, seven accounts that open, a clean end on Ctrl-C, and the same data and time the next time."""
    folder, port = tmp_path / "data", any_free_port("127.0.0.1")
    with demonstration(folder, port) as process:
        path = folder / "demo.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE((folder / "push.key").stat().st_mode) == 0o600
        story = json.loads(path.read_text())
        assert story["base_url"] == f"http://127.0.0.1:{port}"
        assert set(story["accounts"]) == {*ROLES, VOLUNTEER}
        base = story["base_url"]
        keys = {role: token(base, account) for role, account in story["accounts"].items()}
        for role, key in keys.items():
            me = httpx2.get(f"{base}/api/v1/me", headers={"Authorization": f"Bearer {key}"}, timeout=60).json()
            assert ("driver" if role == VOLUNTEER else role) in me["roles"]
        asked = httpx2.get(f"{base}/api/v1/errands", headers={"Authorization": f"Bearer {keys[VOLUNTEER]}"}, timeout=60)
        assert asked.status_code == 200
        mine = {"Authorization": f"Bearer {keys['donor']}"}
        yesterdays = httpx2.get(f"{base}/api/v1/lots", headers=mine, timeout=60).json()["items"]
        assert len(yesterdays) == 1
        welcome = httpx2.get(f"{base}/visite", timeout=60)
        assert welcome.status_code == 200
        assert "données fictives" in welcome.text or "invented data" in welcome.text
        started = children_of(process.pid)
        assert started
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        until = time.monotonic() + 20
        while not all(map(gone, started)) and time.monotonic() < until:
            time.sleep(0.2)
        assert all(map(gone, started))
    assert not answers(port)
    with demonstration(folder, port, "--no-play") as process:
        again = json.loads((folder / "demo.json").read_text())
        assert again == story
        mine = {"Authorization": f"Bearer {token(base, again['accounts']['donor'])}"}
        kept = httpx2.get(f"{base}/api/v1/lots", headers=mine, timeout=60).json()["items"]
        assert [lot["id"] for lot in kept] == [lot["id"] for lot in yesterdays]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    """A base with people that no demonstration made is refused, and nothing in it is changed."""
    folder = tmp_path / "data"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GLANE_")}
    run = {"env": {**clean, "GLANE_DATA_DIR": str(folder), "GLANE_PORT": "0"}, "capture_output": True, "text": True}
    seeded = subprocess.run([sys.executable, "-m", "workers.cli", "seed", "--scale", "small"], check=True, **run)
    assert seeded.returncode == 0
    refused = subprocess.run([sys.executable, "-m", "workers.cli", "demo"], check=False, **run)
    assert refused.returncode == 2
    assert "demo.json" in refused.stderr
    assert not (folder / "demo.json").exists()
