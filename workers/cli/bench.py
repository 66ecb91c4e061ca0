"""`glane bench day`: what planning a day costs and is worth, how fast the live journal is, what memory it takes."""

import asyncio
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from rich.table import Table

from config.logging import set_up_logging
from config.planning import planning_with
from service.accounts.actions.sessions import make_token
from service.accounts.models import Person
from service.kit.clock import real_now
from workers import bench
from workers.bench.day import DAY, Day, Planned, build, plan, settings_for, today
from workers.bench.fanout import FanOut, measure
from workers.bench.memory import Watched
from workers.cli.bench_allocation import decide
from workers.cli.bench_insertion import insertion
from workers.cli.bench_pages import pages
from workers.cli.bench_replay import again
from workers.cli.bench_routing import compare
from workers.cli.console import Tell, any_free_port, fail, out, progress
from workers.cli.processes import Processes
from workers.simulation.scales import SCALES

SECONDS = {"small": 3.0, "reference": 7.0, "stress": 45.0}
TARGETS = {"reference": 10.0, "stress": 60.0}
LISTENERS = 200
PLANNING = Path(bench.__file__).with_name("planning.toml")

app = typer.Typer(no_args_is_help=True, help="Mesure la planification et le direct.")


def register(parent: typer.Typer) -> None:
    """Put these commands under `bench` of the `glane` command."""
    parent.add_typer(app, name="bench")


@app.callback()
def group(context: typer.Context) -> None:
    """Mesure la planification et le direct."""
    context.with_resource(planning_with(tomllib.loads(PLANNING.read_text(encoding="utf-8"))))


app.command("routing")(compare)
app.command("allocation")(decide)
app.command("insertion")(insertion)
app.command("replay")(again)
app.command("pages")(pages)


@app.command("day")
def day(
    days: Annotated[str, typer.Option(help="Journées, séparées par des virgules : reference, stress, small.")] = (
        "reference,stress"
    ),
    seconds: Annotated[float, typer.Option(help="Temps de recherche ; 0 : celui de chaque journée.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Graine de la région inventée.")] = 2026,
    peer: Annotated[bool, typer.Option("--peer/--no-peer", help="Compare à OR-Tools seul.")] = True,
    live: Annotated[bool, typer.Option("--live/--no-live", help="Mesure aussi le direct et la mémoire.")] = True,
) -> None:
    """Planifie une journée entière, et dit ce qu'elle coûte et ce qu'elle vaut."""
    names = [name.strip() for name in days.split(",") if name.strip()]
    if not names or not set(names) <= set(SCALES):
        fail(f"--days {days} : choisissez parmi {', '.join(SCALES)}.")
    if seconds < 0:
        fail("--seconds : un temps positif, ou 0.")
    set_up_logging(settings_for(Path(), 1.0))
    made: dict[str, tuple[Day, Planned]] = {}
    memory: dict[str, dict[str, float]] = {}
    heard: FanOut | None = None
    with tempfile.TemporaryDirectory(prefix="glane-bench-") as folder, progress() as tell:
        for name in names:
            place = Path(folder) / name
            spent = seconds or SECONDS[name]
            one = build(SCALES[name], place, seed=seed, seconds=spent, tell=tell)
            if live:
                memory[name] = _worker(one, place, spent, tell)
            tell(f"Plan ({name})", 0, 1)
            made[name] = (one, plan(one, spent, with_peer=peer))
            tell(f"Plan ({name})", 1, 1)
            if live:
                fan, memory[name]["web"] = _web(one, place, tell)
                heard = heard or fan
            one.database.close()
    _show(made, memory, heard)


def _worker(one: Day, place: Path, seconds: float, tell: Tell) -> dict[str, float]:
    """Let a real worker process plan a copy of the day, and look at its memory."""
    what = f"Mémoire des tâches ({one.scale.name})"
    tell(what, 0, 1)
    copy = place / "copy"
    copy.mkdir()
    with closing(sqlite3.connect(place / "glane.db")) as source, closing(sqlite3.connect(copy / "glane.db")) as target:
        source.backup(target)
    _environment(one, copy, any_free_port("127.0.0.1"), seconds)
    with Processes(copy / "logs") as processes:
        processes.start("work")
        with Watched(processes.pid("work")) as watched:
            until = time.monotonic() + 2 * seconds + 90
            while time.monotonic() < until and not _adopted(copy / "glane.db"):
                if (lost := processes.lost()) is not None:
                    fail(lost)
                time.sleep(0.3)
        tell(what, 1, 1)
        return {"worker": watched.own_mib, "search": watched.child_mib}


def _adopted(database: Path) -> bool:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        done = "SELECT count(*) FROM plan WHERE day = ? AND state NOT IN ('pending', 'solving')"
        return bool(connection.execute(done, (DAY.isoformat(),)).fetchone()[0])


