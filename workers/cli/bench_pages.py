"""`glane bench pages`: how fast the main pages are on a slow phone and line, and how many taps it takes to give."""

import os
import platform
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from config.logging import set_up_logging
from workers.bench.day import settings_for, today
from workers.bench.pages.browser import TOOL, installed, tool_is_there
from workers.bench.pages.line import SLOW_4G, Line, Speed
from workers.bench.pages.product import NAMES, VISITS, prepared, running
from workers.cli.console import any_free_port, fail, out, progress

if TYPE_CHECKING:
    from workers.bench.pages.measuring import Measured

COLD_S, WARM_S, CLS, CODE_BYTES = 2.5, 1.0, 0.05, 120_000
AGAIN_TAPS, NEW_TAPS = 3, 8
# The page that the aims of time and weight are about.
AIMED = "posting"
# A figure's words, its name, what it is divided by, how it is written.
ROWS = (
    ("interactif (s)", "interactive", 1000, "{:.2f}"),
    ("FCP (s)", "fcp", 1000, "{:.2f}"),
    ("LCP (s)", "lcp", 1000, "{:.2f}"),
    ("CLS", "cls", 1, "{:.3f}"),
    ("blocage (ms)", "blocking", 1, "{:.0f}"),
    ("requêtes", "requests", 1, "{:.0f}"),
    ("JS+CSS (ko)", "code_bytes", 1000, "{:.0f}"),
    ("reçu (ko)", "sent_bytes", 1000, "{:.0f}"),
)
# Without a slow line: only what the machine itself takes.
AT_ONCE = Speed(down=1e10, up=1e10, round_trip=0.0)


def pages(
    which: Annotated[str, typer.Option("--pages", help=f"Parmi {', '.join(NAMES)}.")] = ",".join(NAMES),
    times: Annotated[int, typer.Option(min=1, max=50, help="Ouvertures à froid et à chaud ; la médiane compte.")] = 3,
    seed: Annotated[int, typer.Option(help="Graine de la région inventée.")] = 2026,
    slow: Annotated[bool, typer.Option("--slow/--fast", help="Téléphone et réseau ralentis.")] = True,
    thumb: Annotated[bool, typer.Option("--taps/--no-taps", help="Compter aussi les gestes pour donner.")] = True,
) -> None:
    """Ouvre les pages principales dans un vrai Chromium, sur un téléphone moyen et en 4G lente ; compte les gestes.

    Interactif : fin de la dernière tâche longue (50 ms) avant cinq secondes calmes (aucune tâche longue, deux requêtes
    en cours au plus) cherchées dès le premier affichage de contenu, au plus tôt quand les scripts sont prêts.
    À froid : navigateur vide. À chaud : nouvel onglet du même navigateur, l'application gardée par le service worker.
    Réseau : 1,6 Mbit/s, 750 kbit/s, 150 ms aller-retour, deux allers-retours par connexion ; processeur quatre fois
    plus lent, écran 390 × 844.
    """
    names = [name.strip() for name in which.split(",") if name.strip()]
    if not names or not set(names) <= set(NAMES):
        fail(f"--pages {which} : choisissez parmi {', '.join(NAMES)}.")
    demand_browser()
    # Only now: without the extra this module cannot be read.
    from workers.bench.pages import measuring

    set_up_logging(settings_for(Path(), 1.0))
    measured: list[Measured] = []
    counted: tuple[list[str], list[str]] | None = None
    port = any_free_port("127.0.0.1")
    with tempfile.TemporaryDirectory(prefix="glane-bench-") as folder, progress() as tell:
        place = Path(folder)
        day, sessions = prepared(place, seed, tell)
        with Line(port, SLOW_4G if slow else AT_ONCE) as line, measuring.browser() as browser:
            address = f"http://127.0.0.1:{line.port}"
            with running(day, place, sessions, port, address):
                for visit in (one for one in VISITS if one.name in names):
                    tell(visit.label, 0, 1)
                    rate = measuring.CPU_SLOWDOWN if slow else 1
                    session = sessions.get(visit.role, "")
                    measured.append(measuring.measure(browser, address, session, visit, times, rate))
                    tell(visit.label, 1, 1)
                if thumb:
                    again, new = measuring.taps(browser, address, sessions["donor"])
                    counted = (list(again), list(new))
            version = browser.version
        day.database.close()
    _show(measured)
    _aims(measured, counted)
    _where(version, times, slow)


