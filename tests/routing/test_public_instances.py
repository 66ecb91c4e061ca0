"""Li & Lim and Sartori & Buriol files are read as they are meant, and damaged ones are refused with their line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import routing as r
from routing.formats import Source, read
from routing.formats.benchmark import solution

BENCH = Path(__file__).resolve().parents[2].parent / "shared" / "bench"
LI_LIM = """2 10 1
0 0 0 0 0 1000 0 0 0
1 3 4 5 0 500 10 0 2
2 6 8 -5 0 900 10 1 0
"""
SARTORI = """NAME: tiny
LOCATION: Nowhere
COMMENT: made by hand
TYPE: PDPTW
SIZE: 3
DISTRIBUTION: random
DEPOT: central
ROUTE-TIME: 240
TIME-WINDOW: 60
CAPACITY: 10
NODES
0 41.0 2.0 0 0 240 0 0 0
1 41.1 2.1 5 0 100 5 0 2
2 41.2 2.2 -5 0 200 5 1 0
EDGES
0 7 9
8 0 4
6 3 0
EOF
"""


def _read(text: str, folder: Path) -> Source:
    file = folder / "tiny.txt"
    file.write_text(text, encoding="utf-8")
    return read(file)


def _solve(source: Source, iterations: int = 5) -> dict[str, object]:
    assert source.named is not None
    plan = r.solve(source.problem, iterations=iterations, engine="search")
    assert r.check(source.problem, plan) == []
    return solution(source.problem, plan, source.named)


def test_li_lim_by_hand(tmp_path: Path) -> None:
    """A three-node file gives its only route and its Euclidean length."""
    source = _read(LI_LIM, tmp_path)
    assert source.form == "li-lim"
    answer = _solve(source)
    assert (answer["vehicles"], answer["distance"], answer["routes"]) == (1, 20.0, [[1, 2]])


def test_sartori_buriol_by_hand(tmp_path: Path) -> None:
    """A three-node file gives its only route and its travel time, in the direction driven."""
    source = _read(SARTORI, tmp_path)
    assert source.form == "sartori-buriol"
    answer = _solve(source)
    assert answer == {"instance": "tiny", "vehicles": 1, "distance": 17.0, "routes": [[1, 2]], "unserved": []}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (LI_LIM.replace("1 3 4 5", "1 3 x 5"), "line 3"),
        (LI_LIM.replace("2 6 8 -5 0 900 10 1 0\n", ""), "node 1"),
        (LI_LIM.replace("0 500", "500 0"), "end_s"),
        (LI_LIM.replace("1 3 4", "1 nan 4"), "line 3"),
        (LI_LIM.replace("1 3 4 5 0 500 10 0 2", "7 3 4 5 0 500 10 0 2"), "line 3"),
        (SARTORI.replace("8 0 4", "8 0"), "line 17"),
        (SARTORI.split("EDGES", maxsplit=1)[0], "line 15"),
        (SARTORI.replace("SIZE: 3", "SIZE: many"), "header"),
        (SARTORI.replace("8 0 4", "8 -3 4"), "metres[1][1]"),
        (SARTORI.replace("6 3 0\nEOF\n", ""), "line 18"),
    ],
)
def test_damaged_file_names_its_place(text: str, where: str, tmp_path: Path) -> None:
    """What is wrong in a file is told with the line, the node or the field."""
    with pytest.raises(r.RoutingError) as caught:
        _read(text, tmp_path)
    assert where in str(caught.value)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["lilim100/lc101.txt", "lilim200/lc1_2_1.txt", "sb100/bar-n100-1.txt"])
def test_public_instance_is_solved(name: str) -> None:
    """A public instance is read whole; a short search serves all and beats no best-known vehicle count."""
    file = BENCH / name
    if not file.exists():
        file = sorted(file.parent.glob("*.txt"))[0]
    source = read(file)
    answer = _solve(source, iterations=10)
    assert answer["unserved"] == []
    known = json.loads((BENCH / "bks.json").read_text(encoding="utf-8"))[file.stem]
    assert isinstance(answer["vehicles"], int)
    assert answer["vehicles"] >= known["vehicles"]
    visited = [node for route in answer["routes"] for node in route]  # type: ignore[attr-defined]  # a list of lists
    assert sorted(visited) == list(range(1, 2 * len(source.problem.shipments) + 1))
