"""A small Region that works: its people, a real server in front of its database, a worker beside it, a Friday clock."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import uvicorn
from sqlmodel import select

from config.regions import load_region_config
from config.settings import Settings
from service.accounts.models import Person, Role
from service.accounts.passwords import hashed
from service.app import create_app
from service.clients.gazetteer.csv_file import CsvCommunes
from service.clients.mail.outbox import OutboxMail
from service.clients.push.vapid import VapidKey
from service.clients.sms.outbox import OutboxSms
from service.database.engine import Database
from service.kit.clock import Clock, real_now
from service.rounds.models import Cold, Shift, Vehicle, VehicleKind
from service.rounds.planning.work import plan_stale_zones
from service.territory.actions import load_region
from service.web.models import ShownClock
from tests.people import REGION, Make, Party

ROOT = Path(__file__).resolve().parents[2]
# A Friday, 16 h 30 in Nantes: shops are open, charities receive, the evening's rounds have not left.
START = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
PASSWORD = "un panier de pommes rouges"
# Made for the tests; nothing is signed with it that leaves this machine.
PUSH_KEY = VapidKey.made().text
CHARITY_HOURS = "Mo-Su 08:00-22:00"
# How long a server that is told to stop waits for whoever does not leave by himself.
GRACE_S = 15
# Far above what anything here takes: the machine may be busy.
PATIENCE_S = 30


@dataclass
class Cast:
    """Who is in the journeys; `replace`d by nobody, read by all."""

    baker: Party
    grocer: Party
    charity: Party
    other: Party
    driver: Party
    dispatcher: Party
    region: Party
    administrator: Party
    vehicle: Vehicle
    shift: Shift

    @property
    def parties(self) -> dict[str, Party]:
        return {
            "donor": self.baker,
            "charity": self.charity,
            "driver": self.driver,
            "dispatcher": self.dispatcher,
            "region": self.region,
            "administrator": self.administrator,
        }


def populate(database: Database) -> Cast:
    """Put the territory and the cast in an empty database, its shown clock at `START`."""
    config = load_region_config(REGION)
    with database.transaction() as session:
        load_region(session, config, CsvCommunes(config.folder / "communes.csv").communes(config.code), now=START)
        session.add(ShownClock(real_anchor=real_now(), shown_anchor=START))
    make = Make(database, START)
    baker = make.donor("Boulangerie des Halles", opening_hours="Mo-Sa 07:00-20:00")
    grocer = make.donor("Le Panier de Rezé", "Rezé", opening_hours="Mo-Sa 08:30-20:00")
    charity = make.charity("Épicerie solidaire de Nantes Nord", opening_hours=CHARITY_HOURS, takes_short_dlc=True)
    other = make.charity("Secours de Rezé", "Rezé", opening_hours=CHARITY_HOURS)
    driver = make.driver("Transports solidaires")
    dispatcher, region = make.dispatcher(), make.staff(Role.REGION)
    administrator = make.staff(Role.ADMINISTRATOR, "Administration")
    names = (
        (baker, "Maëlle Guillou"),
        (grocer, "Jean Ollivier"),
        (charity, "Nadia Belkacem"),
        (other, "Paul Lefort"),
        (driver, "Yannick Moreau"),
        (dispatcher, "Claire Renaud"),
        (region, "Hélène Marchand"),
        (administrator, "Samuel Petit"),
    )
    secret = hashed(PASSWORD)
    with database.transaction() as session:
        for at, (party, name) in enumerate(names):
            person = session.get_one(Person, party.person.key)
            person.name, person.password_hash = name, secret
            person.phone, person.email_verified_at = f"+336123456{70 + at}", START
            session.add(person)
            session.flush()
            session.refresh(person)
            party.person = person
    vehicle = make.row(
        Vehicle(
            region=REGION,
            organisation_id=driver.id,
            home_site_id=driver.site.key,
            name="Fourgon frigo 1",
            kind=VehicleKind.VAN,
            profile="van",
            cold=Cold.REFRIGERATED,
            payload_grams=800_000,
            payload_crates=60,
            ambient_grams=600_000,
            ambient_crates=60,
            chilled_grams=400_000,
            chilled_crates=40,
            frozen_grams=100_000,
            frozen_crates=10,
        )
    )
    shift = make.row(
        Shift(
            region=REGION,
            vehicle_id=vehicle.key,
            driver_id=driver.person.key,
            starts_at=START,
            ends_at=START + timedelta(hours=5),
            break_minutes=0,
        )
    )
    return Cast(baker, grocer, charity, other, driver, dispatcher, region, administrator, vehicle, shift)


@dataclass
class World:
    """One installation under test: where it is, who is in it, and what the outside world got from it."""

    address: str
    settings: Settings
    database: Database
    cast: Cast
    make: Make
    worker: "subprocess.Popen[bytes] | None" = field(default=None)

    def now(self) -> datetime:
        """What the pages' clock shows."""
        with self.database.read() as session:
            row = session.exec(select(ShownClock)).one()
        return Clock(row.real_anchor, row.shown_anchor, row.speed).at(real_now())

    def advance(self, length: timedelta) -> None:
        """Let shown time pass; the web looks at the clock twice a second."""
        with self.database.transaction() as session:
            row = session.exec(select(ShownClock)).one()
            row.shown_anchor = row.shown_anchor + length
            session.add(row)
        time.sleep(0.6)

    def plan(self) -> None:
        """What a worker does at its turn: plan every zone whose journal moved on."""
        plan_stale_zones(self.database, self.settings, self.now())

    def link_for(self, email: str | None) -> str:
        """The sign-in link of the newest letter to an address; letters leave a moment after the page is answered."""
        box = OutboxMail(self.settings.data_dir / "outbox" / "mail")
        text = _soon(lambda: [letter.text for letter in box.letters(email)])
        found = re.search(r"http\S+/sign-in/link/\S+", text)
        assert found, text
        return found.group(0)

    def code_for(self, phone: str | None) -> str:
        """The six digits of the newest text message to a number."""
        box = OutboxSms(self.settings.data_dir / "outbox" / "sms")
        text = _soon(lambda: [text.text for text in box.texts(phone)])
        found = re.search(r"\d{3} ?\d{3}", text)
        assert found, text
        return found.group(0).replace(" ", "")


