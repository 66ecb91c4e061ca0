"""Where a van that broke down is found: said, guessed, corrected, kept from who need not know, and forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from service.accounts.protected import SecretAddress, keep_address
from service.rounds.actions.seeing import forget_roadsides
from service.rounds.models import CallReason
from tests.people import TOWNS, Make
from tests.rounds.breakdown import HERE, transfers
from tests.rounds.conftest import Fleet, Road
from tests.rounds.test_incidents import calls, incident


def test_the_place_may_be_corrected(broken: Any, road: Road, fleet: Fleet) -> None:
    """Whoever stands there says where: the van that comes is sent to the right place."""
    scene = broken()
    fleet.plan(road.clock[0])
    there = {"latitude": 47.1999, "longitude": -1.5001}
    assert road.put(f"/rounds/{scene.round.key}/whereabouts", there).status_code == 204
    fleet.plan(road.later(minutes=1))
    _, stops = scene.second_round()
    assert (stops[0].latitude, stops[0].longitude) == (there["latitude"], there["longitude"])
    assert scene.transfer.exact


@pytest.mark.parametrize("how", ["return", "place"])
def test_who_is_on_the_way_there_for_nothing_is_called(broken: Any, road: Road, fleet: Fleet, how: str) -> None:
    """The second van drives to the load when it comes home by itself, or turns out to stand elsewhere: its driver does
    not look at the screen while driving, so a dispatcher calls."""
    scene = broken()
    fleet.plan(road.clock[0])
    second, (pickup, _) = scene.second_round()
    assert road.as_(scene.colleague).post(f"/rounds/{second.key}/departure").status_code == 200
    if how == "return":
        assert road.post(f"/transfers/{scene.transfer.key}/return").status_code == 200
    else:
        there = {"latitude": 47.1999, "longitude": -1.5001}
        assert road.put(f"/rounds/{scene.round.key}/whereabouts", there).status_code == 204
    assert calls(fleet) == [CallReason.BREAKDOWN, CallReason.NEXT_STOP_EMPTY]
    assert pickup.key not in {stop.key for stop in fleet.stops(second) if stop.is_ahead}


def test_without_a_position_the_last_known_place_is_taken(road: Road, fleet: Fleet, make: Make) -> None:
    """Nobody said where: the van is looked for where it made its last stop, and whoever comes is told so."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    assert road.report(pickup, "loaded").status_code == 200
    assert incident(road, round_.key, "breakdown").status_code == 200
    [transfer] = transfers(fleet)
    assert (transfer.latitude, transfer.longitude) == TOWNS["Nantes"][3:]
    assert not transfer.exact


def test_a_breakdown_at_a_protected_place_tells_nobody_where_it_is(road: Road, fleet: Fleet, make: Make) -> None:
    """The van stands in front of a shelter: its place is kept to about a kilometre, whatever the phone says."""
    fleet.shift(fleet.vehicle())
    shelter = make.charity("Refuge", town="Rezé", protected=True)
    with fleet.database.transaction() as session:
        secret = SecretAddress("7 impasse du Silence", "44400", "Rezé", 47.1917, -1.5694)
        keep_address(session, fleet.settings, shelter.site.key, secret)
    fleet.carried(make.donor(), shelter)
    fleet.plan()
    round_, (pickup, delivery) = road.set_off()
    assert road.report(pickup, "loaded").status_code == 200
    road.later(minutes=15)
    assert road.report(delivery, "arrived").status_code == 200
    assert incident(road, round_.key, "breakdown", **HERE).status_code == 200
    [transfer] = transfers(fleet)
    assert (transfer.latitude, transfer.longitude, transfer.exact) == (47.23, -1.6, False)


def test_where_the_van_stood_is_forgotten(broken: Any, road: Road, fleet: Fleet) -> None:
    """Once another van has the load, the exact place is kept for 72 hours, then to about a kilometre, everywhere."""
    scene = broken()
    fleet.plan(road.clock[0])
    second, (pickup, _) = scene.second_round()
    road.later(minutes=15)
    with fleet.database.transaction() as session:
        assert forget_roadsides(session, fleet.now + timedelta(hours=80)) == 0, "it is still to be found there"
    assert road.as_(scene.colleague).report(pickup, "loaded").status_code == 200
    with fleet.database.transaction() as session:
        assert [forget_roadsides(session, fleet.now + timedelta(hours=hours)) for hours in (71, 73, 74)] == [0, 1, 0]
    stop = next(stop for stop in fleet.stops(second) if stop.key == pickup.key)
    roughly = (47.23, -1.6)
    assert (stop.latitude, stop.longitude) == roughly
    assert (scene.relay.pickup_latitude, scene.relay.pickup_longitude) == roughly
    assert (scene.transfer.latitude, scene.transfer.longitude, scene.transfer.exact) == (*roughly, False)
