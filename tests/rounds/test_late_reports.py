"""Reports that come after things have changed: never a driver who cannot go on, never a word lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.journal.models import Entry
from service.rounds.actions.incidents import report_incident
from service.rounds.forms import Incident, IncidentForm
from service.rounds.models import CallReason, Round, RoundCall, RoundState, Stop, StopState, TaskState
from service.shipments import actions as shipping
from service.shipments.models import Shipment, ShipmentState
from tests.people import Make
from tests.rounds.conftest import Fleet, Road

CANCELLED_ON_THE_WAY = ("closed", "nobody", "nothing_there", "no_access", "breakdown", "too_late")


def cancel(fleet: Fleet, shipment: Shipment) -> None:
    with fleet.database.transaction() as session:
        shipping.cancel(session, session.get_one(Shipment, shipment.key), who=None, now=fleet.now)


def calls(fleet: Fleet) -> list[CallReason]:
    with fleet.database.read() as session:
        return [call.reason for call in session.exec(select(RoundCall).order_by(RoundCall.id)).all()]


def last_of(fleet: Fleet, kind: str) -> Entry:
    with fleet.database.read() as session:
        return session.exec(select(Entry).where(Entry.kind == kind).order_by(Entry.id)).all()[-1]


def on_the_way(road: Road, fleet: Fleet, make: Make) -> tuple[Shipment, Round, list[Stop]]:
    """A van drives to its only pickup, and the shipment there is cancelled."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, stops = road.set_off()
    cancel(fleet, shipment)
    return shipment, round_, stops


@pytest.mark.parametrize("reason", CANCELLED_ON_THE_WAY)
def test_a_stop_that_came_to_nothing_is_behind(road: Road, fleet: Fleet, make: Make, reason: str) -> None:
    """Each reason a driver may give at a pickup that was cancelled on the way is taken, and the round can end."""
    shipment, round_, (pickup, _) = on_the_way(road, fleet, make)
    answer = road.report(pickup, "failed", reason=reason)
    assert (answer.status_code, answer.json().get("state")) == (200, "failed"), answer.text
    # Nor is there anything to hand over at the other end.
    assert not any(stop.is_ahead for stop in fleet.stops(round_))
    assert road.post(f"/rounds/{round_.key}/end").status_code == 200
    assert fleet.shipment(shipment.key).state == ShipmentState.CANCELLED


def test_what_was_cancelled_is_not_loaded_and_the_driver_goes_on(road: Road, fleet: Fleet, make: Make) -> None:
    """Loading a cancelled pickup is refused in words, the stop is behind all the same, and a dispatcher calls."""
    shipment, round_, (pickup, _) = on_the_way(road, fleet, make)
    answer = road.report(pickup, "loaded")
    assert (answer.status_code, answer.json()["code"]) == (409, "stop-cancelled")
    assert fleet.shipment(shipment.key).state == ShipmentState.CANCELLED
    stops = {stop.number: stop for stop in fleet.stops(round_)}
    assert stops[pickup.number].state == StopState.FAILED
    entry = last_of(fleet, "stop.overtaken")
    assert (entry.data["why"], entry.data["cancelled"], entry.from_state) == ("stop-cancelled", [shipment.key], "todo")
    assert calls(fleet) == [CallReason.REPORTED_TOO_LATE]
    assert road.report(pickup, "loaded").status_code == 409


def test_the_rest_of_a_stop_is_loaded_although_a_part_was_cancelled(road: Road, fleet: Fleet, make: Make) -> None:
    """Two shipments wait at one donor, one is cancelled on the way: the other is loaded, and delivered."""
    fleet.shift(fleet.vehicle())
    donor, charity = make.donor(), make.charity(town="Rezé")
    gone, stays = fleet.want(donor, charity), fleet.want(donor, charity, 4_000)
    fleet.plan()
    round_, (pickup, delivery) = road.set_off()
    cancel(fleet, gone)
    items = [{"item_id": fleet.items(one)[0].key} for one in (gone, stays)]
    assert road.report(pickup, "loaded", lines=items).status_code == 200
    states = {task.shipment_id: task.state for task in fleet.tasks(pickup)}
    assert states == {gone.key: TaskState.FAILED, stays.key: TaskState.DONE}
    assert last_of(fleet, "stop.loaded").data["cancelled"] == [gone.key]
    road.later(minutes=20)
    assert road.report(delivery, "delivered", code=delivery.code).status_code == 200
    assert (fleet.shipment(gone.key).state, fleet.shipment(stays.key).state) == (
        ShipmentState.CANCELLED,
        ShipmentState.DELIVERED,
    )
    assert fleet.rounds()[0].state == RoundState.RUNNING
    assert road.post(f"/rounds/{round_.key}/end").status_code == 200


