"""A vehicle left elsewhere leaves from there the next time, everybody is told, and a dispatcher may say otherwise."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from service.rounds.models import Round, RoundState, Shift, Vehicle
from service.rounds.planning.problem import build, profiles_of
from service.rounds.planning.reading import Only, read
from service.rounds.planning.situation import Crew
from service.rounds.planning.travel import matrices
from service.rounds.rules import Before, stands_after
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet, Road

SignIn = Callable[[int], TestClient]
HOME, THERE, BEYOND = 1, 2, 3


@pytest.fixture
def far(make: Make) -> Party:
    """A charity at the other end of the region, where the round before ended."""
    return make.charity("Secours d'Angers", town="Angers")


def left_there(fleet: Fleet, end: Party, *, drove: bool = True, vehicle: Vehicle | None = None) -> Vehicle:
    """A vehicle whose shift of this morning was to end elsewhere, and did if it left."""
    vehicle = vehicle or fleet.vehicle()
    begins = fleet.now - timedelta(hours=6)
    shift = fleet.shift(vehicle, starts=begins, end_site_id=end.site.key, driver_id=None)
    if drove:
        fleet.make.row(
            Round(
                region=REGION, zone="all", day=fleet.now.date(), shift_id=shift.key, vehicle_id=vehicle.key,
                driver_id=shift.driver_id, state=RoundState.FINISHED, plan_version=1, starts_at=begins,
                ends_at=shift.ends_at, departed_at=begins, finished_at=shift.ends_at,
            )
        )  # fmt: skip
    return vehicle


def crew_of(fleet: Fleet, shift: Shift, day: datetime | None = None, only: bool = False) -> Crew:
    now = day or fleet.now
    with fleet.database.read() as session:
        part = Only(frozenset({shift.key})) if only else None
        situation = read(session, fleet.settings, REGION, "all", now.date(), now, part)
        [crew] = [one for one in situation.crews if one.shift.key == shift.key]
        problem = build(situation, matrices(fleet.settings, situation, profiles_of(situation)))
    [planned] = [one for one in problem.vehicles if one.id == f"v{shift.key}"]
    assert (planned.start, planned.end) == (crew.start, crew.end)
    return crew


def place(party: Party) -> str:
    return f"s{party.site.key}"


@pytest.mark.parametrize(
    ("before", "stands"),
    [
        ([], HOME),
        ([Before(True, None, THERE)], THERE),
        ([Before(True, None, THERE), Before(True, None, None)], HOME),
        ([Before(True, None, THERE), Before(False, None, BEYOND)], THERE),
        ([Before(True, None, THERE), Before(False, HOME, None)], HOME),
        ([Before(True, HOME, THERE)], THERE),
        ([Before(False, THERE, None), Before(False, None, None)], THERE),
    ],
)
def test_the_last_that_moved_it_says_where_a_vehicle_stands(before: list[Before], stands: int) -> None:
    """Whoever drove left it at their end; a shift that did not drive changes nothing but what was said with it."""
    assert stands_after(HOME, before) == stands


def test_the_plan_starts_where_the_vehicle_was_left(road: Road, fleet: Fleet, make: Make, far: Party) -> None:
    """The way from there counts, whoever reads all or a part of the day; the driver and the dispatcher are told."""
    vehicle = left_there(fleet, far)
    shift = fleet.shift(vehicle, hours=8)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    for only in (False, True):
        crew = crew_of(fleet, shift, only=only)
        assert (crew.start, crew.end) == (place(far), place(fleet.carrier))
    fleet.plan()
    [round_] = [one for one in fleet.rounds() if one.shift_id == shift.key]
    assert round_.metres > 70_000
    told = road.get(f"/rounds/{round_.key}").json()
    assert (told["start"]["name"], told["end"]["site_id"]) == ("Secours d'Angers", fleet.carrier.site.key)


def test_pages_sheet_and_map_say_where_it_leaves_from(fleet: Fleet, make: Make, far: Party, sign_in: SignIn) -> None:
    """Nobody looks for it at the depot."""
    from config.regions import load_region_config
    from service.rounds.mapping import map_of
    from service.rounds.paper import sheet_of
    from service.rounds.showing import shown

    shift = fleet.shift(left_there(fleet, far), hours=8)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    [round_] = [one for one in fleet.rounds() if one.shift_id == shift.key]
    driver = sign_in(fleet.carrier.person.key)
    assert "Le véhicule n&#39;est pas au dépôt" in driver.get("/rounds/mine").text
    assert "départ de Secours d&#39;Angers" in driver.get("/shifts/mine").text
    desk = sign_in(fleet.dispatcher.person.key)
    assert "part de Secours d&#39;Angers" in desk.get("/dispatch").text
    assert "part de Secours d&#39;Angers" in desk.get("/dispatch/shifts").text
    assert "Départ de Secours d&#39;Angers" in desk.get(f"/rounds/{round_.key}").text
    with fleet.database.read() as session:
        view = shown(session, session.get_one(Round, round_.key), fleet.dispatcher.who, fleet.now, "fr")
        assert map_of([view], load_region_config(REGION))["routes"][0]["legs"][0]["path"][0] == (
            far.site.latitude,
            far.site.longitude,
        )
        assert sheet_of(view, fleet.settings, fleet.now).stops[0].place == "Secours d'Angers"


def test_a_shift_that_did_not_drive_left_it_where_it_was(fleet: Fleet, make: Make, far: Party) -> None:
    """What was only planned is over and nobody left; one still to come is taken at its word."""
    vehicle = left_there(fleet, far, drove=False)
    later = fleet.now + timedelta(hours=5)
    first = fleet.shift(vehicle, end_site_id=far.site.key)
    second = fleet.shift(vehicle, starts=later)
    assert crew_of(fleet, first).start == place(fleet.carrier)
    assert crew_of(fleet, second).start == place(far)
    next_day = fleet.now + timedelta(days=1)
    third = fleet.shift(vehicle, starts=next_day)
    assert crew_of(fleet, third, next_day).start == place(fleet.carrier)


def test_one_tap_says_it_is_back(fleet: Fleet, far: Party, sign_in: SignIn) -> None:
    """Its page says where it stands and asks; then it starts at home, and so does the shift after it."""
    vehicle = left_there(fleet, far)
    shift = fleet.shift(vehicle)
    after = fleet.shift(vehicle, starts=fleet.now + timedelta(hours=5))
    desk = sign_in(fleet.dispatcher.person.key)
    page = desk.get(f"/dispatch/shifts/{shift.key}").text
    assert "laisse ce véhicule à Secours d&#39;Angers" in page
    assert "Le véhicule est revenu au dépôt" in page
    # The shift after it ends at home in any case.
    assert "revenu au dépôt" not in desk.get(f"/dispatch/shifts/{after.key}").text
    done = desk.post(
        f"/dispatch/shifts/{shift.key}/start",
        data={"start_site_id": str(fleet.carrier.site.key)},
        follow_redirects=False,
    )
    assert done.status_code == 303
    assert crew_of(fleet, shift).start == place(fleet.carrier)
    assert crew_of(fleet, after).start == place(fleet.carrier)
    assert "laisse ce véhicule" not in desk.get(f"/dispatch/shifts/{shift.key}").text
    assert fleet.kinds()[-1] == "shift.changed"


def test_it_may_be_said_to_stand_anywhere_until_it_has_left(road: Road, fleet: Fleet, make: Make, far: Party) -> None:
    """By the API as by the form; never at a secret place, and not once the round is on its way."""
    shift = fleet.shift(fleet.vehicle(), hours=8)
    secret = make.charity("Refuge", town="Rezé", protected=True, latitude=None, longitude=None)
    desk = road.as_(fleet.dispatcher)

    def body(start: Party) -> dict[str, object]:
        return {
            "vehicle_id": shift.vehicle_id, "driver_id": shift.driver_id, "starts_at": shift.starts_at.isoformat(),
            "ends_at": shift.ends_at.isoformat(), "break_minutes": 0, "start_site_id": start.site.key,
        }  # fmt: skip

    assert desk.put(f"/shifts/{shift.key}", body(secret)).status_code == 422
    said = desk.put(f"/shifts/{shift.key}", body(far))
    assert (said.status_code, said.json()["start_site_id"]) == (200, far.site.key)
    assert crew_of(fleet, shift).start == place(far)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    road.set_off()
    assert desk.put(f"/shifts/{shift.key}", body(fleet.carrier)).status_code == 409


def test_a_round_broken_off_does_not_reach_its_end(road: Road, fleet: Fleet, make: Make, far: Party) -> None:
    """The driver goes home instead: the next shift starts at home, and the page of the round says so."""
    vehicle = fleet.vehicle()
    fleet.shift(vehicle, hours=4, end_site_id=far.site.key)
    after = fleet.shift(vehicle, starts=fleet.now + timedelta(hours=5))
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert crew_of(fleet, after).start == place(far)
    round_, _ = road.set_off()
    assert road.post(f"/rounds/{round_.key}/incidents", {"kind": "going_home"}).status_code == 200
    assert crew_of(fleet, after).start == place(fleet.carrier)
    assert road.get(f"/rounds/{round_.key}").json()["end"]["site_id"] == fleet.carrier.site.key
