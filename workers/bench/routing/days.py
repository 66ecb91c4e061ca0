"""Region days: ours beside RoutingModel with its good strategies at equal time, with bounds, memory and first plans."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import routing
from workers.bench.day import today
from workers.bench.memory import Watched
from workers.bench.routing.bounds import Bounds, bounds
from workers.bench.routing.engines import OURS, Answered, answer, missing, version
from workers.bench.routing.ledger import Ledger
from workers.bench.routing.region import region_day
from workers.bench.routing.traces import append_trace, traces_beside

TUNED = "ortools"
ENGINES = (OURS, TUNED)
# Seconds for days of up to so many lots, unless others are asked for.
SECONDS = ((180, 10.0), (600, 30.0), (1800, 60.0), (8000, 300.0))
# The long run that tells what quality to wait for lasts so many times as long.
TIMES = 10


@dataclass(frozen=True, slots=True)
class DayRow:
    """One run on a day. Money in cents, value in points (grams), memory in MiB, times in seconds."""

    lots: int
    region_seed: int
    shipments: int
    vehicles: int
    engine: str
    version: str
    seed: int
    threads: int
    seconds: float
    took: float
    value: int | None
    value_left: int | None
    cost_cents: int | None
    score_cents: float | None
    metres: int | None
    rounds: int | None
    breaches: int
    first_s: float | None
    peak_mib: float
    most_value: int
    bound_cents: float
    day: str
    note: str

    @property
    def key(self) -> tuple[object, ...]:
        """What was run."""
        return (
            self.lots, self.region_seed, self.engine, self.version, self.seed, self.threads, float(self.seconds)
        )  # fmt: skip

    @property
    def order(self) -> float:
        """What is compared: the objective; infinite without a plan that holds."""
        return float("inf") if self.score_cents is None or self.breaches else self.score_cents


@dataclass(frozen=True, slots=True)
class DayJob:
    """One run to be made."""

    lots: int
    region_seed: int
    engine: str
    seed: int
    threads: int
    seconds: float

    @property
    def key(self) -> tuple[object, ...]:
        """The key its row will have."""
        name = version(self.engine)
        return (self.lots, self.region_seed, self.engine, name, self.seed, self.threads, float(self.seconds))


Trace = list[tuple[float, float]]


def seconds_for(lots: int) -> float:
    """The usual search time of a day with so many lots."""
    return next((seconds for most, seconds in SECONDS if lots <= most), SECONDS[-1][1])


def day_jobs(
    lots: Sequence[int], region_seed: int, seeds: Sequence[int], threads: int, seconds: float | None, *, growth: bool
) -> list[DayJob]:
    """Every run: both engines a seed, where they can run; with `growth`, ours once more with ten times the time."""
    found = []
    able = [name for name in ENGINES if missing(name) is None]
    for size in lots:
        spent = seconds if seconds is not None else seconds_for(size)
        found += [DayJob(size, region_seed, name, seed, threads, spent) for seed in seeds for name in able]
        if growth and OURS in able:
            found.append(DayJob(size, region_seed, OURS, seeds[0], threads, TIMES * spent))
    return found


@lru_cache(maxsize=1)
def made_day(lots: int, region_seed: int) -> tuple[routing.Problem, Bounds]:
    """The day and its bounds; one is kept at a time, they are large."""
    problem = region_day(lots, region_seed)
    return problem, bounds(problem)


def measure_days(todo: Sequence[DayJob], ledger: Ledger[DayRow]) -> Iterator[tuple[DayRow, bool]]:
    """Make each run that the ledger has not, and keep it at once: (row, whether it was run now)."""
    known = {row.key: row for row in ledger.rows}
    for job in todo:
        if job.key in known:
            yield known[job.key], False
            continue
        row, trace = run_day(job, *made_day(job.lots, job.region_seed))
        ledger.append(row)
        append_trace(traces_beside(ledger.path), job.key, trace)
        yield row, True


def run_day(
    job: DayJob, problem: routing.Problem, limits: Bounds, ask: Callable[..., Answered] = answer
) -> tuple[DayRow, Trace]:
    """One run, judged by the checker and the objective; what goes wrong becomes the row's note."""
    plan: routing.Plan | None = None
    trace: Trace = []
    note = ""
    began = time.perf_counter()
    with Watched(os.getpid()) as watched:
        try:
            answered = ask(job.engine, problem, job.seconds, job.seed, job.threads)
            plan, trace = answered.plan, list(answered.trace)
        except routing.RoutingError as error:
            note = f"failed: {error}"
    took = time.perf_counter() - began
    broken = routing.check(problem, plan) if plan is not None else []
    if broken:
        note = f"invalid: {broken[0].rule}: {broken[0].message}; {len(broken)} breaches"
    totals = plan.totals if plan is not None else None
    row = DayRow(
        lots=job.lots,
        region_seed=job.region_seed,
        shipments=len(problem.shipments),
        vehicles=len(problem.vehicles),
        engine=job.engine,
        version=version(job.engine),
        seed=job.seed,
        threads=job.threads,
        seconds=float(job.seconds),
        took=round(took, 2),
        value=totals.value if totals else None,
        value_left=totals.value_left if totals else None,
        cost_cents=totals.cost_cents if totals else None,
        score_cents=round(routing.score(problem, plan).total, 1) if plan is not None else None,
        metres=totals.metres if totals else None,
        rounds=totals.rounds if totals else None,
        breaches=len(broken),
        first_s=round(trace[0][0], 3) if trace else None,
        peak_mib=round(watched.child_mib, 1),
        most_value=limits.value,
        bound_cents=round(limits.cents, 1),
        day=today(),
        note=note,
    )
    if trace and row.order < float("inf"):
        trace.append((row.took, row.order))
    return row, trace
