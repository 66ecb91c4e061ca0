"""The demonstration's region: made once, found again later, and the file that tells how to sign in."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlmodel import Session

from config.regions import RegionConfig
from config.settings import Settings
from service.accounts.queries import who_is
from service.clients.gazetteer.csv_file import CsvCommunes
from service.database.engine import Database
from service.database.migrating import migrate
from service.kit.clock import from_local, local, real_now
from service.kit.hours import open_windows
from service.kit.rhythm import weekly
from service.lots.forms import LineIn
from service.lots.usual import actions as usual
from service.lots.usual.forms import UsualGiftIn
from service.territory import queries as territory
from service.territory.actions import load_region
from workers.simulation.cast import read_cast, somebody_is_there
from workers.simulation.day import Donor, Posting
from workers.simulation.fleet_seed import open_shifts, seed_fleet
from workers.simulation.history import write_history
from workers.simulation.region_seed import Seeder
from workers.simulation.scales import Scale
from workers.simulation.visitors import Account, Visitors, add_visitors, new_password

START = time(16, 0)
FILE = "demo.json"
SAMPLE = Path(__file__).with_name("trial") / "sample.json"
Tell = Callable[[str, int, int], None]


class NotADemonstration(Exception):
    """The database has people in it that no demonstration made."""


@dataclass(frozen=True)
class Prepared:
    """A region ready to be shown: how to sign in by role, and when its clock starts the first time."""

    accounts: dict[str, Account]
    seed: int
    starts_at: datetime


def prepare(
    database: Database, settings: Settings, config: RegionConfig, *, scale: Scale, seed: int, tell: Tell
) -> Prepared:
    """Make the region if the database is empty; else read how to sign in. All of it is made, or nothing."""
    tell("Base de données", 0, 1)
    migrate(database)
    tell("Base de données", 1, 1)
    with database.read() as session:
        known = somebody_is_there(session, config.slug)
    starts_at = first_moment(config, real_now())
    if known:
        accounts, seed = read_story(settings)
        return Prepared(accounts, seed, starts_at)
    with database.transaction() as session:
        visitors = _make(session, settings, config, scale=scale, seed=seed, now=starts_at, tell=tell)
        prepared = Prepared(visitors.accounts, seed, starts_at)
        # Before the rows are kept: rows without this file would be a region nobody can enter.
        write_story(settings, prepared)
    show_simulations(settings)
    return prepared


def show_simulations(settings: Settings) -> None:
    """Put a small comparison that `glane simulate` made where its page reads it, unless there is one already."""
    if not settings.simulations.exists():
        settings.simulations.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SAMPLE, settings.simulations)


def first_moment(config: RegionConfig, now: datetime) -> datetime:
    """Today at 16:00 local; on a Sunday or a holiday, when everything is shut, the last working day before."""
    day = local(now, config.time_zone).date()
    while not _is_working_day(config, day):
        day -= timedelta(days=1)
    return from_local(day, START, config.time_zone)


def _is_working_day(config: RegionConfig, day: date) -> bool:
    noon = from_local(day, time(12), config.time_zone)
    hours = open_windows("Mo-Sa; PH off", noon, noon + timedelta(minutes=1), config.time_zone, country=config.country)
    return bool(hours)


def _make(
    session: Session, settings: Settings, config: RegionConfig, *, scale: Scale, seed: int, now: datetime, tell: Tell
) -> Visitors:
    tell("Communes", 0, 1)
    load_region(session, config, CsvCommunes(config.folder / "communes.csv").communes(config.code), now=now)
    tell("Communes", 1, 1)
    seeder = Seeder(session, settings, scale, seed=seed, now=now, region=config.slug, tell=tell)
    seeder.run()
    seed_fleet(seeder)
    town = max(territory.communes(session, config.slug), key=lambda commune: (commune.population, commune.insee))
    visitors = add_visitors(seeder, town, new_password(), config.time_zone)
    cast = read_cast(session, config.slug)
    today = local(now, config.time_zone).date()
    open_shifts(session, config.slug, today, config.time_zone, seed=seed, now=now, played=sorted(cast.drivers))
    tell("Les jours d'avant", 0, 1)
    before = _yesterday(visitors, today, config.time_zone)
    cast.points[visitors.baker[1].key] = (visitors.baker[1].latitude or 0.0, visitors.baker[1].longitude or 0.0)
    write_history(session, cast, seed=seed, zone=config.time_zone, now=now, more=[before])
    tell("Les jours d'avant", 1, 1)
    _usual_evening(session, visitors, today, now)
    return visitors


def _usual_evening(session: Session, visitors: Visitors, today: date, now: datetime) -> None:
    """The newcomer's bakery is asked every evening at six, so that the question comes soon after one has looked in."""
    _bakery, shop, baker = visitors.baker
    who = who_is(session, baker.key)
    assert who is not None, "the baker was just made"
    asked = UsualGiftIn(
        site_id=shop.key, rrule=weekly(list(range(7))), starts_on=today, ask_at=time(18), opens_at=time(18),
        closes_at=time(20, 30), category="bread-mixed", usual_grams=8000,
    )  # fmt: skip
    usual.declare(session, asked, who=who, now=now)


def _yesterday(visitors: Visitors, today: date, zone: str) -> Posting:
    """What the newcomer's bakery gave yesterday, for "comme hier"."""
    bakery, shop, baker = visitors.baker
    day = today - timedelta(days=1)
    assert bakery.activity is not None
    line = LineIn(
        category="bread-mixed", description="Pain et viennoiserie du jour", grams=7400, date=day,
        allergens_state="indicative",
    )  # fmt: skip
    at = from_local(day, time(18, 40), zone)
    return Posting(
        at, Donor(bakery.key, shop.key, baker.key, bakery.activity), 0, (line,), ((at, at + timedelta(hours=2)),)
    )


# How to sign in, for people and for scripts


def write_story(settings: Settings, prepared: Prepared) -> None:
    """Write demo.json: the address, and an e-mail and a password by role. Only its owner reads it."""
    story = {
        "base_url": settings.address,
        "seed": prepared.seed,
        "accounts": {role: asdict(account) for role, account in prepared.accounts.items()},
    }
    place = settings.data_dir / FILE
    unfinished = place.with_suffix(".new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(story, file, ensure_ascii=False, indent=2)
        file.write("\n")
    unfinished.replace(place)


def read_story(settings: Settings) -> tuple[dict[str, Account], int]:
    """How to sign in and the seed, as demo.json says; NotADemonstration without it."""
    try:
        story = json.loads((settings.data_dir / FILE).read_text(encoding="utf-8"))
        return {role: Account(**account) for role, account in story["accounts"].items()}, int(story["seed"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise NotADemonstration() from problem
