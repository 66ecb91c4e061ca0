"""A small region with donors, charities, vehicles and a driver, and short ways to want, plan and report."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

import routing
from config.settings import Settings
from service.accounts.who import Who
from service.database.engine import Database
from service.journal.models import Entry
from service.lots import actions as lots
from service.lots.forms import LotIn
from service.lots.models import Share
from service.lots.queries import lines_of, shares_by_id
from service.rounds.models import Cold, Round, Shift, Stop, StopTask, Vehicle, VehicleKind
from service.rounds.planning.progress import Tell
from service.rounds.planning.work import plan_zone
from service.rounds.queries import rounds as reading
from service.shipments import actions as shipping
from service.shipments.models import Shipment, ShipmentItem
from service.shipments.queries import items_of
from tests.people import REGION, Make, Party

if TYPE_CHECKING:
    from tests.rounds.breakdown import Breakdown

ITERATIONS = 30


def quick(
    problem: routing.Problem, settings: Settings, warm: routing.Plan | None = None, tell: Tell | None = None
) -> routing.Plan:
    """The real search, stopped by iterations: the same plan every time."""
    return routing.solve(
        problem, seconds=20, seed=1, iterations=ITERATIONS, engine="search", warm=warm, on_progress=tell
    )


@dataclass
class Fleet:
    """Puts vehicles, shifts and shipments in the test's region, and plans it."""

    make: Make
    settings: Settings
    now: datetime
    dispatcher: Party = field(init=False)
    carrier: Party = field(init=False)

    def __post_init__(self) -> None:
        self.dispatcher = self.make.dispatcher()
        self.carrier = self.make.driver()

    @property
    def database(self) -> Database:
        return self.make.database

    @property
    def driver(self) -> Who:
        return self.carrier.who

    def vehicle(self, cold: Cold = Cold.REFRIGERATED, grams: int = 600_000, **given: Any) -> Vehicle:
        share = 0 if cold == Cold.NONE else grams
        values: dict[str, Any] = {
            "region": REGION,
            "organisation_id": self.carrier.id,
            "home_site_id": self.carrier.site.key,
            "name": "Fourgon 1",
            "kind": VehicleKind.VAN,
            "profile": "van",
            "cold": cold,
            "payload_grams": grams,
            "payload_crates": 60,
            "ambient_grams": grams,
            "ambient_crates": 60,
            "chilled_grams": share,
            "chilled_crates": 60 if share else 0,
            "frozen_grams": share,
            "frozen_crates": 20 if share else 0,
            **given,
        }
        return self.make.row(Vehicle(**values))

    def shift(self, vehicle: Vehicle, hours: float = 4.0, starts: datetime | None = None, **given: Any) -> Shift:
        begins = starts or self.now
        values: dict[str, Any] = {"driver_id": self.carrier.person.key, "break_minutes": 0, **given}
        return self.make.row(
            Shift(
                region=REGION,
                vehicle_id=vehicle.key,
                starts_at=begins,
                ends_at=begins + timedelta(hours=hours),
                **values,
            )
        )

    def want(self, donor: Party, charity: Party, grams: int = 10_000, **given: Any) -> Shipment:
        window = (self.now, self.now + timedelta(hours=4))
        values: dict[str, Any] = {
            "subject": ("test", 1),
            "pickup_windows": [window],
            "delivery_windows": [window],
            "temperature": "ambient",
            "items": [("thing", 1, grams)],
            **given,
        }
        with self.database.transaction() as session:
            return shipping.want(
                session,
                REGION,
                pickup_site_id=donor.site.key,
                delivery_site_id=charity.site.key,
                who=None,
                now=self.now,
                **values,
            )

    def carried(self, donor: Party, charity: Party, *grams: int, category: str = "bread", **given: Any) -> Shipment:
        """A real lot of some lines, granted to the charity and wanted carried; a shipment with a share for each."""
        fields = {"category": category, "date_kind": "made_on", "date": self.now.date().isoformat()}
        if category == "yoghurt":
            fields |= {"date_kind": "dlc", "date": (self.now + timedelta(days=9)).date().isoformat(), "prepacked": True}
        lines = [{**fields, "grams": weight} for weight in grams or (10_000,)]
        window = {"starts_at": self.now.isoformat(), "ends_at": (self.now + timedelta(hours=4)).isoformat()}
        form = LotIn.model_validate({"lines": lines, "windows": [window]})
        with self.database.transaction() as session:
            lot = lots.post(session, form, who=donor.who, now=self.now)
            rows = lines_of(session, lot.key)
            shares = lots.reserve(
                session,
                lot,
                [(row.key, row.free_grams) for row in rows],
                claim_id=lot.key,
                organisation_id=charity.id,
                site_id=charity.site.key,
                who=charity.who,
                now=self.now,
            )
            items = [("share", share.key, share.grams) for share in shares]
            temperature = rows[0].temperature
        return self.want(donor, charity, items=items, temperature=temperature, **given)

    def shares(self, shipment: Shipment) -> list[Share]:
        with self.database.read() as session:
            items = items_of(session, [shipment.key])[shipment.key]
            found = shares_by_id(session, [item.subject_id for item in items])
            return [found[item.subject_id] for item in items]

    def items(self, shipment: Shipment) -> list[ShipmentItem]:
        with self.database.read() as session:
            return items_of(session, [shipment.key])[shipment.key]

    def kinds(self) -> list[str]:
        """The kinds of every entry so far, in order."""
        with self.database.read() as session:
            return [entry.kind for entry in session.exec(select(Entry).order_by(Entry.id)).all()]

    def plan(self, now: datetime | None = None, solve: Callable[..., routing.Plan] = quick) -> list[int]:
        """Plan the region now, however recently it was."""
        from service.rounds.queries.plans import lease_of

        with self.database.transaction() as session:
            lease = lease_of(session, REGION, "all")
            if lease is not None:
                lease.taken_at -= timedelta(minutes=10)
                session.add(lease)
        return plan_zone(self.database, self.settings, REGION, "all", now or self.now, solve=solve)

    def shipment(self, key: int) -> Shipment:
        with self.database.read() as session:
            return session.get_one(Shipment, key)

    def rounds(self) -> list[Round]:
        with self.database.read() as session:
            return list(reading.rounds_of_day(session, REGION, self.now.date()))

    def stops(self, round_: Round) -> list[Stop]:
        with self.database.read() as session:
            return reading.stops_of(session, [round_.key])[round_.key]

    def tasks(self, stop: Stop) -> list[StopTask]:
        with self.database.read() as session:
            return reading.tasks_of(session, [stop.key])[stop.key]


