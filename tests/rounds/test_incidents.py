"""A breakdown, a driver going home, a late van, a shut door: one tap, the plan mends itself, no gram is lost."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from service.lots.models import Lot, LotLine, Share, ShareState
from service.rounds.actions.watching import watch_rounds
from service.rounds.models import Absence, CallReason, Cold, RoundCall, RoundState, Stop, StopState
from service.shipments.models import ShipmentState
from tests.people import Make
from tests.rounds.conftest import Fleet, Road


def incident(road: Road, round_id: int, kind: str, **more: Any) -> Any:
    return road.post(f"/rounds/{round_id}/incidents", {"kind": kind, **more})


def calls(fleet: Fleet) -> list[CallReason]:
    with fleet.database.read() as session:
        return [call.reason for call in session.exec(select(RoundCall).order_by(RoundCall.id)).all()]


def balance(fleet: Fleet) -> dict[str, int]:
    """Grams of every line that ever was: posted, and where they are. The parts of a lot count with their parent."""
    with fleet.database.read() as session:
        lots = {lot.key: lot for lot in session.exec(select(Lot)).all()}
        lines = session.exec(select(LotLine)).all()
        shares = session.exec(select(Share)).all()
    open_ = (ShareState.RESERVED, ShareState.COLLECTED)
    return {
        "posted": sum(line.grams for line in lines if lots[line.lot_id].parent_id is None),
        "free": sum(line.free_grams for line in lines),
        "held": sum(share.due_grams for share in shares if share.state in open_),
        "refused": sum(share.refused_grams for share in shares),
        "delivered": sum(share.received_grams or 0 for share in shares if share.state == ShareState.DELIVERED),
    }


def adds_up(fleet: Fleet) -> None:
    found = balance(fleet)
    assert found["posted"] == found["free"] + found["held"] + found["refused"] + found["delivered"], found


def test_a_breakdown_frees_what_was_not_loaded_and_leaves_what_was(road: Road, fleet: Fleet, make: Make) -> None:
    """Van 1 breaks down with bread aboard and a lot still to fetch: both are wanted again, and van 2 comes."""
    van = fleet.vehicle()
    fleet.shift(van)
    first = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    assert road.report(pickup, "loaded").status_code == 200
    second = fleet.carried(make.donor("Ferme", town="Saint-Herblain"), make.charity("Secours"))
    fleet.plan(road.later(minutes=2))
    assert fleet.shipment(second.key).state == ShipmentState.PLANNED
    fleet.shift(fleet.vehicle(name="Fourgon 2"), driver_id=None)
    assert incident(road, round_.key, "breakdown").status_code == 200
    assert fleet.shipment(first.key).state == ShipmentState.FAILED
    [share] = fleet.shares(first)
    assert share.state == ShareState.COLLECTED
    with fleet.database.read() as session:
        assert session.exec(select(Lot).where(Lot.parent_id == share.lot_id)).all() == []
        [absence] = session.exec(select(Absence)).all()
    assert absence.vehicle_id == van.key
    assert fleet.shipment(second.key).state == ShipmentState.WANTED
    assert calls(fleet) == [CallReason.BREAKDOWN]
    assert fleet.rounds()[0].state == RoundState.FINISHED
    adds_up(fleet)
    fleet.plan(road.later(minutes=1))
    assert fleet.shipment(second.key).state == ShipmentState.PLANNED
    assert {row.vehicle_id for row in fleet.rounds() if row.state != RoundState.FINISHED} != {van.key}


def test_a_driver_who_goes_home_brings_back_what_is_aboard(road: Road, fleet: Fleet, make: Make) -> None:
    """The round ends there: what is aboard is a lot at the depot, what was to be fetched is wanted again."""
    fleet.shift(fleet.vehicle())
    first = fleet.carried(make.donor(), make.charity(town="Rezé"))
    second = fleet.carried(make.donor("Fournil", town="Saint-Herblain"), make.charity("Secours", town="Rezé"))
    fleet.plan()
    round_, stops = road.set_off()
    assert road.report(stops[0], "loaded").status_code == 200
    assert incident(road, round_.key, "going_home").status_code == 200
    states = {fleet.shipment(one.key).state for one in (first, second)}
    assert states == {ShipmentState.FAILED, ShipmentState.WANTED}
    assert fleet.rounds()[0].state == RoundState.FINISHED
    assert all(not stop.is_ahead for stop in fleet.stops(round_))
    assert calls(fleet) == [CallReason.WENT_HOME]
    adds_up(fleet)
    assert incident(road, round_.key, "going_home").status_code == 409


def test_half_an_hour_late_moves_everything_ahead_and_the_plan(road: Road, fleet: Fleet, make: Make) -> None:
    """Both ends see the new times at once; the next plan reckons with them; arriving ends it."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    was = fleet.shipment(shipment.key)
    assert incident(road, round_.key, "late").status_code == 200
    now = fleet.shipment(shipment.key)
    assert was.expected_pickup_at is not None
    assert now.expected_pickup_at is not None
    assert now.expected_pickup_at - was.expected_pickup_at >= timedelta(minutes=25)
    assert "round.held" in fleet.kinds()
    assert "shipment.expected" in fleet.kinds()
    fleet.plan(road.later(minutes=1))
    moved = fleet.stops(round_)[0]
    assert moved.planned_arrival_at - pickup.planned_arrival_at >= timedelta(minutes=28)
    assert road.report(pickup, "arrived").status_code == 200
    assert fleet.rounds()[0].held_until is None
    assert incident(road, round_.key, "late", minutes=3).status_code == 422


