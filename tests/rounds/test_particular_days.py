"""Days that are not like the others, where a vehicle was seen, and what a driver is told of a new plan."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

import routing
from config.food_law import law_at
from service.kit.refusals import Invalid
from service.rounds.actions.profile import set_profile
from service.rounds.actions.seeing import forget_positions
from service.rounds.changes import changes_for
from service.rounds.models import Cold, RoundPosition, VehicleKind
from service.rounds.planning.inserting import insert_untried
from service.rounds.planning.problem import cold_chain
from tests.people import Make
from tests.rounds.conftest import Fleet, Road


def test_ice_keeps_bikes_at_home_and_slows_vans(fleet: Fleet, make: Make) -> None:
    """The same lot by van arrives later than on a usual day; a bike does not go out; taking it back undoes it."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.want(make.donor(), make.charity(town="Saint-Herblain"))
    fleet.plan()
    usual = fleet.shipment(shipment.key).expected_delivery_at
    with fleet.database.transaction() as session:
        set_profile(session, fleet.now.date(), "ice", who=fleet.dispatcher.who, now=fleet.now)
    assert fleet.plan() != []
    icy = fleet.shipment(shipment.key).expected_delivery_at
    assert usual is not None
    assert icy is not None
    assert icy > usual
    with fleet.database.transaction() as session:
        assert set_profile(session, fleet.now.date(), "", who=fleet.dispatcher.who, now=fleet.now) is None
    fleet.plan()
    assert fleet.shipment(shipment.key).expected_delivery_at == usual
    with fleet.database.transaction() as session, pytest.raises(Invalid):
        set_profile(session, fleet.now.date(), "rain", who=fleet.dispatcher.who, now=fleet.now)


def test_a_bike_stays_at_home_on_ice(fleet: Fleet, make: Make) -> None:
    """With only a bike nothing is carried on an icy day, and the reason is that nothing drives."""
    bike = fleet.vehicle(cold=Cold.NONE, grams=80_000, kind=VehicleKind.BIKE, profile="cargo_bike")
    fleet.shift(bike)
    shipment = fleet.want(make.donor(), make.charity(town="Nantes"))
    with fleet.database.transaction() as session:
        set_profile(session, fleet.now.date(), "ice", who=fleet.dispatcher.who, now=fleet.now)
    fleet.plan()
    assert "véhicule" in fleet.shipment(shipment.key).why_unserved("fr")


def test_boxes_keep_cold_for_less_long_in_a_heat_wave(now: datetime) -> None:
    """The seconds goods may ride in boxes shrink with the percentage; a cooling unit is not bounded either way."""
    law = law_at(now, "Europe/Paris")
    usual, _ = cold_chain("chilled", law)
    hot, _ = cold_chain("chilled", law, 50)
    box, unit = routing.ColdEquipment.BOX, routing.ColdEquipment.REFRIGERATED
    assert usual[box] is not None
    assert hot[box] == usual[box] // 2
    assert (usual[unit], hot[unit]) == (None, None)


def test_a_position_is_rough_short_lived_and_of_running_rounds(road: Road, fleet: Fleet, make: Make) -> None:
    """Before leaving it is refused; then it is kept to about a kilometre, seldom, and gone after 72 hours."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    [round_] = fleet.rounds()
    here = {"latitude": 47.218371, "longitude": -1.553621}
    assert road.post(f"/rounds/{round_.key}/position", here).status_code == 409
    road.set_off()
    for _ in range(2):
        assert road.post(f"/rounds/{round_.key}/position", here).status_code == 204
    with fleet.database.transaction() as session:
        [row] = session.exec(select(RoundPosition)).all()
        assert (row.latitude, row.longitude) == (47.22, -1.55)
        assert forget_positions(session, fleet.now + timedelta(hours=71)) == 0
        assert forget_positions(session, fleet.now + timedelta(hours=73)) == 1
    assert not any("position" in kind for kind in fleet.kinds())


def test_a_driver_is_told_what_changed_since_it_was_seen(road: Road, fleet: Fleet, make: Make) -> None:
    """A lot put into a running round is one change for its driver, until it was seen."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    with fleet.database.read() as session:
        assert changes_for(session, fleet.rounds()[0]) == []
    fleet.carried(make.donor("Fournil", town="Rezé"), make.charity("Secours", town="Saint-Herblain"))
    insert_untried(fleet.database, fleet.settings, road.later(minutes=1))
    with fleet.database.read() as session:
        changes = changes_for(session, fleet.rounds()[0])
    assert ("new", "Fournil", "Secours") in [(one.kind, one.donor, one.receiver) for one in changes]
    with fleet.database.transaction() as session:
        from service.rounds.actions.seeing import changes_seen
        from service.rounds.models import Round

        changes_seen(session, session.get_one(Round, round_.key), who=fleet.driver)
    with fleet.database.read() as session:
        assert changes_for(session, fleet.rounds()[0]) == []
    assert pickup.number == 1
