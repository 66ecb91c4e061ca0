"""`glane solve`: a problem file in, a plan out, with a live line while it is looked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

import routing
from routing.formats import Source, read
from routing.formats.benchmark import solution
from routing.formats.codec import encode
from routing.formats.glane_json import VERSION
from workers.cli.picture import demand_picture, drawn, write_picture

BAD_INPUT = 2
NO_PLAN = 1


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("solve")(solve)


def solve(
    file: Annotated[Path, typer.Argument(help="Glane JSON, Li & Lim ou Sartori & Buriol ; le format est reconnu.")],
    seconds: Annotated[float, typer.Option(min=0.1, help="Temps de recherche, en secondes.")] = 10.0,
    iterations: Annotated[
        int | None,
        typer.Option(min=0, help="Arrêt après tant de tours de recherche : toujours le même plan."),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Processus qui cherchent côte à côte.")] = 2,
    seed: Annotated[int, typer.Option(help="Graine du hasard.")] = 0,
    engine: Annotated[str, typer.Option(help="search, ortools, ou ortools-plain pour comparer.")] = "search",
    out: Annotated[Path | None, typer.Option(help="Fichier du plan ; à défaut, la sortie standard.")] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Dessine aussi le plan, carte et frise, dans ce fichier .svg ou .png.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Dit pourquoi chaque envoi est laissé.")] = False,
) -> None:
    """Calcule les tournées d'un problème et écrit le plan en JSON."""
    console = Console(stderr=True)
    try:
        source = read(file)
    except routing.RoutingError as error:
        _fail(console, f"{file}: {error}" if str(file) not in str(error) else str(error), BAD_INPUT)
    if engine not in routing.ENGINES:
        _fail(console, f"--engine: {engine!r} est inconnu ; il y a {', '.join(routing.ENGINES)}", BAD_INPUT)
    if out is not None and not out.parent.is_dir():
        _fail(console, f"--out: pas de dossier {out.parent}", BAD_INPUT)
    if picture is not None:
        demand_picture("--picture", picture)
    try:
        plan = _solved(console, source, seconds, iterations, threads, seed, engine)
    except routing.EngineError as error:
        _fail(console, str(error), NO_PLAN)
    except KeyboardInterrupt:
        _fail(console, "arrêté", 130)
    text = json.dumps(_written(source, plan), ensure_ascii=False)
    if out is not None:
        try:
            out.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            _fail(console, f"--out: {out}: {error.strerror}", BAD_INPUT)
    else:
        sys.stdout.write(text + "\n")
    if picture is not None:
        write_picture(picture, drawn(source, plan, file.stem))
    totals = plan.totals
    console.print(
        f"{totals.rounds} tournées, {totals.stops} arrêts, {totals.shipments} envois portés,"
        f" {totals.shipments_left} laissés, {totals.grams / 1000:.1f} kg sur"
        f" {(totals.grams + totals.grams_left) / 1000:.1f}, {totals.metres / 1000:.1f} km"
    )
    if explain:
        _explain(console, plan)


def _fail(console: Console, message: str, code: int) -> None:
    console.print(Text(message, style="red"), soft_wrap=True)
    raise typer.Exit(code)


def _solved(
    console: Console,
    source: Source,
    seconds: float,
    iterations: int | None,
    threads: int,
    seed: int,
    engine: str,
) -> routing.Plan:
    """Solve in child processes; on a terminal a line tells how it goes."""
    with Live(Text("démarrage"), console=console, transient=True, refresh_per_second=8) as live:

        def tell(progress: routing.Progress) -> None:
            live.update(
                Text(f"{progress.phase}: {progress.value / 100:,.2f} € après {progress.seconds:.1f} s")
                if source.named is None
                else Text(f"{progress.phase}: {progress.value:,.0f} après {progress.seconds:.1f} s")
            )

        return routing.solve_in_child(
            source.problem, seconds, seed, tell, iterations=iterations, engine=engine, threads=threads
        )


def _written(source: Source, plan: routing.Plan) -> dict[str, object]:
    """The plan as JSON data, in the words of the file it answers."""
    if source.named is not None:
        return solution(source.problem, plan, source.named)
    data: dict[str, object] = {"version": VERSION, **encode(plan)}
    return data


def _explain(console: Console, plan: routing.Plan) -> None:
    if not plan.unserved:
        console.print("Rien n'est laissé.")
        return
    table = Table("envoi", "raison", "chiffres", title="Laissés")
    for left in plan.unserved:
        facts = ", ".join(f"{name} {value}" for name, value in left.facts.items())
        table.add_row(left.shipment, left.reason.value, facts)
    console.print(table)
