"""A donor with a lot, and charities to take it: what the tests of this room share."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlmodel import Session

from service.accounts.who import Who
from service.database.engine import Database
from service.journal.models import Entry
from service.journal.queries import after
from service.lots import actions, queries
from service.lots.forms import LotIn
from service.lots.models import Lot, LotLine, Share
from tests.people import Make, Party

BREAD = {"category": "bread", "grams": 10_000, "date_kind": "made_on", "date": "2026-11-20"}


def lot_in(now: datetime, *lines: dict[str, Any], **given: Any) -> LotIn:
    """A lot to post, bread by default, to fetch within three hours."""
    windows = [{"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=3)).isoformat()}]
    return LotIn.model_validate({"lines": list(lines) or [BREAD], "windows": windows, **given})


def line_in(**given: Any) -> dict[str, Any]:
    """A line of bread with something else about it."""
    return {**BREAD, **given}


@dataclass
class Shop:
    """Posts lots, grants parts of them, and reads what became of them, each in its own transaction."""

    database: Database
    now: datetime
    donor: Party
    charities: list[Party]

    def post(self, *lines: dict[str, Any], who: Who | None = None, **given: Any) -> Lot:
        with self.database.transaction() as session:
            return actions.post(session, lot_in(self.now, *lines, **given), who=who or self.donor.who, now=self.now)

    def reserve(self, lot_id: int, grams: int, charity: int = 0, line: int = 0, claim_id: int = 1) -> list[Share]:
        party = self.charities[charity]
        with self.database.transaction() as session:
            lot = session.get_one(Lot, lot_id)
            wanted = [(queries.lines_of(session, lot_id)[line].key, grams)]
            return actions.reserve(
                session,
                lot,
                wanted,
                claim_id=claim_id,
                organisation_id=party.id,
                site_id=party.site.key,
                who=party.who,
                now=self.now,
            )

    def act(self, verb: Callable[..., Any], thing: Any, **given: Any) -> Any:
        """Do something to a lot, a share or shares, read anew, in one transaction."""
        with self.database.transaction() as session:
            fresh = (
                [session.get_one(type(one), one.key) for one in thing]
                if isinstance(thing, list)
                else session.get_one(type(thing), thing.key)
            )
            return verb(session, fresh, **{"who": self.donor.who, "now": self.now, **given})

    def lot(self, lot_id: int) -> Lot:
        with self.database.read() as session:
            lot = session.get_one(Lot, lot_id)
            session.expunge(lot)
            return lot

    def exists(self, lot_id: int) -> bool:
        with self.database.read() as session:
            return session.get(Lot, lot_id) is not None

    def lines(self, lot_id: int) -> list[LotLine]:
        with self.database.read() as session:
            return self._kept(session, queries.lines_of(session, lot_id))

    def shares(self, lot_id: int) -> list[Share]:
        with self.database.read() as session:
            return self._kept(session, queries.shares_of_lot(session, lot_id))

    def told(self, *kinds: str) -> list[Entry]:
        """Every entry of these kinds, oldest first."""
        with self.database.read() as session:
            return [entry for entry in self._kept(session, after(session, 0, 5000)) if not kinds or entry.kind in kinds]

    @staticmethod
    def _kept(session: Session, found: Sequence[Any]) -> list[Any]:
        """Rows that outlive the session they were read with."""
        session.expunge_all()
        return list(found)

    def balance(self, lot_id: int) -> None:
        """Every gram of every line is somewhere, once."""
        held = {line.key: 0 for line in self.lines(lot_id)}
        for share in self.shares(lot_id):
            if str(share.state) not in ("released", "no_show"):
                held[share.line_id] += share.grams
        for line in self.lines(lot_id):
            assert line.grams == line.free_grams + held[line.key] + line.left_grams


@pytest.fixture
def shop(database: Database, make: Make, now: datetime) -> Shop:
    charities = [make.charity(f"Association {n}") for n in range(2)]
    return Shop(database, now, make.donor(), charities)


@pytest.fixture
def photo_bytes() -> bytes:
    """A small photo as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "wheat").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def today(now: datetime) -> date:
    return now.date()


def rows(session: Session, model: type[Any]) -> int:
    """How many rows a table holds: what a refusal must leave as it was."""
    from sqlmodel import func, select

    return int(session.exec(select(func.count()).select_from(model)).one())