def test_a_delivery_is_taken_although_another_for_it_was_never_loaded(road: Road, fleet: Fleet, make: Make) -> None:
    """One of two shipments for a charity is cancelled before its pickup: what is aboard is delivered without it."""
    fleet.shift(fleet.vehicle())
    charity = make.charity(town="Rezé")
    first, second = fleet.want(make.donor(), charity), fleet.want(make.donor("Fournil"), charity)
    fleet.plan()
    _, stops = road.set_off()
    by_shipment = {task.shipment_id: stop for stop in stops for task in fleet.tasks(stop) if task.kind == "load"}
    assert road.report(by_shipment[first.key], "loaded").status_code == 200
    cancel(fleet, second)
    assert road.report(by_shipment[second.key], "failed", reason="nothing_there").status_code == 200
    [delivery] = [stop for stop in stops if stop.key not in {one.key for one in by_shipment.values()}]
    road.later(minutes=20)
    assert road.report(delivery, "delivered", code=delivery.code).status_code == 200
    assert fleet.shipment(first.key).state == ShipmentState.DELIVERED


def test_a_foreign_item_is_still_refused(road: Road, fleet: Fleet, make: Make) -> None:
    """What was cancelled here may be named; what was never here may not."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, _) = road.set_off()
    known = fleet.items(shipment)[0].key
    answer = road.report(pickup, "loaded", lines=[{"item_id": known}, {"item_id": known + 999}])
    assert (answer.status_code, answer.json()["code"]) == (422, "not-at-this-stop")


def test_a_report_after_the_end_is_kept_and_called_about(road: Road, fleet: Fleet, make: Make) -> None:
    """A dispatcher ends a broken van's round while its phone had no network: what it says afterwards is not lost."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    with fleet.database.transaction() as session:
        row = session.get_one(Round, round_.key)
        report_incident(session, row, IncidentForm(kind=Incident.BREAKDOWN), who=fleet.dispatcher.who, now=fleet.now)
    answer = road.report(pickup, "loaded")
    assert (answer.status_code, answer.json()["code"]) == (409, "round-ended")
    entry = last_of(fleet, "stop.overtaken")
    assert (entry.data["kind"], entry.data["why"]) == ("loaded", "round-ended")
    assert calls(fleet) == [CallReason.BREAKDOWN, CallReason.REPORTED_TOO_LATE]


def test_a_breakdown_is_taken_although_the_next_stop_was_cancelled(road: Road, fleet: Fleet, make: Make) -> None:
    """What nobody wants any more does not keep the broken van's round open."""
    _, round_, _ = on_the_way(road, fleet, make)
    assert road.post(f"/rounds/{round_.key}/incidents", {"kind": "breakdown"}).status_code == 200
    assert fleet.rounds()[0].state == RoundState.FINISHED
    assert not any(stop.is_ahead for stop in fleet.stops(round_))


def test_the_page_says_that_all_was_cancelled_and_lets_the_driver_go_on(
    road: Road, fleet: Fleet, make: Make, sign_in: Callable[[int], TestClient]
) -> None:
    """The driver's home and the stop's page offer one tap to go on; an old page that says "loaded" leads on too."""
    shipment, round_, (pickup, _) = on_the_way(road, fleet, make)
    page = sign_in(fleet.carrier.person.key)
    path = f"/rounds/{round_.key}/stops/{pickup.number}"
    for address in ("/rounds/mine", path):
        text = page.get(address).text
        assert "Tout a été annulé à cet arrêt" in text
        assert "nothing_there" in text
    answer = page.post(f"{path}/report", data={"kind": "loaded"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/rounds/mine?moved=stop-cancelled")
    assert "a été annulé entre-temps" in page.get(answer.headers["location"]).text
    assert fleet.shipment(shipment.key).state == ShipmentState.CANCELLED


def test_what_a_phone_kept_is_proved_like_any_other(road: Road, fleet: Fleet, make: Make) -> None:
    """Sent an hour after it was tapped it is no paper: refused without the receiver's code, with it it counts from then
    and nobody says that it was entered afterwards."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, delivery) = road.set_off()
    tapped = fleet.now - timedelta(hours=1)
    kept = {"at": tapped.isoformat(), "kept": True}
    assert road.report(pickup, "loaded", **kept).status_code == 200
    assert road.report(delivery, "delivered", **kept).json()["code"] == "proof-missing"
    code = next(stop for stop in fleet.stops(round_) if stop.number == delivery.number).code
    assert road.report(delivery, "delivered", code=code, **kept).status_code == 200
    last = fleet.stops(round_)[-1]
    assert (last.done_at, last.late, last.proof) == (tapped, False, "code")
