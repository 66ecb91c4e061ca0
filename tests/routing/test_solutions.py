"""Solutions of the public instances are read back as plans, written in the sets' own form, and refused when damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import routing as r
from routing.formats import Source, read, read_solution, write_text
from routing.formats.benchmark import read_li_lim, read_sartori_buriol, routes_of, solution
from routing.formats.glane_json import write_plan
from routing.formats.solutions import solution_of


def li_lim(pairs: int, seed: int, vehicles: int = 9) -> str:
    """A Li & Lim file with wide windows, so that any order of whole pairs keeps the rules."""
    random = Random(seed)
    rows = [f"{vehicles} 1000 1", "0 50 50 0 0 100000 0 0 0"]
    for number in range(1, 2 * pairs + 1):
        other = number + 1 if number % 2 else number - 1
        demand = 5 if number % 2 else -5
        opens = random.randrange(0, 500)
        sibling = f"0 {other}" if number % 2 else f"{other} 0"
        rows.append(
            f"{number} {random.randrange(100)} {random.randrange(100)} {demand} {opens} {opens + 90000} 10 {sibling}"
        )
    return "\n".join(rows) + "\n"


def sartori(pairs: int, seed: int) -> str:
    """The same in the form of Sartori & Buriol, with times that differ by direction."""
    random = Random(seed)
    size = 2 * pairs + 1
    nodes = [line.split(maxsplit=3) for line in li_lim(pairs, seed).splitlines()[1:]]
    edges = [" ".join(str(0 if a == b else random.randrange(1, 60)) for b in range(size)) for a in range(size)]
    head = ["NAME: tiny", f"SIZE: {size}", "CAPACITY: 1000", "NODES"]
    return "\n".join([*head, *(f"{n} 41.{x} 2.{y} {rest}" for n, x, y, rest in nodes), "EDGES", *edges, "EOF", ""])


def _source(form: str, pairs: int, seed: int = 1) -> Source:
    return Source(
        *(read_li_lim(li_lim(pairs, seed)) if form == "li-lim" else read_sartori_buriol(sartori(pairs, seed)))
    )


def _routes(pairs: int, seed: int) -> list[list[int]]:
    """Some whole pairs a route, loaded and unloaded in a random order that keeps pickups first."""
    random = Random(seed)
    numbers = list(range(1, 2 * pairs, 2))
    random.shuffle(numbers)
    routes: list[list[int]] = []
    while numbers:
        some = [numbers.pop() for _ in range(min(len(numbers), random.randint(1, 4)))]
        order = [node for pickup in some for node in (pickup, pickup + 1)]
        random.shuffle(order)
        seen: set[int] = set()
        route = []
        for node in order:
            pickup = node if node % 2 else node - 1
            route.append(pickup if pickup not in seen else pickup + 1)
            seen.add(pickup)
        routes.append(route)
    return routes


@pytest.mark.parametrize("form", ["li-lim", "sartori-buriol"])
@given(pairs=st.integers(1, 9), seed=st.integers(0, 10_000))
def test_routes_come_back_from_both_forms(form: str, pairs: int, seed: int) -> None:
    """Routes → text → plan → JSON → plan → routes: always the same routes and plan, and no rule is broken."""
    source, routes = _source(form, pairs), _routes(pairs, seed)
    assert source.named is not None
    plan = solution_of(write_text(routes, "tiny"), source)
    assert r.check(source.problem, plan) == []
    assert routes_of(plan) == routes
    answer = solution(source.problem, plan, source.named)
    assert solution_of(json.dumps(answer), source) == plan
    assert solution_of(write_text(answer["routes"], "tiny", "A B", "2026-01-31", "a paper"), source) == plan
    assert solution_of(write_plan(plan), source) == plan


def test_times_are_the_earliest() -> None:
    """Each thing is done as soon as it may be, and the vehicle leaves as late as costs nobody a minute."""
    text = "1 10 1\n0 0 0 0 0 1000 0 0 0\n1 3 4 5 100 500 10 0 2\n2 6 8 -5 0 900 10 1 0\n"
    plan = solution_of("Solution\nRoute 1 : 1 2\n", Source(*read_li_lim(text)))
    [trip] = plan.rounds
    assert (trip.start_s, trip.end_s, trip.wait_s) == (950_000, 1_350_000, 0)
    assert [(stop.arrival_s, stop.service_start_s) for stop in trip.stops] == [(1_000_000,) * 2, (1_150_000,) * 2]
    assert [[load.grams for load in stop.load_after] for stop in trip.stops] == [[5], []]


def test_what_the_file_says_is_for_the_checker_to_judge() -> None:
    """A solution that comes too late is read as it stands, and the checker finds the breach."""
    text = "1 10 1\n0 0 0 0 0 1000 0 0 0\n1 30 40 5 0 20 10 0 2\n2 6 8 -5 0 900 10 1 0\n"
    source = Source(*read_li_lim(text))
    plan = solution_of("Solution\nRoute 1 : 1 2\n", source)
    assert {breach.rule for breach in r.check(source.problem, plan)} == {"time_window"}


def test_what_is_left_out_is_said() -> None:
    """A JSON solution names what it does not serve; the plan then has it with a reason."""
    source = _source("li-lim", 2)
    plan = solution_of('{"routes": [[3, 4], []], "unserved": ["1"]}', source)
    assert [(left.shipment, left.reason) for left in plan.unserved] == [("1", r.Reason.NOT_TRIED)]
    assert r.check(source.problem, plan) == []


WHOLE = write_text([[1, 2], [3, 5, 4, 6]], "tiny", "A B", "2026-01-31", "a paper")


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        (WHOLE.replace("5 4 6", "5 4 x"), "line 7", "node number"),
        (WHOLE.replace("5 4 6", "5 4 99"), "line 7", "no node 99"),
        (WHOLE.replace("5 4 6", "5 4 2"), "line 7", "already visited (line 6)"),
        (WHOLE.replace("5 4 6", "5 6"), "line 7", "not brought to node 4"),
        (WHOLE.replace("3 5 4 6", "4 3 5 6"), "line 7", "must come before"),
        (WHOLE.replace("Route 2 : 3 5 4 6", "Route 2 : 0 3 5 4 6"), "line 7", "depot"),
        (WHOLE.replace("Route 2", "Route 3"), "line 7", "route 2 is expected"),
        (WHOLE.replace("Route 2 :", "Tour 2 :"), "line 7", "a route is expected"),
        (WHOLE.replace("Route 2 : 3 5 4 6\n", ""), "line 6", "no route has shipment 3, 5; the file may be cut"),
        ("hello\n", "line 1", "ends before its solution begins"),
        ("{}", "$", "neither rounds"),
        ("[]", "$", "object"),
        ('{"routes": 5}', "$.routes", "list"),
        ('{"routes": [5]}', "$.routes[0]", "list"),
        ('{"routes": [[1, 2], [3, "4"]]}', "$.routes[1][1]", "node number"),
        ('{"routes": [[1, 2], [3, 4], [5, 6]], "vehicles": 2}', "$.vehicles", "there are 3 routes"),
        ('{"routes": [[1, 2], [3, 4]]}', "$.routes", "no route has shipment 5"),
        ('{"routes": [[1, 2], [3, 4], [5, 6]], "unserved": ["5"]}', "$.unserved", "in a route as well"),
        ('{"routes": [[1, 2], [3, 4], [5, 6]], "unserved": ["9"]}', "$.unserved", "no shipment '9'"),
        ('{"routes": [[1, 2], [3, 4], [5, 6]], "routes": []}', "$", "'routes' is said twice"),
    ],
)
def test_a_damaged_solution_says_where(text: str, where: str, said: str) -> None:
    """What is wrong in a solution is told with its line or path."""
    with pytest.raises(r.FormatError) as caught:
        solution_of(text, _source("li-lim", 3))
    assert caught.value.where == where
    assert said in str(caught.value)


def test_more_routes_than_vehicles_are_refused() -> None:
    """The route that has no vehicle is named."""
    source = Source(*read_li_lim(li_lim(3, 1, vehicles=2)))
    with pytest.raises(r.FormatError, match="line 4: there are 3 routes for 2 vehicles"):
        solution_of("Solution\nRoute 1 : 1 2\nRoute 2 : 3 4\nRoute 3 : 5 6\n", source)


def test_routes_answer_public_instances_only(day: Callable[..., r.Problem]) -> None:
    """Node numbers mean nothing to a problem of our own."""
    with pytest.raises(r.FormatError, match="only answer a public instance"):
        solution_of(WHOLE, Source(day(3, 1), "glane-json"))


def _written(tmp_path: Path, form: str) -> tuple[Source, list[tuple[str, str]]]:
    """A source with a solution of it in every form, as (name, text)."""
    source, routes = _source(form, 12), _routes(12, 4)
    assert source.named is not None
    plan = solution_of(write_text(routes, "tiny"), source)
    answer = json.dumps(solution(source.problem, plan, source.named))
    return source, [("text", write_text(routes, "tiny")), ("routes", answer), ("plan", write_plan(plan))]


@pytest.mark.parametrize("form", ["li-lim", "sartori-buriol"])
def test_a_solution_cut_anywhere_is_refused(form: str, tmp_path: Path) -> None:
    """Wherever a solution file ends too early, in whichever form, it is refused and the place is named."""
    source, written = _written(tmp_path, form)
    file = tmp_path / "solution"
    for name, text in written:
        kept = text.rstrip()
        for end in range(0, len(kept), max(1, len(kept) // 150)):
            file.write_text(kept[:end], encoding="utf-8")
            with pytest.raises(r.FormatError) as caught:
                read_solution(file, source)
            assert any(word in caught.value.where for word in ("line", "$", str(file))), (name, end)


@pytest.mark.parametrize("form", ["li-lim", "sartori-buriol"])
def test_an_instance_cut_anywhere_is_refused(form: str, tmp_path: Path) -> None:
    """Wherever an instance ends too early it is refused by its line, except between two whole pairs of Li & Lim."""
    text = (li_lim(6, 3) if form == "li-lim" else sartori(6, 3)).rstrip()
    file = tmp_path / "instance.txt"
    for end in range(len(text)):
        file.write_text(text[:end], encoding="utf-8")
        lines = text[:end].splitlines()
        whole = (end + 1 < len(text) and text[end] in "\n") or text[end - 1] == "\n"
        if form == "li-lim" and whole and len(lines) >= 2 and len(lines) % 2 == 0:
            assert len(read(file).problem.shipments) == (len(lines) - 2) // 2
            continue
        with pytest.raises(r.FormatError) as caught:
            read(file)
        assert any(word in caught.value.where for word in ("line", "header", str(file))), end


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """No file, a folder, an empty file and bytes that are no text are told by the file's name."""
    source = _source("li-lim", 1)
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "bytes").write_bytes(b"Solution\n\xff\xfe")
    for name, said in (("none", "No such file"), ("", "directory"), ("empty", "is empty"), ("bytes", "byte 9")):
        with pytest.raises(r.FormatError, match=said) as caught:
            read_solution(tmp_path / name, source)
        assert str(tmp_path / name) in str(caught.value)
