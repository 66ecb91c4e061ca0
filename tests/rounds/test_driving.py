"""From acceptance to delivery by the driver's phone, and what each report refuses."""

from service.rounds.models import Cold, RoundState, StopState
from service.shipments.models import ShipmentState
from tests.people import Make
from tests.rounds.conftest import Fleet, Road

PNG = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_round_from_acceptance_to_the_shelf(road: Road, fleet: Fleet, make: Make) -> None:
    """Accepted, left, arrived, loaded, delivered with the receiver's code, back: every state follows."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"), 8_000, 2_000)
    fleet.plan()
    round_, (pickup, delivery) = road.set_off()
    assert road.report(pickup, "arrived").json()["state"] == "arrived"
    road.later(minutes=6)
    assert road.report(pickup, "loaded").json()["state"] == "done"
    assert fleet.shipment(shipment.key).state == ShipmentState.LOADED
    assert [share.state for share in fleet.shares(shipment)] == ["collected", "collected"]
    road.later(minutes=20)
    answer = road.report(delivery, "delivered", code=delivery.code)
    assert (answer.status_code, answer.json()["proof"]) == (200, "code")
    assert fleet.shipment(shipment.key).state == ShipmentState.DELIVERED
    assert [share.received_grams for share in fleet.shares(shipment)] == [8_000, 2_000]
    assert road.post(f"/rounds/{round_.key}/end").json()["state"] == RoundState.FINISHED
    told = fleet.kinds()
    for kind in ("round.accepted", "round.started", "stop.arrived", "stop.loaded", "stop.delivered", "round.finished"):
        assert kind in told


def test_another_drivers_stop_is_refused(road: Road, fleet: Fleet, make: Make) -> None:
    """A report for a round given to somebody else is a clear refusal, and changes nothing."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, _) = road.set_off()
    answer = road.as_(make.driver("Autre transporteur")).report(pickup, "arrived")
    assert answer.status_code == 404
    assert answer.json()["code"] == "round-not-found"
    [round_] = fleet.rounds()
    assert fleet.stops(round_)[0].state == StopState.TODO


def test_the_same_report_twice_acts_once(road: Road, fleet: Fleet, make: Make) -> None:
    """A phone that repeats a report with its Idempotency-Key gets the first answer and loads nothing twice."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, _) = road.set_off()
    path = f"/rounds/{pickup.round_id}/stops/{pickup.number}/report"
    first = road.post(path, {"kind": "loaded"}, **{"Idempotency-Key": "k1"})
    again = road.post(path, {"kind": "loaded"}, **{"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert fleet.kinds().count("shipment.loaded") == 1
    assert fleet.shares(shipment)[0].state == "collected"


def test_a_delivery_needs_the_code_or_a_signature(road: Road, fleet: Fleet, make: Make) -> None:
    """No proof and a wrong code are refused with words; a drawn signature is as good as the code."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, delivery) = road.set_off()
    road.report(pickup, "loaded")
    assert road.report(delivery, "delivered").json()["code"] == "proof-missing"
    wrong = "000000" if delivery.code != "000000" else "111111"
    assert road.report(delivery, "delivered", code=wrong).json()["code"] == "wrong-code"
    assert road.report(delivery, "delivered", signature="data:image/png;base64,AAAA").status_code == 422
    answer = road.report(delivery, "delivered", signature=PNG, signed_by="A. Durand")
    assert (answer.status_code, answer.json()["proof"]) == (200, "signature")


