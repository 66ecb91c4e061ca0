"""Where a trial takes place: the reference region in a database of its own, its people, its clock, its chances."""

import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from math import exp
from pathlib import Path
from random import Random
from time import process_time

from pydantic import SecretStr
from sqlmodel import SQLModel

import service.tables  # noqa: F401  every table must be known before they are created
from config.regions import RegionConfig, load_region_config
from config.settings import Settings
from routing.travel import GeodesicTravel
from routing.travel import Point as Place
from service.clients.gazetteer.csv_file import CsvCommunes
from service.database.engine import Database
from service.kit.clock import from_local
from service.territory.actions import load_region
from workers.simulation.acting import Act, Stage, played
from workers.simulation.cast import Point, Receiver, read_cast
from workers.simulation.fleet_seed import seed_fleet
from workers.simulation.region_seed import Seeder
from workers.simulation.scales import Scale
from workers.simulation.trial.agenda import Agenda
from workers.simulation.trial.conduct import Conduct
from workers.simulation.trial.quick import QuickDatabase

# The region is the demonstration's; what differs from one seed to another is what happens in it.
REGION_SEED = 2026
DATABASE = "trial.db"


def settings_for(folder: Path) -> Settings:
    """Settings of a trial: its own folder and database, no network, nothing of this machine's."""
    return Settings(
        _env_file=None,
        data_dir=folder,
        database_url=f"sqlite:///{folder / DATABASE}",
        demo=True,
        log_level="ERROR",
        secret_key=SecretStr("a key of the simulator, of no use elsewhere"),
    )


def sow(folder: Path, scale: Scale, first_day: date) -> None:
    """Make the region as it stands before the first day: partners, vehicles, drivers; nothing is posted."""
    settings = settings_for(folder)
    config = load_region_config(settings.region)
    now = from_local(first_day, time(0), config.time_zone)
    database = Database(settings.database)
    try:
        SQLModel.metadata.create_all(database.engine)
        with database.transaction() as session:
            communes = CsvCommunes(config.folder / "communes.csv").communes(config.code)
            load_region(session, config, communes, now=now)
            seeder = Seeder(session, settings, scale, seed=REGION_SEED, now=now)
            seeder.run()
            seed_fleet(seeder)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()


@dataclass
class World:
    """One region under one rule, from one seed."""

    settings: Settings
    config: RegionConfig
    stage: Stage
    agenda: Agenda
    conduct: Conduct
    first_day: date
    # Seconds of this process's work, by what they went to.
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    # Grams granted to each site on a local day, by "all" and "bread".
    taken: Counter[tuple[int, date, str]] = field(default_factory=Counter)
    # Until when each site's car is away.
    away: dict[int, datetime] = field(default_factory=dict)
    # Something became free since neighbours were last told.
    news: bool = False
    travel: GeodesicTravel = field(default_factory=GeodesicTravel)
    receivers: dict[int, Receiver] = field(default_factory=dict)
    by_person: dict[int, Receiver] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.stage.database

    @property
    def region(self) -> str:
        return self.config.slug

    @property
    def zone(self) -> str:
        return self.config.time_zone

    def chance(self, *names: object) -> Random:
        """The same for the same seed and names, under every rule: rules are compared on the same luck."""
        return self.stage.chance(*names)

    def play(self, what: str, act: Act) -> bool:
        """One act in a transaction of its own; False when it was refused, which is counted."""
        began = process_time()
        done = played(self.stage, what, act)
        self.seconds["acts"] += process_time() - began
        return done

    def between(self, a: Point, b: Point, profile: str = "car") -> tuple[int, int]:
        """(metres, seconds) by road from one point to another."""
        metres, seconds = self.travel.table([Place(*a)], [Place(*b)], profile)
        return int(metres[0, 0]), int(seconds[0, 0])

    def is_active(self, site_id: int, day: date) -> bool:
        """Whether somebody of this site looks at the product on a day: some nearly always, others seldom."""
        habit = self.chance("habit", site_id).gauss(0, self.conduct.active_spread)
        odds = self.conduct.active_mean / (1 - self.conduct.active_mean) * exp(habit)
        return self.chance("active", site_id, day.isoformat()).random() < odds / (1 + odds)


def open_world(template: Path, folder: Path, first_day: date, *, seed: int, conduct: Conduct) -> World:
    """A world of its own, copied from the region made once."""
    shutil.copy(template / DATABASE, folder / DATABASE)
    settings = settings_for(folder)
    config = load_region_config(settings.region)
    database = QuickDatabase(settings.database)
    with database.read() as session:
        cast = read_cast(session, config.slug)
    agenda = Agenda(from_local(first_day, time(0), config.time_zone))
    world = World(settings, config, Stage(database, cast, seed, config.time_zone), agenda, conduct, first_day)
    world.receivers = {one.site_id: one for one in cast.receivers}
    world.by_person = {one.person_id: one for one in cast.receivers}
    return world
