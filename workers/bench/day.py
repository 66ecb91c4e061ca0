"""A whole day at once: an invented region whose lots are all posted and claimed at dawn, then planned.

Everything goes through the actions of production. What is measured is the planning of the day, from reading the tables
to the adopted plan, and what the plan is worth beside OR-Tools alone on the same problem for the same time.
"""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

from pydantic import SecretStr
from sqlmodel import Session

import routing
from config.regions import RegionConfig, load_region_config
from config.settings import Settings
from service.allocation.actions.claiming import claim
from service.allocation.models import Way
from service.allocation.windows import waive
from service.clients.gazetteer.csv_file import CsvCommunes
from service.database.engine import Database
from service.database.migrating import migrate
from service.kit.clock import Clock, from_local, real_now
from service.kit.refusals import Refusal
from service.lots.actions import post
from service.lots.queries import lines_of
from service.rounds.planning.work import plan_zone, zones_of
from service.territory.actions import load_region
from service.web.clock import DomainClock
from workers.bench.plain_ortools import DayFigures, figures, plain
from workers.cli.console import Tell
from workers.simulation.acting import coldest
from workers.simulation.cast import Cast, read_cast
from workers.simulation.charities import BIG_GRAMS, FAR_M
from workers.simulation.day import Posting, all_at, postings
from workers.simulation.fleet_seed import open_shifts, seed_fleet
from workers.simulation.region_seed import Seeder
from workers.simulation.scales import Scale

# A Friday in November: neither the lowest nor the highest day of the week.
DAY = date(2026, 11, 20)
DAWN = hour(5, 30)
TAKERS = 6


@dataclass
class Day:
    """A day ready to be planned."""

    scale: Scale
    settings: Settings
    database: Database
    config: RegionConfig
    now: datetime
    cast: Cast
    lots: int = 0
    claims: int = 0
    grams: int = 0
    built_seconds: float = 0.0


@dataclass(frozen=True)
class Planned:
    """What planning a day came to; `seconds` from reading the tables to the adopted plan."""

    seconds: float
    shipments: int
    ours: DayFigures
    peer: DayFigures | None


def settings_for(folder: Path, seconds: float) -> Settings:
    """Settings of a benchmark: its own folder and database, no network."""
    return Settings(
        _env_file=None,
        data_dir=folder,
        demo=True,
        tiles="none",
        log_level="ERROR",
        planning_seconds=seconds,
        secret_key=SecretStr("a key of the benchmark, of no use elsewhere"),
    )


def prepare(scale: Scale, folder: Path, *, seed: int, seconds: float) -> Day:
    """Seed the region, its fleet and the shifts of the day; nothing is posted yet."""
    settings = settings_for(folder, seconds)
    config = load_region_config(settings.region)
    database = Database(settings.database)
    migrate(database)
    now = from_local(DAY, DAWN, config.time_zone)
    with database.transaction() as session:
        load_region(session, config, CsvCommunes(config.folder / "communes.csv").communes(config.code), now=now)
        seeder = Seeder(session, settings, scale, seed=seed, now=now)
        seeder.run()
        seed_fleet(seeder)
        cast = read_cast(session, config.slug)
        drivers = sorted(cast.drivers)
        open_shifts(session, config.slug, DAY, config.time_zone, seed=seed, now=now, played=drivers)
    return Day(scale, settings, database, config, now, cast)


def build(scale: Scale, folder: Path, *, seed: int, seconds: float, tell: Tell) -> Day:
    """Seed the region, post every lot of the day and claim it, "bring it" each time."""
    began = time.monotonic()
    day = prepare(scale, folder, seed=seed, seconds=seconds)
    config, now = day.config, day.now
    wanted = postings(day.cast.donors, DAY, config.time_zone, seed=seed, lots=scale.lots)
    for at, posting in enumerate(all_at(DAY, config.time_zone, wanted, now)):
        _give(day, posting)
        tell(f"Lots du jour ({scale.name})", at + 1, len(wanted))
    clock = DomainClock(day.database, demo=True)
    clock.set(Clock(real_now(), now + timedelta(minutes=10), 0.0))
    day.built_seconds = time.monotonic() - began
    return day


def _give(day: Day, posting: Posting) -> None:
    """Post a lot and let the nearest places claim it, each its part of a large one."""
    with day.database.transaction() as session:
        who = day.cast.who(session, posting.donor.person_id)
        lot = post(session, posting.form(day.now), who=who, now=day.now)
        # What is measured is planning: who gets what is settled at once.
        waive(session, lot)
        key, point = lot.key, day.cast.points[lot.site_id]
        band = coldest(lines_of(session, key))
    day.lots += 1
    left = posting.grams
    for _, receiver in day.cast.around(point, band, within_m=FAR_M, most=TAKERS):
        with day.database.read() as session:
            free = {line.key: line.free_grams for line in lines_of(session, key) if line.free_grams}
        if not free:
            return
        share = 1.0 if left <= BIG_GRAMS else max(BIG_GRAMS, receiver.people * 350) / left
        asked = {line: max(1, int(grams * min(1.0, share))) for line, grams in free.items()}
        try:
            with day.database.transaction() as session:
                _claim(session, day, receiver.person_id, key, receiver.site_id, asked)
        except Refusal:
            continue
        day.claims += 1
        day.grams += sum(asked.values())
        left -= sum(asked.values())


def _claim(session: Session, day: Day, person: int, lot: int, site: int, asked: dict[int, int]) -> None:
    who = day.cast.who(session, person)
    claim(session, who=who, lot_id=lot, site_id=site, wanted=asked, way=Way.BRING, now=day.now)


def plan(day: Day, seconds: float, *, with_peer: bool = True) -> Planned:
    """Plan the day as a worker does, then let OR-Tools alone plan the same problem for the same time."""
    problems: list[routing.Problem] = []
    answers: list[routing.Plan] = []
    ended: list[float] = []

    def solve(problem: routing.Problem, settings: Settings, warm: routing.Plan | None, _: object) -> routing.Plan:
        if problems:
            # The plan of the next day is asked for once that of this day is adopted.
            ended.append(time.monotonic())
        problems.append(problem)
        engine = settings.planning_engine
        answers.append(routing.solve_in_child(problem, seconds=seconds, engine=engine, warm=warm))
        return answers[-1]

    now = day.now + timedelta(minutes=10)
    began = time.monotonic()
    for zone in zones_of(day.config.slug):
        plan_zone(day.database, day.settings, day.config.slug, zone, now, solve=solve)
    spent = (ended[0] if ended else time.monotonic()) - began
    peer = figures(problems[0], plain(problems[0], seconds)) if with_peer else None
    return Planned(spent, len(problems[0].shipments), figures(problems[0], answers[0]), peer)


def today() -> str:
    """The date a measure was taken."""
    return datetime.now(UTC).date().isoformat()
