"""The routing benchmark keeps each run at once, goes on where it stopped, and sums up what it kept."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.workers.public_instances import instance, li_lim
from workers.bench.routing import engines, measuring, standing
from workers.bench.routing.instances import Best, Instance, NoInstances, best_known, files_of, load, spread
from workers.bench.routing.ledger import BadLedger, Ledger
from workers.bench.routing.measuring import Job, Row, jobs, measure
from workers.bench.routing.plotting import curve, improving, marks
from workers.bench.routing.sheets import public_sheets
from workers.bench.routing.targets import verdicts
from workers.bench.routing.traces import append_trace, read_traces
from workers.cli.bench import app


def row(name: str, engine: str, vehicles: int | None, distance: float | None, **more: object) -> Row:
    """A row of an instance whose best known is 10 vehicles and 100."""
    size = int(str(more.pop("size", 100)))
    given: dict[str, object] = {
        "instance": name, "family": f"Li & Lim {size}", "size": size, "engine": engine, "version": "1", "seed": 0,
        "threads": 2, "disguise": "", "seconds": 10.0, "took": 10.0, "vehicles": vehicles, "distance": distance,
        "breaches": 0, "best_vehicles": 10, "best_distance": 100.0, "day": "2026-11-22", "note": "",
    }  # fmt: skip
    return Row(**{**given, **more})  # type: ignore[arg-type]  # words and numbers by name


# The search needs its compiler; RoutingModel is always here.
HERE = "search" if engines.missing("search") is None else "ortools"

# Keeping


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    """Numbers, nothing, words with commas and line breaks (put on one line)."""
    path = tmp_path / "rows.csv"
    ledger = Ledger(path, Row)
    rows = [row("a", "search", 9, 12.5), row("b", "vroom", None, None, note='late, "very"', best_vehicles=None)]
    for one in rows:
        ledger.append(one)
    assert Ledger(path, Row).rows == rows
    ledger.append(row("c", "search", None, None, note="two\nlines"))
    assert Ledger(path, Row).rows[-1].note == "two lines"
    with path.open(newline="") as file:
        assert list(next(csv.reader(file))) == list(asdict(rows[0]))


def test_of_two_rows_of_one_run_the_later_counts(tmp_path: Path) -> None:
    """Another version, time or disguise is another run."""
    ledger = Ledger(tmp_path / "rows.csv", Row)
    for one in (row("a", "search", 9, 12.5), row("a", "search", 8, 11.5), row("a", "search", 7, 1.0, version="2")):
        ledger.append(one)
    assert [one.vehicles for one in Ledger(tmp_path / "rows.csv", Row).rows] == [8, 7]


def test_a_row_cut_in_the_middle_is_measured_again(tmp_path: Path) -> None:
    """A run that was killed while writing leaves half a line: it is dropped, the others count."""
    path = tmp_path / "rows.csv"
    ledger = Ledger(path, Row)
    ledger.append(row("a", "search", 9, 12.5))
    whole = path.read_text()
    ledger.append(row("b", "search", 9, 12.5))
    path.write_text(path.read_text()[: len(whole) + 17])
    again = Ledger(path, Row)
    assert [one.instance for one in again.rows] == ["a"]
    again.append(row("c", "search", 9, 12.5))
    assert [one.instance for one in Ledger(path, Row).rows] == ["a", "c"]


@pytest.mark.parametrize("spoiled", ["name,age\nx,3\n", None])
def test_another_table_is_refused(tmp_path: Path, spoiled: str | None) -> None:
    """It says which line, and writes nothing into it."""
    path = tmp_path / "rows.csv"
    if spoiled is None:
        Ledger(path, Row).append(row("a", "search", 9, 12.5))
        spoiled = path.read_text().replace("12.5", "far")
    path.write_text(spoiled)
    with pytest.raises(BadLedger, match=r"rows\.csv"):
        Ledger(path, Row)
    assert path.read_text() == spoiled


def test_what_is_measured_is_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped run goes on with the first run it has no row of."""
    ran: list[tuple[str, int]] = []

    def stub(job: Job) -> tuple[Row, list[tuple[float, int, float]]]:
        ran.append((job.instance.name, job.seed))
        return measuring.judged(job, 0.1, [["1", "4"], ["2", "5"], ["3", "6"]]), []

    monkeypatch.setattr(measuring, "run", stub)
    todo = jobs([instance(tmp_path, name) for name in ("a", "b")], ["search"], range(2), [1.0], 1)
    path = tmp_path / "rows.csv"
    steps = measure(todo, Ledger(path, Row))
    assert [next(steps)[1] for _ in range(3)] == [True] * 3
    steps.close()
    assert [fresh for _, fresh in measure(todo, Ledger(path, Row))] == [False] * 3 + [True]
    assert ran == [("a", 0), ("a", 1), ("b", 0), ("b", 1)]


