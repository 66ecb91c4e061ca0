"""Collected by the charity itself: the code closes it, the weighing counts, an absence offers the lot again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from service.allocation.actions import collecting
from service.allocation.errors import (
    NotCollectedByCharity,
    NothingToHandOver,
    NothingToWeigh,
    TooEarlyForNoShow,
    WrongCode,
)
from service.allocation.models import Claim, ClaimState, Way
from service.journal import queries as journal
from service.kit.refusals import NotAllowed
from service.lots.actions import handing_over
from service.lots.errors import ShareUnknown
from service.lots.models import Share, ShareState
from tests.allocation.conftest import Stall
from tests.heard import messages, people, said
from tests.people import Make


def hand_over(stall: Stall, claim: Claim, code: str | None = None) -> None:
    with stall.database.transaction() as session:
        collecting.hand_over(session, who=stall.donor.who, claim_id=claim.key, code=code or claim.code, now=stall.now)


def test_the_code_closes_it_and_the_charitys_weight_counts(stall: Stall) -> None:
    """10 kg announced, code given, 9.4 kg weighed at the charity's: the reference is 9.4 kg."""
    claim = stall.claim(stall.post())
    hand_over(stall, claim)
    share = stall.shares(claim)[0]
    assert share.state == ShareState.COLLECTED
    with stall.database.transaction() as session:
        collecting.receive(
            session, who=stall.charity.who, claim_id=claim.key, weights={share.key: 9_400}, now=stall.now
        )
    share = stall.shares(claim)[0]
    assert (share.state, share.received_grams) == (ShareState.DELIVERED, 9_400)


def test_a_wrong_code_hands_nothing_over(stall: Stall) -> None:
    """Six other digits change nothing."""
    claim = stall.claim(stall.post())
    wrong = f"{(int(claim.code) + 1) % 10**6:06d}"
    with pytest.raises(WrongCode):
        hand_over(stall, claim, wrong)
    assert stall.shares(claim)[0].state == ShareState.RESERVED


def test_guessing_codes_is_stopped(stall: Stall, client: TestClient, make: Make) -> None:
    """After ten wrong codes even the right one is refused for a while (429), and it says for how long."""
    claim = stall.claim(stall.post())
    headers = {"Authorization": f"Bearer {make.token(stall.donor.person.key)}"}
    address = f"/api/v1/claims/{claim.key}/hand-over"
    wrong = [f"{(int(claim.code) + n) % 10**6:06d}" for n in range(1, 11)]
    assert {client.post(address, json={"code": code}, headers=headers).status_code for code in wrong} == {422}
    answer = client.post(address, json={"code": claim.code}, headers=headers)
    assert answer.status_code == 429
    assert "min" in answer.json()["detail"]


def test_the_charity_cannot_close_it_alone(stall: Stall) -> None:
    """The code is for the donor to type."""
    claim = stall.claim(stall.post())
    with pytest.raises(NotAllowed), stall.database.transaction() as session:
        collecting.hand_over(session, who=stall.charity.who, claim_id=claim.key, code=claim.code, now=stall.now)


def test_what_a_round_brings_is_not_handed_over_by_code(stall: Stall) -> None:
    """The driver reports it instead."""
    claim = stall.claim(stall.post(), way=Way.BRING)
    with pytest.raises(NotCollectedByCharity):
        hand_over(stall, claim)


def test_nothing_is_collected_twice(stall: Stall) -> None:
    """A second code on the same claim finds nothing left to hand over and changes nothing."""
    claim = stall.claim(stall.post())
    hand_over(stall, claim)
    before = stall.shares(claim)[0].collected_at
    hand_over(stall, claim)
    assert stall.shares(claim)[0].collected_at == before


def test_the_weight_of_another_claim_is_refused(stall: Stall) -> None:
    """Only shares of this claim are weighed with it."""
    claim, other = stall.claim(stall.post()), stall.claim(stall.post())
    hand_over(stall, claim)
    with pytest.raises(ShareUnknown), stall.database.transaction() as session:
        weights = {stall.shares(other)[0].key: 1_000}
        collecting.receive(session, who=stall.charity.who, claim_id=claim.key, weights=weights, now=stall.now)


