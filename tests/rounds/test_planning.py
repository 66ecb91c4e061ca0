"""Planning end to end: shipments in, rounds out, a sentence for what is left."""

from datetime import timedelta

from sqlmodel import select

from service.allocation.actions import claiming
from service.allocation.models import Way
from service.journal.models import Entry
from service.lots import actions as lots
from service.lots.forms import LotIn
from service.lots.models import Lot, LotState
from service.rounds.actions import shifts
from service.rounds.models import Cold, Plan, PlanState, RoundState, Shift, StopState
from service.shipments.models import ShipmentState
from tests.people import Make
from tests.rounds.conftest import Fleet


def test_a_wanted_shipment_is_put_on_a_round_and_both_ends_learn_when(fleet: Fleet, make: Make) -> None:
    """One van, one lot: the plan is adopted, the round published, the expected times written back."""
    fleet.shift(fleet.vehicle())
    wanted = fleet.want(make.donor(), make.charity(town="Rezé"))
    plans = fleet.plan()
    assert len(plans) == 1
    shipment = fleet.shipment(wanted.key)
    assert shipment.state == ShipmentState.PLANNED
    assert shipment.expected_pickup_at is not None
    assert shipment.expected_delivery_at is not None
    assert fleet.now <= shipment.expected_pickup_at < shipment.expected_delivery_at
    [round_] = fleet.rounds()
    assert round_.state == RoundState.PUBLISHED
    first, last = fleet.stops(round_)
    assert [first.number, last.number] == [1, 2]
    assert first.code is None
    assert last.code is not None
    assert len(last.code) == 6


def test_nothing_new_needs_no_new_search(fleet: Fleet, make: Make) -> None:
    """A zone planned with the same facts keeps its plan: no second version."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    assert len(fleet.plan()) == 1
    assert fleet.plan() == []


def test_what_is_left_out_says_why_in_french(fleet: Fleet, make: Make) -> None:
    """A chilled lot and a van without any cold: the shipment stays wanted, with a sentence people understand."""
    fleet.shift(fleet.vehicle(cold=Cold.NONE))
    wanted = fleet.want(make.donor(), make.charity(town="Rezé"), temperature="chilled")
    fleet.plan()
    shipment = fleet.shipment(wanted.key)
    assert shipment.state == ShipmentState.WANTED
    assert "frais" in shipment.why_unserved("fr")
    with fleet.database.read() as session:
        kinds = [entry.kind for entry in session.exec(select(Entry)).all()]
    assert "shipment.unserved" in kinds


def test_too_heavy_for_every_van_names_both_weights(fleet: Fleet, make: Make) -> None:
    """The sentence carries the figures: what it weighs and what the largest van takes."""
    fleet.shift(fleet.vehicle(grams=100_000))
    wanted = fleet.want(make.donor(), make.charity(town="Rezé"), grams=150_000, items=[("thing", 1, 150_000)])
    fleet.plan()
    said = fleet.shipment(wanted.key).why_unserved("fr")
    assert "150" in said
    assert "100" in said


def test_no_vehicle_at_all_is_said(fleet: Fleet, make: Make) -> None:
    """Without a shift nothing can be carried, and the reason says just that."""
    wanted = fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert "véhicule" in fleet.shipment(wanted.key).why_unserved("fr")


def test_a_new_version_supersedes_the_one_before(fleet: Fleet, make: Make) -> None:
    """A second lot makes version 2; version 1 is superseded and the round keeps its key and stop numbers."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1))
    donor = make.donor()
    fleet.want(donor, make.charity(town="Rezé"))
    [first] = fleet.plan()
    before = fleet.rounds()[0]
    numbers = {stop.site_id: stop.number for stop in fleet.stops(before)}
    fleet.want(donor, make.charity("Secours", town="Saint-Herblain"))
    [second] = fleet.plan()
    with fleet.database.read() as session:
        rows = {row.id: row for row in session.exec(select(Plan)).all()}
    assert rows[first].state == PlanState.SUPERSEDED
    assert (rows[second].state, rows[second].version) == (PlanState.ADOPTED, 2)
    after = fleet.rounds()[0]
    assert after.id == before.id
    kept = {stop.site_id: stop.number for stop in fleet.stops(after)}
    assert numbers.items() <= kept.items()