def test_the_receivers_weight_counts_and_a_large_difference_asks_why(road: Road, fleet: Fleet, make: Make) -> None:
    """More than 20 % and 2 kg away from what was loaded needs a reason; the received weight is then the reference."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"), 20_000)
    fleet.plan()
    _, (pickup, delivery) = road.set_off()
    road.report(pickup, "loaded")
    [item] = fleet.items(shipment)
    lines = [{"item_id": item.key, "grams": 15_000}]
    assert road.report(delivery, "delivered", code=delivery.code, lines=lines).json()["code"] == "weight-needs-reason"
    slip = [{"item_id": item.key, "grams": 200_000}]
    assert road.report(delivery, "delivered", code=delivery.code, lines=slip).json()["code"] == "too-much"
    lines[0]["weight_reason"] = "Balance du donateur faussée"
    assert road.report(delivery, "delivered", code=delivery.code, lines=lines).status_code == 200
    assert fleet.shares(shipment)[0].received_grams == 15_000
    assert fleet.shipment(shipment.key).grams == 15_000


def test_cold_goods_are_measured_justified_within_tolerance_and_refused_beyond(
    road: Road, fleet: Fleet, make: Make
) -> None:
    """Chilled goods need a reading; a little too warm needs a reason; too warm cannot be loaded, only refused."""
    fleet.shift(fleet.vehicle(cold=Cold.REFRIGERATED))
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"), category="yoghurt")
    fleet.plan()
    _, (pickup, _) = road.set_off()
    assert road.report(pickup, "loaded").json()["code"] == "temperature-missing"
    assert road.report(pickup, "loaded", temperature_c=9.5).json()["code"] == "temperature-needs-reason"
    assert road.report(pickup, "loaded", temperature_c=14).json()["code"] == "temperature-beyond"
    assert fleet.shipment(shipment.key).state == ShipmentState.PLANNED
    answer = road.report(pickup, "loaded", temperature_c=9.5, temperature_reason="Sorti du froid à l'instant")
    assert answer.status_code == 200
    assert fleet.shares(shipment)[0].temperature_c == 9.5


def test_refused_at_pickup_ends_the_transport_with_its_reason(road: Road, fleet: Fleet, make: Make) -> None:
    """The driver refuses a lot at the donor's: share refused, transport failed, nothing left to deliver."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    assert road.report(pickup, "refused").json()["code"] == "reason-missing"
    assert road.report(pickup, "refused", reason="damaged_packaging").status_code == 200
    assert fleet.shipment(shipment.key).state == ShipmentState.FAILED
    [share] = fleet.shares(shipment)
    assert (share.state, share.refusal_reason) == ("refused", "damaged_packaging")
    assert [stop.state for stop in fleet.stops(round_)] == [StopState.DONE]


def test_what_does_not_fit_becomes_a_lot_again_in_one_tap(road: Road, fleet: Fleet, make: Make) -> None:
    """Partly loaded with the rest offered: a new lot holds exactly what stayed, and grams balance."""
    from sqlmodel import select

    from service.lots.models import Lot
    from service.lots.queries import children_of, free_grams

    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"), 10_000)
    fleet.plan()
    _, (pickup, _) = road.set_off()
    [item] = fleet.items(shipment)
    answer = road.report(pickup, "partly", lines=[{"item_id": item.key, "grams": 6_000}], rest="offer")
    assert answer.status_code == 200, answer.text
    assert fleet.shipment(shipment.key).grams == 6_000
    with fleet.database.read() as session:
        parent = session.exec(select(Lot).order_by(Lot.id)).first()
        [child] = children_of(session, parent.key)
        assert free_grams(session, child.key) == 4_000


def test_refused_at_the_door_is_offered_again_from_the_vans_home(road: Road, fleet: Fleet, make: Make) -> None:
    """The charity has no room: the food becomes a lot at the vehicle's home site, the transport ends as failed."""
    from sqlmodel import col, select

    from service.lots.models import Lot

    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"), 10_000)
    fleet.plan()
    _, (pickup, delivery) = road.set_off()
    road.report(pickup, "loaded")
    answer = road.report(delivery, "refused", reason="overstock", rest="offer")
    assert answer.status_code == 200, answer.text
    assert fleet.shipment(shipment.key).state == ShipmentState.FAILED
    with fleet.database.read() as session:
        child = session.exec(select(Lot).where(col(Lot.parent_id).is_not(None))).one()
        assert child.site_id == fleet.carrier.site.key


def test_delivering_what_was_never_loaded_is_refused(road: Road, fleet: Fleet, make: Make) -> None:
    """Order matters on the road: a delivery before its loading is a clear refusal."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (_, delivery) = road.set_off()
    assert road.report(delivery, "delivered", code=delivery.code).json()["code"] == "out-of-order"


def test_a_closed_shop_gives_the_food_back_and_a_breakdown_plans_it_anew(road: Road, fleet: Fleet, make: Make) -> None:
    """Nobody there: the share is offered again. A breakdown: the transport is wanted again and re-planned."""
    fleet.shift(fleet.vehicle())
    charity = make.charity(town="Rezé")
    closed = fleet.carried(make.donor(), charity)
    fleet.plan()
    _, (pickup, *_) = road.set_off()
    assert road.report(pickup, "failed", reason="temperature").status_code == 422
    answer = road.report(pickup, "failed", reason="closed")
    assert answer.status_code == 200, answer.text
    assert fleet.shipment(closed.key).state == ShipmentState.FAILED
    assert fleet.shares(closed)[0].state == "released"
    again = fleet.carried(make.donor("Fournil", town="Saint-Herblain"), charity)
    fleet.plan(road.clock[0])
    [round_] = fleet.rounds()
    ahead = [stop for stop in fleet.stops(round_) if stop.state == StopState.TODO]
    assert road.report(ahead[0], "failed", reason="breakdown").status_code == 200
    assert fleet.shipment(again.key).state == ShipmentState.WANTED
