"""A file cut after any byte, or with any word of it spoilt, is refused with its place, or is still a valid file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import routing as r
from routing.formats import Source, read, read_solution
from routing.formats.benchmark import solution
from routing.formats.glane_json import write_plan, write_problem
from routing.formats.solutions import solution_of, write_text
from tests.routing.test_solutions import li_lim, sartori

PLACE = re.compile(r"line \d+|header|\$|: byte \d+|: is empty$")
SPOILT = ("NaN", "-1", "x", '""', "1e309", "-Infinity", "9" * 30, "0", "2.5", "null", "true", "[]", "{}", "é", "")


def _day() -> r.Problem:
    """One shipment, letters of two bytes, every kind of field."""
    way = r.Matrix([[0, None, 900], [900, 0, 900], [900, 900, 0]], [[0, None, 60], [60, 0, 60], [60, 60, 0]])
    cold = (r.Compartment(r.Temperature.CHILLED, 9000, 4, r.ColdEquipment.BOX),)
    van = r.Vehicle("fourgon", "dépôt", None, r.Window(0, 7200), cold, break_rule=r.BreakRule(3600, 900))
    cheese = r.Shipment(
        "crème",
        r.Place("épicerie", (r.Window(0, 3600),), 60),
        (r.Place("dépôt", (r.Window(0, 3600), r.Window(4000, 5000))),),
        5000,
        1,
        r.Temperature.CHILLED,
        {r.ColdEquipment.BOX: 5400},
    )
    sites = (r.Site("dépôt", 47.2, -1.5), r.Site("épicerie"), r.Site("quai", stop_s=30))
    return r.Problem(sites, (cheese,), (van,), {"van": way}, promises=(r.Promise("crème", "fourgon", 60, 120),))


def _files(tmp_path: Path) -> dict[str, tuple[str, Callable[[Path], object]]]:
    """Each form with a small file of it and who reads it."""
    day = _day()
    plan = r.solve(day, iterations=1, engine="ortools")
    few = Source(*_read(tmp_path, li_lim(2, 1)))
    routes = [[1, 3, 2, 4]]
    found = solution_of(write_text(routes, "tiny"), few)
    assert few.named is not None
    answer = json.dumps(solution(few.problem, found, few.named))
    of_day = Source(day, "glane-json")
    return {
        "problem": (write_problem(day), read),
        "Li & Lim": (li_lim(2, 1), read),
        "Sartori & Buriol": (sartori(2, 1), read),
        "plan": (write_plan(plan), lambda file: read_solution(file, of_day)),
        "routes": (answer, lambda file: read_solution(file, few)),
        "text": (write_text(routes, "tiny", "É. N.", "2026-01-31"), lambda file: read_solution(file, few)),
        "start": (write_text(routes, "tiny"), lambda file: read_solution(file, few, whole=False)),
    }


def _read(tmp_path: Path, text: str) -> tuple[r.Problem, str, object]:
    file = tmp_path / "instance.txt"
    file.write_text(text, encoding="utf-8")
    source = read(file)
    return source.problem, source.form, source.named


FORMS = ("problem", "Li & Lim", "Sartori & Buriol", "plan", "routes", "text", "start")


def _judge(file: Path, content: bytes, reads: Callable[[Path], object]) -> bool:
    """Whether the content can be read; if not, it must have been refused by its place."""
    file.write_bytes(content)
    said = None
    try:
        reads(file)
    except r.FormatError as error:
        said = str(error)
    assert said is None or PLACE.search(said), (content[-40:], said)
    return said is None


@pytest.mark.parametrize("form", FORMS)
def test_cut_after_any_byte(form: str, tmp_path: Path) -> None:
    """Never anything but a clear refusal or a whole meaning; the uncut file can be read."""
    text, reads = _files(tmp_path)[form]
    content = text.encode()
    read_at = [end for end in range(len(content) + 1) if _judge(tmp_path / "cut", content[:end], reads)]
    assert read_at[-1] == len(content)
    # The last line's end may be lacking. Li & Lim says nowhere how many pairs it has; a start may have no route yet.
    assert len(read_at) == {"Li & Lim": 6, "start": 6, "problem": 1, "plan": 1, "routes": 1}.get(form, 2), read_at


@pytest.mark.parametrize("form", FORMS)
def test_spoilt_in_any_place(form: str, tmp_path: Path) -> None:
    """Any word replaced by NaN, a wrong sign, a wrong kind, far too much or nothing: refused by its place, or read."""
    text, reads = _files(tmp_path)[form]
    words = list(re.finditer(r"[^\s,:\[\]{}]+", text))
    random = Random(1)
    for word in words:
        for spoilt in random.sample(SPOILT, 4):
            _judge(tmp_path / "spoilt", (text[: word.start()] + spoilt + text[word.end() :]).encode(), reads)


@pytest.mark.parametrize(
    ("form", "before", "after", "where"),
    [
        ("problem", '"stop_s": 30', '"stop_s": NaN', "$.sites[2].stop_s"),
        ("problem", "47.2", "NaN", "$.sites[0].latitude"),
        ("problem", "-1.5", "-Infinity", "$.sites[0].longitude"),
        ("problem", "900, 0, 900", "900, NaN, 900", "$.matrices.van.metres[1][1]"),
        ("routes", "[1, 3, 2, 4]", "[1, NaN, 2, 4]", "$.routes[0][1]"),
        ("Li & Lim", "9 1000 1", "9 " + "9" * 20 + " 1", "line 1"),
        ("Li & Lim", "1000 1", "1000 1e9", "line 1"),
        ("Li & Lim", "100000 0 0 0", "9" * 20 + " 0 0 0", "line 2"),
        ("Li & Lim", "0 50 50", "0 50 1e300", "line 2"),
        ("Sartori & Buriol", "CAPACITY: 1000", "CAPACITY: " + "9" * 20, "header"),
        ("Sartori & Buriol", "EDGES\n0", "EDGES\n" + "9" * 30, "line 11"),
    ],
)
def test_where_a_number_is_none(form: str, before: str, after: str, where: str, tmp_path: Path) -> None:
    """NaN, infinities and numbers beyond all measure are refused by the field or the line that has them."""
    text, reads = _files(tmp_path)[form]
    assert before in text
    file = tmp_path / "bad"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(r.FormatError) as caught:
        reads(file)
    assert caught.value.where == where


def test_more_vehicles_than_memory_holds(tmp_path: Path) -> None:
    """A file that grants any number of vehicles gets as many as can be of use."""
    problem, _, _ = _read(tmp_path, li_lim(2, 1, vehicles=10**15))
    assert len(problem.vehicles) == 2


def test_a_mark_before_the_text_is_no_text(tmp_path: Path) -> None:
    """Some editors write a byte order mark first; the file is read all the same."""
    file = tmp_path / "marked"
    for text in (write_problem(_day()), li_lim(2, 1)):
        file.write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert len(read(file).problem.shipments) >= 1
