"""`glane bench allocation`: how long the decision over all open lots takes, how far it is proven, how both grow."""

import os
import platform
from importlib import metadata
from math import log
from statistics import linear_regression, median
from typing import Annotated

import typer
from rich.table import Table

from routing import Policy
from workers.bench.allocation import Timed, load, timed, timed_within
from workers.bench.day import today
from workers.cli.console import fail, out, progress

MOST_GAP, MOST_S = 0.01, 2.0
TAKERS_A_LOT = 450 / 200
MOST_LOTS = 10_000


def decide(
    lots: Annotated[int, typer.Option(help="Lots ouverts ensemble.", min=1, max=5_000)] = 200,
    takers: Annotated[int, typer.Option(help="Associations.", min=1, max=5_000)] = 450,
    claims: Annotated[int, typer.Option(help="Associations qui répondent à chaque lot.", min=1, max=5_000)] = 8,
    seeds: Annotated[int, typer.Option(help="Soirées inventées.", min=1, max=100)] = 3,
    growth: Annotated[bool, typer.Option("--growth", help="Mesure plutôt comment le temps croît.")] = False,
    sizes: Annotated[str, typer.Option(help="Avec --growth : nombres de lots, séparés par des virgules.")] = (
        "180,600,1800,6000"
    ),
    limit: Annotated[float, typer.Option(help="Avec --growth : secondes au plus par soirée.", min=0.1)] = 900.0,
) -> None:
    """Décide des soirées inventées, coûts donnés, et dit en combien de temps et avec quelle preuve."""
    if claims > takers:
        fail(f"--claims {claims} : au plus autant que d'associations ({takers}).")
    if growth:
        _grow(_numbers(sizes), claims, seeds, limit)
        return
    load()
    made: list[Timed] = []
    with progress() as tell:
        for seed in range(1, seeds + 1):
            for policy in Policy:
                tell("Décisions", len(made), seeds * len(Policy))
                made.append(timed(lots, takers, claims, seed, policy))
        tell("Décisions", len(made), len(made))
    out.print(_table(made, f"glane bench allocation, {today()} : {lots} lots, {takers} associations"))
    sealed = [one for one in made if one.policy is Policy.SEALED]
    worst = max(one.decision.gap for one in sealed)
    _say(
        f"Fenêtre scellée, {seeds} soirées : {median(one.seconds for one in sealed):.2f} s en médiane, "
        f"{max(one.seconds for one in sealed):.2f} s au plus (visé : {MOST_S:g} s), "
        f"dont {median(one.work_s for one in sealed):.2f} et {max(one.work_s for one in sealed):.2f} s de calcul ; "
        f"écart prouvé au plus {100 * worst:.2f} % (visé : {100 * MOST_GAP:g} %)."
    )
    _say(_versions())


def _grow(sizes: list[int], claims: int, seeds: int, limit: float) -> None:
    """The sealed window at each size, charities growing with the lots, and the power of the lots time grows with.

    Each size is told as soon as it is measured, or that it was stopped: the largest take minutes.
    """
    _say(f"glane bench allocation --growth, {today()} : médiane de {seeds} soirées, {limit:.0f} s au plus par soirée")
    _say("   Lots  Associations  Réponses         s  s de calcul  kg sans preneur  écarts au plus")
    points: list[tuple[float, float]] = []
    for lots in sizes:
        takers = max(claims, round(TAKERS_A_LOT * lots))
        made: list[Timed] = []
        for seed in range(1, seeds + 1):
            one = timed_within(limit, lots, takers, claims, seed)
            if one is None:
                _say(f"{lots:>7}  {takers:>12}  soirée {seed} arrêtée sans décision après {limit:.0f} s")
                break
            made.append(one)
        if made:
            work_s = median(one.work_s for one in made)
            points.append((log(lots), log(max(work_s, 1e-3))))
            _say(_grown(lots, takers, made))
    if len({x for x, _ in points}) > 1:
        slope = linear_regression([x for x, _ in points], [y for _, y in points]).slope
        _say(f"Le temps de calcul croît comme le nombre de lots à la puissance {slope:.2f}.")
    _say(_versions())


def _grown(lots: int, takers: int, made: list[Timed]) -> str:
    """A line: what the decisions of one size came to."""
    levels = zip(*(one.decision.levels for one in made), strict=True)
    gaps = " / ".join(f"{100 * max(level.gap for level in some):.2f} %" for some in levels)
    left = median(sum(item.grams for item in one.decision.left) for one in made) / 1000
    answers, seconds, work_s = (median(getattr(one, name) for one in made) for name in ("claims", "seconds", "work_s"))
    return f"{lots:>7}  {takers:>12}  {answers:>8.0f}  {seconds:>8.2f}  {work_s:>11.2f}  {left:>15.1f}  {gaps}"


def _numbers(text: str) -> list[int]:
    try:
        made = [int(one) for one in text.split(",")]
    except ValueError:
        fail(f"--sizes {text} : des nombres séparés par des virgules.")
    if not all(1 <= one <= MOST_LOTS for one in made):
        fail(f"--sizes {text} : de 1 à {MOST_LOTS} lots.")
    return made


def _versions() -> str:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("glane", "ortools"))
    return f"{versions}, Python {platform.python_version()} ; {platform.machine()}, {os.cpu_count()} cœurs."


def _say(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)


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
