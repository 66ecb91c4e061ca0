"""Answers given within a window are decided together: who had less is served, nothing is given twice or lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

import routing
from routing.allocation import Decision, Offering, Policy
from routing.errors import EngineError
from service.accounts.models import Site
from service.allocation import queries
from service.allocation.actions import claiming
from service.allocation.deciding import solving
from service.allocation.deciding.keeping import is_repeated
from service.allocation.deciding.work import decide_due, decide_region
from service.allocation.errors import NothingAsked
from service.allocation.models import Answer, AnswerWindow, Claim, ClaimState, Way, WindowState
from service.journal import queries as journal
from service.lots import actions as lots
from service.lots.models import Lot, LotLine, Share
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.people import REGION, Make, Party

pytestmark = pytest.mark.sealed
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


def test_who_had_less_is_served(stall: Stall, make: Make) -> None:
    """The charity that was given bread just before loses the next one to one that had none, whoever answered first."""
    other = make.charity("Secours", people_per_week=100)
    served = stall.post()
    stall.claim(served)
    decide(stall)
    lot = stall.post()
    first, second = stall.claim(lot), stall.claim(lot, other.who)
    decide(stall)
    assert claim_now(stall, second).state == ClaimState.GRANTED
    lost = claim_now(stall, first)
    assert (lost.state, lost.reason) == (ClaimState.REFUSED, "more_served")
    balance(stall, lot)


def test_lots_open_together_are_decided_together(stall: Stall, make: Make) -> None:
    """Two charities ask for both of two lots of bread: each gets one."""
    other = make.charity("Secours")
    posted = [stall.post(), stall.post()]
    claims = [stall.claim(lot, who) for lot in posted for who in (stall.charity.who, other.who)]
    decide(stall)
    granted = [claim_now(stall, claim) for claim in claims]
    assert sorted(one.site_id for one in granted if one.state == ClaimState.GRANTED) == sorted(
        [stall.charity.site.key, other.site.key]
    )
    with stall.database.read() as session:
        assert len({row.key for lot in posted for row in queries.decisions_of_lot(session, lot.key)}) == 1


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


def withdraw(stall: Stall, lot: Lot) -> None:
    with stall.database.transaction() as session:
        lots.withdraw(session, session.get_one(Lot, lot.key), reason="sold", who=stall.donor.who, now=stall.now)


def meanwhile(act: Callable[[], object]) -> "Solve":
    """The real decision, after which something happens before it is carried out; once."""
    left = [act]

    def solve(offering: Offering, policy: Policy, cancelled: Callable[[], bool]) -> Decision:
        decision = solving.solve(offering, policy, cancelled)
        if left:
            left.pop()()
        return decision

    return solve


Solve = Callable[[Offering, Policy, Callable[[], bool]], Decision]


def test_a_lot_withdrawn_while_it_is_decided(stall: Stall) -> None:
    """Between question and answer the lot goes: the answer changes nothing."""
    lot = stall.post()
    claim = stall.claim(lot)
    assert decide(stall, solve=meanwhile(lambda: withdraw(stall, lot))) == 0
    assert stall.shares(claim) == []
    decide(stall)
    assert claim_now(stall, claim).reason == "lot-gone"


def test_what_falls_through_goes_to_the_next(stall: Stall, make: Make) -> None:
    """The winner gives back its answer while it is decided: the other one gets the lot in the same turn."""
    other = make.charity("Secours", people_per_week=1)
    stall.claim(given := stall.post(), other.who)
    decide(stall)
    assert stall.free(given) == 0
    lot = stall.post()
    winner, loser = stall.claim(lot), stall.claim(lot, other.who)

    def back() -> None:
        with stall.database.transaction() as session:
            claiming.release(session, who=stall.charity.who, claim_id=winner.key, now=stall.now)

    assert decide(stall, solve=meanwhile(back)) == 1
    assert claim_now(stall, loser).state == ClaimState.GRANTED
    assert window(stall, lot).rounds == 1
    balance(stall, lot)


def test_an_answer_changed_while_it_is_decided_counts_as_changed(stall: Stall) -> None:
    """All, then four kilograms while the decision is sought: four are granted."""
    lot = stall.post()
    line = stall.first_line(lot)
    claim = stall.claim(lot)
    assert decide(stall, solve=meanwhile(lambda: stall.claim(lot, wanted={line: 4_000}))) == 1
    assert [share.grams for share in stall.shares(claim)] == [4_000]
    assert window(stall, lot).rounds == 1


def test_an_answer_nobody_had_read_is_served_from_what_is_left(stall: Stall, make: Make) -> None:
    """Who answers while the decision is sought comes after those it was made for."""
    other = make.charity("Secours")
    lot = stall.post()
    line = stall.first_line(lot)
    stall.claim(lot, wanted={line: 4_000})
    late: list[Claim] = []
    decide(stall, solve=meanwhile(lambda: late.append(stall.claim(lot, other.who))))
    assert [share.grams for share in stall.shares(late[0])] == [6_000]
    assert stall.free(lot) == 0


def test_the_same_decision_twice_grants_once(stall: Stall) -> None:
    """Two workers decide the same lot: the second finds nothing to do."""
    lot = stall.post()
    claim = stall.claim(lot)
    assert decide(stall, solve=meanwhile(lambda: decide(stall))) == 0
    assert [share.grams for share in stall.shares(claim)] == [10_000]
    with stall.database.read() as session:
        kinds = [entry.kind for entry in journal.of_subject(session, "claim", claim.key)]
        assert len(queries.decisions_of_lot(session, lot.key)) == 1
    assert kinds == ["claim.made", "claim.granted"]


def test_a_worker_killed_between_leaves_all_as_it_was(stall: Stall) -> None:
    """A decision that was never carried out is made again by the next turn."""
    lot = stall.post()
    claim = stall.claim(lot)

    def die(*_: object) -> Decision:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decide(stall, solve=die)
    assert claim_now(stall, claim).state == ClaimState.PENDING
    assert decide(stall) == 1


def test_without_a_solver_a_decision_is_made_all_the_same(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that gives up leaves the decision to the less served of the two best placed."""
    lot = stall.post()
    claim = stall.claim(lot)
    real = routing.allocate

    def allocate(offering: Offering, policy: Policy) -> Decision:
        if policy is Policy.SEALED:
            raise EngineError("no solver today")
        return real(offering, policy)

    monkeypatch.setattr(routing, "allocate", allocate)
    assert decide(stall) == 1
    assert claim_now(stall, claim).state == ClaimState.GRANTED
    with stall.database.read() as session:
        assert [row.kind for row in queries.decisions_of_lot(session, lot.key)] == ["two_choices"]


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


