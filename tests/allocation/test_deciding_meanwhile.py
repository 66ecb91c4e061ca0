"""What happens between the question and the answer counts: nothing is given twice, lost or given against a word."""

from collections.abc import Callable

import pytest

from routing.allocation import Offering, Policy
from routing.decision import Decision
from service.allocation import queries
from service.allocation.actions import claiming
from service.allocation.deciding import solving
from service.allocation.models import Claim, ClaimState
from service.journal import queries as journal
from tests.allocation.conftest import Stall
from tests.allocation.windowed import balance, claim_now, decide, window, withdraw
from tests.people import Make

pytestmark = pytest.mark.sealed
Solve = Callable[[Offering, Policy, Callable[[], bool]], Decision]


def meanwhile(act: Callable[[], object]) -> Solve:
    """The real decision, after which something happens before it is carried out; once."""
    left = [act]

    def solve(offering: Offering, policy: Policy, cancelled: Callable[[], bool]) -> Decision:
        decision = solving.solve(offering, policy, cancelled)
        if left:
            left.pop()()
        return decision

    return solve


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
