"""The engines compared: ours, OR-Tools' RoutingModel through ours, and the peers that are installed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import routing
from workers.bench.routing.alone import peer_routes

OURS = "search"
PEERS = {"vroom": "pyvroom", "pyvrp": "pyvrp"}
# Without its compiler the search is answered by RoutingModel: that is not measured under its name.
COMPILER = "numba"
# These take no seed: asked twice they do the same, time aside.
SEEDLESS = ("ortools-plain", "ortools", "vroom")
# Ours first, then in the order of the tables.
NAMES = (OURS, "ortools-plain", "ortools", *PEERS)
LABELS = {
    OURS: "Glane",
    "ortools-plain": "RoutingModel plain",
    "ortools": "RoutingModel tuned",
    "vroom": "VROOM, fleet search",
    "pyvrp": "PyVRP",
}
Trace = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Answered:
    """Routes as site ids, the breaches our own plan has before it is rebuilt, and (seconds, value) on the way."""

    routes: list[list[str]]
    plan: routing.Plan | None = None
    trace: tuple[tuple[float, float], ...] = ()


def missing(name: str) -> str | None:
    """The package an engine lacks here, or None when it can run."""
    package = COMPILER if name == OURS else PEERS.get(name)
    if package is None:
        return None
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return package
    return None


@cache
def version(name: str) -> str:
    """What ran: a package's version; where our own code ran, also the state of its sources, so that rows never mix."""
    if name in PEERS:
        return metadata.version(PEERS[name])
    engine = Path(routing.__file__).parent / "engine"
    if name == OURS:
        files = sorted([*engine.glob("*.py"), *engine.glob("search/*.py")])
        return f"{metadata.version('glane')}+{digest(engine, files)}"
    return f"{metadata.version('ortools')}+{digest(engine, sorted(engine.glob('*.py')))}"


def digest(folder: Path, files: Sequence[Path]) -> str:
    """Eight digits that change when one of these files of the folder does."""
    summed = hashlib.sha256()
    for file in files:
        summed.update(file.relative_to(folder).as_posix().encode())
        summed.update(file.read_bytes())
    return summed.hexdigest()[:8]


def answer(
    name: str,
    problem: routing.Problem,
    seconds: float,
    seed: int,
    threads: int,
    iterations: int | None = None,
    listen: Callable[[routing.Progress], None] = lambda progress: None,
) -> Answered:
    """Ask one engine. `iterations` (not for peers) stops by count instead of time.

    Raises EngineError or PeerFailed with words; EngineError as well when another engine answered for the one asked.
    """
    if name in PEERS:
        return Answered(peer_routes(f"workers.bench.routing.peers.{name}", problem, seconds, seed, threads))
    trace: Trace = []

    def tell(progress: routing.Progress) -> None:
        trace.append((progress.seconds, progress.value))
        listen(progress)

    plan = routing.solve_in_child(problem, seconds, seed, tell, iterations=iterations, engine=name, threads=threads)
    if plan.engine and plan.engine != name:
        raise routing.EngineError(f"{plan.engine} answered instead of {name}")
    return Answered(routes_of(plan), plan, tuple(trace))


def routes_of(plan: routing.Plan) -> list[list[str]]:
    """The sites each round stops at, in order."""
    return [[stop.site for stop in trip.stops] for trip in plan.rounds]


def chosen(text: str) -> list[str]:
    """The engines named in a list with commas, in our order. Raises ValueError naming one that is unknown."""
    asked = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in asked if name not in NAMES]
    if unknown or not asked:
        raise ValueError(f"{', '.join(unknown) or text!r}: {', '.join(NAMES)}")
    return [name for name in NAMES if name in asked]


def versions(names: Sequence[str]) -> dict[str, str]:
    """The version of each engine that can run here."""
    return {name: version(name) for name in names if missing(name) is None}
