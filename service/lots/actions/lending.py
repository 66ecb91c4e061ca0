"""Crates that go out with the food and must come back."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.lots.errors import TooManyCrates
from service.lots.models import Lot
from service.lots.telling import STAFF, tell_lot


def count_crates(session: Session, lot: Lot, *, lent: int = 0, back: int = 0, who: Who, now: datetime) -> None:
    """`lent` more crates went out with the lot, `back` came home; `TooManyCrates` (422) when more came than went."""
    if lent < 0 or back < 0:
        raise ValueError("crates are counted, not owed")
    if lot.crates_back + back > lot.crates_lent + lent:
        raise TooManyCrates(fields={"back": TooManyCrates.message})
    lot.crates_lent += lent
    lot.crates_back += back
    session.add(lot)
    data = {"lent": lent, "back": back, "out": lot.crates_lent - lot.crates_back}
    audience = {*STAFF, f"org:{lot.organisation_id}"}
    tell_lot(session, lot, "lot.crates", who=who, now=now, data=data, audience=audience)
