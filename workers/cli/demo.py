"""`glane demo`: one command, one terminal: a region, the web, the jobs, and a day that lives by itself."""

import os
import shutil
import signal
import time
from types import FrameType
from typing import Annotated

import typer
from rich.table import Table

from config.regions import RegionConfig
from config.settings import Settings, get_settings
from service.database.engine import Database
from service.kit.clock import Clock, local, real_now
from service.web.clock import DomainClock
from workers.cli.console import (
    Tell,
    any_free_port,
    demand_port,
    errors,
    fail,
    out,
    progress,
    the_database,
    the_region,
    the_settings,
)
from workers.cli.processes import Processes
from workers.cli.push import ensure
from workers.simulation.demo_region import NotADemonstration, Prepared, prepare, write_story
from workers.simulation.player import Player
from workers.simulation.scales import SCALES, Scale

TICK_SECONDS = 0.5
# How often the shown time is written down, so that a machine switched off loses little of it.
KEEP_TIME_SECONDS = 20.0
# Short searches: a newcomer waits for the plan.
PLANNING_SECONDS = "3"
ROLES = {
    "donor": "Boulangerie (donne)",
    "charity": "Association (reçoit)",
    "driver": "Chauffeur",
    "volunteer": "Bénévole à vélo",
    "dispatcher": "Régulation",
    "region": "Région",
    "administrator": "Administration",
}
OURS = ("glane.db", "glane.db-wal", "glane.db-shm", "demo.json", "files", "outbox", "logs")


def register(parent: typer.Typer) -> None:
    """Put this command under `glane`."""
    parent.command("demo")(demo)


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Oublie la démonstration d'avant et recommence.")] = False,
    play: Annotated[bool, typer.Option("--play/--no-play", help="Fait vivre la région autour de vous.")] = True,
    scale: Annotated[str, typer.Option(help="Taille de la région inventée, la première fois.")] = "reference",
    seed: Annotated[int, typer.Option(help="Graine de la région inventée, la première fois.")] = 2026,
) -> None:
    """Lance une région inventée : ouvrez l'adresse affichée, choisissez un compte. Ctrl-C arrête tout proprement."""
    if scale not in SCALES:
        fail(f"--scale {scale} : choisissez {', '.join(SCALES)}.")
    stopping = _stop_on_signals()
    settings = _settings()
    config = the_region(settings)
    if fresh:
        _forget(settings)
    with the_database(settings) as database, Processes(settings.data_dir / "logs") as processes:
        with progress() as tell:
            prepared = _prepare(database, settings, config, SCALES[scale], seed, tell)
        clock = _wind(database, config, prepared)
        write_story(settings, prepared)
        ensure(settings)
        with errors.status("Démarrage du web et des tâches…"):
            processes.start("web", "work")
            _wait_until_ready(settings, processes, stopping)
        if not stopping:
            _greet(settings, prepared)
        _live(database, config, clock, prepared, processes, stopping, play=play)
        clock.set(_re_anchored(clock))
    out.print("Arrêtée. La prochaine fois elle reprendra où elle en est.")


def _prepare(
    database: Database, settings: Settings, config: RegionConfig, scale: Scale, seed: int, tell: Tell
) -> Prepared:
    try:
        return prepare(database, settings, config, scale=scale, seed=seed, tell=tell)
    except NotADemonstration:
        fail(
            f"Cette base connaît des personnes mais {settings.data_dir / 'demo.json'} manque : ce n'est pas une "
            "démonstration. Choisissez un autre dossier (GLANE_DATA_DIR), ou --fresh pour tout effacer."
        )


def _settings() -> Settings:
    """The settings of a demonstration, for this process and the ones it starts."""
    os.environ["GLANE_DEMO"] = "true"
    os.environ.setdefault("GLANE_PLANNING_SECONDS", PLANNING_SECONDS)
    settings = the_settings()
    if settings.port == 0:
        os.environ["GLANE_PORT"] = str(any_free_port(settings.host))
        get_settings.cache_clear()
        settings = the_settings()
    demand_port(settings)
    os.environ["GLANE_DATA_DIR"] = str(settings.data_dir.resolve())
    get_settings.cache_clear()
    settings = the_settings()
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        fail(f"GLANE_DATA_DIR : {problem}")
    return settings


def _stop_on_signals() -> list[int]:
    """A list that is empty until somebody asks to stop."""
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        if len(asked) > 2:
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return asked


def _forget(settings: Settings) -> None:
    """Delete what a demonstration left in its folder, and nothing else."""
    if settings.database_url:
        fail("--fresh n'efface que la base embarquée : videz vous-même celle de GLANE_DATABASE_URL.")
    for name in OURS:
        place = settings.data_dir / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def _wind(database: Database, config: RegionConfig, prepared: Prepared) -> DomainClock:
    """Set the clock: at its start the first time, else where it was when everything stopped."""
    clock = DomainClock(database, demo=True)
    known = clock.current()
    if known is None:
        clock.set(Clock(real_now(), prepared.starts_at, 1.0))
    else:
        clock.set(Clock(real_now(), known.shown_anchor, known.speed))
    return clock


def _re_anchored(clock: DomainClock) -> Clock:
    known = clock.current()
    assert known is not None, "the clock was set when everything started"
    return known.with_speed(known.speed, real_now())


def _wait_until_ready(settings: Settings, processes: Processes, stopping: list[int]) -> None:
    import httpx2

    until = time.monotonic() + 90
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  compared, not bound
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/readyz"
    while not stopping:
        if (lost := processes.lost()) is not None:
            fail(lost)
        try:
            if httpx2.get(address, timeout=2).status_code == 200:
                return
        except httpx2.HTTPError:
            pass  # not listening yet
        if time.monotonic() > until:
            fail(f"Le web ne répond pas à {address} : voir {processes.folder}.")
        time.sleep(0.1)


def _greet(settings: Settings, prepared: Prepared) -> None:
    table = Table("Rôle", "Adresse e-mail", "Mot de passe", title=f"Glane est prête : {settings.address}")
    for role, account in prepared.accounts.items():
        table.add_row(ROLES.get(role, role), account.email, account.password)
    out.print()
    out.print(table)
    out.print(f"Visite guidée : {settings.address}/visite", highlight=False)
    out.print(
        f"Données fictives, gardées dans {settings.data_dir}. Ctrl-C arrête tout.", highlight=False, soft_wrap=True
    )


def _live(
    database: Database,
    config: RegionConfig,
    clock: DomainClock,
    prepared: Prepared,
    processes: Processes,
    stopping: list[int],
    *,
    play: bool,
) -> None:
    """Play, and look after the other processes, until somebody asks to stop."""
    player = Player(database, config.slug, config.time_zone, seed=prepared.seed) if play else None
    kept = time.monotonic()
    with errors.status("") as status:
        while not stopping:
            began = time.monotonic()
            if (lost := processes.lost()) is not None:
                fail(lost)
            if player is not None and clock.speed > 0:
                player.tick(clock.now())
            if began - kept > KEEP_TIME_SECONDS:
                clock.set(_re_anchored(clock))
                kept = began
            here = local(clock.now(), config.time_zone)
            speed = "en pause" if clock.speed == 0 else f"×{clock.speed:g}"
            status.update(f"{here:%d/%m/%Y %H:%M} ({speed}) {_acts(player)}")
            time.sleep(max(0.05, TICK_SECONDS - (time.monotonic() - began)))


def _acts(player: Player | None) -> str:
    if player is None:
        return ""
    counts = player.stage.counts
    return (
        f"{counts['lot']} lots, {counts['claim']} demandes, {counts['delivery'] + counts['reception']} remises jouées"
    )
