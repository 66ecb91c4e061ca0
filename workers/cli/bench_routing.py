"""`glane bench routing`: our search beside other open solvers, on public instances and on invented region days."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer

import routing
from workers.bench.day import today
from workers.bench.routing.day_sheets import region_sheets
from workers.bench.routing.days import ENGINES, DayJob, DayRow, day_jobs, measure_days
from workers.bench.routing.engines import NAMES, OURS, PEERS, chosen, missing, versions
from workers.bench.routing.instances import Instance, NoInstances, best_known, files_of, load, spread
from workers.bench.routing.ledger import BadLedger, Ledger
from workers.bench.routing.measuring import Job, Row, jobs, measure
from workers.bench.routing.plotting import NoPlot, plot
from workers.bench.routing.region import LEAST_LOTS, MOST_LOTS
from workers.bench.routing.sheets import Said, label, public_sheets, same
from workers.bench.routing.starting import AIM_S, cold_start
from workers.bench.routing.traces import read_traces, traces_beside
from workers.cli.console import errors, fail, out
from workers.cli.measures import counting
from workers.cli.refusals import refusal

Kind = TypeVar("Kind", Row, DayRow)
OUT, OUT_DAYS = Path("bench-routing.csv"), Path("bench-routing-days.csv")


def compare(
    instances: Annotated[
        Path | None, typer.Option(help="Dossier ou fichier d'instances Li & Lim, Sartori & Buriol ; bks.json à côté.")
    ] = None,
    every: Annotated[bool, typer.Option("--all/--spread", help="Toutes les instances, ou un choix fixe.")] = False,
    third: Annotated[bool, typer.Option("--third", help="Un tiers du choix fixe.")] = False,
    engines: Annotated[str, typer.Option(help=f"Parmi {', '.join(NAMES)}.")] = ",".join(NAMES),
    seconds: Annotated[str, typer.Option(help="Temps de recherche ; plusieurs avec des virgules.")] = "",
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Graines ; la médiane compte.")] = 3,
    peer_seeds: Annotated[
        int | None, typer.Option(min=1, max=100, help="Graines des autres moteurs ; à défaut autant.")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Fils de chaque moteur.")] = 2,
    disguise: Annotated[
        bool, typer.Option("--disguise", help="Instances renumérotées, retournées, agrandies.")
    ] = False,
    iterations: Annotated[int | None, typer.Option(min=0, help="Arrêt de notre moteur après tant de tours.")] = None,
    practical: Annotated[str, typer.Option(help="Journées d'une région : nombres de lots, par exemple 100,180.")] = "",
    grow: Annotated[bool, typer.Option("--growth", help="Journées : aussi à dix fois le temps.")] = False,
    region_seed: Annotated[int, typer.Option(help="Graine de la région inventée.")] = 2026,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="CSV, une ligne par essai ; on reprend où il en est.")
    ] = None,
    markdown: Annotated[Path | None, typer.Option(help="Écrit aussi les tableaux en Markdown, en anglais.")] = None,
    picture: Annotated[
        Path | None, typer.Option("--plot", help="Courbe de la valeur dans le temps, PNG ou SVG.")
    ] = None,
    start: Annotated[bool, typer.Option("--start/--no-start", help="Mesure d'abord le démarrage à froid.")] = True,
) -> None:
    """Compare la recherche à d'autres solveurs libres, à temps égal ; ne télécharge rien."""
    if bool(practical) == (instances is not None):
        fail("Donnez --instances DOSSIER, ou --practical 100,180,…")
    times = _times(seconds)
    for file in (out_file, markdown, picture):
        if file is not None and not file.absolute().parent.is_dir():
            fail(f"{file} : pas de dossier {file.absolute().parent}")
    lines: list[Said] = [_start(threads)] if start and missing(OURS) is None else []
    if practical:
        if len(times) > 1:
            fail("--seconds : un seul temps pour --practical.")
        names = _able(ENGINES)
        path = out_file or OUT_DAYS
        spent = times[0] if times else None
        day_rows = _run_days(day_jobs(_lots(practical), region_seed, range(seeds), threads, spent, growth=grow), path)
        traces = read_traces(traces_beside(path), [row.key for row in day_rows])
        sheets = region_sheets(day_rows, traces)
        about = (f"journées, graine de la région {region_seed}", f"days of region seed {region_seed}")
    else:
        assert instances is not None
        names = _engines(engines)
        chosen_ones = _instances(instances, every, third)
        asked = jobs(
            chosen_ones,
            names,
            range(seeds),
            times or [10.0],
            threads,
            peer_seeds=peer_seeds,
            disguised=disguise,
            iterations=iterations,
        )
        path = out_file or OUT
        rows = _run(asked, path)
        sheets = public_sheets(rows, disguised=disguise)
        count = len(chosen_ones)
        about = (counting(count, "instance"), f"{count} instance{'s' if count > 1 else ''}")
        if picture is not None:
            _draw(rows, path, picture)
    lines += _told(about, seeds, min(seeds, peer_seeds or seeds), threads, names)
    for sheet in sheets:
        out.print(sheet.table())
    for line in lines:
        out.print(line[0], highlight=False, soft_wrap=True)
    if markdown is not None:
        page = [*(f"{line[1]}  " for line in lines), "", *(sheet.markdown() for sheet in sheets)]
        markdown.write_text("\n".join(page), encoding="utf-8")


