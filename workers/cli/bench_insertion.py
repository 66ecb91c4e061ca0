"""`glane bench insertion`: how long one more lot waits for its place in a standing plan, and what that costs."""

import os
import platform
from collections.abc import Sequence
from importlib import metadata
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from workers.bench.day import today
from workers.bench.insertion import Asked, Day, against_anew, ask, day_of
from workers.bench.routing.region import LEAST_LOTS, MOST_LOTS
from workers.bench.through import Through, through
from workers.cli.console import fail, out, progress

AIM_MS, AIM_SHARE, AIM_THROUGH_MS = 1.0, 0.03, 30.0


def insertion(
    lots: Annotated[str, typer.Option(help="Tailles de journée, séparées par des virgules : 180,600,1800,6000.")] = (
        "180"
    ),
    insertions: Annotated[int, typer.Option(min=1, max=5000, help="Lots retirés du jour, puis demandés.")] = 100,
    iterations: Annotated[int, typer.Option(min=0, help="Tours de recherche du plan en vigueur.")] = 3000,
    seconds: Annotated[
        float, typer.Option(min=0.0, help="Temps d'un plan refait, et du plan en vigueur ; 0 : sans comparaison.")
    ] = 10.0,
    anew: Annotated[int, typer.Option(min=1, max=1000, help="Plans refaits par taille.")] = 3,
    seed: Annotated[int, typer.Option(help="Graine de la région inventée.")] = 2026,
    action: Annotated[
        bool, typer.Option("--action/--no-action", help="Mesurer aussi à travers l'action et sa transaction.")
    ] = True,
) -> None:
    """Mesure l'insertion d'un lot dans un plan en vigueur, toutes règles comprises."""
    sizes = _sizes(lots)
    made: list[tuple[Day, Asked, list[float]]] = []
    gone: list[Through] = []
    with progress() as tell:
        for size in sizes:
            tell(f"Plan ({size} lots)", 0, 1)
            day = day_of(size, seed, insertions, iterations, seconds)
            tell(f"Plan ({size} lots)", 1, 1)
            asked = ask(day, tell)
            made.append((day, asked, against_anew(day, seconds, anew, seed, tell) if seconds else []))
            if action:
                gone.append(through(size, seed, insertions, iterations, tell))
    _show(made)
    if gone:
        _show_through(gone)
    _say_where()


def _sizes(lots: str) -> list[int]:
    names = [name.strip() for name in lots.split(",") if name.strip()]
    if not names or not all(name.isdecimal() and LEAST_LOTS <= int(name) <= MOST_LOTS for name in names):
        fail(f"--lots {lots} : des nombres de {LEAST_LOTS} à {MOST_LOTS}, séparés par des virgules.")
    return [int(name) for name in names]


def _show(made: Sequence[tuple[Day, Asked, list[float]]]) -> None:
    table = Table("Lots", *(str(day.lots) for day, _, _ in made), title=f"glane bench insertion, {today()}")
    stops = [sum(len(trip.stops) for trip in day.plan.rounds) for day, _, _ in made]
    table.add_row(
        "Tournées / arrêts / lots portés",
        *(
            f"{len(day.plan.rounds)} / {count} / {day.plan.totals.shipments}"
            for (day, _, _), count in zip(made, stops, strict=True)
        ),
    )
    table.add_row("Demandes : placées / refusées", *(f"{len(a.found_ms)} / {len(a.refused_ms)}" for _, a, _ in made))
    table.add_row(f"Plan prêt en mémoire (p95 visé : {AIM_MS:g} ms)", *(_spread(a.all_ms) for _, a, _ in made))
    table.add_row("  dont placées", *(_spread(a.found_ms) for _, a, _ in made))
    table.add_row("  dont refusées, avec la raison", *(_spread(a.refused_ms) for _, a, _ in made))
    table.add_row("  temps de processeur seul", *(_spread(a.cpu_ms) for _, a, _ in made))
    table.add_row("Lot pris, plan poursuivi", *(_spread(a.taken_ms) for _, a, _ in made))
    table.add_row("Plan lu en entier pour une demande", *(f"{np.median(a.cold_ms):.0f} ms" for _, a, _ in made))
    table.add_row("Préparation du plan, une fois", *(f"{1000 * a.ready_s:.0f} ms" for _, a, _ in made))
    table.add_row("Règles enfreintes (routing.check)", *(str(a.breaches) for _, a, _ in made))
    if any(ratios for _, _, ratios in made):
        table.add_row(
            f"Coût face à un plan refait (visé : +{100 * AIM_SHARE:g} % au plus)",
            *(f"{100 * (np.mean(ratios) - 1):+.2f} % ({len(ratios)})" if ratios else "–" for _, _, ratios in made),
        )
    out.print(table)


def _show_through(gone: Sequence[Through]) -> None:
    table = Table("Lots", *(str(one.lots) for one in gone), title="À travers l'action et sa transaction (SQLite)")
    table.add_row("Tournées / arrêts", *(f"{one.rounds} / {one.stops}" for one in gone))
    aim = f"p95 visé : {AIM_THROUGH_MS:g} ms"
    table.add_row(f"Une tournée peut-elle l'apporter ? Plan prêt ({aim})", *(_spread(one.asked_ms) for one in gone))
    table.add_row("  plan à lire d'abord", *(_spread(one.asked_cold_ms) for one in gone))
    table.add_row("Coût de cent lots d'un coup, par lot", *(f"{one.together_ms:.2f} ms" for one in gone))
    table.add_row(f"Lot mis dans sa tournée, version adoptée ({aim})", *(_spread(one.entered_ms) for one in gone))
    table.add_row("  temps de processeur seul", *(_spread(one.entered_cpu_ms) for one in gone))
    table.add_row("  plan à lire d'abord", *(_spread(one.entered_cold_ms) for one in gone))
    table.add_row("Lots placés / laissés à la recherche", *(f"{one.entered} / {one.left}" for one in gone))
    out.print(table)


def _say_where() -> None:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("glane", "numpy"))
    machine = f"{platform.machine()}, {os.cpu_count()} cœurs, {platform.system()} {platform.release()}"
    out.print(f"{versions}, Python {platform.python_version()} ; {machine}.", highlight=False, soft_wrap=True)


def _spread(milliseconds: Sequence[float]) -> str:
    """Median, 95th percentile and maximum."""
    if not milliseconds:
        return "–"
    p50, p95, most = np.percentile(milliseconds, [50, 95, 100])
    return f"p50 {p50:.2f} / p95 {p95:.2f} / max {most:.2f} ms"
