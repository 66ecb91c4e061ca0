"""`glane travel` learns speeds from drives or a road engine, says its error, and refuses in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from routing.travel import PROFILES, GeodesicTravel, Point
from routing.travel.embedded import installed
from routing.travel.fitting import read_profiles
from tests.routing.road_server import RoadServer
from workers.cli import travel

HEAD = "from_latitude,from_longitude,to_latitude,to_longitude,metres,seconds\n"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run() -> Run:
    """`run(*words)` calls the program as the shell would; its status and what it said."""
    app = typer.Typer()
    travel.register(app)

    def called(*words: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["travel", *map(str, words)], env={"COLUMNS": "200"})
        return result.exit_code, result.output

    return called


@pytest.fixture
def drives(tmp_path: Path) -> Path:
    """Drives of a slow lorry north of a depot, half a kilometre to forty apart."""
    file = tmp_path / "drives.csv"
    rows = [f"47,-1,{47 + n / 2000:.4f},-1,{n * 80},{60 + n * 9}\n" for n in range(10, 720)]
    file.write_text(HEAD + "".join(rows), encoding="utf-8")
    return file


def test_speeds_are_learnt_from_drives(run: Run, drives: Path, tmp_path: Path) -> None:
    """A CSV of drives becomes a profile that tells them; other vehicles' profiles stay in the file."""
    file = tmp_path / "profiles.json"
    assert run("fit", "truck", "--trips", drives, "--out", file)[0] == 0
    code, said = run("fit", "van", "--trips", drives, "--out", file)
    assert code == 0
    assert "appris" in said
    assert "livré" in said
    learnt = read_profiles(file.read_text(encoding="utf-8"))
    assert set(learnt) == {"truck", "van"}
    told = GeodesicTravel(learnt).matrix([Point(47, -1), Point(47.1, -1)], "van")
    assert told.seconds[0, 1] == pytest.approx(60 + 200 * 9, rel=0.03)
    assert told.seconds[0, 1] != GeodesicTravel(PROFILES).matrix([Point(47, -1), Point(47.1, -1)], "van").seconds[0, 1]


def test_speeds_are_learnt_from_a_service(run: Run, tmp_path: Path) -> None:
    """Points asked of a road service over HTTP are enough to learn from."""
    points = tmp_path / "points.csv"
    points.write_text("latitude,longitude\n" + "".join(f"{40 + n / 50},0\n" for n in range(40)), encoding="utf-8")
    server = RoadServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        file = tmp_path / "profiles.json"
        code, said = run("fit", "van", "--points", points, "--engine", "osrm", "--where", server.url, "--out", file)
    finally:
        server.shutdown()
        server.server_close()
    assert code == 0, said
    assert read_profiles(file.read_text(encoding="utf-8"))["van"].knots


def test_wrong_words_are_refused(run: Run, drives: Path, tmp_path: Path) -> None:
    """Two sources or none, an unknown engine, a missing or damaged file: status 2 and what is wrong."""
    out = tmp_path / "profiles.json"
    points = tmp_path / "points.csv"
    points.write_text("latitude,longitude\n47,-1\n47,west\n", encoding="utf-8")
    bad = tmp_path / "bad.csv"
    bad.write_text(HEAD + "47,-1,48,-1,1000,soon\n", encoding="utf-8")
    for words, said in [
        (("--out", out), "--trips"),
        (("--out", out, "--trips", drives, "--points", points), "--trips"),
        (("--out", out, "--points", points, "--engine", "osrm", "--where", "http://127.0.0.1:9"), "line 3"),
        (("--out", out, "--points", points, "--engine", "horse"), "horse"),
        (("--out", out, "--trips", tmp_path / "none.csv"), "none.csv"),
        (("--out", out, "--trips", bad), "line 2"),
        (("--out", tmp_path / "nowhere" / "p.json", "--trips", drives), "nowhere"),
    ]:
        code, told = run("fit", "van", *words)
        assert code == 2, words
        assert said in told
    assert not out.exists()
    out.write_text('{"van": [[1000, 1', encoding="utf-8")
    code, told = run("fit", "van", "--out", out, "--trips", drives)
    assert code == 2
    assert "line 1" in told


@pytest.mark.skipif(installed(), reason="the road engine is installed")
def test_the_extra_is_named_where_it_lacks(run: Run, tmp_path: Path) -> None:
    """Building roads without the engine says what to install."""
    code, told = run("build", tmp_path / "town.osm.pbf", "--out", tmp_path / "roads.tar")
    assert code == 2
    assert "glane[roads]" in told
