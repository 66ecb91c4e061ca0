"""Who said yes may still say no, or not leave: others may bring it, and no gram is held back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from config.settings import Settings
from service.allocation.errands.errors import (
    ErrandCollected,
    ErrandUnknown,
)
from service.allocation.models import ClaimState
from service.rounds.actions import driving, reporting
from service.rounds.actions.changing_hands import hand_back, take_over
from service.rounds.actions.moving import move_stop
from service.rounds.actions.shifts import cancel_shift
from service.rounds.forms import Report, ReportKind
from service.rounds.models import Round, RoundState, Shift
from service.rounds.queries.standing import open_calls
from tests.allocation.conftest import Stall
from tests.allocation.helped import (
    ASKED,
    accept,
    asks,
    claim_of,
    gives_back,
    planned,
    put,
    shift_of,
    tends,
    the_errand,
    told,
)
from tests.allocation.windowed import balance
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet

pytestmark = pytest.mark.sealed
MINUTE = timedelta(minutes=1)
Happens = Callable[[Stall, Make, Shift, Party], None]


def test_it_can_be_given_back_until_it_is_collected(stall: Stall, make: Make, settings: Settings) -> None:
    """The lot is on offer again, the charity is told, the helper's evening is theirs, and the others are asked once
    more; who gave it back may change their mind again."""
    lot, (first, second) = put(stall, make, "Vélos A", "Vélos B")
    errand = accept(stall, first.who)
    fleet, _ = planned(stall, make, settings)
    tends(stall, ASKED + MINUTE)
    with pytest.raises(ErrandUnknown):
        gives_back(stall, second.who)
    gives_back(stall, first.who, ASKED + 2 * MINUTE)
    gives_back(stall, first.who, ASKED + 2 * MINUTE)
    assert claim_of(stall, errand.claim_id).state == ClaimState.RELEASED
    assert stall.free(lot) == 8_000
    balance(stall, lot)
    shift = shift_of(stall, errand.shift_id)
    assert shift.cancelled_at == stall.now + ASKED + 2 * MINUTE
    (round_,) = fleet.rounds()
    assert (round_.state, [stop for stop in fleet.stops(round_) if stop.is_ahead]) == (RoundState.DRAFT, [])
    assert [notice.person_id for notice in told(stall, "claim_refused")][-1] == stall.charity.person.key
    asked_again = [notice.person_id for notice in told(stall, "errand_offered")]
    assert asked_again == [first.person.key, second.person.key, second.person.key]
    again = accept(stall, second.who, ASKED + 3 * MINUTE)
    assert (str(again.state), again.taken_by) == ("taken", second.person.key)
    gives_back(stall, second.who, ASKED + 4 * MINUTE)
    assert str(the_errand(stall).state) == "over", "nobody is left to ask"


def test_on_the_road_too(stall: Stall, make: Make, settings: Settings) -> None:
    """Who has left turns back; once it is aboard the round's own page says what may be done."""
    lot, (helper,) = put(stall, make)
    accept(stall, helper.who)
    fleet, round_ = planned(stall, make, settings)
    with stall.database.transaction() as session:
        driving.depart(session, session.get_one(Round, round_.key), who=helper.who, now=fleet.now)
    gives_back(stall, helper.who, ASKED + MINUTE)
    (round_,) = fleet.rounds()
    assert round_.is_over
    assert stall.free(lot) == 8_000
    balance(stall, lot)


def test_not_once_it_is_aboard(stall: Stall, make: Make, settings: Settings) -> None:
    """What was collected is no longer given back here."""
    _, (helper,) = put(stall, make)
    errand = accept(stall, helper.who)
    fleet, round_ = planned(stall, make, settings)
    stop = fleet.stops(round_)[0]
    with stall.database.transaction() as session:
        round_, stop = session.merge(round_), session.merge(stop)
        driving.depart(session, round_, who=helper.who, now=fleet.now)
        for kind in (ReportKind.ARRIVED, ReportKind.LOADED):
            reporting.report(session, round_, stop, Report(kind=kind), who=helper.who, now=fleet.now)
    with pytest.raises(ErrandCollected):
        gives_back(stall, helper.who)
    assert tends(stall, timedelta(hours=2)) == 0
    assert claim_of(stall, errand.claim_id).state == ClaimState.GRANTED


def test_what_a_round_can_bring_by_now_stays_the_charitys(stall: Stall, make: Make, settings: Settings) -> None:
    """A van drives by the time the volunteer cannot: it brings it, without a word to the charity."""
    _, (helper,) = put(stall, make)
    errand = accept(stall, helper.who)
    fleet = Fleet(make, settings, stall.now + ASKED)
    van = fleet.shift(fleet.vehicle(), hours=4)
    gives_back(stall, helper.who)
    assert claim_of(stall, errand.claim_id).state == ClaimState.GRANTED
    fleet.plan()
    assert [round_.shift_id for round_ in fleet.rounds() if fleet.stops(round_)] == [van.key]


def handed_back(stall: Stall, make: Make, shift: Shift, helper: Party) -> None:
    with stall.database.transaction() as session:
        hand_back(session, session.merge(shift), who=helper.who, now=stall.now + ASKED)


def cancelled(stall: Stall, make: Make, shift: Shift, helper: Party) -> None:
    dispatcher = make.dispatcher().who
    with stall.database.transaction() as session:
        cancel_shift(session, session.merge(shift), who=dispatcher, now=stall.now + ASKED)


