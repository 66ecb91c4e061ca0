"""Whatever a peer does, the benchmark goes on and its row says what happened."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import routing
from tests.workers import strange_peers
from tests.workers.public_instances import instance
from workers.bench.routing import alone, engines
from workers.bench.routing.alone import PeerFailed, peer_routes
from workers.bench.routing.engines import Answered
from workers.bench.routing.measuring import Job, Row, jobs, run
from workers.bench.routing.peers.task import Task, Unsuitable
from workers.bench.routing.starting import tiny

STRANGE = "tests.workers.strange_peers"


@pytest.fixture
def row_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Row]:
    """The row of a peer that behaves in that way."""
    of = instance(tmp_path)
    monkeypatch.setitem(engines.PEERS, "vroom", "glane")  # its version, at least, can be told
    engines.version.cache_clear()

    def ask(engine: str, problem: object, seconds: float, seed: int, threads: int, _: int | None) -> Answered:
        return Answered(peer_routes(STRANGE, of.problem, seconds, seed, threads))

    return lambda seed: run(Job(of, "vroom", seed, 0.2, 1), ask)[0]


def test_a_good_peer_has_figures(row_of: Callable[[int], Row]) -> None:
    """A vehicle for each shipment."""
    row = row_of(strange_peers.GOOD)
    assert (row.vehicles, row.breaches) == (3, 0)
    assert row.distance


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (strange_peers.NONSENSE, "invalid: names"),
        (strange_peers.RAISES, "failed: ValueError: no such thing"),
        (strange_peers.DIES, "failed: its process ended with code 3"),
    ],
)
def test_a_bad_peer_is_a_row_that_says_so(row_of: Callable[[int], Row], behaviour: int, words: str) -> None:
    """No figures, the reason, and never an exception."""
    row = row_of(behaviour)
    assert row.vehicles is None
    assert row.value == (float("inf"), float("inf"))
    assert row.note.startswith(words)


def test_a_peer_that_hangs_is_ended(row_of: Callable[[int], Row], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for a while beyond its time, then its process is gone."""
    monkeypatch.setattr(alone, "PATIENCE_S", 1.5)
    began = time.monotonic()
    row = row_of(strange_peers.HANGS)
    assert row.note.startswith("failed: no answer after")
    assert time.monotonic() - began < 10
    assert multiprocessing.active_children() == []


def test_a_peer_that_cannot_be_imported_says_so(tmp_path: Path) -> None:
    """The package may be there and broken."""
    with pytest.raises(PeerFailed, match="cannot be imported"):
        peer_routes("tests.workers.no_such_peer", instance(tmp_path).problem, 0.2, 0, 1)


def test_a_peer_that_is_not_installed_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its runs are not on the list; ours are."""
    monkeypatch.setitem(engines.PEERS, "vroom", "no-such-package")
    assert engines.missing("vroom") == "no-such-package"
    todo = jobs([instance(tmp_path)], ["ortools", "vroom"], [0], [1.0], 1)
    assert [job.engine for job in todo] == ["ortools"]


def test_another_engine_never_answers_under_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its compiler the search is answered by RoutingModel: no figures of that under our name."""
    of = instance(tmp_path)
    plan = replace(routing.solve(of.problem, iterations=2, engine="ortools"), engine="ortools")
    monkeypatch.setattr(routing, "solve_in_child", lambda *_, **__: plan)
    row, _ = run(Job(of, "search", 0, 1.0, 1))
    assert (row.vehicles, row.note) == (None, "failed: ortools answered instead of search")
    row, _ = run(Job(of, "ortools", 0, 1.0, 1))
    assert row.vehicles
    monkeypatch.setattr(engines, "COMPILER", "no-such-package")
    assert engines.missing("search") == "no-such-package"


def test_peers_are_asked_only_what_they_can_be_told() -> None:
    """Compartments and several kinds of vehicles are refused, not left out in silence."""
    with pytest.raises(Unsuitable):
        Task(tiny())
