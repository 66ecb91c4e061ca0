"""`glane push keys`: the key that messages to phones are signed with, in a file only its owner reads, or printed."""

import os
from pathlib import Path
from typing import Annotated

import typer

from config.settings import Settings
from service.clients.push.encryption import KeysUnusable
from service.clients.push.vapid import VapidKey
from workers.cli.console import errors, fail, the_settings

app = typer.Typer(no_args_is_help=True, help="Fait la clé des notifications sur les téléphones.")


def register(parent: typer.Typer) -> None:
    """Put these commands under `push` of the `glane` command."""
    parent.add_typer(app, name="push")


@app.callback()
def group() -> None:
    """Fait la clé des notifications sur les téléphones."""


@app.command("keys")
def keys(
    printed: Annotated[bool, typer.Option("--print", help="L'écrit sur la sortie, pour l'environnement.")] = False,
    new: Annotated[bool, typer.Option("--new", help="Remplace la clé : chaque téléphone devra s'abonner.")] = False,
) -> None:
    """Fait la clé, dans un fichier que son propriétaire seul peut lire ; une clé qui existe déjà est gardée."""
    if printed:
        made = VapidKey.made()
        print(f"GLANE_PUSH_KEY={made.text}")
        errors.print(f"Clé publique : {made.public}", markup=False, soft_wrap=True)
        return
    settings = the_settings()
    path = settings.push_key_path
    if path.exists() and not new:
        errors.print(f"La clé existe déjà : {path} (--new la remplace).", markup=False, soft_wrap=True)
        print(_public_of(path))
        return
    made = VapidKey.made()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, made.text)
    except OSError as problem:
        fail(f"{path} : {problem.strerror}")
    errors.print(f"Clé écrite dans {path}. Relancez le web et les tâches.", markup=False, soft_wrap=True)
    print(made.public)


def ensure(settings: Settings) -> None:
    """Make the key where there is none. Raises OSError."""
    if settings.push_key.get_secret_value() or settings.push_key_path.exists():
        return
    settings.push_key_path.parent.mkdir(parents=True, exist_ok=True)
    write(settings.push_key_path, VapidKey.made().text)


def write(path: Path, text: str) -> None:
    """Put a secret in a file of the owner's alone, whole or not at all. Raises OSError."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    part.replace(path)


def _public_of(path: Path) -> str:
    try:
        return VapidKey.from_text(path.read_text(encoding="utf-8")).public
    except (KeysUnusable, UnicodeDecodeError):
        fail(f"{path} ne contient pas une clé : --new la remplace.")
    except OSError as problem:
        fail(f"{path} : {problem.strerror}")
