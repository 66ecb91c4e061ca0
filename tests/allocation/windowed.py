"""What tests of the answers' window ask for: its end, its decision, and what became of a lot and its claims."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from service.allocation import queries
from service.allocation.deciding.work import decide_region
from service.allocation.models import AnswerWindow, Claim
from service.lots import actions as lots
from service.lots.models import Lot, LotLine, Share
from tests.allocation.conftest import Stall
from tests.people import REGION

LATER = timedelta(minutes=11)


def decide(stall: Stall, after: timedelta = LATER, **given: Any) -> int:
    return decide_region(stall.database, REGION, stall.now + after, **given)


def window(stall: Stall, lot: Lot) -> AnswerWindow:
    with stall.database.read() as session:
        found = queries.window_of_lot(session, lot.key)
        assert found is not None
        return found


def claim_now(stall: Stall, claim: Claim) -> Claim:
    with stall.database.read() as session:
        return session.get_one(Claim, claim.key)


def balance(stall: Stall, lot: Lot) -> None:
    """Every gram of the lot is free, held or gone, and none twice."""
    with stall.database.read() as session:
        for line in session.exec(select(LotLine).where(LotLine.lot_id == lot.key)).all():
            shares = session.exec(select(Share).where(Share.line_id == line.key)).all()
            held = sum(share.grams for share in shares if share.state in ("reserved", "collected", "delivered"))
            assert line.grams == line.free_grams + held + line.left_grams


def withdraw(stall: Stall, lot: Lot) -> None:
    with stall.database.transaction() as session:
        lots.withdraw(session, session.get_one(Lot, lot.key), reason="sold", who=stall.donor.who, now=stall.now)
