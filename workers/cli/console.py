"""Speaking in a terminal: clear refusals (exit code 2, no traceback), progress, the settings or what is wrong."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from config.regions import BadRegionFile, RegionConfig, UnknownRegion, load_region_config
from config.settings import Settings, get_settings
from service.database.engine import Database
from service.kit.refusals import Refusal

out = Console()
errors = Console(stderr=True)
BAD_INPUT = 2
Tell = Callable[[str, int, int], None]


def fail(text: str) -> NoReturn:
    """Say what is wrong and end with code 2."""
    errors.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(BAD_INPUT)


def the_settings() -> Settings:
    """The settings of this process; each one that is wrong is named as it is written in the environment."""
    try:
        return get_settings()
    except ValidationError as problem:
        lines = [_wrong(tuple(map(str, error["loc"])), error["msg"]) for error in problem.errors()]
        fail("Réglages à corriger :\n" + "\n".join(lines))


def _wrong(place: tuple[str, ...], message: str) -> str:
    name = f"GLANE_{'_'.join(place).upper()} : " if place else ""
    return f"  {name}{message.removeprefix('Value error, ')}"


def the_region(settings: Settings) -> RegionConfig:
    """The settings' region, or a refusal that names those there are."""
    try:
        return load_region_config(settings.region)
    except (UnknownRegion, BadRegionFile) as problem:
        fail(f"GLANE_REGION : {problem}")


@contextmanager
def the_database(settings: Settings) -> Iterator[Database]:
    """The database, closed at the end; one that does not answer or is not ready is told in words."""
    try:
        database = Database(settings.database)
    except (ArgumentError, OSError) as problem:
        fail(f"GLANE_DATABASE_URL : {problem}")
    try:
        yield database
    except OperationalError as problem:
        fail(f"La base de données ne répond pas ou n'est pas prête (glane migrate) : {problem.orig}")
    except ProgrammingError as problem:
        fail(f"La base de données n'est pas prête, lancez « glane migrate » : {problem.orig}")
    except Refusal as refusal:
        fail(refusal.text())
    finally:
        database.close()


@contextmanager
def progress() -> Iterator[Tell]:
    """A bar for each thing that takes time: `tell(what, done, total)`."""
    bars = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=errors,
    )  # fmt: skip
    known: dict[str, TaskID] = {}

    def tell(what: str, done: int, total: int) -> None:
        if what not in known:
            known[what] = bars.add_task(what, total=total)
        bars.update(known[what], completed=done, total=total)

    with bars:
        yield tell


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True


def demand_port(settings: Settings) -> None:
    """Refuse, naming the setting, a port that is taken."""
    if settings.port and not port_is_free(settings.host, settings.port):
        fail(
            f"Le port {settings.port} est déjà pris sur {settings.host} (ou interdit). "
            f"Choisissez-en un autre : GLANE_PORT={settings.port + 1}"
        )


def any_free_port(host: str) -> int:
    """A port nobody listens on now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.bind((host, 0))
        return int(tried.getsockname()[1])