def _told(about: Said, seeds: int, peer_seeds: int, threads: int, names: Sequence[str]) -> list[Said]:
    """When, what, how often, on what, and which versions."""
    chip, cores = platform.machine(), os.cpu_count()
    python = f"Python {platform.python_version()}"
    french = (
        f"glane bench routing, {today()} : {about[0]} ; {'une graine' if seeds == 1 else f'médiane de {seeds} graines'}"
    )
    english = (
        f"`glane bench routing`, {today()}: {about[1]}; {'one seed' if seeds == 1 else f'median of {seeds} seeds'}"
    )
    if seeds > 1:
        french += f" (autres moteurs : {peer_seeds}, ou une s'ils n'en prennent pas)"
        english += f" (peers: {peer_seeds}, or one run where they take none)"
    french, english = f"{french} ; {threads} fils", f"{english}; {threads} threads"
    return [
        (f"{french} ; {chip}, {cores} cœurs, {python}", f"{english}; {chip}, {cores} cores, {python}"),
        same(", ".join(f"{label(name)} {said}" for name, said in versions(names).items())),
    ]


# What was asked


def _times(text: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        fail(f"--seconds {text} : des nombres, séparés par des virgules.")
    if any(not 0.1 <= one <= 86_400 for one in found):
        fail("--seconds : de 0.1 à 86400.")
    return sorted(set(found))


def _lots(text: str) -> list[int]:
    try:
        found = sorted({int(part) for part in text.split(",") if part.strip()})
    except ValueError:
        fail(f"--practical {text} : des nombres de lots, séparés par des virgules.")
    if not found or not all(LEAST_LOTS <= one <= MOST_LOTS for one in found):
        fail(f"--practical : de {LEAST_LOTS} à {MOST_LOTS} lots.")
    return found


def _engines(text: str) -> list[str]:
    try:
        names = chosen(text)
    except ValueError as problem:
        fail(f"--engines : {problem}")
    return _able(names)


def _able(names: Sequence[str]) -> list[str]:
    """Those that can run here; what the others lack is told."""
    for name in names:
        package = missing(name)
        if package is not None:
            how = " (pip install 'glane[bench]')" if name in PEERS else ""
            text = f"{label(name)} : {package} n'est pas installé{how}. On continue sans."
            errors.print(text, style="yellow", markup=False, soft_wrap=True)
    able = [name for name in names if missing(name) is None]
    if not able:
        fail("--engines : aucun de ces moteurs n'est installé.")
    return able


def _instances(path: Path, every: bool, third: bool) -> list[Instance]:
    """The instances of a folder; a file that is none is told of and left out."""
    found = []
    try:
        best = best_known(path)
        for file in files_of(path):
            try:
                found.append(load(file, best))
            except NoInstances as problem:
                errors.print(f"{file} : {problem}", style="yellow", markup=False, soft_wrap=True)
            except routing.FormatError as problem:
                errors.print(refusal(problem, file), style="yellow", markup=False, soft_wrap=True)
    except NoInstances as problem:
        fail(f"--instances : {problem}")
    if not found:
        fail(f"--instances : aucune instance lisible dans {path}.")
    double = {one.name for one in found if [other.name for other in found].count(one.name) > 1}
    if double:
        fail(f"--instances : deux fichiers portent le même nom : {', '.join(sorted(double))}.")
    return found if every else spread(found, third=third)


def _start(threads: int) -> Said:
    """Compile outside every clock, and say how long a process needs before it searches."""
    try:
        measured = cold_start(threads)
    except routing.RoutingError as problem:
        fail(f"{label(OURS)} : {problem}")
    first, again = f"{measured.first_s:.2f} s", f"{measured.again_s:.2f} s"
    return (
        f"Démarrage du processus qui cherche : {first} (compile ce qui ne l'est pas), puis {again} (visé {AIM_S:g} s)",
        f"Start of the solving process: {first} (compiles what is not kept yet), then {again} (goal {AIM_S:g} s)",
    )


# Running


def _run(asked: Sequence[Job], path: Path) -> list[Row]:
    rows = []
    for number, (row, fresh) in enumerate(measure(asked, _ledger(path, Row)), 1):
        rows.append(row)
        if fresh:
            value = f"{row.vehicles} / {row.distance:.2f}" if row.distance is not None else "–"
            known = "" if row.best_vehicles is None else f" (connu {row.best_vehicles} / {row.best_distance:.2f})"
            about = f"{number}/{len(asked)} {row.instance}, {label(row.engine)}, graine {row.seed}, {row.seconds:g} s"
            _tell(f"{about} : {value}{known} {row.note}")
    return rows


def _run_days(asked: Sequence[DayJob], path: Path) -> list[DayRow]:
    rows = []
    for number, (row, fresh) in enumerate(measure_days(asked, _ledger(path, DayRow)), 1):
        rows.append(row)
        if fresh:
            about = f"{number}/{len(asked)} {row.lots} lots, {label(row.engine)}, graine {row.seed}, {row.seconds:g} s"
            value = "–" if row.score_cents is None else f"{row.score_cents / 100:,.0f} €"
            _tell(f"{about} : {value} {row.note}")
    return rows


def _ledger(path: Path, kind: type[Kind]) -> Ledger[Kind]:
    try:
        return Ledger(path, kind)
    except (BadLedger, OSError, UnicodeDecodeError) as problem:
        fail(f"--out : {problem}")


def _tell(text: str) -> None:
    errors.print(text.rstrip(), markup=False, highlight=False, soft_wrap=True)


def _draw(rows: Sequence[Row], path: Path, picture: Path) -> None:
    try:
        plot(
            rows,
            read_traces(traces_beside(path), [row.key for row in rows]),
            picture,
            f"glane bench routing, {today()}",
        )
    except NoPlot as problem:
        _tell(f"--plot : {problem}")
