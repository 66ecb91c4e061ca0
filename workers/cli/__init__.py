"""The `glane` command. Each of its parts is only imported when it is asked for, so that help and mistakes are quick."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

# name -> (module that registers it, what the help says of it)
PARTS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Lance tout sur cette machine : une région inventée, le web, les tâches, une journée qui vit."),
    "web": ("serving", "Lance le serveur web."),
    "work": ("serving", "Lance les tâches de fond : plans, messages, échéances."),
    "migrate": ("serving", "Met la base à la forme de cette version."),
    "territory": ("territory", "Charge et montre les communes des régions."),
    "seed": ("seed", "Remplit une base vide d'une région inventée."),
    "simulate": ("simulate", "Rejoue des semaines sous plusieurs règles de partage et les compare."),
    "solve": ("solve", "Lit un problème en JSON, écrit un plan en JSON."),
    "picture": ("picture", "Dessine un plan : carte et frise, en SVG ou PNG."),
    "travel": ("travel", "Apprend les vitesses, prépare les routes du moteur embarqué."),
    "replay-decisions": ("replaying", "Reprend les décisions d'attribution gardées et compte les résultats égaux."),
    "watch": ("watch", "Suit le journal en direct dans ce terminal."),
    "push": ("push", "Fait la clé des notifications sur les téléphones."),
    "token": ("token", "Donne des clés d'API."),
    "bench": ("bench", "Mesure la planification et le direct."),
}


class Parts(TyperGroup):
    """A group whose commands are imported when they are run; until then their name and one line stand for them."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = {name: TyperCommand(name=name, help=text) for name, (_, text) in PARTS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import the part that is asked for before it is looked up."""
        if args and args[0] in PARTS:
            self.commands[args[0]] = _load(args[0])
        return super().resolve_command(ctx, args)


def _load(name: str) -> Any:
    holder = typer.Typer()
    # With a callback of its own, a holder of one command stays a group.
    holder.callback()(lambda: None)
    import_module(f"workers.cli.{PARTS[name][0]}").register(holder)
    return get_command(holder).commands[name]  # type: ignore[attr-defined]  # a Typer with a callback is a group


app = typer.Typer(
    cls=Parts, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip


@app.callback()
def main() -> None:
    """Glane : du surplus d'un commerce à l'étagère d'une association."""
