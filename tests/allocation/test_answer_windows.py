"""The window for answers: when it ends, what may be answered until then, and who may come after."""

from datetime import timedelta

import pytest

from service.allocation.actions import claiming
from service.allocation.deciding.work import decide_due
from service.allocation.errors import NothingAsked
from service.allocation.models import Answer, ClaimState, WindowState
from service.journal import queries as journal
from service.lots.models import Lot
from tests.allocation.conftest import Stall
from tests.allocation.windowed import LATER, balance, claim_now, decide, window, withdraw

pytestmark = pytest.mark.sealed


def test_a_claim_waits_for_the_decision(stall: Stall) -> None:
    """Within the window nothing is reserved; once it is over the only one who asked gets everything."""
    lot = stall.post()
    claim = stall.claim(lot)
    assert claim.state == ClaimState.PENDING
    assert stall.free(lot) == 10_000
    assert decide(stall, timedelta(minutes=2)) == 0
    assert decide(stall) == 1
    assert claim_now(stall, claim).state == ClaimState.GRANTED
    assert stall.free(lot) == 0
    assert window(stall, lot).state == WindowState.DECIDED
    balance(stall, lot)


def test_the_window_ends_on_a_minute_and_stays(stall: Stall) -> None:
    """It is set by the posting, ends on a whole minute, and looking again moves nothing."""
    lot = stall.post()
    stall.claim(lot)
    first = window(stall, lot)
    assert first.closes_at is not None
    assert first.closes_at.second == 0
    assert timedelta(minutes=3) <= first.closes_at - lot.posted_at <= timedelta(minutes=10)
    decide(stall, timedelta(minutes=1))
    assert window(stall, lot).closes_at == first.closes_at


def test_an_urgent_lot_goes_to_who_comes_first(stall: Stall) -> None:
    """With an hour left there is no window: granted at once, and "no" means nothing."""
    lot = stall.post(hours=1)
    with pytest.raises(NothingAsked):
        stall.claim(lot, answer=Answer.NO)
    assert stall.claim(lot).state == ClaimState.GRANTED
    assert stall.free(lot) == 0


def test_lots_still_open_are_left_out(stall: Stall) -> None:
    """A lot posted later waits for its own window."""
    early = stall.post()
    stall.claim(early)
    stall.now += timedelta(minutes=8)
    late = stall.post()
    claim = stall.claim(late)
    assert decide(stall, timedelta(minutes=3)) == 1
    assert claim_now(stall, claim).state == ClaimState.PENDING
    assert window(stall, late).state == WindowState.OPEN


def test_an_answer_may_be_changed_until_the_decision(stall: Stall) -> None:
    """All, then a part, then no: one claim, the last word counts, and who said no is told nothing."""
    lot = stall.post()
    line = stall.first_line(lot)
    claim = stall.claim(lot)
    assert stall.claim(lot, wanted={line: 4_000}).key == claim.key
    decide(stall)
    assert [share.grams for share in stall.shares(claim)] == [4_000]
    other = stall.post()
    said = stall.claim(other)
    assert stall.claim(other, answer=Answer.NO).key == said.key
    decide(stall)
    assert (claim_now(stall, said).state, claim_now(stall, said).reason) == (ClaimState.RELEASED, "said-no")
    assert stall.free(other) == 10_000


def test_an_answer_may_be_withdrawn(stall: Stall) -> None:
    """What was taken back before the decision is not granted, and the lot stays on offer."""
    lot = stall.post()
    claim = stall.claim(lot)
    with stall.database.transaction() as session:
        claiming.release(session, who=stall.charity.who, claim_id=claim.key, now=stall.now)
    decide(stall)
    assert claim_now(stall, claim).state == ClaimState.RELEASED
    assert stall.free(lot) == 10_000


def test_what_nobody_wanted_is_for_whoever_comes(stall: Stall) -> None:
    """After the window a lot that stayed goes to the next who asks, at once."""
    lot = stall.post()
    decide(stall)
    assert window(stall, lot).state == WindowState.DECIDED
    assert stall.claim(lot, now=stall.now + LATER).state == ClaimState.GRANTED


def test_a_lot_withdrawn_meanwhile_is_given_to_nobody(stall: Stall) -> None:
    """The donor sold it: answers are refused with the reason, and nothing is decided."""
    lot = stall.post()
    claim = stall.claim(lot)
    withdraw(stall, lot)
    decide(stall)
    found = claim_now(stall, claim)
    assert (found.state, found.reason) == (ClaimState.REFUSED, "lot-gone")
    assert window(stall, lot).state == WindowState.VOID
    assert stall.shares(claim) == []


def test_a_clock_that_jumps_opens_nothing_again(stall: Stall) -> None:
    """Back in time after the decision: the lot is decided, and nothing is given twice."""
    lot = stall.post()
    stall.claim(lot)
    decide(stall, timedelta(hours=1))
    back = stall.now - timedelta(hours=2)
    assert decide_due(stall.database, back) == 0
    assert decide_due(stall.database, stall.now) == 0
    assert window(stall, lot).state == WindowState.DECIDED
    balance(stall, lot)


def test_a_deadline_brought_forward_moves_the_window_and_says_so(stall: Stall) -> None:
    """Only then is a window derived again, and the journal tells."""
    lot = stall.post()
    claim = stall.claim(lot)
    before = window(stall, lot).closes_at
    with stall.database.transaction() as session:
        row = session.get_one(Lot, lot.key)
        row.deadline = stall.now + timedelta(minutes=40)
        session.add(row)
    assert decide(stall, timedelta(minutes=1)) == 1
    after = window(stall, lot)
    assert before is not None
    assert after.closes_at is not None
    assert after.closes_at < before
    assert claim_now(stall, claim).state == ClaimState.GRANTED
    with stall.database.read() as session:
        assert "lot.window_moved" in [entry.kind for entry in journal.of_subject(session, "lot", lot.key)]
