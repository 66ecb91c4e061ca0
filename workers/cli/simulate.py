"""`glane simulate`: weeks of the reference region under one rule of sharing beside another, seed by seed."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from config.planning import planning
from config.regions import load_region_config
from service.observatory.simulations import (
    BadResults,
    Conditions,
    Estimate,
    Line,
    Played,
    Results,
    compare,
    read_results,
)
from workers.cli.console import fail, out, progress
from workers.cli.measures import counting, number
from workers.simulation.scales import SCALES
from workers.simulation.trial.plotting import NoPlot, plot
from workers.simulation.trial.policies import RULES
from workers.simulation.trial.running import FIRST_DAY, STEPS, Order, conditions, empty_results, play_all


def register(parent: typer.Typer) -> None:
    """Put this command under `glane`."""
    parent.command("simulate")(simulate)


def simulate(
    policies: Annotated[list[str], typer.Option("--policy", help=f"Règle de partage : {', '.join(RULES)}.")],
    days: Annotated[int, typer.Option(help="Jours simulés.", min=1, max=366)] = 28,
    seeds: Annotated[list[int] | None, typer.Option("--seed", help="Graine ; plusieurs donnent un intervalle.")] = None,
    file: Annotated[
        Path | None, typer.Option("--out", help="Fichier JSON ; ses lignes déjà faites sont gardées.")
    ] = None,
    picture: Annotated[Path | None, typer.Option("--plot", help="Image PNG ou SVG de la comparaison.")] = None,
    scale: Annotated[str, typer.Option(help=f"Taille de la région : {', '.join(SCALES)}.")] = "reference",
    first_day: Annotated[str, typer.Option("--from", help="Premier jour, AAAA-MM-JJ.")] = FIRST_DAY.isoformat(),
    steps: Annotated[
        int, typer.Option(help="Pas de recherche par plan : jamais de temps, une graine un résultat.", min=1)
    ] = STEPS,
    cents: Annotated[
        int | None,
        typer.Option("--worth", help="Ce que vaut un kilo apporté, en centimes ; sinon celui de planning.toml.", min=1),
    ] = None,
    processes: Annotated[int, typer.Option(help="Lignes jouées en même temps.", min=1, max=64)] = 2,
) -> None:
    """Rejoue des semaines de la région de référence sous plusieurs règles de partage et les met côte à côte."""
    names, numbers = list(dict.fromkeys(policies)), list(dict.fromkeys(seeds or [1]))
    for name in names:
        if name not in RULES:
            fail(f"--policy {name} : choisissez {', '.join(RULES)}.")
    if scale not in SCALES:
        fail(f"--scale {scale} : choisissez {', '.join(SCALES)}.")
    begins, worth = _day(first_day), cents or planning().worth.cents_per_kg
    asked = conditions(scale=scale, days=days, first_day=begins, steps=steps, cents_per_kg=worth)
    results = _results(file, asked)
    made = {(row.policy, row.seed) for row in results.rows}
    orders = [
        Order(name, seed, days, begins, steps, worth) for seed in numbers for name in names if (name, seed) not in made
    ]
    _play(results, orders, scale, begins, processes, file)
    shown = results.model_copy(update={"rows": _asked(results, names, numbers)})
    out.print(_table(shown, compare(shown)))
    out.print(_conditions(shown), highlight=False, soft_wrap=True)
    if picture is not None:
        try:
            plot(shown, picture)
        except NoPlot as why:
            fail(f"--plot : {why}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--from {text} : une date comme {FIRST_DAY.isoformat()}.")


def _results(file: Path | None, asked: Conditions) -> Results:
    """The file's rows, or none yet; a file made under other conditions is not mixed with these."""
    if file is None:
        return empty_results(asked)
    if not file.resolve().parent.is_dir():
        fail(f"--out {file} : ce dossier n'existe pas.")
    try:
        known = read_results(file)
    except BadResults as problem:
        fail(f"--out : {problem}")
    if known is None:
        return empty_results(asked)
    if known.conditions != asked:
        fail(f"--out {file} : lignes d'autres conditions (jours, taille, pas, conduites) : choisissez-en un autre.")
    return known


def _play(results: Results, orders: list[Order], scale: str, begins: date, processes: int, file: Path | None) -> None:
    with progress() as tell:
        tell("Lignes", 0, len(orders))

        def keep(row: Played) -> None:
            results.rows.append(row)
            tell("Lignes", len(orders) - _left(orders, results), len(orders))
            if file is not None:
                _write(results, file)

        if orders:
            play_all(orders, scale, begins, processes=processes, done=keep)


def _left(orders: list[Order], results: Results) -> int:
    made = {(row.policy, row.seed) for row in results.rows}
    return sum((order.policy, order.seed) not in made for order in orders)


def _write(results: Results, file: Path) -> None:
    """All of it or nothing: a run that is stopped leaves whole rows."""
    rows = sorted(
        results.rows, key=lambda row: (row.seed, list(RULES).index(row.policy) if row.policy in RULES else 99)
    )
    unfinished = file.with_name(file.name + ".new")
    unfinished.write_text(results.model_copy(update={"rows": rows}).model_dump_json(indent=1) + "\n", encoding="utf-8")
    unfinished.replace(file)


def _asked(results: Results, names: list[str], seeds: list[int]) -> list[Played]:
    """The rows that were asked for, in the order of the rules asked for."""
    return [row for name in names for seed in seeds for row in results.rows if (row.policy, row.seed) == (name, seed)]


def _table(results: Results, lines: list[Line]) -> Table:
    names = results.policies()
    table = Table(
        "", *(RULES[name].label for name in names), title=f"glane simulate, {counting(results.conditions.days, 'jour')}"
    )
    for line in lines:
        decimals, unit = line.figure.decimals, f" {line.figure.unit}" if line.figure.unit else ""
        cells = []
        for name in names:
            found = line.by_policy.get(name)
            text = "–" if found is None else f"{_said(found, decimals)}{unit}"
            against = line.against.get(name)
            if against is not None and line.figure.key not in ("offered", "seconds"):
                text += f"\n{against.mean:+.1f} %".replace(".", ",")
            cells.append(text)
        table.add_row(line.figure.label, *cells)
    return table


def _said(found: Estimate, decimals: int) -> str:
    half = "" if found.half is None else f" ± {number(found.half, decimals)}"
    return number(found.mean, decimals) + half


def _conditions(results: Results) -> str:
    of = results.conditions
    seeds = len({row.seed for row in results.rows})
    drawn = counting(seeds, "graine")
    interval = "moyennes et intervalles à 95 % sur les graines" if seeds > 1 else "sans intervalle"
    name = load_region_config(of.region).name
    computing = sum(row.seconds["total"] for row in results.rows)
    return (
        f"{name}, taille {of.scale}, du {of.first_day:%d/%m/%Y}, {drawn} ({interval}) ; "
        f"écarts à la première colonne, graine par graine ; {of.steps} pas par plan ; "
        f"un kilo apporté vaut {number(of.cents_per_kg / 100, 2)} € ; "
        f"{number(computing)} s de calcul en tout ; glane {results.version}, {results.machine}. "
        "Les conduites supposées sont dans le fichier de résultats."
    )