@pytest.mark.parametrize(
    ("peer_seeds", "disguised", "asked"),
    [(None, False, [3, 3, 1]), (1, False, [3, 1, 1]), (1, True, [3, 1, 1]), (None, True, [3, 3, 3])],
)
def test_who_takes_no_seed_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peer_seeds: int | None, disguised: bool, asked: list[int]
) -> None:
    """Ours has every seed, peers as many as wished, a seedless one a single run unless a seed is also a disguise."""
    monkeypatch.setattr(measuring, "missing", lambda engine: None)
    names = ["search", "pyvrp", "vroom"]
    todo = jobs([instance(tmp_path)], names, range(3), [1.0], 1, peer_seeds=peer_seeds, disguised=disguised)
    assert [sum(job.engine == name for job in todo) for name in names] == asked


# Choosing


def named(name: str, family: str, size: int, like: Instance) -> Instance:
    return Instance(name, family, size, like.problem, like.named, like.grain)


def test_the_spread_covers_every_family_and_looks_at_no_result(tmp_path: Path) -> None:
    """A third of each family by name, two at least, the same whatever the order of the files."""
    like = instance(tmp_path)
    many = [named(f"lc{number:02}", "Li & Lim", 104, like) for number in range(28)]
    some = [named(f"bar{number}", "Sartori–Buriol", 1000, like) for number in range(3)]
    one = [named("lr1_8_1", "Li & Lim", 800, like)]
    chosen = spread([*many, *some, *one])
    assert [sum(other.group == group for other in chosen) for group in
            ("Li & Lim 100", "Sartori–Buriol 1000", "Li & Lim 800")] == [10, 2, 1]  # fmt: skip
    assert chosen == spread([*one, *reversed(many), *some])
    short = spread([*many, *some, *one], third=True)
    assert {other.group for other in short} == {other.group for other in chosen}
    assert len(short) == 5
    assert set(map(id, short)) <= set(map(id, chosen))


def test_instances_are_recognised_with_what_is_known_of_them(tmp_path: Path) -> None:
    """Form and size from the file, the best known from the table beside it."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "lc9.txt").write_text(li_lim(5))
    (tmp_path / "bks.json").write_text('{"lc9": {"vehicles": 2, "distance": 12.5}}')
    (file,) = files_of(tmp_path)
    found = load(file, best_known(tmp_path))
    assert (found.name, found.group, found.size, found.best) == ("lc9", "Li & Lim 10", 10, Best(2, 12.5))
    (tmp_path / "bks.json").write_text('{"lc9": 3}')
    with pytest.raises(NoInstances, match=r"bks\.json"):
        best_known(tmp_path)
    with pytest.raises(NoInstances, match="no such"):
        files_of(tmp_path / "nowhere")


# Summing up


def lines(*rows: Row) -> Sequence[standing.Line]:
    return standing.lines(rows)


def test_the_median_of_the_seeds_counts() -> None:
    """By vehicles, then distance; a failed seed is the worst; of two the worse."""
    values = [(9, 50.0), (8, 70.0), (8, 60.0)]
    (line,) = lines(*(row("a", "search", *value, seed=seed) for seed, value in enumerate(values)))
    assert line.value("search") == (8, 70.0)
    (line,) = lines(row("a", "search", 8, 60.0), row("a", "search", None, None, seed=1))
    assert line.value("search")[0] == float("inf")


def test_gaps_are_against_best_known() -> None:
    """Over all that was answered, and over those with as many vehicles as best known."""
    of = lines(row("a", "search", 10, 103.0), row("b", "search", 12, 95.0), row("c", "search", None, None))
    found = standing.gaps(of, "search")
    assert (found.instances, found.failed, found.vehicles, found.equal) == (3, 1, 22, 1)
    assert found.extra_vehicles == pytest.approx(1.0)
    assert found.gap == pytest.approx(-0.01)
    assert found.gap_when_equal == pytest.approx(0.03)


def test_ours_beside_peers() -> None:
    """Fewer vehicles win whatever the distance; a peer without an answer is worse; the large ones apart."""
    of = lines(
        row("a", "search", 10, 100.0), row("a", "vroom", 11, 50.0), row("a", "pyvrp", 10, 100.0),
        row("b", "search", 10, 100.0, size=200), row("b", "vroom", None, None, size=200),
        row("b", "pyvrp", 10, 99.0, size=200),
    )  # fmt: skip
    vroom, pyvrp, both = standing.versus(of, "vroom"), standing.versus(of, "pyvrp"), standing.versus_all(of)
    assert (vroom.no_worse, vroom.better, vroom.better_large) == (1.0, 1.0, 1.0)
    assert (pyvrp.no_worse, pyvrp.better, pyvrp.better_large) == (0.5, 0.0, 0.0)
    assert (both.no_worse, both.large) == (0.5, 1)
    assert both.more_vehicles_in == ()
    more = lines(row("a", "search", 11, 10.0), row("a", "vroom", 10, 100.0))
    assert standing.versus(more, "vroom").more_vehicles_in == ("Li & Lim 100",)


def test_aims_say_whether_they_are_reached() -> None:
    """The figures aimed at are those of the family, size and time."""
    of = lines(row("a", "search", 10, 100.2), row("a", "vroom", 10, 101.0))
    told = {one.what[1]: one for one in verdicts(of, 10.0)}
    assert all(one.reached for one in told.values())
    assert told["Li & Lim 100: distance where vehicles are equal"].measured == "+0.20%"
    strict = {one.what[1]: one.reached for one in verdicts(of, 60.0)}
    assert not strict["Li & Lim 100: distance where vehicles are equal"]
    worse = {one.what[1]: one.reached for one in verdicts(lines(row("a", "search", None, None)), 10.0)}
    assert not worse["Li & Lim 100: always a plan"]


def test_tables_in_both_languages() -> None:
    """The same cells; a failure is a word, not a number."""
    sheets = public_sheets([row("a", "search", 10, 100.2), row("a", "vroom", None, None)], disguised=True)
    page = "\n".join(sheet.markdown() for sheet in sheets)
    assert "| a | 10 / 100.00 | 10 / 100.20 | fails |" in page
    assert "**Aims, 10 s, disguised**" in page
    assert sheets[0].table().title == "Véhicules / distance, 10 s, déguisées"


def test_value_over_time(tmp_path: Path) -> None:
    """The best so far of searches side by side; from when every run has a plan; marks only where all answered."""
    points = [(1.0, 12, 90.0), (0.5, 13, 80.0), (2.0, 12, 95.0), (3.0, 11, 99.0)]
    assert improving(points) == [(0.5, 13, 80.0), (1.0, 12, 90.0), (3.0, 11, 99.0)]
    one, other = row("a", "search", 11, 99.0), row("b", "search", 10, 100.0)
    line = curve([(one, points), (other, [(2.0, 10, 100.0)])], 10.0)
    assert line[0][:2] == (2.0, 1.0)
    assert line[-1] == (10.0, 0.5, pytest.approx(-0.005))
    assert curve([(one, points), (other, [])], 10.0) == []
    assert marks([one, row("b", "search", None, None)]) == []
    file = tmp_path / "t.jsonl"
    append_trace(file, one.key, points)
    with file.open("a") as target:
        target.write('{"key": ["cut')
    assert read_traces(file, [one.key, other.key]) == {one.key: points}


# The command


@pytest.fixture
def glane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`glane bench routing …` here, without any peer."""
    monkeypatch.setattr(engines, "PEERS", {"vroom": "no-vroom-here", "pyvrp": "no-pyvrp-here"})
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["routing", "--no-start", *words], env={"COLUMNS": "200"})