def _soon(look: Callable[[], list[str]]) -> str:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if found := look():
            return found[0]
        time.sleep(0.1)
    raise AssertionError("nothing was sent")


def settings_for(folder: Path, database_url: str, address: str) -> Settings:
    """The settings of an installation whose shown clock can be set."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it at run time
        environment="test",
        demo=True,
        database_url=database_url,
        data_dir=folder / "data",
        base_url=address,
        region=REGION,
        secret_key="a secret key that only the tests know",
        tiles="none",
        planning_seconds=1.0,
        push_key=PUSH_KEY,
    )


@contextmanager
def serving(settings: Settings, door: socket.socket) -> Iterator[None]:
    """The real application behind a real server, on a port of its own, until the block ends."""
    app = create_app(settings)
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_S)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(GRACE_S + PATIENCE_S)


@contextmanager
def installed_world(folder: Path, template: str, cast: Cast) -> Iterator[World]:
    """A copy of the populated database with a server in front of it, its clock at `START` again."""
    path = folder / "glane.db"
    shutil.copy(template, path)
    door = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    settings = settings_for(folder, f"sqlite:///{path}", address)
    database = Database(settings.database)
    with database.transaction() as session:
        row = session.exec(select(ShownClock)).one()
        row.real_anchor, row.shown_anchor = real_now(), START
        session.add(row)
    try:
        with serving(settings, door):
            yield World(address, settings, database, replace(cast), Make(database, START, count(100)))
    finally:
        database.close()


@contextmanager
def working(world: World) -> Iterator[None]:
    """`glane work` beside the server, in a process of its own, as in production."""
    environment = {
        **os.environ,
        "GLANE_ENVIRONMENT": "test",
        "GLANE_DEMO": "true",
        "GLANE_DATABASE_URL": world.settings.database_url,
        "GLANE_DATA_DIR": str(world.settings.data_dir),
        "GLANE_BASE_URL": world.address,
        "GLANE_SECRET_KEY": world.settings.secret_key.get_secret_value(),
        "GLANE_PLANNING_SECONDS": str(world.settings.planning_seconds),
    }
    log = world.settings.data_dir.parent / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", "work"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    assert process.returncode in (0, -15), log.read_text(encoding="utf-8")[-2000:]
