"""Answers given within a window are decided together: who had less is served, nothing is given twice or lost."""

from datetime import datetime

import pytest
from sqlmodel import select

import routing
from routing.allocation import Offering, Policy
from routing.decision import Decision
from routing.errors import EngineError
from service.accounts.models import Site
from service.allocation import queries
from service.allocation.deciding.keeping import is_repeated
from service.allocation.models import Claim, ClaimState, Way
from service.journal import queries as journal
from service.lots.models import Lot
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.allocation.windowed import LATER, balance, claim_now, decide
from tests.people import Make, Party

pytestmark = pytest.mark.sealed


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