def test_a_shut_charity_frees_what_was_for_it(road: Road, fleet: Fleet, make: Make) -> None:
    """The door is shut at the delivery: the food becomes a lot again instead of driving there a second time."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, delivery) = road.set_off()
    road.report(pickup, "loaded")
    road.later(minutes=20)
    assert road.report(delivery, "failed", reason="closed").status_code == 200
    assert fleet.shipment(shipment.key).state == ShipmentState.FAILED
    adds_up(fleet)
    fleet.plan(road.later(minutes=1))
    assert all(not stop.is_ahead for stop in fleet.stops(round_))


def test_what_lost_its_round_too_late_is_offered_again(road: Road, fleet: Fleet, make: Make) -> None:
    """The only van goes to the workshop an hour before the pickup window ends: the shares are free again, and told."""
    van = fleet.vehicle()
    fleet.shift(van)
    hour = [(fleet.now, fleet.now + timedelta(minutes=90))]
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"), pickup_windows=hour)
    fleet.plan()
    [round_] = fleet.rounds()
    assert incident(road, round_.key, "breakdown").status_code == 200
    fleet.plan(road.later(minutes=2))
    [share] = fleet.shares(shipment)
    assert (share.state, share.release_reason) == (ShareState.RELEASED, "no-round")
    assert fleet.shipment(shipment.key).state == ShipmentState.CANCELLED
    assert "share.released" in fleet.kinds()
    adds_up(fleet)


def test_a_round_nobody_accepts_becomes_one_call(fleet: Fleet, make: Make) -> None:
    """A quarter of an hour before leaving it is raised once, however often the job runs."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(minutes=40))
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    for minutes, expected in ((10, 0), (30, 1), (31, 0)):
        with fleet.database.transaction() as session:
            assert watch_rounds(session, fleet.now + timedelta(minutes=minutes)) == expected
    assert calls(fleet) == [CallReason.NOT_ACCEPTED]
    assert "round.call_needed" in fleet.kinds()


def test_a_van_on_its_way_to_nothing_is_called(road: Road, fleet: Fleet, make: Make) -> None:
    """The lot at the next stop is withdrawn while the van drives there: somebody is to call, and says so when done."""
    from service.shipments import actions as shipping
    from service.shipments.models import Shipment

    fleet.shift(fleet.vehicle(cold=Cold.NONE))
    shipment = fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    road.set_off()
    with fleet.database.transaction() as session:
        shipping.cancel(session, session.get_one(Shipment, shipment.key), who=None, now=fleet.now)
        assert watch_rounds(session, fleet.now) == 1
    assert calls(fleet) == [CallReason.NEXT_STOP_EMPTY]
    with fleet.database.read() as session:
        [call] = session.exec(select(RoundCall)).all()
    desk = road.as_(fleet.dispatcher)
    for _ in range(2):
        assert desk.post(f"/calls/{call.key}/done").status_code == 200
    assert road.post(f"/calls/{call.key}/done").status_code == 403
    assert fleet.kinds().count("round.called") == 1


def test_a_shift_changes_hands_in_one_tap_each(road: Road, fleet: Fleet, make: Make) -> None:
    """A driver gives the evening back, a colleague takes it: the round is theirs, a third comes too late."""
    shift = fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1))
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert road.as_(fleet.dispatcher).post(f"/shifts/{shift.key}/driver").status_code == 409
    assert road.post(f"/shifts/{shift.key}/return").status_code == 200
    [round_] = fleet.rounds()
    assert (round_.state, round_.driver_id) == (RoundState.DRAFT, None)
    assert calls(fleet) == [CallReason.SHIFT_DROPPED]
    colleague, third = make.driver("Vélos solidaires"), make.driver("Entraide")
    assert road.as_(colleague).post(f"/shifts/{shift.key}/driver").status_code == 200
    [round_] = fleet.rounds()
    assert (round_.state, round_.driver_id) == (RoundState.ACCEPTED, colleague.person.key)
    assert road.as_(third).post(f"/shifts/{shift.key}/driver").status_code == 409
    assert road.post(f"/shifts/{shift.key}/return").status_code == 403


def test_a_report_for_a_stop_the_plan_gave_away_is_kept(road: Road, fleet: Fleet, make: Make) -> None:
    """Arriving where the plan no longer goes is refused and kept; what is handed over there all the same counts."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, delivery) = road.set_off()
    road.report(pickup, "loaded")
    with fleet.database.transaction() as session:
        session.get_one(Stop, delivery.key).state = StopState.DROPPED
    answer = road.report(delivery, "arrived")
    assert (answer.status_code, answer.json()["code"]) == (409, "stop-moved")
    assert fleet.kinds()[-1] == "stop.overtaken"
    road.later(minutes=20)
    assert road.report(delivery, "delivered", code=delivery.code).status_code == 200
    assert fleet.shipment(shipment.key).state == ShipmentState.DELIVERED
    adds_up(fleet)