def test_a_closed_site_is_left_out_with_its_reason(fleet: Fleet, make: Make) -> None:
    """A charity that declared the day closed gets nothing that day, and the donor is told why."""
    from service.accounts.models import Closure

    fleet.shift(fleet.vehicle())
    charity = make.charity(town="Rezé")
    make.row(Closure(site_id=charity.site.key, first_day=fleet.now.date(), last_day=fleet.now.date()))
    wanted = fleet.want(make.donor(), charity)
    fleet.plan()
    assert "fermé" in fleet.shipment(wanted.key).why_unserved("fr")


def test_an_absent_vehicle_carries_nothing(fleet: Fleet, make: Make) -> None:
    """A van in the workshop for the whole shift is as if there were none."""
    from service.rounds.models import Absence
    from tests.people import REGION

    van = fleet.vehicle()
    fleet.shift(van)
    make.row(
        Absence(
            region=REGION,
            vehicle_id=van.key,
            starts_at=fleet.now - timedelta(hours=1),
            ends_at=fleet.now + timedelta(hours=9),
        )
    )
    wanted = fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert fleet.shipment(wanted.key).state == ShipmentState.WANTED
    assert fleet.rounds() == []


def test_a_cancelled_shipment_leaves_its_round(fleet: Fleet, make: Make) -> None:
    """What nobody wants any more is planned away, and its stops are dropped."""
    from service.shipments import actions as shipping

    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1))
    wanted = fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    with fleet.database.transaction() as session:
        shipping.cancel(session, shipping_row(session, wanted.key), who=None, now=fleet.now, reason="released")
    fleet.plan()
    [round_] = fleet.rounds()
    assert fleet.stops(round_) == []
    assert round_.state == RoundState.DRAFT
    assert StopState.DROPPED == "dropped"


def shipping_row(session, key):  # type: ignore[no-untyped-def]  # a short way to a row
    from service.shipments.models import Shipment

    return session.get_one(Shipment, key)


def test_goods_asked_after_the_cut_off_wait_for_another_vehicle(fleet: Fleet, make: Make) -> None:
    """A shift whose cut-off has passed takes nothing new, and the reason says so."""
    fleet.shift(fleet.vehicle(), cut_off_at=fleet.now - timedelta(minutes=30))
    wanted = fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert "heure limite" in fleet.shipment(wanted.key).why_unserved("fr")


def test_a_lot_is_planned_once_a_round_comes_for_all_of_it(fleet: Fleet, make: Make) -> None:
    """Granted whole and brought: with a van the lot is planned; the van gone, it is only allocated again."""
    donor, charity, dispatcher = make.donor(), make.charity(town="Rezé"), make.dispatcher()
    windows = [{"starts_at": fleet.now.isoformat(), "ends_at": (fleet.now + timedelta(hours=4)).isoformat()}]
    bread = {"category": "bread", "grams": 8_000, "date_kind": "made_on", "date": "2026-11-20"}
    with fleet.database.transaction() as session:
        lot = lots.post(
            session, LotIn.model_validate({"lines": [bread], "windows": windows}), who=donor.who, now=fleet.now
        )
        claiming.claim(session, who=charity.who, lot_id=lot.key, way=Way.BRING, now=fleet.now)
    shift = fleet.shift(fleet.vehicle())
    fleet.plan()
    with fleet.database.read() as session:
        assert session.get_one(Lot, lot.key).state == LotState.PLANNED
    with fleet.database.transaction() as session:
        shifts.cancel_shift(session, session.get_one(Shift, shift.key), who=dispatcher.who, now=fleet.now)
    fleet.plan()
    with fleet.database.read() as session:
        assert session.get_one(Lot, lot.key).state == LotState.ALLOCATED
