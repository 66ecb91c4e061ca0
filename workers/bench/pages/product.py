"""The product as it is measured: a small invented region in the middle of its day, and a web process of its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
from sqlmodel import Session, col, select

from service.accounts.models import (
    AccountState,
    Activity,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    WebSession,
)
from service.accounts.tokens import new_token, token_hash
from service.kit.clock import real_now
from service.lots.models import Lot
from service.rounds.actions import driving
from service.rounds.models import Round
from workers.bench.day import DAY, Day, build, plan
from workers.cli.console import Tell, fail
from workers.cli.processes import Processes
from workers.simulation.scales import SMALL

COOKIE = "glane_session"
PATIENCE_S = 60


@dataclass(frozen=True)
class Visit:
    """A page that is measured: its name in the table, where it is, whose browser opens it (nobody's: "")."""

    name: str
    label: str
    at: str
    role: str


VISITS = (
    Visit("sign-in", "Connexion", "/sign-in", ""),
    Visit("posting", "Donner", "/lots/new", "donor"),
    Visit("give", "Accueil", "/give", "donor"),
    Visit("offers", "Offres", "/offers", "charity"),
    Visit("driver", "Arrêt", "/rounds/mine", "driver"),
    Visit("dispatch", "Tableau", "/dispatch", "dispatcher"),
)
NAMES = tuple(visit.name for visit in VISITS)


@dataclass(frozen=True)
class Product:
    """A running web process: its port on this machine, and the secret of a signed-in browser for each role."""

    port: int
    sessions: dict[str, str]


def prepared(folder: Path, seed: int, tell: Tell) -> tuple[Day, dict[str, str]]:
    """The region in `folder`: lots on offer, rounds planned, one on the road; and a session for each role."""
    day = build(SMALL, folder, seed=seed, seconds=1.0, tell=tell)
    # Any plan will do, and this engine needs no compiling.
    day.settings = day.settings.model_copy(update={"planning_engine": "ortools"})
    tell("Plan du jour", 0, 1)
    plan(day, 1.0, with_peer=False)
    tell("Plan du jour", 1, 1)
    with day.database.transaction() as session:
        people = {
            "donor": _last_baker(session, day),
            "charity": day.cast.receivers[0].person_id,
            "driver": _on_the_road(session, day),
            "dispatcher": _dispatcher(session, day),
        }
        return day, {role: _signed_in(session, person) for role, person in people.items()}


def _last_baker(session: Session, day: Day) -> int:
    """The baker who posted last: their home proposes that lot once more."""
    bakers = {donor.person_id for donor in day.cast.donors if donor.activity == Activity.BAKERY}
    posted = select(Lot).where(col(Lot.posted_by).in_(bakers)).order_by(col(Lot.id).desc())
    lot = session.exec(posted).first()
    giver = lot and lot.posted_by
    assert giver, "a baker has given on that day"
    return giver


def _on_the_road(session: Session, day: Day) -> int:
    """Send the first round off; its driver. Raises AssertionError where none was planned."""
    round_ = session.exec(select(Round).where(Round.day == DAY).order_by(col(Round.id))).first()
    assert round_ is not None, "the day has a planned round"
    assert round_.driver_id is not None, "a planned round has its driver"
    now = day.now + timedelta(minutes=10)
    driving.depart(session, round_, who=day.cast.who(session, round_.driver_id), now=now)
    return round_.driver_id


def _dispatcher(session: Session, day: Day) -> int:
    """Somebody who looks at the board: an invented region has none of its own."""
    office = Organisation(
        region=day.config.slug, kind=OrganisationKind.REGION, name="Régulation", state=AccountState.ACTIVE,
        created_at=day.now,
    )  # fmt: skip
    person = Person(region=day.config.slug, name="Régulation", email="regulation@glane.example", created_at=day.now)
    session.add_all([office, person])
    session.flush()
    session.add(Membership(person_id=person.key, organisation_id=office.key, role=Role.DISPATCHER))
    return person.key


def _signed_in(session: Session, person_id: int) -> str:
    token = new_token()
    now = real_now()
    session.add(
        WebSession(
            token_hash=token_hash(token), person_id=person_id, created_at=now, expires_at=now + timedelta(hours=6)
        )
    )
    return token


@contextmanager
def running(day: Day, folder: Path, sessions: dict[str, str], port: int, address: str) -> Iterator[Product]:
    """`glane web` over that region, known by `address`, until the block ends."""
    given = {
        "GLANE_DATA_DIR": str(folder),
        "GLANE_DATABASE_URL": "",
        "GLANE_PORT": str(port),
        "GLANE_HOST": "127.0.0.1",
        "GLANE_BASE_URL": address,
        "GLANE_DEMO": "true",
        "GLANE_LOG_LEVEL": "ERROR",
        "GLANE_SECRET_KEY": day.settings.secret_key.get_secret_value(),
    }
    with Processes(folder / "logs", given) as processes:
        processes.start("web")
        until = time.monotonic() + PATIENCE_S
        while not _answers(f"http://127.0.0.1:{port}/readyz"):
            if (lost := processes.lost()) is not None:
                fail(lost)
            if time.monotonic() > until:
                fail("« glane web » ne répond pas.")
            time.sleep(0.1)
        yield Product(port, sessions)


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False  # not listening yet
