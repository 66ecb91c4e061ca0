"""Rows of a comparison, each in a process of its own; those already made are not made again."""

import gc
import logging
import platform
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import structlog

from service.observatory.simulations import Conditions, Played, Results
from workers.simulation.scales import SCALES
from workers.simulation.trial.conduct import Conduct
from workers.simulation.trial.measures import measure
from workers.simulation.trial.policies import RULES, in_force, worth
from workers.simulation.trial.row import Trial
from workers.simulation.trial.world import open_world, settings_for, sow

# A Monday in the season of farms' peaks; no public holiday in the four weeks after it.
FIRST_DAY = date(2026, 9, 7)
STEPS = 1000


@dataclass(frozen=True)
class Order:
    """One row to be made."""

    policy: str
    seed: int
    days: int
    first_day: date
    steps: int
    cents_per_kg: int


def conditions(*, scale: str, days: int, first_day: date, steps: int, cents_per_kg: int) -> Conditions:
    """What the rows of a file have in common."""
    conduct = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(Conduct()).items()}
    region = settings_for(Path()).region
    return Conditions(
        region=region, scale=scale, days=days, first_day=first_day, steps=steps, cents_per_kg=cents_per_kg,
        conduct=conduct,
    )  # fmt: skip


def empty_results(of: Conditions) -> Results:
    """A file without rows yet."""
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    return Results(version=version("glane"), made_on=datetime.now(UTC).date(), machine=machine, conditions=of)


def play(order: Order, template: Path) -> Played:
    """Play one row from its first posting to its last handover, in a temporary folder."""
    _quieten()
    rule = RULES[order.policy]
    began = process_time()
    with TemporaryDirectory(prefix="glane-simulate-") as name:
        folder = Path(name)
        region = settings_for(folder).region
        with in_force(rule, region, folder / "regions"), worth(order.cents_per_kg):
            world = open_world(template, folder, order.first_day, seed=order.seed, conduct=Conduct())
            try:
                Trial(world, rule, order.days, order.steps).run()
                found = measure(world)
            finally:
                world.database.close()
    spent = {name: round(seconds, 2) for name, seconds in sorted(world.seconds.items())}
    return Played(
        policy=order.policy,
        seed=order.seed,
        measures={name: float(value) for name, value in asdict(found).items()},
        seconds={**spent, "total": round(process_time() - began, 2)},
    )


def _quieten() -> None:
    """A process that plays says nothing of each plan, and looks for rubbish seldom: nearly all of it goes by itself."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    gc.set_threshold(100_000, 50, 100)


def play_all(
    orders: list[Order], scale: str, first_day: date, *, processes: int, done: Callable[[Played], None]
) -> None:
    """Play rows side by side; `done` is called in this process as each is finished, in whatever order."""
    with region(scale, first_day) as template:
        if processes == 1:
            for order in orders:
                done(play(order, template))
            return
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
            waiting = [pool.submit(play, order, template) for order in orders]
            try:
                for finished in as_completed(waiting):
                    done(finished.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


@contextmanager
def region(scale: str, first_day: date) -> Iterator[Path]:
    """A folder with the region as it stands before the first day."""
    with TemporaryDirectory(prefix="glane-region-") as name:
        sow(Path(name), SCALES[scale], first_day)
        yield Path(name)