def nothing(stall: Stall, make: Make, shift: Shift, helper: Party) -> None:
    pass


@pytest.mark.parametrize(
    ("happens", "after", "words"),
    [
        (handed_back, MINUTE, None),
        (cancelled, MINUTE, "La régulation s'en occupe autrement."),
        (nothing, 31 * MINUTE, "L'heure de partir est passée."),
    ],
)
def test_who_does_not_leave_keeps_nothing_from_others(
    stall: Stall, make: Make, happens: Happens, after: timedelta, words: str | None
) -> None:
    """The hour given back on the page of shifts, ended by a dispatcher, or let pass: it is offered again at once."""
    lot, (helper, other) = put(stall, make, "Vélos A", "Vélos B")
    errand = accept(stall, helper.who)
    shift = shift_of(stall, errand.shift_id)
    assert tends(stall, ASKED + MINUTE) == 0
    happens(stall, make, shift, helper)
    leaves = shift.starts_at - stall.now if after > 30 * MINUTE else ASKED
    assert tends(stall, leaves + after) == 1
    assert tends(stall, leaves + after) == 0
    assert stall.free(lot) == 8_000
    balance(stall, lot)
    assert shift_of(stall, errand.shift_id).cancelled_at is not None
    assert [notice.params["reason"] for notice in told(stall, "errand_over")] == ([words] if words else [])
    assert str(the_errand(stall).state) == "offered"
    assert [one.person_id for one in asks(stall) if one.declined_at is None] == [other.person.key]


def test_a_dispatcher_may_put_it_on_a_van(stall: Stall, make: Make, settings: Settings) -> None:
    """The stop is dragged to another round: the helper is told before they leave, and the charity keeps its claim."""
    _, (helper, other) = put(stall, make, "Vélos A", "Vélos B")
    errand = accept(stall, helper.who)
    fleet = Fleet(make, settings, stall.now + ASKED)
    van = fleet.shift(fleet.vehicle(), hours=4)
    fleet.carried(make.donor("Rezé pain", "Rezé"), make.charity("Rezé aide", "Rezé"))
    fleet.plan()
    found = {round_.shift_id: round_ for round_ in fleet.rounds() if fleet.stops(round_)}
    assert set(found) == {errand.shift_id, van.key}
    tends(stall, ASKED + MINUTE)
    mine, vans = found[errand.shift_id or 0], found[van.key]
    with stall.database.transaction() as session:
        one, two, stop = (session.merge(row) for row in (mine, vans, fleet.stops(mine)[0]))
        move_stop(session, settings, one, stop, two, who=fleet.dispatcher.who, now=fleet.now + MINUTE)
    assert tends(stall, ASKED + MINUTE) == 1
    assert tends(stall, ASKED + MINUTE) == 0
    assert claim_of(stall, errand.claim_id).state == ClaimState.GRANTED
    assert shift_of(stall, errand.shift_id).cancelled_at is not None
    assert str(the_errand(stall).state) == "over"
    (notice,) = told(stall, "errand_over")
    assert (notice.person_id, notice.params["reason"]) == (helper.person.key, "La régulation s'en occupe autrement.")
    assert [one.person_id for one in told(stall, "errand_offered")].count(other.person.key) == 1
    fleet.plan(fleet.now + 2 * MINUTE)
    (after,) = [round_ for round_ in fleet.rounds() if fleet.stops(round_)]
    assert (after.shift_id, len(fleet.stops(after))) == (van.key, 4)


def test_nobody_is_called_about_an_hour_given_back(stall: Stall, make: Make, settings: Settings) -> None:
    """The dispatcher need not find anybody: the call raised for it is settled with the shift."""
    _, (helper, _) = put(stall, make, "Vélos A", "Vélos B")
    errand = accept(stall, helper.who)
    planned(stall, make, settings)
    tends(stall, ASKED + MINUTE)
    handed_back(stall, make, shift_of(stall, errand.shift_id), helper)
    with stall.database.read() as session:
        assert [call.reason for call in open_calls(session, REGION)] == ["shift_dropped"]
    assert tends(stall, ASKED + 2 * MINUTE) == 1
    with stall.database.read() as session:
        assert list(open_calls(session, REGION)) == []


def test_who_takes_the_shift_takes_the_errand(stall: Stall, make: Make, settings: Settings) -> None:
    """Given back on the page of shifts and taken by another driver at once: it is theirs."""
    _, (helper,) = put(stall, make)
    errand = accept(stall, helper.who)
    fleet, _ = planned(stall, make, settings)
    handed_back(stall, make, shift_of(stall, errand.shift_id), helper)
    with stall.database.transaction() as session:
        shift = session.merge(shift_of(stall, errand.shift_id))
        take_over(session, shift, who=fleet.driver, now=stall.now + ASKED)
    assert tends(stall, ASKED + MINUTE) == 1
    assert tends(stall, ASKED + MINUTE) == 0
    assert shift_of(stall, errand.shift_id).cancelled_at is None
    assert claim_of(stall, errand.claim_id).state == ClaimState.GRANTED
    assert told(stall, "errand_over") == []
    (round_,) = fleet.rounds()
    assert (round_.driver_id, len(fleet.stops(round_))) == (fleet.carrier.person.key, 2)
