"""A round may end at another place than it leaves from: it is planned so, and everything that tells of it says so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from service.rounds.models import Round, Shift
from service.rounds.planning.problem import build
from service.rounds.planning.reading import read
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet, Road

SignIn = Callable[[int], TestClient]


@pytest.fixture
def far(make: Make) -> Party:
    """A charity at the other end of the region, where the round is to end."""
    return make.charity("Secours d'Angers", town="Angers")


def planned(fleet: Fleet, make: Make, end: Party | None) -> Round:
    fleet.shift(fleet.vehicle(), hours=8, end_site_id=end.site.key if end else None)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    [round_] = fleet.rounds()
    return round_


def test_the_way_to_the_end_counts_in_the_plan(fleet: Fleet, make: Make, far: Party) -> None:
    """The same goods, but the round ends 80 km away: it is longer and ends later, and only its end is elsewhere."""
    near = planned(fleet, make, None)
    with fleet.database.transaction() as session:
        shift = session.get_one(Shift, near.shift_id)
        shift.end_site_id = far.site.key
        session.add(shift)
    with fleet.database.read() as session:
        situation = read(session, fleet.settings, REGION, "all", fleet.now.date(), fleet.now)
        [crew] = situation.crews
        assert (crew.start, crew.end) == (f"s{fleet.carrier.site.key}", f"s{far.site.key}")
        from service.rounds.planning.problem import profiles_of
        from service.rounds.planning.travel import matrices

        problem = build(situation, matrices(fleet.settings, situation, profiles_of(situation)))
    assert (problem.vehicles[0].start, problem.vehicles[0].end) == (crew.start, crew.end)
    assert fleet.plan() != []
    [moved] = fleet.rounds()
    assert moved.metres > near.metres + 50_000
    assert moved.ends_at > near.ends_at + timedelta(minutes=30)


def test_page_map_timeline_sheet_and_api_say_where_it_ends(
    road: Road, fleet: Fleet, make: Make, far: Party, sign_in: SignIn
) -> None:
    """The driver reads the place before leaving and when all is done; the last leg on the map leads there."""
    from config.regions import load_region_config
    from service.rounds.mapping import map_of
    from service.rounds.paper import sheet_of
    from service.rounds.showing import shown

    round_ = planned(fleet, make, far)
    assert "Secours d&#39;Angers" in sign_in(fleet.carrier.person.key).get("/rounds/mine").text
    for path in (f"/rounds/{round_.key}", "/dispatch", "/dispatch/timeline"):
        assert "Secours d&#39;Angers" in sign_in(fleet.dispatcher.person.key).get(path).text, path
    assert road.get(f"/rounds/{round_.key}").json()["end"] == {"site_id": far.site.key, "name": "Secours d'Angers"}
    with fleet.database.read() as session:
        view = shown(session, session.get_one(Round, round_.key), fleet.dispatcher.who, fleet.now, "fr")
        drawn = map_of([view], load_region_config(REGION))
        assert drawn["routes"][0]["legs"][-1]["path"][-1] == (far.site.latitude, far.site.longitude)
        last = sheet_of(view, fleet.settings, fleet.now).stops[-1]
        assert (last.kind, last.place, last.address[-1]) == ("end", "Secours d'Angers", "49000 Angers")


def test_a_secret_place_is_no_place_to_end_at(road: Road, fleet: Fleet, make: Make) -> None:
    """Its door would be on every map of the round; one given up, one of another region or without a point neither."""
    secret = make.charity("Refuge", town="Rezé", protected=True, latitude=None, longitude=None)
    closed = make.charity("Ancien local", town="Rezé", active=False)
    nowhere = make.charity("Sans repère", town="Rezé", latitude=None, longitude=None)
    body = {
        "vehicle_id": fleet.vehicle().key,
        "starts_at": fleet.now.isoformat(),
        "ends_at": (fleet.now + timedelta(hours=3)).isoformat(),
    }
    desk = road.as_(fleet.dispatcher)
    for party in (secret, closed, nowhere):
        assert desk.post("/shifts", {**body, "end_site_id": party.site.key}).status_code == 422, party.site.name
    fine = make.charity(town="Rezé")
    answer = desk.post("/shifts", {**body, "end_site_id": fine.site.key})
    assert (answer.status_code, answer.json()["end_site_id"]) == (201, fine.site.key)


def test_the_end_may_change_while_the_round_is_on_the_road(road: Road, fleet: Fleet, make: Make, far: Party) -> None:
    """One tap of the dispatcher: the running round is planned to its new end, its stops stay."""
    round_ = planned(fleet, make, None)
    road.set_off()
    browser = road.as_(fleet.dispatcher)
    shift = {"end_site_id": far.site.key}
    with fleet.database.read() as session:
        row = session.get_one(Shift, round_.shift_id)
    body = {
        "vehicle_id": row.vehicle_id, "driver_id": row.driver_id, "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(), "break_minutes": 0, **shift,
    }  # fmt: skip
    answer = road.client.put(f"/api/v1/shifts/{row.key}", json=body, headers=browser.headers)
    assert answer.status_code == 200, answer.text
    before = [stop.number for stop in fleet.stops(round_)]
    assert fleet.plan(road.later(minutes=2)) != []
    [after] = fleet.rounds()
    assert after.ends_at > round_.ends_at + timedelta(minutes=30)
    assert [stop.number for stop in fleet.stops(after)] == before
