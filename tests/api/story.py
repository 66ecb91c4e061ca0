"""An evening under way, for machines to ask about: a lot on offer, one brought by a round, one to be fetched."""

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import SQLModel

import routing
from config.settings import Settings
from service.accounts.models import Membership, Role
from service.app import create_app
from service.database.engine import Database
from service.rounds.planning.work import plan_stale_zones
from tests.journeys.world import START, populate, settings_for
from tests.people import Make

ALL_ROLES = "all roles"


@dataclass
class Story:
    """The application, a token for each role, and one for somebody who has them all."""

    app: FastAPI
    database: Database
    settings: Settings
    tokens: dict[str, str]
    today: date


def tell_story(folder: Path) -> Story:
    """Play the evening through the API, on a new database in this folder."""
    settings = settings_for(folder, f"sqlite:///{folder / 'glane.db'}", "http://testserver")
    database = Database(settings.database)
    SQLModel.metadata.create_all(database.engine)
    cast = populate(database)
    make = Make(database, START, count(100))
    everyone = make.driver("Tout-en-un")
    for party, role in (
        (cast.baker, Role.DONOR),
        (cast.charity, Role.CHARITY),
        (cast.driver, Role.DRIVER),
        (cast.dispatcher, Role.DISPATCHER),
        (cast.region, Role.REGION),
        (cast.administrator, Role.ADMINISTRATOR),
    ):
        make.row(Membership(person_id=everyone.person.key, organisation_id=party.id, role=role))
    tokens = {role: make.token(party.person.key) for role, party in cast.parties.items()}
    tokens[ALL_ROLES] = make.token(everyone.person.key)
    app = create_app(settings, database)
    client = TestClient(app, base_url="http://testserver")
    donor = {"Authorization": f"Bearer {tokens['donor']}"}
    charity = {"Authorization": f"Bearer {tokens['charity']}"}
    bread = {"category": "bread", "grams": 12_000, "date_kind": "made_on", "date": START.date().isoformat()}
    window = {"starts_at": START.isoformat(), "ends_at": (START + timedelta(hours=4)).isoformat()}
    for _ in range(3):
        posted = client.post("/api/v1/lots", json={"lines": [bread], "windows": [window]}, headers=donor)
        assert posted.status_code == 201, posted.text
    for lot, way in ((1, "bring"), (2, "collect")):
        claimed = client.post(f"/api/v1/lots/{lot}/claims", json={"way": way}, headers=charity)
        assert claimed.status_code == 201, claimed.text
    plan_stale_zones(database, settings, START, solve=lambda problem, *_: routing.solve(problem, iterations=20))
    rounds = client.get("/api/v1/rounds", headers={"Authorization": f"Bearer {tokens['driver']}"})
    assert rounds.json()["items"], rounds.text
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Story(app, database, settings, tokens, START.date())


@dataclass
class Door:
    """The application, to be put back to the same evening before each operation."""

    story: Story
    kept: Path

    def reset(self) -> None:
        self.story.database.close()
        path = Path(self.story.database.engine.url.database or "")
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        shutil.copy(self.kept, path)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The application without its background reader, which would hold the database open."""
        if scope["type"] != "lifespan":
            await self.story.app(scope, receive, send)
            return
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})


def moment_of(number: int) -> datetime:
    """A moment of the evening or of the next days, from any number."""
    return START + timedelta(minutes=number % (3 * 24 * 60))
