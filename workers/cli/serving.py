"""`glane web`, `glane work`, `glane migrate`: the parts of an installation, each a process."""

import os
import signal
import threading
import time

import typer

from config.logging import set_up_logging
from workers.cli.console import demand_port, out, the_database, the_region, the_settings

# A part started by another process ends with it, however that one ended.
PARENT = "GLANE_STARTED_BY"
# Open sockets are told to come back: nobody waits longer than this for them.
GOODBYE_SECONDS = 3


def register(parent: typer.Typer) -> None:
    """Put these commands under `glane`."""
    parent.command("web")(web)
    parent.command("work")(work)
    parent.command("migrate")(migrate)


def web() -> None:
    """Lance le serveur web sur GLANE_HOST et GLANE_PORT."""
    settings = the_settings()
    the_region(settings)
    demand_port(settings)
    _end_with_parent()
    import uvicorn

    from service.app import create_app

    set_up_logging(settings)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )


def work() -> None:
    """Lance les tâches de fond : plans, messages, échéances."""
    settings = the_settings()
    the_region(settings)
    _end_with_parent()
    from workers.__main__ import run_worker

    set_up_logging(settings)
    run_worker(settings)


def migrate() -> None:
    """Met la base à la forme de cette version ; recommencer ne change rien."""
    settings = the_settings()
    from service.database.migrating import migrate as bring_up

    with the_database(settings) as database:
        bring_up(database)
    out.print("La base est à jour.")


def _end_with_parent() -> None:
    """Stop, as if asked to, once the process that started this one is gone."""
    parent = os.environ.get(PARENT, "")
    if not parent.isdigit():
        return

    def look() -> None:
        while os.getppid() == int(parent):
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=look, daemon=True, name="parent-watch").start()