def _web(one: Day, place: Path, tell: Tell) -> tuple[FanOut, float]:
    """Start a real web process, listen with many charities, post lots; and its peak memory."""
    what = f"Direct ({one.scale.name})"
    tell(what, 0, 1)
    port, other = any_free_port("127.0.0.1"), any_free_port("127.0.0.1")
    _environment(one, place, port, 1.0)
    tokens, donor = _tokens(one)
    echo = subprocess.Popen(  # noqa: S603  our own module, fixed words
        [sys.executable, "-m", "uvicorn", "workers.bench.echo:app", "--port", str(other), "--log-level", "critical"]
    )
    try:
        with Processes(place / "logs") as processes:
            processes.start("web")
            _wait(f"http://127.0.0.1:{port}/readyz", processes)
            _wait(f"http://127.0.0.1:{other}/openapi.json", processes)
            with Watched(processes.pid("web")) as watched:
                base, plain = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{other}"
                fan = asyncio.run(measure(base, plain, tokens, donor, DAY))
                time.sleep(0.3)
            tell(what, 1, 1)
            return fan, watched.own_mib
    finally:
        echo.terminate()
        echo.wait()


def _tokens(one: Day) -> tuple[list[str], str]:
    """Keys of so many charities (some of one charity where there are fewer), and of a donor."""
    people = [receiver.person_id for receiver in one.cast.receivers]
    with one.database.transaction() as session:
        keys = [
            make_token(session, session.get_one(Person, people[at % len(people)]), name="bench", real_now=real_now())[1]
            for at in range(LISTENERS)
        ]
        giver = session.get_one(Person, one.cast.donors[0].person_id)
        return keys, make_token(session, giver, name="bench", real_now=real_now())[1]


def _environment(one: Day, place: Path, port: int, seconds: float) -> None:
    os.environ.update(
        GLANE_DATA_DIR=str(place),
        GLANE_DATABASE_URL="",
        GLANE_PORT=str(port),
        GLANE_HOST="127.0.0.1",
        GLANE_DEMO="true",
        GLANE_LOG_LEVEL="ERROR",
        GLANE_PLANNING_SECONDS=str(seconds),
        GLANE_SECRET_KEY=one.settings.secret_key.get_secret_value(),
    )


def _wait(address: str, processes: Processes) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if (lost := processes.lost()) is not None:
            fail(lost)
        try:
            if httpx2.get(address, timeout=5).status_code == 200:
                return
        except httpx2.HTTPError:
            pass  # not listening yet
        time.sleep(0.1)
    fail(f"{address} ne répond pas.")


# What it came to


def _show(made: dict[str, tuple[Day, Planned]], memory: dict[str, dict[str, float]], heard: FanOut | None) -> None:
    table = Table("Mesure", *made, title=f"glane bench day, {today()}")
    rows: list[tuple[str, Callable[[Day, Planned], str]]] = [
        ("Lots / demandes / transports", lambda d, p: f"{d.lots} / {d.claims} / {p.shipments}"),
        ("Poids demandé", lambda d, p: _kg(d.grams)),
        ("Journée planifiée en", lambda d, p: _against(p.seconds, TARGETS.get(d.scale.name))),
        ("Règles enfreintes (routing.check)", lambda d, p: str(p.ours.breaches)),
        ("Part des kg transportée", lambda d, p: f"{100 * p.ours.share_carried:.1f} %"),
        ("  OR-Tools seul, même temps", lambda d, p: f"{100 * p.peer.share_carried:.1f} %" if p.peer else "–"),
        ("Km par kg", lambda d, p: _ratio(p.ours.km_per_kg)),
        ("  OR-Tools seul, même temps", lambda d, p: _ratio(p.peer.km_per_kg) if p.peer else "–"),
        ("Tournées", lambda d, p: f"{p.ours.rounds}" + (f" (OR-Tools seul : {p.peer.rounds})" if p.peer else "")),
    ]
    for label, shown in rows:
        table.add_row(label, *(shown(one, planned) for one, planned in made.values()))
    for label, key in (("Mémoire du web", "web"), ("Mémoire des tâches", "worker"), ("  recherche à part", "search")):
        if memory:
            table.add_row(f"{label}, au plus", *(_mib(memory.get(name, {}).get(key, 0.0)) for name in made))
    out.print(table)
    if heard is not None:
        out.print(
            f"Direct : un lot publié atteint {heard.listeners} écoutes en {heard.p50:.0f} ms (médiane), "
            f"{heard.p95:.0f} ms (p95, {heard.heard} réceptions) ; écho nu de FastAPI {heard.echo_p95:.0f} ms (p95) ; "
            f"rapport {heard.ratio:.1f}.",
            highlight=False,
        )
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("glane", "ortools", "fastapi", "websockets"))
    machine = f"{platform.machine()}, {os.cpu_count()} cœurs, {platform.system()} {platform.release()}"
    out.print(f"{versions}, Python {platform.python_version()} ; {machine}.", highlight=False, soft_wrap=True)


def _kg(grams: int) -> str:
    return f"{grams / 1000:,.0f} kg".replace(",", " ")


def _against(seconds: float, target: float | None) -> str:
    return f"{seconds:.1f} s" + (f" (visé : {target:g} s)" if target else "")


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _mib(value: float) -> str:
    return f"{value:.0f} Mio" if value else "non mesuré ici"
