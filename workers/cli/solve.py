"""`glane solve`: a problem file in, a plan out, with a live line while it is looked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

import routing
from routing.formats import Source, read, write_text
from routing.formats.benchmark import routes_of, solution
from routing.formats.codec import encode
from routing.formats.glane_json import VERSION
from workers.cli.left_out import explained
from workers.cli.measures import counting, number, standing_of
from workers.cli.picture import demand_picture, drawn, write_picture
from workers.cli.refusals import refusal
from workers.cli.start_plan import BadStart, start_of
from workers.cli.writing import cannot_write, unwritable

BAD_INPUT = 2
NO_PLAN = 1
TEXT = ".txt"
PHASES = {
    "first plan": "premier plan",
    "fewer vehicles": "moins de véhicules",
    "routing model": "deuxième méthode",
    "ruin and recreate": "amélioration",
    "recombined": "tournées recombinées",
    "done": "vérification",
}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("solve")(solve)


def solve(
    file: Annotated[Path, typer.Argument(help="Glane JSON, Li & Lim ou Sartori & Buriol ; le format est reconnu.")],
    seconds: Annotated[float, typer.Option(min=0.1, help="Temps de recherche, en secondes.")] = 10.0,
    iterations: Annotated[
        int | None,
        typer.Option(min=0, help="Arrêt après tant de tours : avec search, toujours le même plan."),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Fils qui cherchent côte à côte.")] = 2,
    seed: Annotated[int, typer.Option(help="Graine du hasard.")] = 0,
    engine: Annotated[str, typer.Option(help="search, ortools, ou ortools-plain pour comparer.")] = "search",
    start: Annotated[
        Path | None, typer.Option(help="Plan d'où partir : plan Glane, routes en JSON ou texte ; complété au besoin.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Fichier du plan, à défaut la sortie standard : du JSON, ou, pour une instance publique et un nom en"
            " .txt, le texte de ses solutions."
        ),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Dessine aussi le plan, carte et frise, dans ce fichier .svg ou .png.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Dit pourquoi chaque envoi est laissé.")] = False,
) -> None:
    """Calcule les tournées d'un problème et écrit le plan."""
    console = Console(stderr=True)
    try:
        source = read(file)
    except routing.RoutingError as error:
        _fail(console, refusal(error, file))
    if engine not in routing.ENGINES:
        _fail(console, f"--engine : {engine!r} est inconnu ; il y a {', '.join(routing.ENGINES)}")
    if out is not None:
        _demand_file(console, out, source)
    if picture is not None:
        demand_picture("--picture", picture)
    warm = _start(console, start, source, engine) if start is not None else None
    try:
        plan = _solved(console, source, seconds, iterations, threads, seed, engine, warm)
    except routing.EngineError as error:
        _fail(console, refusal(error), NO_PLAN)
    except KeyboardInterrupt:
        _fail(console, "arrêté", 130)
    as_text = out is not None and out.suffix.lower() == TEXT
    text = _written(source, plan, as_text)
    if out is not None:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            sys.stdout.write(text)  # what was searched for is not lost
            _fail(console, f"--out : {unwritable(out, error)} ; le plan est sur la sortie standard")
    else:
        sys.stdout.write(text)
    if picture is not None:
        write_picture(picture, drawn(source, plan, file.stem))
    _say(console, _summary(source, plan, explain))
    if as_text and plan.unserved:
        names = ", ".join(left.shipment for left in plan.unserved)
        _say(console, f"Le texte ne peut pas dire ce qui est laissé : {names}")
    if explain:
        for line in explained(source, plan) or ["Rien n'est laissé."]:
            _say(console, line)


def _say(console: Console, line: str) -> None:
    """A line as it stands: names in it are no markup, and a terminal's width cuts nothing."""
    console.print(Text(line), soft_wrap=True, highlight=False)


def _fail(console: Console, message: str, code: int = BAD_INPUT) -> NoReturn:
    console.print(Text(message, style="red"), soft_wrap=True)
    raise typer.Exit(code)


def _demand_file(console: Console, out: Path, source: Source) -> None:
    """Refuse, before anything is solved, a file that could not be written."""
    if (reason := cannot_write(out)) is not None:
        _fail(console, f"--out : {reason}")
    if out.suffix.lower() == TEXT and source.named is None:
        other = out.with_suffix(".json").name
        _fail(console, f"--out : {out.name} : seules les instances publiques ont une forme texte ; écrivez {other}")


def _start(console: Console, file: Path, source: Source, engine: str) -> routing.Plan:
    """The plan to begin with, told in a line."""
    if engine == "ortools-plain":
        _fail(console, "--start : ortools-plain part toujours de rien ; prenez search ou ortools")
    try:
        plan = start_of(file, source)
    except BadStart as bad:
        _fail(console, f"--start : {bad}")
    left = plan.totals.shipments_left
    rest = f", {number(left)} à placer" if left else ""
    rounds, carried = counting(plan.totals.rounds, "tournée"), counting(plan.totals.shipments, "envoi")
    _say(console, f"départ : {rounds}, {carried}{rest}")
    return plan


def _solved(
    console: Console,
    source: Source,
    seconds: float,
    iterations: int | None,
    threads: int,
    seed: int,
    engine: str,
    warm: routing.Plan | None,
) -> routing.Plan:
    """Solve in child processes; on a terminal a line tells how it goes."""
    standing: Callable[[float], str] = standing_of(source)
    with Live(Text("démarrage"), console=console, transient=True, refresh_per_second=8) as live:

        def tell(progress: routing.Progress) -> None:
            phase = PHASES.get(progress.phase, progress.phase)
            live.update(Text(f"{phase} : {standing(progress.value)} après {number(progress.seconds, 1)} s"))

        return routing.solve_in_child(
            source.problem, seconds, seed, tell, iterations=iterations, engine=engine, threads=threads, warm=warm
        )


def _written(source: Source, plan: routing.Plan, as_text: bool) -> str:
    """The plan in the words of the file it answers: JSON, or the text of a public set's solutions."""
    if source.named is None:
        return json.dumps({"version": VERSION, **encode(plan)}, ensure_ascii=False) + "\n"
    if as_text:
        name = source.named.instance or source.problem.name
        today = datetime.now(UTC).date().isoformat()
        return write_text(routes_of(plan), name, f"Glane {metadata.version('glane')}", today)
    return json.dumps(solution(source.problem, plan, source.named), ensure_ascii=False) + "\n"


def _summary(source: Source, plan: routing.Plan, explain: bool) -> str:
    """The plan in a line, and where to ask why something is left."""
    totals = plan.totals
    carried = f"{counting(totals.shipments, 'envoi porté')}, {counting(totals.shipments_left, 'laissé')}"
    if source.named is not None:
        distance = solution(source.problem, plan, source.named)["distance"]
        said = f"{counting(totals.rounds, 'véhicule')}, {number(distance, 2)} de distance, {carried}"
    else:
        said = f"{counting(totals.rounds, 'tournée')}, {counting(totals.stops, 'arrêt')}, {carried},"
        said += f" {number(totals.grams / 1000, 1)} kg sur {number((totals.grams + totals.grams_left) / 1000, 1)},"
        said += f" {number(totals.metres / 1000, 1)} km"
    must = {shipment.id for shipment in source.problem.shipments if shipment.mandatory}
    lacking = sum(left.shipment in must for left in plan.unserved)
    if lacking and source.named is None:
        said += f" ; {counting(lacking, 'obligatoire')} parmi les laissés"
    return said + (" ; --explain dit pourquoi" if plan.unserved and not explain else "")
