"""A donor with bread on offer and a charity that may take it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.accounts.who import Who
from service.allocation.actions import claiming
from service.allocation.models import Claim, Way
from service.database.engine import Database
from service.lots import actions as lots
from service.lots import queries as lots_read
from service.lots.forms import LotIn
from service.lots.models import Lot, Share
from tests.people import Make, Party

BREAD = {"category": "bread", "grams": 10_000, "date_kind": "made_on", "date": "2026-11-20"}
YOGHURT = {"category": "yoghurt", "grams": 6_000, "date_kind": "dlc", "date": "2026-11-30", "prepacked": True}


@dataclass
class Stall:
    """Posts lots and claims them, each in its own transaction."""

    database: Database
    now: datetime
    donor: Party
    charity: Party

    def post(self, *lines: dict[str, Any], hours: int = 3) -> Lot:
        windows = [{"starts_at": self.now.isoformat(), "ends_at": (self.now + timedelta(hours=hours)).isoformat()}]
        given = LotIn.model_validate({"lines": list(lines) or [BREAD], "windows": windows})
        with self.database.transaction() as session:
            return lots.post(session, given, who=self.donor.who, now=self.now)

    def claim(self, lot: Lot, who: Who | None = None, **given: Any) -> Claim:
        with self.database.transaction() as session:
            given = {"way": Way.COLLECT, "now": self.now, **given}
            return claiming.claim(session, who=who or self.charity.who, lot_id=lot.key, **given)

    def shares(self, claim: Claim) -> list[Share]:
        with self.database.read() as session:
            found = list(lots_read.shares_of_claim(session, claim.key))
            session.expunge_all()
            return found

    def free(self, lot: Lot) -> int:
        with self.database.read() as session:
            return lots_read.free_grams(session, lot.key)

    def first_line(self, lot: Lot) -> int:
        with self.database.read() as session:
            return lots_read.lines_of(session, lot.key)[0].key


@pytest.fixture
def stall(database: Database, make: Make, now: datetime) -> Stall:
    return Stall(database, now, make.donor(), make.charity())