def demand_browser() -> None:
    """Refuse, saying what to install, where there is nothing to drive or to drive it with."""
    if not tool_is_there():
        fail(f"Il manque {TOOL}, de l'option « test » : pip install -e '.[test]' (ou make .venv/browser).")
    if installed() is None and not own_browser():
        fail(f"Il manque un Chromium : apt-get install chromium, ou python -m {TOOL} install chromium.")


def own_browser() -> bool:
    """Whether the tool has a browser of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        return Path(tool.chromium.executable_path).exists()


def _show(measured: "list[Measured]") -> None:
    for warm, title in ((False, "À froid : navigateur vide"), (True, "À chaud : application gardée")):
        table = Table(title=f"{title} (médianes)", title_justify="left")
        table.add_column("")
        for one in measured:
            table.add_column(one.visit.label, justify="right")
        for words, name, unit, shape in ROWS:
            if warm and name == "code_bytes":
                continue  # what the phone kept is no longer compressed
            found = [shape.format(one.middle(warm, name) / unit).replace(".", ",") for one in measured]
            table.add_row(words, *found)
        out.print(table)
    asked = sorted({url for one in measured for url in one.elsewhere})
    out.print(f"Requêtes hors de Glane : {', '.join(asked) or 'aucune'}.", markup=False)


def _aims(measured: "list[Measured]", counted: tuple[list[str], list[str]] | None) -> None:
    table = Table(title="Ce qu'il faut atteindre", title_justify="left")
    for title in ("", "mesuré", "au plus", "atteint"):
        table.add_column(title, justify="left" if not title else "right")

    def line(what: str, found: float, most: float, shape: str = "{:.2f}") -> None:
        said = [shape.format(value).replace(".", ",") for value in (found, most)]
        table.add_row(what, *said, "oui" if found <= most else "NON")

    for one in measured:
        if one.visit.name == AIMED:
            line(f"{one.visit.label} : interactif à froid (s)", one.middle(False, "interactive") / 1000, COLD_S)
            line(f"{one.visit.label} : interactif à chaud (s)", one.middle(True, "interactive") / 1000, WARM_S)
            line(
                f"{one.visit.label} : JS+CSS (ko)", one.middle(False, "code_bytes") / 1000, CODE_BYTES / 1000, "{:.0f}"
            )
    worst = max(max(one.middle(False, "cls"), one.middle(True, "cls")) for one in measured)
    line("Décalage (CLS), la pire page", worst, CLS, "{:.3f}")
    line("Requêtes ailleurs", float(sum(len(one.elsewhere) for one in measured)), 0, "{:.0f}")
    if counted is not None:
        line("Gestes, le lot de la dernière fois", float(len(counted[0])), AGAIN_TAPS, "{:.0f}")
        line("Gestes, un nouveau lot avec photo", float(len(counted[1])), NEW_TAPS, "{:.0f}")
    out.print(table)
    if counted is not None:
        out.print(f"Le lot de la dernière fois : {', '.join(counted[0])}. Un nouveau lot : {', '.join(counted[1])}.")


def _where(version: str, times: int, slow: bool) -> None:
    conditions = "téléphone et réseau ralentis" if slow else "sans ralentir"
    out.print(
        f"{times} ouvertures à froid et autant à chaud, {conditions}. Chromium {version}, Glane "
        f"{metadata.version('glane')}, Python {platform.python_version()}, {os.cpu_count()} cœurs, {today()}. "
        f"Charge {os.getloadavg()[0]:.1f} : les temps ne valent que sur une machine calme.",
        markup=False,
        highlight=False,
    )
    out.print("Seul : aucun logiciel libre du métier avec une page de connexion n'a été trouvé sur PyPI ou npm.")
