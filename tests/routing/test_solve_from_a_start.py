"""`glane solve --start` goes on from a plan in a file, and says in French what keeps a file from being one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

import routing as r
from routing.formats import Source, read, read_solution
from routing.formats.benchmark import solution
from routing.formats.glane_json import read_plan, write_plan, write_problem
from tests.routing.test_solutions import li_lim, sartori
from workers.cli.solve import register
from workers.cli.start_plan import start_of

QUICK = ("--iterations", 3, "--threads", 1)
# The second engine ends by its solutions too, but each of them may take it long on a busy machine.
ENGINES = ("search", "ortools")


@pytest.fixture
def run(solved_here: None) -> Callable[..., Result]:
    """`run(*words)` calls the command as the shell would."""
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)
    return lambda *words: CliRunner().invoke(app, ["solve", *map(str, words)])


@pytest.fixture
def day_file(day: Callable[..., r.Problem], tmp_path: Path) -> Path:
    """A day of twenty lots as a file, on which some search is worth while."""
    file = tmp_path / "day.json"
    file.write_text(write_problem(day(20, 4, 2)), encoding="utf-8")
    return file


@pytest.fixture
def plan_file(day_file: Path, tmp_path: Path) -> Path:
    """A good plan of that day as a file."""
    file = tmp_path / "plan.json"
    plan = r.solve(read(day_file).problem, iterations=300, engine="search")
    file.write_text(write_plan(plan), encoding="utf-8")
    return file


def _instance(form: str, tmp_path: Path) -> tuple[Path, Source]:
    file = tmp_path / "instance.txt"
    file.write_text(li_lim(6, 3) if form == "li-lim" else sartori(6, 3), encoding="utf-8")
    return file, read(file)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", ["li-lim", "sartori-buriol"])
def test_solved_written_and_begun_from(form: str, engine: str, run: Callable[..., Result], tmp_path: Path) -> None:
    """A public instance's answer as text in the set's own form is a start; nothing of it is lost."""
    file, source = _instance(form, tmp_path)
    first, again = tmp_path / "first.txt", tmp_path / "again.TXT"
    result = run(file, *QUICK, "--out", first)
    assert result.exit_code == 0, result.output
    written = first.read_text(encoding="utf-8")
    assert written.startswith("Instance name")
    assert "\nSolution\nRoute 1 : " in written
    found = read_solution(first, source)
    assert r.check(source.problem, found) == []
    result = run(file, "--iterations", 0, "--seconds", 1, "--engine", engine, "--start", first, "--out", again)
    assert result.exit_code == 0, result.output
    assert "départ : " in result.stderr
    assert again.read_text(encoding="utf-8").startswith("Instance name")
    better = read_solution(again, source)
    assert r.score(source.problem, better).total <= r.score(source.problem, found).total


def test_any_other_name_is_json(run: Callable[..., Result], tmp_path: Path) -> None:
    """Only a name in .txt asks for text."""
    file, source = _instance("li-lim", tmp_path)
    out = tmp_path / "answer.sol"
    assert run(file, *QUICK, "--out", out).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["instance"] == "instance"
    assert r.check(source.problem, read_solution(out, source)) == []


def test_text_of_our_own_problem_is_refused_before_solving(
    run: Callable[..., Result], day_file: Path, tmp_path: Path
) -> None:
    """There is no such form, and the refusal says what to write instead; nothing is solved or written."""
    result = run(day_file, *QUICK, "--out", tmp_path / "plan.txt")
    assert result.exit_code == 2
    assert "--out : plan.txt : seules les instances publiques" in result.stderr
    assert "écrivez plan.json" in result.stderr
    assert not (tmp_path / "plan.txt").exists()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_plan_of_ours_is_gone_on_from(
    engine: str, run: Callable[..., Result], day_file: Path, plan_file: Path, tmp_path: Path
) -> None:
    """Without a step of its own the engine gives back at least what it was given."""
    out = tmp_path / "better.json"
    words = ("--iterations", 0, "--seconds", 1, "--engine", engine, "--start", plan_file, "--out", out)
    result = run(day_file, *words)
    assert result.exit_code == 0, result.output
    problem = read(day_file).problem
    before, after = (r.score(problem, read_plan(file.read_text(encoding="utf-8"))) for file in (plan_file, out))
    assert after.total <= before.total + 0.01
    alone = r.solve(problem, iterations=0, engine="search")
    assert r.score(problem, alone).total > before.total, "the start must be one that the engine does not find at once"


def test_the_engine_is_given_the_start(
    run: Callable[..., Result], day_file: Path, plan_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the file says is what the search begins with."""
    given: list[r.Plan | None] = []

    def spy(problem: r.Problem, *_: object, warm: r.Plan | None = None, **__: object) -> r.Plan:
        given.append(warm)
        return r.Plan(unserved=tuple(r.Unserved(one.id, r.Reason.NOT_TRIED) for one in problem.shipments))

    monkeypatch.setattr(r, "solve_in_child", spy)
    assert run(day_file, *QUICK).exit_code == 0
    assert run(day_file, *QUICK, "--start", plan_file).exit_code == 0
    assert given == [None, read_plan(plan_file.read_text(encoding="utf-8"))]


