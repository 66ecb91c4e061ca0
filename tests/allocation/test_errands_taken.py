"""Somebody says yes to a small lot: a round of two stops is theirs, and nobody else's."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from config.settings import Settings
from service.allocation.errands.errors import (
    BikesStayIn,
    ErrandTaken,
    ErrandTooLate,
    ErrandUnknown,
    HelperAway,
)
from service.allocation.models import ClaimState, Way
from service.kit.refusals import NotAllowed, Refusal
from service.lots.models import Share
from service.rounds.errors import DriverBusy
from service.rounds.models import Absence, DayProfile, RoundState, Shift
from tests.allocation.conftest import Stall
from tests.allocation.helped import (
    ASKED,
    accept,
    claim_of,
    drives,
    planned,
    put,
    shift_of,
    tends,
    told,
)
from tests.people import REGION, Make, Party

pytestmark = pytest.mark.sealed
MINUTE = timedelta(minutes=1)


def test_the_first_yes_is_a_round_of_two_stops(stall: Stall, make: Make, settings: Settings) -> None:
    """The charity's claim is granted, the planner puts two stops on the helper's own shift, and the other is told."""
    lot, (first, second) = put(stall, make, "Vélos A", "Vélos B")
    errand = accept(stall, first.who)
    assert accept(stall, first.who).key == errand.key
    with pytest.raises(ErrandTaken):
        accept(stall, second.who)
    assert [notice.person_id for notice in told(stall, "errand_taken")] == [second.person.key]
    assert stall.free(lot) == 0
    claim, shift = claim_of(stall, errand.claim_id), shift_of(stall, errand.shift_id)
    assert (claim.state, claim.way, claim.site_id) == (ClaimState.GRANTED, Way.BRING, stall.charity.site.key)
    assert shift.driver_id == first.person.key
    fleet, round_ = planned(stall, make, settings)
    assert (round_.driver_id, round_.shift_id) == (first.person.key, shift.key)
    stops = fleet.stops(round_)
    assert [stop.site_id for stop in stops] == [stall.donor.site.key, stall.charity.site.key]
    assert round_.ends_at <= shift.ends_at
    assert tends(stall, ASKED + MINUTE) == 1
    (round_,) = fleet.rounds()
    assert round_.state == RoundState.ACCEPTED, "one tap was enough"


def test_of_two_who_tap_at_once_one_brings_it(stall: Stall, make: Make) -> None:
    """One claim, one shift, and the other is told in words."""
    _, parties = put(stall, make, "Vélos A", "Vélos B", "Vélos C")
    said: list[str] = []
    ready = threading.Barrier(len(parties))

    def taps(party: Party) -> None:
        ready.wait()
        try:
            said.append(str(accept(stall, party.who).state))
        except Refusal as refusal:
            said.append(refusal.code)

    hands = [threading.Thread(target=taps, args=(party,)) for party in parties]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(said) == ["errand-taken", "errand-taken", "taken"]
    with stall.database.read() as session:
        assert len(session.exec(select(Shift)).all()) == 1
        assert [one.state for one in session.exec(select(Share)).all()] == ["reserved"]


def test_too_late_too_busy_and_none_of_ones_business(stall: Stall, make: Make) -> None:
    """After closing, away, while bikes stay in, while driving something else, and by somebody who was not asked."""
    _, (helper,) = put(stall, make)
    with pytest.raises(ErrandUnknown):
        accept(stall, make.driver("Inconnu").who)
    with pytest.raises(NotAllowed):
        accept(stall, stall.charity.who)
    with pytest.raises(ErrandTooLate):
        accept(stall, helper.who, timedelta(hours=2, minutes=55))
    until = stall.now + timedelta(days=1)
    away = make.row(Absence(region=REGION, person_id=helper.person.key, starts_at=stall.now, ends_at=until))
    with pytest.raises(HelperAway):
        accept(stall, helper.who)
    with stall.database.transaction() as session:
        session.delete(session.merge(away))
    drives(stall, helper)
    with pytest.raises(DriverBusy):
        accept(stall, helper.who)
    make.row(DayProfile(region=REGION, day=stall.now.date(), kind="ice", bikes=False, set_at=stall.now))
    with pytest.raises(BikesStayIn):
        accept(stall, helper.who)
