"""`glane bench replay`: decisions made and kept by the actions of production, and how many come out equal again."""

import os
import platform
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from config.logging import set_up_logging
from workers.bench.day import settings_for, today
from workers.bench.replaying import make, replay_elsewhere
from workers.cli.console import out, progress


def again(
    decisions: Annotated[int, typer.Option(help="Décisions à prendre et à garder.", min=2, max=100_000)] = 1000,
    seed: Annotated[int, typer.Option(help="Graine de la région inventée.")] = 2026,
) -> None:
    """Prend des décisions variées par les actions du produit, les garde, et les reprend dans un autre processus.

    Se termine par 1 si une seule diffère ou ne se lit plus.
    """
    set_up_logging(settings_for(Path(), 1.0))
    with tempfile.TemporaryDirectory(prefix="glane-bench-") as folder:
        began = time.monotonic()
        with progress() as tell:
            made = make(Path(folder), decisions, seed=seed, tell=tell)
            made_s = time.monotonic() - began
            tell("Décisions reprises", 0, 1)
            found = replay_elsewhere(made)
            tell("Décisions reprises", 1, 1)
        again_s = time.monotonic() - began - made_s
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(made.kinds.items()))
    lines = (
        f"glane bench replay, {today()}, graine {seed}",
        f"Décisions gardées : {made.decisions} ({kinds}), {made.causes['again']} d'entre elles prises à nouveau ; "
        f"{made.lots} lots, {made.answers} réponses, en {made_s:.0f} s",
        f"Reprises dans un autre processus, en {again_s:.0f} s : {found.equal} égales sur {made.decisions}",
        f"glane {metadata.version('glane')}, ortools {metadata.version('ortools')}, "
        f"Python {platform.python_version()} ; {platform.machine()}, {os.cpu_count()} cœurs.",
    )
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if found.equal != made.decisions:
        raise typer.Exit(1)