def test_what_a_start_lacks_is_filled_up(day_file: Path, plan_file: Path, tmp_path: Path) -> None:
    """Shipments that are new since the plan was made are placed; those it carries stay where they are."""
    source = read(day_file)
    plan = read_plan(plan_file.read_text(encoding="utf-8"))
    less = tmp_path / "less.json"
    fewer = replace(plan, rounds=plan.rounds[1:], unserved=())
    less.write_text(write_plan(fewer), encoding="utf-8")
    start = start_of(less, source)
    assert r.check(source.problem, start) == []
    assert start.rounds == plan.rounds[1:]
    gone = {handling.shipment for stop in plan.rounds[0].stops for handling in stop.loads}
    assert {one.shipment for one in start.unserved} == gone | {one.shipment for one in plan.unserved}


def test_routes_may_be_too_few_to_begin_with(run: Callable[..., Result], tmp_path: Path) -> None:
    """Text and JSON routes that lack some shipments are no solution, but a start."""
    file, source = _instance("li-lim", tmp_path)
    for name, text in (("few.txt", "Solution\nRoute 1 : 1 2\n"), ("few.json", '{"routes": [[1, 2]]}')):
        few = tmp_path / name
        few.write_text(text, encoding="utf-8")
        with pytest.raises(r.FormatError, match="no route has shipment"):
            read_solution(few, source)
        result = run(file, *QUICK, "--start", few)
        assert result.exit_code == 0, result.output
        assert "départ : 1 tournée, 1 envoi, 5 à placer" in result.stderr
        assert json.loads(result.stdout)["unserved"] == []


def test_what_is_aboard_need_not_be_said(day: Callable[..., r.Problem], tmp_path: Path) -> None:
    """A start that says nothing of what a vehicle under way carries is filled up as well, and the goods are brought."""
    problem = day(4, 2, 3)
    lot, vehicle = replace(problem.shipments[0], max_ride_s={}, max_ride_m={}), problem.vehicles[0]
    lot = replace(lot, deliveries=tuple(replace(place, windows=()) for place in lot.deliveries))
    now = vehicle.shift.start_s + 600
    state = r.VehicleState(vehicle.id, lot.pickup.site, now, now - 600, aboard=(r.Aboard(lot.id, now),))
    later = replace(problem, shipments=(lot, *problem.shipments[1:]), states=(state,))
    file = tmp_path / "empty.json"
    file.write_text('{"rounds": []}', encoding="utf-8")
    start = start_of(file, Source(later, "glane-json"))
    assert start.left_out(lot.id) == r.Unserved(lot.id, r.Reason.UNDELIVERABLE)
    assert len(start.unserved) == 4
    again = r.solve(later, iterations=5, engine="search", warm=start)
    assert again.left_out(lot.id) is None
    assert r.check(later, again) == []


def _changed(plan: r.Plan, **changes: object) -> str:
    """The plan with its first round changed, as text."""
    return write_plan(replace(plan, rounds=(replace(plan.rounds[0], **changes), *plan.rounds[1:])))  # type: ignore[arg-type]  # whatever a test asks for


