"""`glane bench pages`: when a page counts as interactive, what a slow line does, and the command in a browser."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workers.bench.pages.line import Line, Speed
from workers.bench.pages.timing import figures, interactive, shift
from workers.cli import app, bench_pages

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("long", "requests", "ready", "when"),
    [
        ([], [], 100, 500),
        ([], [], 900, 900),
        ([(300, 450)], [], 100, 500),
        ([(600, 700)], [], 100, 700),
        ([(600, 700), (5600, 5700)], [], 100, 5700),
        ([(600, 700), (5701, 5800)], [], 100, 700),
        # Two requests under way are calm; with a third it is over when one of the three has ended.
        ([(3000, 3100)], [(0, 9000), (0, 9000)], 100, 3100),
        ([(600, 700), (6000, 6200)], [(0, 4000), (0, 4000), (0, 4000)], 100, 6200),
    ],
)
def test_a_page_is_interactive_before_five_calm_seconds(
    long: list[tuple[float, float]], requests: list[tuple[float, float]], ready: float, when: float
) -> None:
    """The end of the last long task before them, never before the first paint (500 ms here) nor the scripts."""
    assert interactive(500, ready, long, requests) == when


def test_shifts_are_summed_while_they_belong_together() -> None:
    """Within a second of one another and five seconds in all; the worst of such sums counts."""
    assert shift([]) == 0
    assert shift([(0, 0.02), (900, 0.03), (3000, 0.04)]) == pytest.approx(0.05)
    assert shift([(at * 900.0, 0.01) for at in range(12)]) == pytest.approx(0.06)


def test_figures_of_a_page() -> None:
    """Blocking counts what is above 50 ms between the first paint and being interactive; code is scripts and styles."""
    said = {
        "fcp": 400, "lcp": 600, "shifts": [], "long": [[100, 200], [500, 130]], "ready": 450,
        "requests": [
            {"url": "http://x/lots/new", "start": 0, "end": 200, "sent": 9000, "body": 8000},
            {"url": "http://x/static/a.js?v=1", "start": 210, "end": 300, "sent": 1300, "body": 1000},
            {"url": "http://x/static/b.css", "start": 210, "end": 300, "sent": 2300, "body": 2000},
        ],
    }  # fmt: skip
    found = figures(said)
    assert (found.interactive, found.blocking, found.lcp) == (630, 80, 600)
    assert (found.requests, found.code_bytes, found.sent_bytes) == (3, 3000, 12_600)
    with pytest.raises(ValueError, match="painted"):
        figures({**said, "fcp": None})


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that sends back what it is sent."""
    door = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                taken, _ = door.accept()
            except OSError:
                return
            with taken:
                while piece := taken.recv(65536):
                    taken.sendall(piece)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield door.getsockname()[1]
    door.shutdown(socket.SHUT_RDWR)
    door.close()


def test_a_slow_line_takes_its_time_and_changes_nothing(echo: int) -> None:
    """Two round trips to connect, one to go and come back, and the bytes at their pace, each way."""
    sent = bytes(range(256)) * 100
    with Line(echo, Speed(down=1_000_000, up=2_000_000, round_trip=0.2)) as line:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", line.port)) as phone:
            phone.sendall(sent)
            got = b""
            while len(got) < len(sent):
                got += phone.recv(65536)
        took = time.monotonic() - began
    assert got == sent
    assert took >= 3 * 0.2 + len(sent) * 8 / 1_000_000


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which package, and which browser; pages that are none are refused before anything is built."""
    runner = CliRunner()
    assert runner.invoke(app, ["bench", "pages", "--pages", "nowhere"]).exit_code == 2
    monkeypatch.setattr(bench_pages, "tool_is_there", lambda: False)
    told = runner.invoke(app, ["bench", "pages"])
    assert told.exit_code == 2
    assert "playwright" in told.output
    monkeypatch.setattr(bench_pages, "tool_is_there", lambda: True)
    monkeypatch.setattr(bench_pages, "installed", lambda: None)
    monkeypatch.setattr(bench_pages, "own_browser", lambda: False)
    told = runner.invoke(app, ["bench", "pages"])
    assert told.exit_code == 2
    assert "chromium" in told.output


@pytest.mark.browser
@pytest.mark.slow
def test_the_command_measures_a_page_and_counts_taps(tmp_path: Path) -> None:
    """One page at the machine's own speed: figures, aims with their answer, and taps within theirs."""
    # A process of its own: another test may drive a browser in this one.
    told = subprocess.run(
        [sys.executable, "-m", "workers.cli", "bench", "pages", "--pages", "posting", "--times", "1", "--fast"],
        capture_output=True, text=True, check=False, timeout=300, cwd=ROOT,
        env={**os.environ, "COLUMNS": "180", "GLANE_DATA_DIR": str(tmp_path)},
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    rows = [line.split("│") for line in told.stdout.splitlines() if line.count("│") > 2]
    cold, warm = (float(row[2].replace(",", ".")) for row in rows if row[1].strip() == "interactif (s)")
    assert 0 < warm < 20
    assert 0 < cold < 20
    lines = {row[1].strip(): " ".join(row[2:]) for row in rows if len(row) == 6}
    for aim in ("JS+CSS (ko)", "CLS", "Requêtes ailleurs", "lot de la dernière fois", "nouveau lot"):
        [line] = [line for name, line in lines.items() if aim in name]
        assert "oui" in line, line
    assert "Seul :" in told.stdout
