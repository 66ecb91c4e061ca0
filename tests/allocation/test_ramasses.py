"""A charity's standing round to a shop: asked, agreed, let go for a date, and served before anybody else."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from service.accounts.models import Closure
from service.accounts.who import Who
from service.allocation.answers import actions as answers
from service.allocation.answers.answering import answer_lots
from service.allocation.answers.forms import RuleIn
from service.allocation.models import Claim, ClaimState, Way
from service.allocation.ramasses import actions
from service.allocation.ramasses.claiming import claim_ramasses
from service.allocation.ramasses.errors import (
    NotADate,
    NotADonorsSite,
    NotToDecide,
    RamasseOver,
    RamasseStands,
)
from service.allocation.ramasses.forms import AgreementIn, RamasseIn
from service.allocation.tables import Ramasse, RamasseState
from service.kit.refusals import NotAllowed
from service.lots.models import Lot
from service.notices.models import OutgoingNotice
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.people import REGION, Make, Party

FRIDAYS = "FREQ=WEEKLY;BYDAY=FR"
TODAY = date(2026, 11, 20)


def ask(stall: Stall, party: Party | None = None, **given: Any) -> Ramasse:
    party = party or stall.charity
    asked = {"donor_site_id": stall.donor.site.key, "rrule": FRIDAYS, "starts_on": TODAY, **given}
    with stall.database.transaction() as session:
        site = session.merge(party.site)
        return actions.ask(session, site, RamasseIn.model_validate(asked), who=party.who, now=stall.now)


def decide(stall: Stall, ramasse: Ramasse, agreed: bool = True, who: Who | None = None) -> Ramasse:
    with stall.database.transaction() as session:
        row = session.merge(ramasse)
        actions.decide(session, row, AgreementIn(agreed=agreed), who=who or stall.donor.who, now=stall.now)
        return row


def agreed(stall: Stall, party: Party | None = None, **given: Any) -> Ramasse:
    return decide(stall, ask(stall, party, **given))


def run(stall: Stall) -> int:
    with stall.database.transaction() as session:
        return claim_ramasses(session, REGION, now=stall.now)


def claims(stall: Stall, lot: Lot) -> list[Claim]:
    with stall.database.read() as session:
        return list(session.exec(select(Claim).where(Claim.lot_id == lot.key)).all())


def test_nothing_is_claimed_before_the_shop_agrees(stall: Stall) -> None:
    """Asked is not agreed; from the agreement on, what the shop posts on the day is reserved."""
    ramasse = ask(stall)
    before = stall.post()
    assert run(stall) == 0
    stall.now += timedelta(minutes=1)
    decide(stall, ramasse)
    assert run(stall) == 0
    lot = stall.post(YOGHURT)
    assert run(stall) == 1
    assert run(stall) == 0
    assert claims(stall, before) == []
    (claim,) = claims(stall, lot)
    assert (claim.state, claim.policy, claim.way) == (ClaimState.GRANTED, "standing", Way.COLLECT)
    assert stall.free(lot) == 0


@pytest.mark.sealed
def test_it_does_not_wait_for_the_window(stall: Stall, make: Make) -> None:
    """Where answers are sealed the round is granted at once; the rest stays for everybody."""
    agreed(stall, most_grams=4_000)
    lot = stall.post(hours=6)
    assert run(stall) == 1
    other = stall.claim(lot, who=make.charity("Voisine").who)
    assert other.state is ClaimState.PENDING
    assert {claim.state for claim in claims(stall, lot)} == {ClaimState.PENDING, ClaimState.GRANTED}
    assert stall.free(lot) == 6_000


@pytest.mark.parametrize(
    ("given", "grams"),
    [
        ({}, 16_000),
        ({"categories": ["bread"]}, 10_000),
        ({"categories": ["dairy-eggs"], "most_grams": 1_000}, 1_000),
        ({"rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,SA,SU"}, 0),
        ({"starts_on": TODAY + timedelta(days=1)}, 0),
        ({"starts_on": TODAY - timedelta(days=7), "ends_on": TODAY}, 16_000),
        ({"starts_on": TODAY - timedelta(days=7), "ends_on": TODAY - timedelta(days=1)}, 0),
        ({"starts_on": TODAY - timedelta(days=7), "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"}, 0),
    ],
)
def test_it_takes_what_was_agreed_on_its_days(stall: Stall, given: dict[str, Any], grams: int) -> None:
    """Kinds, at most so much of a lot, on the days of the rule between its ends."""
    agreed(stall, **given)
    lot = stall.post(BREAD, YOGHURT)
    run(stall)
    assert 16_000 - stall.free(lot) == grams


def test_another_shops_lot_is_none_of_its_business(stall: Stall, make: Make) -> None:
    """A round is to one shop."""
    agreed(stall)
    other = make.donor("Primeur du Port")
    stall.donor = other
    lot = stall.post()
    assert run(stall) == 0
    assert claims(stall, lot) == []


@pytest.mark.parametrize("end", ["charity", "donor"])
def test_a_date_is_let_go_by_either_end(stall: Stall, end: str) -> None:
    """Not this week: the lot is for everybody; only who let go takes it back."""
    ramasse = agreed(stall)
    who = getattr(stall, end).who
    other = (stall.donor if end == "charity" else stall.charity).who
    with stall.database.transaction() as session:
        actions.let_go(session, session.merge(ramasse), TODAY, who=who, now=stall.now, today=TODAY)
        actions.let_go(session, session.merge(ramasse), TODAY, who=who, now=stall.now, today=TODAY)
    lot = stall.post()
    assert run(stall) == 0
    with stall.database.transaction() as session, pytest.raises(NotADate):
        actions.take_back(session, session.merge(ramasse), TODAY, who=other, now=stall.now, today=TODAY)
    with stall.database.transaction() as session:
        actions.take_back(session, session.merge(ramasse), TODAY, who=who, now=stall.now, today=TODAY)
    assert run(stall) == 1
    assert len(claims(stall, lot)) == 1


def test_a_date_is_one_of_its_own(stall: Stall) -> None:
    """Neither another weekday, nor the past, nor next year."""
    ramasse = agreed(stall)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=7), TODAY + timedelta(days=364)):
        with stall.database.transaction() as session, pytest.raises(NotADate):
            actions.let_go(session, session.merge(ramasse), day, who=stall.charity.who, now=stall.now, today=TODAY)
    with stall.database.read() as session:
        days = [day for day, _gone in actions.coming(session, session.get_one(Ramasse, ramasse.key), today=TODAY)]
    assert days == [TODAY + timedelta(weeks=week) for week in range(9)]


def test_closed_days_claim_nothing(stall: Stall, make: Make) -> None:
    """A charity on holiday need not let each date go."""
    agreed(stall)
    make.row(Closure(site_id=stall.charity.site.key, first_day=TODAY, last_day=TODAY))
    stall.post()
    assert run(stall) == 0


def test_the_older_agreement_goes_first_then_the_rules(stall: Stall, make: Make) -> None:
    """Two rounds share a shop's lot in the order they were agreed; an automatic answer has the rest."""
    second, third = make.charity("Voisine"), make.charity("Troisième")
    agreed(stall, most_grams=5_000)
    stall.now += timedelta(minutes=1)
    agreed(stall, second, most_grams=3_000)
    with stall.database.transaction() as session:
        answers.set_rule(session, session.merge(third.site), RuleIn(), who=third.who, now=stall.now)
    lot = stall.post()
    assert run(stall) == 2
    with stall.database.transaction() as session:
        assert answer_lots(session, REGION, now=stall.now) == 1
    assert [claim.site_id for claim in claims(stall, lot)] == [stall.charity.site.key, second.site.key, third.site.key]
    assert stall.free(lot) == 0


