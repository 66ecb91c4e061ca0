"""The dispatcher's hand: a stop moved to another round with its cost told before, kept there, and taken back."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from service.rounds.actions import moving
from service.rounds.errors import DoesNotFit, NothingToUndo, StopFixed
from service.rounds.models import Cold, Plan, PlanCause, RideLock, Round, Stop
from service.rounds.planning.moving import estimates, offer
from service.shipments.models import ShipmentState
from tests.people import Make
from tests.rounds.conftest import Fleet, Road


def two_rounds(fleet: Fleet, make: Make, cold: Cold = Cold.REFRIGERATED) -> tuple[Round, Round, Stop]:
    """Two vans with a round each: the first with two lots, the second with one; and the first's pickup to move."""
    first = fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1))
    second = fleet.shift(
        fleet.vehicle(cold=cold, name="Fourgon 2"), starts=fleet.now + timedelta(hours=1), driver_id=None
    )
    moved = fleet.carried(make.donor("Ferme"), make.charity("Entraide"))
    stays = fleet.carried(make.donor(town="Saint-Herblain"), make.charity(town="Rezé"))
    with fleet.database.transaction() as session:
        for one, shift in ((stays, second), (moved, first)):
            session.add(RideLock(shipment_id=one.key, shift_id=shift.key, locked_at=fleet.now))
    fleet.plan()
    with fleet.database.transaction() as session:
        for lock in session.exec(select(RideLock)).all():
            session.delete(lock)
    by_shift = {round_.shift_id: round_ for round_ in fleet.rounds()}
    round_one, round_two = by_shift[first.key], by_shift[second.key]
    return round_one, round_two, fleet.stops(round_one)[0]


def latest(fleet: Fleet) -> Plan:
    with fleet.database.read() as session:
        found = session.exec(select(Plan).order_by(col(Plan.version).desc())).first()
    assert found is not None
    return found


def test_what_it_costs_is_told_before_and_true_after(fleet: Fleet, make: Make) -> None:
    """The offer's cents and metres are what the next version's figures differ by; the estimate is near."""
    one, two, stop = two_rounds(fleet, make)
    before = latest(fleet)
    with fleet.database.read() as session:
        told = offer(session, fleet.settings, one, stop, two, fleet.now)
        [rough] = estimates(session, one, stop, [one, two], fleet.now)
    assert rough.round_id == told.round_id == two.key
    assert abs(rough.cents - told.cents) <= 100
    with fleet.database.transaction() as session:
        moving.move_stop(session, fleet.settings, one, stop, two, who=fleet.dispatcher.who, now=fleet.now)
    after = latest(fleet)
    assert (after.cause, after.version) == (PlanCause.MOVE, (before.version or 0) + 1)
    assert after.cost_cents - before.cost_cents == told.cents
    assert after.metres - before.metres == told.metres
    assert [s.site_id for s in fleet.stops(one) if s.is_ahead] == []
    assert stop.site_id in [s.site_id for s in fleet.stops(two)]


def test_a_moved_stop_stays_where_the_hand_put_it(fleet: Fleet, make: Make) -> None:
    """The next search would rather have it elsewhere: it is locked, so it stays, and says so."""
    one, two, stop = two_rounds(fleet, make)
    with fleet.database.transaction() as session:
        moving.move_stop(session, fleet.settings, one, stop, two, who=fleet.dispatcher.who, now=fleet.now)
    fleet.carried(make.donor("Fournil"), make.charity("Secours"))
    fleet.plan()
    assert latest(fleet).cause == PlanCause.SEARCH
    assert stop.site_id in [s.site_id for s in fleet.stops(two) if s.is_ahead]


def test_undoing_puts_the_order_back(fleet: Fleet, make: Make) -> None:
    """Both rounds are as they were, the lock is gone, versions are kept; then there is nothing to undo."""
    one, two, stop = two_rounds(fleet, make)
    places = [[s.site_id for s in fleet.stops(round_)] for round_ in (one, two)]
    with fleet.database.transaction() as session:
        made = moving.move_stop(session, fleet.settings, one, stop, two, who=fleet.dispatcher.who, now=fleet.now)
    with fleet.database.transaction() as session:
        back = moving.undo_move(
            session, fleet.settings, session.get_one(Plan, made.key), who=fleet.dispatcher.who, now=fleet.now
        )
        assert (back.cause, back.undoes) == (PlanCause.UNDO, made.key)
        assert session.exec(select(RideLock)).all() == []
    assert [[s.site_id for s in fleet.stops(round_) if s.is_ahead] for round_ in (one, two)] == places
    with fleet.database.transaction() as session, pytest.raises(NothingToUndo):
        moving.undo_move(
            session, fleet.settings, session.get_one(Plan, back.key), who=fleet.dispatcher.who, now=fleet.now
        )


def test_what_the_other_round_cannot_take_is_said_why(fleet: Fleet, make: Make) -> None:
    """Yoghurt to a van without cold: refused with the reason, nothing moves."""
    one, two, _ = two_rounds(fleet, make, cold=Cold.NONE)
    cold = fleet.carried(make.donor("Crémerie"), make.charity("Halte"), category="yoghurt")
    fleet.plan()
    stop = next(s for s in fleet.stops(one) if s.site_id == cold.pickup_site_id)
    with fleet.database.read() as session:
        [rough] = estimates(session, one, stop, [two], fleet.now)
        assert rough.refused is not None
        with pytest.raises(DoesNotFit) as refused:
            offer(session, fleet.settings, one, stop, two, fleet.now)
    assert "ne peut pas le prendre" in refused.value.text("fr")
    assert fleet.shipment(cold.key).state == ShipmentState.PLANNED


def test_what_is_aboard_or_imminent_is_not_moved(road: Road, fleet: Fleet, make: Make) -> None:
    """The stop a van drives to, and goods it has loaded, are for the telephone."""
    fleet.shift(fleet.vehicle())
    fleet.shift(fleet.vehicle(name="Fourgon 2"), driver_id=None)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, _ = road.set_off()
    fleet.plan(road.later(minutes=1))
    pickup, _ = fleet.stops(round_)
    with fleet.database.read() as session, pytest.raises(StopFixed):
        offer(session, fleet.settings, round_, pickup, round_, fleet.now)
    road.report(pickup, "loaded")
    with fleet.database.read() as session, pytest.raises(StopFixed):
        offer(session, fleet.settings, round_, fleet.stops(round_)[1], round_, fleet.now)


def test_a_van_that_stands_at_a_stop_keeps_it(road: Road, fleet: Fleet, make: Make) -> None:
    """Set off and arrived with no plan made since: the estimate refuses in words, for this stop and its delivery."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    assert road.report(pickup, "arrived").status_code == 200
    for stop in fleet.stops(round_):
        with fleet.database.read() as session, pytest.raises(StopFixed):
            estimates(session, round_, stop, [round_], road.clock[0])