@dataclass
class Road:
    """A driver's phone: reports by the API as the carrier's driver, the clock set by hand."""

    client: TestClient
    fleet: Fleet
    headers: dict[str, str]
    clock: list[datetime]

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(f"/api/v1{path}", json=body, headers={**self.headers, **headers})

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(f"/api/v1{path}", json=body, headers=self.headers)

    def report(self, stop: Stop, kind: str, **body: Any) -> Any:
        return self.post(f"/rounds/{stop.round_id}/stops/{stop.number}/report", {"kind": kind, **body})

    def set_off(self) -> tuple[Round, list[Stop]]:
        """Accept the one round of the day and leave with it."""
        [round_] = self.fleet.rounds()
        assert self.post(f"/rounds/{round_.key}/acceptance").status_code == 200
        assert self.post(f"/rounds/{round_.key}/departure").status_code == 200
        return round_, self.fleet.stops(round_)

    def later(self, **by: float) -> datetime:
        self.clock[0] += timedelta(**by)
        return self.clock[0]

    def as_(self, party: Party) -> "Road":
        headers = {"Authorization": f"Bearer {self.fleet.make.token(party.person.key)}"}
        return Road(self.client, self.fleet, headers, self.clock)


@pytest.fixture
def road(client: TestClient, app: FastAPI, fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Road:
    clock = [fleet.now]
    monkeypatch.setattr(app.state.parts.clock, "now", lambda: clock[0])
    return Road(client, fleet, {}, clock).as_(fleet.carrier)


@pytest.fixture
def fleet(make: Make, settings: Settings, now: datetime) -> Fleet:
    return Fleet(make, settings, now)


@pytest.fixture
def broken(road: Road, fleet: Fleet, make: Make) -> Callable[..., "Breakdown"]:
    """A van that has just broken down; what it carries, what cools it and what the other van can are the test's."""
    from tests.rounds.breakdown import Breakdown

    def make_one(category: str = "bread", cold: Cold = Cold.BOX, second: Cold | None = Cold.BOX) -> Breakdown:
        return Breakdown(road, fleet, make, category, cold, second)

    return make_one
