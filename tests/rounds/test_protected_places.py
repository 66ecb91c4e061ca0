"""A secret address is seen by the driver of its stop alone, around its time, and every reading leaves a trace."""

from datetime import timedelta

import pytest

from service.accounts.protected import SecretAddress, keep_address
from service.database.engine import Database
from service.rounds.models import Stop
from tests.people import Make, Party
from tests.rounds.conftest import Fleet, Road

SECRET = SecretAddress("7 impasse du Silence", "44400", "Rezé", 47.1917, -1.5694)


@pytest.fixture
def shelter(make: Make, fleet: Fleet) -> Party:
    party = make.charity("Point relais 07", protected=True)
    with fleet.database.transaction() as session:
        keep_address(session, fleet.settings, party.site.key, SECRET)
    return party


def test_the_address_opens_around_the_stop_and_closes_again(
    road: Road, fleet: Fleet, make: Make, shelter: Party
) -> None:
    """Before acceptance no; an hour before yes, journaled; for anybody else never; after the stop no."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), shelter)
    fleet.plan()
    [round_] = fleet.rounds()
    pickup, delivery = fleet.stops(round_)
    path = f"/rounds/{round_.key}/stops/{delivery.number}/address"
    assert road.post(path).json()["code"] == "address-not-now"
    road.set_off()
    answer = road.post(path)
    assert answer.json()["street"] == SECRET.street
    assert fleet.kinds().count("site.address_read") == 1
    assert road.as_(fleet.dispatcher).post(path).status_code == 403
    assert road.as_(make.driver("Autre")).post(path).status_code == 404
    assert road.post(f"/rounds/{round_.key}/stops/{pickup.number}/address").status_code == 403
    road.report(pickup, "loaded")
    road.report(delivery, "delivered", code=delivery.code)
    assert road.post(path).status_code == 403


def test_hours_too_early_it_stays_closed(road: Road, fleet: Fleet, make: Make, shelter: Party) -> None:
    """An accepted round that delivers much later does not show the address yet."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=2))
    fleet.carried(make.donor(), shelter)
    fleet.plan()
    [round_] = fleet.rounds()
    delivery = fleet.stops(round_)[-1]
    assert road.post(f"/rounds/{round_.key}/acceptance").status_code == 200
    assert road.post(f"/rounds/{round_.key}/stops/{delivery.number}/address").status_code == 403


def test_neither_lists_nor_paper_nor_journal_hold_the_address(
    road: Road, fleet: Fleet, make: Make, shelter: Party, database: Database
) -> None:
    """The round as JSON and the whole journal know a label, no street and no coordinates of the place."""
    from sqlmodel import select

    from service.journal.models import Entry

    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), shelter)
    fleet.plan()
    [round_] = fleet.rounds()
    told = road.get(f"/rounds/{round_.key}").text
    assert "Point relais 07" in told
    place = next(s["place"] for s in road.get(f"/rounds/{round_.key}").json()["stops"] if s["place"]["protected"])
    assert (place["address"], place["latitude"], place["contact_phone"]) == ([], None, None)
    with database.read() as session:
        journal = " ".join(str(entry.data) for entry in session.exec(select(Entry)).all())
        stops = session.exec(select(Stop)).all()
    for word in ("Silence", "47.1917", "-1.5694"):
        assert word not in told
        assert word not in journal
    assert all(stop.latitude is None for stop in stops)
    assert road.get(f"/rounds/{round_.key}/sheet.pdf").content[:5] == b"%PDF-"


def test_an_outside_road_service_never_learns_a_protected_place(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """With OSRM chosen, only public points are asked for; the secret row is reckoned here."""
    import routing
    from routing.travel import GeodesicTravel
    from service.rounds.planning import travel
    from service.rounds.planning.situation import Point

    asked: list[tuple[float, float]] = []

    class Spy:
        def matrix(self, points: list[tuple[float, float]], profile: str) -> routing.Matrix:
            asked.extend(points)
            return GeodesicTravel().matrix(points, profile)

    monkeypatch.setattr(travel, "maker", lambda kind, url: Spy())
    settings = fleet.settings.model_copy(update={"travel": "osrm", "travel_url": "http://roads.example"})
    points = [Point(47.2, -1.5), Point(SECRET.latitude, SECRET.longitude, protected=True), Point(47.3, -1.6)]
    matrix = travel.matrix(settings, points, "van")
    assert len(asked) == 2
    assert all(tuple(point) != (SECRET.latitude, SECRET.longitude) for point in asked)
    assert int(matrix.seconds[0, 1]) > 0
    assert "47" not in repr(points[1])
