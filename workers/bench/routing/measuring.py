"""Every engine alone on every instance: the same wall time, the same threads, one checker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import routing
from workers.bench.day import today
from workers.bench.routing.alone import PeerFailed
from workers.bench.routing.disguise import disguise, plainly
from workers.bench.routing.engines import OURS, PEERS, SEEDLESS, Answered, answer, missing, version
from workers.bench.routing.instances import Instance, distance_of
from workers.bench.routing.ledger import Ledger
from workers.bench.routing.rebuilding import rebuild
from workers.bench.routing.traces import append_trace, traces_beside

# A run this much longer than asked for says so in its row.
LATE, LATE_S = 1.05, 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """One run. Without an answer that holds, `vehicles` and `distance` are None and `note` says why."""

    instance: str
    family: str
    size: int
    engine: str
    version: str
    seed: int
    threads: int
    disguise: str
    seconds: float
    took: float
    vehicles: int | None
    distance: float | None
    breaches: int
    best_vehicles: int | None
    best_distance: float | None
    day: str
    note: str

    @property
    def key(self) -> tuple[object, ...]:
        """What was run: a newer version, another time or another disguise is another run."""
        return (
            self.instance, self.engine, self.version, self.seed, self.threads, self.disguise, float(self.seconds)
        )  # fmt: skip

    @property
    def value(self) -> tuple[float, float]:
        """What is compared: vehicles, then distance to the hundredth; infinite without an answer."""
        if self.vehicles is None or self.distance is None:
            return (float("inf"), float("inf"))
        return (self.vehicles, round(self.distance, 2))


@dataclass(frozen=True, slots=True)
class Job:
    """One run to be made."""

    instance: Instance
    engine: str
    seed: int
    seconds: float
    threads: int
    disguised: bool = False
    iterations: int | None = None

    @property
    def mask(self) -> str:
        """How the instance is disguised, in a word."""
        return f"disguise {self.seed}" if self.disguised else ""

    @property
    def key(self) -> tuple[object, ...]:
        """The key its row will have."""
        name = self.instance.name
        return (name, self.engine, version(self.engine), self.seed, self.threads, self.mask, float(self.seconds))


def jobs(
    instances: Sequence[Instance],
    engines: Sequence[str],
    seeds: Sequence[int],
    seconds: Sequence[float],
    threads: int,
    *,
    peer_seeds: int | None = None,
    disguised: bool = False,
    iterations: int | None = None,
) -> list[Job]:
    """Every run, the engines of an instance one after another, so that a stopped run has whole instances.

    Peers have only the first `peer_seeds` of the seeds, and who takes no seed one, unless a seed is also a disguise.
    """

    def asked_of(engine: str) -> Sequence[int]:
        if engine in SEEDLESS and not disguised:
            return seeds[:1]
        return seeds if engine == OURS else seeds[:peer_seeds]

    return [
        Job(instance, engine, seed, spent, threads, disguised, None if engine in PEERS else iterations)
        for instance in instances
        for seed in seeds
        for spent in seconds
        for engine in engines
        if missing(engine) is None and seed in asked_of(engine)
    ]


def measure(todo: Sequence[Job], ledger: Ledger[Row]) -> Iterator[tuple[Row, bool]]:
    """Make each run that the ledger has not, and keep it at once: (row, whether it was run now)."""
    known = {row.key: row for row in ledger.rows}
    for job in todo:
        if job.key in known:
            yield known[job.key], False
            continue
        row, trace = run(job)
        ledger.append(row)
        append_trace(traces_beside(ledger.path), job.key, trace)
        yield row, True


def run(job: Job, ask: Callable[..., Answered] = answer) -> tuple[Row, list[tuple[float, int, float]]]:
    """One run, judged: its row, and (seconds, vehicles, distance) on the way where the engine tells.

    Whatever goes wrong in an engine becomes the row's note.
    """
    instance = job.instance
    given = disguise(instance.problem, job.seed) if job.disguised else plainly(instance.problem)
    began = time.perf_counter()
    try:
        answered = ask(job.engine, given.problem, job.seconds, job.seed, job.threads, job.iterations)
    except (routing.RoutingError, PeerFailed) as error:
        return _row(job, time.perf_counter() - began, note=f"failed: {error}"), []
    took = time.perf_counter() - began
    row = judged(job, took, given.back(answered.routes))
    if answered.plan is not None and row.vehicles is not None:
        # Ours is judged twice: as the plan it gave, and as its routes alone, as every peer.
        own = len(routing.check(given.problem, answered.plan))
        row = row if not own else _row(job, took, breaches=own, note=f"its plan breaks {own} rules")
    points = _points(given.problem, instance.grain * given.factor, answered)
    if points and row.vehicles is not None and row.distance is not None:
        points.append((row.took, row.vehicles, row.distance))
    return row, points


def judged(job: Job, took: float, routes: Sequence[Sequence[str]]) -> Row:
    """The row of these routes over the instance's own sites."""
    instance = job.instance
    problem = instance.problem
    used = [route for route in routes if route]
    broken = routing.check(problem, rebuild(problem, used, job.engine))
    if broken:
        first = broken[0]
        about = " ".join(word for word in (first.vehicle, first.shipment) if word)
        note = f"invalid: {first.rule} ({about}): {first.message}; {len(broken)} breaches"
        return _row(job, took, breaches=len(broken), note=note)
    index = {site.id: at for at, site in enumerate(problem.sites)}
    distance = distance_of(instance.named, index, problem.vehicles[0].start, used)
    late = job.iterations is None and took > LATE * job.seconds + LATE_S
    note = f"late: {took:.1f} s" if late else ""
    return _row(job, took, vehicles=len(used), distance=round(distance, 6), note=note)


def _row(
    job: Job, took: float, *, vehicles: int | None = None, distance: float | None = None, breaches: int = 0, note: str
) -> Row:
    best = job.instance.best
    return Row(
        instance=job.instance.name,
        family=job.instance.group,
        size=job.instance.size,
        engine=job.engine,
        version=version(job.engine),
        seed=job.seed,
        threads=job.threads,
        disguise=job.mask,
        seconds=float(job.seconds),
        took=round(took, 2),
        vehicles=vehicles,
        distance=distance,
        breaches=breaches,
        best_vehicles=best.vehicles if best else None,
        best_distance=best.distance if best else None,
        day=today(),
        note=note,
    )


def _points(problem: routing.Problem, grain: int, answered: Answered) -> list[tuple[float, int, float]]:
    """What the engine's progress says in the instance's words, once it carries everything."""
    vehicle, points = problem.vehicles[0], []
    per_unit = vehicle.per_km_cents / 1000 * grain
    for seconds, value in answered.trace:
        if value < problem.weights.mandatory and vehicle.fixed_cents and per_unit:
            used, rest = divmod(value, vehicle.fixed_cents)
            points.append((round(seconds, 3), int(used), rest / per_unit))
    return points
