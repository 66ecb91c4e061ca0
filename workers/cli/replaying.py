"""`glane replay-decisions`: decides the stored decisions again and counts those that come out the same."""

from typing import Annotated

import typer
from rich.console import Console

from config.settings import get_settings
from service.allocation.deciding.replaying import Replayed, replay
from service.database.engine import Database

SHOWN = 10
out = Console()
errors = Console(stderr=True)


def register(parent: typer.Typer) -> None:
    """Put this command into the `glane` command."""
    parent.command("replay-decisions")(replay_decisions)


def replay_decisions(
    region: Annotated[str, typer.Option(help="Dossier de config/regions/ ; par défaut celle des réglages.")] = "",
    after: Annotated[int, typer.Option(min=0, help="Seulement les décisions après ce numéro.")] = 0,
    most: Annotated[int, typer.Option(min=1, help="Au plus tant de décisions.")] = 10**9,
) -> None:
    """Reprend les décisions gardées, de leurs données, et compte celles qui donnent le même résultat.

    Se termine par 1 quand une décision diffère avec le même solveur, ou ne se lit plus.
    """
    settings = get_settings()
    database = Database(settings.database, settings.connections)
    try:
        with errors.status("Décisions…") as status:
            found = replay(
                database,
                region or settings.region,
                after=after,
                most=most,
                tell=lambda count: status.update(f"Décisions : {count}"),
            )
    finally:
        database.close()
    for line in _lines(found):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if not found.is_sound:
        raise typer.Exit(1)


def _lines(found: Replayed) -> list[str]:
    lines = [f"Égales : {found.equal}", f"Différentes : {len(found.unequal)}{_which(found.unequal)}"]
    more = (
        ("Illisibles", found.unreadable),
        ("Égales, avec un autre solveur", found.elsewhere),
        ("Différentes, avec un autre solveur", found.changed),
    )
    lines += [f"{name} : {len(keys)}{_which(keys)}" for name, keys in more if keys]
    left = (("Prises par la régulation", found.by_hand), ("Données effacées", found.erased))
    return [*lines, *(f"{name}, non reprises : {count}" for name, count in left if count)]


def _which(keys: list[int]) -> str:
    """The first few numbers, to look them up."""
    shown = ", ".join(str(key) for key in keys[:SHOWN])
    return f" (n° {shown}{'…' if len(keys) > SHOWN else ''})" if keys else ""