def test_an_absence_is_recorded_and_the_lot_offered_again(stall: Stall, make: Make) -> None:
    """Half an hour after the hour, while the window lasts, the donor says nobody came; another charity takes it."""
    lot = stall.post(hours=4)
    claim = stall.claim(lot, coming_at=stall.now + timedelta(hours=1))
    with pytest.raises(TooEarlyForNoShow), stall.database.transaction() as session:
        collecting.report_no_show(session, who=stall.donor.who, claim_id=claim.key, now=stall.now)
    later = stall.now + timedelta(hours=1, minutes=31)
    with stall.database.transaction() as session:
        ended = collecting.report_no_show(session, who=stall.donor.who, claim_id=claim.key, now=later)
        assert (ended.state, ended.reason) == (ClaimState.RELEASED, "no-show")
    assert stall.free(lot) == 10_000
    assert stall.claim(lot, make.charity("Suivante").who, now=later).state == ClaimState.GRANTED


def test_only_the_charity_is_shown_its_code(
    stall: Stall, client: TestClient, sign_in: Callable[[int], TestClient], make: Make
) -> None:
    """The donor's answer holds no code."""
    claim = stall.claim(stall.post())
    for party, code in ((stall.charity, claim.code), (stall.donor, None)):
        headers = {"Authorization": f"Bearer {make.token(party.person.key)}"}
        assert client.get(f"/api/v1/claims/{claim.key}", headers=headers).json()["code"] == code


def test_a_collected_claim_cannot_be_reported_absent(stall: Stall) -> None:
    """Who came cannot be said not to have come."""
    claim = stall.claim(stall.post())
    hand_over(stall, claim)
    with pytest.raises(Exception, match="ne peut plus être rendue"), stall.database.transaction() as session:
        late = stall.now + timedelta(hours=9)
        collecting.report_no_show(session, who=stall.donor.who, claim_id=claim.key, now=late)


def test_nothing_is_handed_over_of_a_claim_given_back(stall: Stall) -> None:
    """After an absence was reported the code opens nothing, and the journal does not say it did."""
    claim = stall.claim(stall.post())
    with stall.database.transaction() as session:
        collecting.report_no_show(session, who=stall.donor.who, claim_id=claim.key, now=stall.now + timedelta(hours=4))
    with pytest.raises(NothingToHandOver):
        hand_over(stall, claim)
    with pytest.raises(NothingToWeigh), stall.database.transaction() as session:
        collecting.receive(session, who=stall.charity.who, claim_id=claim.key, now=stall.now)


def test_a_second_tap_tells_nothing_twice(stall: Stall) -> None:
    """Handing over and weighing again change nothing and write nothing."""
    claim = stall.claim(stall.post())
    for _ in range(2):
        hand_over(stall, claim)
    for _ in range(2):
        with stall.database.transaction() as session:
            collecting.receive(session, who=stall.charity.who, claim_id=claim.key, now=stall.now)
    with stall.database.read() as session:
        kinds = [entry.kind for entry in journal.of_subject(session, "claim", claim.key)]
    assert (kinds.count("claim.collected"), kinds.count("claim.received")) == (1, 1)


def test_what_was_refused_on_the_way_is_not_received(stall: Stall) -> None:
    """10 kg fetched, 2 kg of them thrown away on arrival: without a weighing, 8 kg were received."""
    claim = stall.claim(stall.post())
    hand_over(stall, claim)
    with stall.database.transaction() as session:
        share = session.get_one(Share, stall.shares(claim)[0].key)
        handing_over.refuse_share(
            session, share, grams=2_000, reason="damaged_packaging", at="delivery", who=stall.charity.who, now=stall.now
        )
    with stall.database.transaction() as session:
        collecting.receive(session, who=stall.charity.who, claim_id=claim.key, now=stall.now)
    assert stall.shares(claim)[0].received_grams == 8_000


def test_an_absence_is_told_to_both_ends_but_who_noted_it(stall: Stall) -> None:
    """The charity hears that it is noted and whom to call; the donor who noted it needs no message."""
    claim = stall.claim(stall.post())
    with stall.database.transaction() as session:
        session.get_one(Claim, claim.key).coming_at = stall.now
    late = stall.now + collecting.PATIENCE
    with stall.database.transaction() as session:
        collecting.report_no_show(session, who=stall.donor.who, claim_id=claim.key, now=late)
    assert people(stall.database, "no_show_recorded") == [stall.charity.person.key]
    [row] = messages(stall.database, "no_show_recorded")
    assert "l'absence est notée. Le lot est de nouveau proposé. Si c'est une erreur" in said(row)
    assert "The lot is offered again." in said(row, "en")