BAD: dict[str, tuple[Callable[[r.Plan], str | None], str]] = {
    "none": (lambda _: None, "n'existe pas"),
    "empty": (lambda _: " ", "est vide"),
    "cut": (lambda plan: write_plan(plan)[:300], "ligne 1, colonne "),
    "a problem": (lambda _: '{"sites": []}', "$ : n'est pas une solution"),
    "no text of ours": (lambda _: "Solution\nRoute 1 : 1 2\n", "ligne 2 : contient des routes de numéros de nœuds"),
    "another vehicle": (
        lambda plan: _changed(plan, vehicle="V99"),
        "n'est pas un plan de ce problème : tournée V99 : véhicule inconnu : « V99 »",
    ),
    "another shipment": (
        lambda plan: write_plan(replace(plan, unserved=(r.Unserved("L99", r.Reason.WINDOW),))),
        "envoi L99 : envoi inconnu parmi les laissés",
    ),
    "another site": (
        lambda plan: _changed(plan, stops=(replace(plan.rounds[0].stops[0], site="D99"), *plan.rounds[0].stops[1:])),
        "lieu inconnu : « D99 »",
    ),
    "a negative length": (lambda plan: write_plan(plan).replace('"metres": ', '"metres": -', 1), "$.rounds[0].metres"),
    "too fast": (lambda plan: _changed(plan, end_s=plan.rounds[0].start_s), "va trop vite de"),
    "half a shipment": (lambda plan: _changed(plan, stops=plan.rounds[0].stops[:1]), "règles, dont : "),
}


@pytest.mark.parametrize("case", BAD)
def test_no_start(case: str, run: Callable[..., Result], day_file: Path, plan_file: Path, tmp_path: Path) -> None:
    """What is no plan of this problem, or breaks a rule, is refused before anything is solved: file, place, reason."""
    make, said = BAD[case]
    file = tmp_path / "start.json"
    text = make(read_plan(plan_file.read_text(encoding="utf-8")))
    if text is not None:
        file.write_text(text, encoding="utf-8")
    result = run(day_file, *QUICK, "--start", file)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"--start : {file} : ")
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Solution\nRoute 1 : 1 99\n", "ligne 2 : le problème n'a pas de nœud 99"),
        ("Solution\nRoute 1 : 1\n", "ligne 2 : ce que le nœud 1 charge n'est pas porté au nœud 2"),
        ("Solution\nRoute 1 : 1 2 1\n", "ligne 2 : le nœud 1 a déjà été visité (ligne 2)"),
        ("Solution\nRoute 1 : 1 2\nRoute 3 : 3 4\n", "ligne 3 : la route 2 est attendue, pas 3"),
        ('{"routes": [[1, 2]], "unserved": ["77"]}', "$.unserved : le problème n'a pas d'envoi « 77 »"),
        ('{"routes": [[1, 3, 5, 2, 4, 6]]}', "tournée 1, envoi 5 : le compartiment ambiant prend 10 g"),
    ],
)
def test_no_start_of_a_public_instance(text: str, said: str, run: Callable[..., Result], tmp_path: Path) -> None:
    """The same for routes: the line or the route."""
    file, _ = _instance("li-lim", tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("9 1000 1", "9 10 1", 1), encoding="utf-8")
    start = tmp_path / "start"
    start.write_text(text, encoding="utf-8")
    result = run(file, *QUICK, "--start", start)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"--start : {start} : ")
    assert said in result.stderr


def test_plain_routing_model_starts_from_nothing(run: Callable[..., Result], day_file: Path, plan_file: Path) -> None:
    """It could not use a start, so it takes none."""
    result = run(day_file, "--start", plan_file, "--engine", "ortools-plain")
    assert result.exit_code == 2
    assert "ortools-plain part toujours de rien" in result.stderr


def test_the_text_says_what_it_cannot_say(run: Callable[..., Result], tmp_path: Path) -> None:
    """Shipments left out have no place in that form, so they are named beside it; and --explain says why."""
    file, source = _instance("li-lim", tmp_path)
    text = file.read_text(encoding="utf-8").splitlines()
    words = text[2].split()
    words[4:6] = ["0", "0"]
    words[1:3] = ["9000", "9000"]
    file.write_text("\n".join([*text[:2], " ".join(words), *text[3:]]) + "\n", encoding="utf-8")
    out = tmp_path / "some.txt"
    result = run(file, *QUICK, "--out", out, "--explain")
    assert result.exit_code == 0, result.output
    assert "Le texte ne peut pas dire ce qui est laissé : 1\n" in result.stderr
    assert "\n1 : personne n'y est aux heures d'ouverture (véhicule 1 ; " in result.stderr
    assert " de distance, 5 envois portés, 1 laissé\n" in result.stderr
    assert run(file, *QUICK, "--start", out).exit_code == 0
    assert solution(source.problem, start_of(out, read(file)), source.named)["vehicles"] >= 1  # type: ignore[arg-type]  # a public instance has names
