"""What was put to volunteers ends with its lot, and who said yes is set free."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from service.accounts.models import Person
from service.allocation.actions import claiming
from service.kit.refusals import Refusal
from service.lots import actions as lots
from service.lots.models import Lot
from service.notices.models import OutgoingNotice
from service.rounds.models import Shift
from tests.allocation.conftest import Stall
from tests.allocation.helped import (
    ASKED,
    accept,
    helps,
    ladder,
    put,
    shift_of,
    tends,
    the_errand,
    told,
    wanted,
)
from tests.people import Make

pytestmark = pytest.mark.sealed
MINUTE = timedelta(minutes=1)
Ends = Callable[[Stall, Make, Lot], datetime]


def test_what_is_no_longer_wanted_sets_its_helper_free(stall: Stall, make: Make) -> None:
    """The charity gives it back: the helper's hour is theirs again, and they are told before they leave."""
    _, (helper,) = put(stall, make)
    errand = accept(stall, helper.who)
    later = ASKED + MINUTE
    assert tends(stall, later) == 0
    with stall.database.transaction() as session:
        claiming.release(session, who=stall.charity.who, claim_id=errand.claim_id or 0, now=stall.now + later)
    assert tends(stall, later) == 1
    assert tends(stall, later) == 0
    assert shift_of(stall, errand.shift_id).cancelled_at == stall.now + later
    (notice,) = told(stall, "errand_over")
    assert notice.person_id == helper.person.key
    assert str(the_errand(stall).state) == "over"


def taken(stall: Stall, make: Make, lot: Lot) -> datetime:
    stall.claim(lot, make.charity("Marcheuse").who, now=stall.now + ASKED)
    return stall.now + ASKED


def withdrawn(stall: Stall, make: Make, lot: Lot) -> datetime:
    with stall.database.transaction() as session:
        lots.withdraw(session, session.get_one(Lot, lot.key), reason="sold", who=stall.donor.who, now=stall.now + ASKED)
    return stall.now + ASKED


def expired(stall: Stall, make: Make, lot: Lot) -> datetime:
    return lot.deadline


def fetched(stall: Stall, make: Make, lot: Lot) -> datetime:
    stall.claim(lot, wanted={stall.first_line(lot): 3_000}, now=stall.now + ASKED)
    return stall.now + ASKED


@pytest.mark.parametrize("happens", [taken, withdrawn, expired, fetched])
def test_an_offer_ends_with_its_lot(stall: Stall, make: Make, happens: Ends) -> None:
    """Taken, withdrawn, too late, or fetched by who asked: a yes is refused in words, no message about it leaves any
    more, and nothing is written."""
    helper = helps(stall, make)
    with stall.database.transaction() as session:
        session.get_one(Person, helper.person.key).phone = "+33612345678"
    lot = wanted(stall)
    ladder(stall)
    at = happens(stall, make, lot) - stall.now
    with pytest.raises(Refusal) as late:
        accept(stall, helper.who, at)
    assert late.value.status == 409
    assert tends(stall, at) == 1
    assert tends(stall, at) == 0
    assert str(the_errand(stall).state) == "over"
    with stall.database.read() as session:
        assert session.exec(select(Shift)).all() == []
        query = select(OutgoingNotice).where(OutgoingNotice.kind == "errand_offered", OutgoingNotice.channel == "sms")
        assert [row.state for row in session.exec(query).all()] == ["abandoned"]