def test_a_shelf_is_not_filled_twice(stall: Stall, make: Make) -> None:
    """A site that takes 12 kg a day answers to 10 kg of bread and 6 kg of yoghurt: it gets no more than 12 kg."""
    small = make.charity("Petite", max_grams_day=12_000)
    bread, yoghurt = stall.post(BREAD), stall.post(YOGHURT)
    claims = [stall.claim(lot, small.who) for lot in (bread, yoghurt)]
    decide(stall)
    got = sum(share.grams for claim in claims for share in stall.shares(claim))
    assert 0 < got <= 12_000
    assert all(claim_now(stall, claim).state != ClaimState.PENDING for claim in claims)


def test_a_stored_decision_is_decided_again_the_same(stall: Stall, make: Make) -> None:
    """The kept question has the kept answer, and neither holds a name."""
    other = make.charity("Secours")
    lot = stall.post(BREAD, YOGHURT)
    for who in (stall.charity.who, other.who):
        stall.claim(lot, who)
    decide(stall)
    with stall.database.read() as session:
        (row,) = queries.decisions_of_lot(session, lot.key)
        assert is_repeated(row.inputs, row.output)
        kept = str(row.inputs) + str(row.output)
        names = [site.name for site in session.exec(select(Site)).all()]
    assert row.solver
    assert not [name for name in names if name in kept]


def brought(stall: Stall, lot: Lot, party: Party) -> Claim:
    return stall.claim(lot, party.who, way=Way.BRING)


def test_what_no_round_can_bring_is_not_promised(stall: Stall) -> None:
    """Without any vehicle a delivery is refused with words, and who comes himself may still take the lot."""
    lot = stall.post()
    claim = brought(stall, lot, stall.charity)
    decide(stall)
    found = claim_now(stall, claim)
    assert (found.state, found.reason) == (ClaimState.REFUSED, "not_brought")
    assert stall.claim(lot, now=stall.now + LATER).state == ClaimState.GRANTED


def test_every_step_is_in_the_journal(stall: Stall, now: datetime) -> None:
    """The window, the answer, the decision: when, which policy, how much, no name."""
    lot = stall.post()
    stall.claim(lot)
    decide(stall)
    with stall.database.read() as session:
        entries = {entry.kind: entry.data for entry in journal.of_subject(session, "lot", lot.key)}
    assert entries["lot.window"]["policy"] == "sealed-window"
    assert entries["lot.decided"]["granted_grams"] == 10_000
    assert entries["lot.decided"]["answers"] == 1
