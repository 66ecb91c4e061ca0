"""A small region with donors, charities, vehicles and a driver, and short ways to want, plan and report."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import routing
from config.settings import Settings
from service.accounts.who import Who
from service.database.engine import Database
from service.rounds.models import Cold, Round, Shift, Stop, StopTask, Vehicle, VehicleKind
from service.rounds.planning.work import plan_zone
from service.rounds.queries import rounds as reading
from service.shipments import actions as shipping
from service.shipments.models import Shipment
from tests.people import REGION, Make, Party

ITERATIONS = 30


def quick(problem: routing.Problem, settings: Settings) -> routing.Plan:
    """The real search, stopped by iterations: the same plan every time."""
    return routing.solve(problem, seconds=20, seed=1, iterations=ITERATIONS, engine="search")


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


@pytest.fixture
def fleet(make: Make, settings: Settings, now: datetime) -> Iterator[Fleet]:
    yield Fleet(make, settings, now)
