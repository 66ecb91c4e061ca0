"""`glane bench allocation`: how long the decision over all open lots takes, how far it is proven, by each policy."""

import os
import platform
from importlib import metadata
from statistics import median
from typing import Annotated

import typer
from rich.table import Table

from routing import Policy
from workers.bench.allocation import Timed, timed
from workers.bench.day import today
from workers.cli.console import fail, out, progress

MOST_GAP, MOST_S = 0.01, 2.0


def decide(
    lots: Annotated[int, typer.Option(help="Lots ouverts ensemble.", min=1, max=5_000)] = 200,
    takers: Annotated[int, typer.Option(help="Associations.", min=1, max=5_000)] = 450,
    claims: Annotated[int, typer.Option(help="Associations qui répondent à chaque lot.", min=1, max=5_000)] = 8,
    seeds: Annotated[int, typer.Option(help="Soirées inventées.", min=1, max=100)] = 3,
) -> None:
    """Décide des soirées inventées, coûts donnés, et dit en combien de temps et avec quelle preuve."""
    if claims > takers:
        fail(f"--claims {claims} : au plus autant que d'associations ({takers}).")
    made: list[Timed] = []
    timed(2, 2, 2, 0, Policy.SEALED)  # loading the solver is not deciding
    with progress() as tell:
        for seed in range(1, seeds + 1):
            for policy in Policy:
                tell("Décisions", len(made), seeds * len(Policy))
                made.append(timed(lots, takers, claims, seed, policy))
        tell("Décisions", len(made), len(made))
    out.print(_table(made, f"glane bench allocation, {today()} : {lots} lots, {takers} associations"))
    sealed = [one for one in made if one.policy is Policy.SEALED]
    worst = max(one.decision.gap for one in sealed)
    out.print(
        f"Fenêtre scellée : {median(one.seconds for one in sealed):.1f} s en médiane (visé : {MOST_S:g} s), "
        f"écart prouvé au plus {100 * worst:.2f} % (visé : {100 * MOST_GAP:g} %).",
        highlight=False,
        soft_wrap=True,
    )
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("glane", "ortools"))
    out.print(
        f"{versions}, Python {platform.python_version()} ; {platform.machine()}, {os.cpu_count()} cœurs.",
        highlight=False,
    )


def _table(made: list[Timed], title: str) -> Table:
    table = Table(
        "Graine",
        "Réponses",
        "Règle",
        "s",
        "s de calcul",
        "kg offerts",
        "kg sans preneur",
        "parts",
        "écarts",
        title=title,
    )
    for one in made:
        decision = one.decision
        gaps = " / ".join(f"{100 * level.gap:.2f} %" for level in decision.levels) or "–"
        left = sum(item.grams for item in decision.left)
        table.add_row(
            str(one.seed),
            str(one.claims),
            str(one.policy),
            f"{one.seconds:.2f}",
            f"{one.work_s:.2f}",
            f"{one.offered_g / 1000:.0f}",
            f"{left / 1000:.1f}",
            str(len(decision.shares)),
            gaps,
        )
    return table