def test_a_folder_is_compared_without_peers(glane: Callable[..., Result], tmp_path: Path) -> None:
    """Each peer that is missing is named once; ours runs by iterations, is kept, and a second call runs nothing."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "lc1.txt").write_text(li_lim(3))
    (tmp_path / "in" / "read.me.txt").write_text("nothing of the kind\n")
    words = ["--instances", "in", "--engines", f"{HERE},vroom,pyvrp", "--seeds", "1", "--threads", "1"]
    words += ["--iterations", "20", "--out", "rows.csv", "--markdown", "page.md", "--disguise"]
    done = glane(*words)
    assert done.exit_code == 0, done.output
    assert "no-vroom-here" in done.output
    assert "no-pyvrp-here" in done.output
    assert "read.me.txt" in done.output
    (kept,) = Ledger(tmp_path / "rows.csv", Row).rows
    assert kept.vehicles is not None
    assert kept.breaches == 0
    page = (tmp_path / "page.md").read_text()
    assert "| lc1 |" in page
    assert engines.LABELS[HERE] in page
    before = (tmp_path / "rows.csv").read_text()
    again = glane(*words)
    assert again.exit_code == 0
    assert "1/1" not in again.output
    assert (tmp_path / "rows.csv").read_text() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--instances"),
        (["--instances", "nowhere"], "nowhere"),
        (["--instances", ".", "--practical", "100"], "--practical"),
        (["--instances", "."], "*.txt"),
        (["--practical", "many"], "--practical many"),
        (["--practical", "5"], "--practical"),
        (["--instances", ".", "--seconds", "soon"], "--seconds soon"),
        (["--instances", ".", "--engines", "magic"], "magic"),
        (["--instances", ".", "--engines", "vroom"], "--engines"),
        (["--instances", ".", "--out", "no/folder/rows.csv"], "no/folder"),
    ],
)
def test_bad_words_are_told(glane: Callable[..., Result], words: list[str], said: str) -> None:
    """Code 2 and the option, never a traceback."""
    done = glane(*words)
    assert done.exit_code == 2, done.output
    assert said in done.output