def test_the_shop_decides_once(stall: Stall, make: Make) -> None:
    """Neither the charity nor a stranger agrees in its place; a dispatcher who has it on the phone does."""
    ramasse = ask(stall)
    for who in (stall.charity.who, make.donor("Autre").who):
        with pytest.raises(NotAllowed):
            decide(stall, ramasse, who=who)
    row = decide(stall, ramasse, agreed=False, who=make.dispatcher().who)
    assert row.state is RamasseState.DECLINED
    with pytest.raises(NotToDecide):
        decide(stall, row)
    ask(stall)


def test_one_round_a_shop(stall: Stall, make: Make) -> None:
    """A second one only once the first has ended; and a charity is no shop."""
    first = ask(stall)
    with pytest.raises(RamasseStands):
        ask(stall)
    with pytest.raises(NotADonorsSite):
        ask(stall, donor_site_id=make.charity("Voisine").site.key)
    with stall.database.transaction() as session:
        actions.end(session, session.merge(first), who=stall.charity.who, now=stall.now)
    with stall.database.transaction() as session, pytest.raises(RamasseOver):
        actions.end(session, session.get_one(Ramasse, first.key), who=stall.charity.who, now=stall.now)
    ask(stall)


def test_each_end_hears_of_the_other(stall: Stall) -> None:
    """The shop of the request, the charity of the answer; who did not let a date go of that it was let go."""
    ramasse = agreed(stall)
    with stall.database.transaction() as session:
        actions.let_go(session, session.merge(ramasse), TODAY, who=stall.donor.who, now=stall.now, today=TODAY)
    with stall.database.read() as session:
        rows = session.exec(select(OutgoingNotice).where(OutgoingNotice.subject == "ramasse")).all()
    told = {(row.kind, row.person_id, row.params.get("what", "")) for row in rows}
    assert told == {
        ("ramasse_asked", stall.donor.person.key, ""),
        ("ramasse_changed", stall.charity.person.key, actions.AGREED),
        ("ramasse_changed", stall.charity.person.key, actions.LET_GO),
    }
