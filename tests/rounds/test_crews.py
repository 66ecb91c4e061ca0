"""Crews of two: both see the round and may report, each place is given back and taken by one tap, nobody else may."""

from collections.abc import Callable
from datetime import timedelta

from fastapi.testclient import TestClient

from service.rounds.models import CallReason, FixedRound, RoundCall, RoundState, Shift
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet, Road

SignIn = Callable[[int], TestClient]


def shift_of(fleet: Fleet, key: int) -> Shift:
    with fleet.database.read() as session:
        return session.get_one(Shift, key)


def for_two(fleet: Fleet, mate: Party | None, **given: object) -> Shift:
    return fleet.shift(fleet.vehicle(), crew_size=2, mate_id=mate.person.key if mate else None, **given)


def test_both_of_a_crew_see_the_round_and_report(road: Road, fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """The driver accepts and leaves, the mate loads and delivers; a driver of another crew finds nothing."""
    mate, stranger = make.driver("Entraide"), make.driver("Vélos solidaires")
    for_two(fleet, mate)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, delivery) = road.set_off()
    assert round_.mate_id == mate.person.key
    second = road.as_(mate)
    assert second.get(f"/rounds/{round_.key}").json()["mate_id"] == mate.person.key
    assert [one["id"] for one in second.get("/rounds").json()["items"]] == [round_.key]
    assert second.report(pickup, "loaded").status_code == 200
    assert second.post(f"/rounds/{round_.key}/position", {"latitude": 47.2, "longitude": -1.5}).status_code == 204
    assert second.report(delivery, "delivered", code=delivery.code).status_code == 200
    assert road.as_(stranger).get(f"/rounds/{round_.key}").status_code == 404
    assert road.as_(stranger).report(delivery, "arrived").status_code == 404
    for party, other in ((fleet.carrier, mate), (mate, fleet.carrier)):
        assert other.person.name in sign_in(party.person.key).get("/rounds/mine").text
    page = sign_in(fleet.dispatcher.person.key).get("/dispatch").text
    assert f"{fleet.carrier.person.name} + {mate.person.name}" in page


def test_a_protected_address_opens_to_both_and_to_nobody_else(road: Road, fleet: Fleet, make: Make) -> None:
    """Whoever is in the van finds the door; one who gave their place back does not."""
    from service.rounds.models import Stop
    from service.rounds.showing import may_know

    mate = make.driver("Entraide")
    shift = for_two(fleet, mate)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert road.post(f"/rounds/{fleet.rounds()[0].key}/acceptance").status_code == 200
    [round_] = fleet.rounds()
    stop: Stop = fleet.stops(round_)[0]
    assert may_know(round_, stop, mate.who, stop.expected_at)
    assert not may_know(round_, stop, fleet.dispatcher.who, stop.expected_at)
    assert road.as_(mate).post(f"/shifts/{shift.key}/return").status_code == 200
    assert not may_know(fleet.rounds()[0], stop, mate.who, stop.expected_at)


def test_the_second_place_is_given_back_and_taken(road: Road, fleet: Fleet, make: Make) -> None:
    """Without its mate the round goes all the same and nobody is called; the next to tap comes along."""
    mate, next_one, third = make.driver("Entraide"), make.driver("Vélos solidaires"), make.driver("Roue libre")
    shift = for_two(fleet, mate, starts=fleet.now + timedelta(hours=1))
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert road.post(f"/rounds/{fleet.rounds()[0].key}/acceptance").status_code == 200
    assert road.as_(mate).post(f"/shifts/{shift.key}/return").status_code == 200
    [round_] = fleet.rounds()
    assert (round_.state, round_.driver_id, round_.mate_id) == (
        RoundState.ACCEPTED, fleet.carrier.person.key, None,
    )  # fmt: skip
    assert road.as_(next_one).post(f"/shifts/{shift.key}/driver").status_code == 200
    assert fleet.rounds()[0].mate_id == next_one.person.key
    assert road.as_(third).post(f"/shifts/{shift.key}/driver").status_code == 409
    with fleet.database.read() as session:
        from sqlmodel import select

        assert session.exec(select(RoundCall)).all() == []
    assert "round.crew_changed" in fleet.kinds()


def test_who_comes_along_may_take_the_wheel(road: Road, fleet: Fleet, make: Make) -> None:
    """The driver gives the shift back, a dispatcher is to call; the mate drives, and the place beside is free again."""
    mate = make.driver("Entraide")
    shift = for_two(fleet, mate, starts=fleet.now + timedelta(hours=1))
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert road.post(f"/shifts/{shift.key}/return").status_code == 200
    with fleet.database.read() as session:
        from sqlmodel import select

        assert [call.reason for call in session.exec(select(RoundCall)).all()] == [CallReason.SHIFT_DROPPED]
    assert fleet.rounds()[0].crew == (mate.person.key,)
    assert road.as_(mate).post(f"/shifts/{shift.key}/driver").status_code == 200
    [round_] = fleet.rounds()
    assert (round_.state, round_.driver_id, round_.mate_id) == (RoundState.ACCEPTED, mate.person.key, None)
    assert shift_of(fleet, shift.key).mate_id is None
    assert road.post(f"/shifts/{shift.key}/driver").status_code == 200
    assert fleet.rounds()[0].crew == (mate.person.key, fleet.carrier.person.key)


def test_nobody_is_in_two_vehicles(road: Road, fleet: Fleet, make: Make) -> None:
    """Coming along counts as being away: another shift at those hours is refused, by hand and by tap; so is a pair of
    one person, and somebody who is no driver."""
    mate = make.driver("Entraide")
    for_two(fleet, mate)
    other = fleet.shift(fleet.vehicle(name="Fourgon 2"), driver_id=None)
    assert road.as_(mate).post(f"/shifts/{other.key}/driver").status_code == 409
    desk, hours = road.as_(fleet.dispatcher), (fleet.now, fleet.now + timedelta(hours=4))
    body = {
        "vehicle_id": fleet.vehicle(name="Fourgon 3").key,
        "starts_at": hours[0].isoformat(),
        "ends_at": hours[1].isoformat(),
    }
    assert desk.post("/shifts", {**body, "mate_id": mate.person.key}).status_code == 409
    free = make.driver("Vélos solidaires").person.key
    assert desk.post("/shifts", {**body, "driver_id": free, "mate_id": free}).status_code == 422
    assert desk.post("/shifts", {**body, "mate_id": make.charity().person.key}).status_code == 422
    answer = desk.post("/shifts", {**body, "mate_id": free})
    assert (answer.status_code, answer.json()["crew_size"]) == (201, 2)


def test_a_crew_changed_by_the_dispatcher_reaches_its_round(road: Road, fleet: Fleet, make: Make) -> None:
    """A new driver is asked to accept anew; on the road somebody may still join, but nobody else take the wheel."""
    mate = make.driver("Entraide")
    shift = fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    desk = road.as_(fleet.dispatcher)
    body = {
        "vehicle_id": shift.vehicle_id,
        "driver_id": mate.person.key,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
    }

    def put(**change: object) -> int:
        answer = road.client.put(f"/api/v1/shifts/{shift.key}", json={**body, **change}, headers=desk.headers)
        return int(answer.status_code)

    assert road.post(f"/rounds/{fleet.rounds()[0].key}/acceptance").status_code == 200
    assert put() == 200
    [round_] = fleet.rounds()
    assert (round_.state, round_.driver_id) == (RoundState.PUBLISHED, mate.person.key)
    driver = road.as_(mate)
    assert driver.post(f"/rounds/{round_.key}/departure").status_code == 200
    assert put(mate_id=fleet.carrier.person.key) == 200
    assert fleet.rounds()[0].crew == (mate.person.key, fleet.carrier.person.key)
    assert put(driver_id=fleet.carrier.person.key) == 409


def test_a_round_of_every_week_opens_shifts_for_two(fleet: Fleet, make: Make) -> None:
    """The shift has both; a mate who is elsewhere that day leaves the place free, and it is offered."""
    from service.rounds.actions.fixed_rounds import open_fixed_shifts
    from service.rounds.models import CrewPlace
    from service.rounds.queries.fleet import shifts
    from service.rounds.taking import shifts_to_take

    mate = make.driver("Entraide")
    van = fleet.vehicle()
    day = fleet.now.date() + timedelta(days=1)
    from datetime import time

    make.row(
        FixedRound(
            region=REGION, name="Samedi", vehicle_id=van.key, driver_id=fleet.carrier.person.key, crew_size=2,
            mate_id=mate.person.key, weekday=day.weekday(), starts=time(8), ends=time(12), first_day=day,
        )
    )  # fmt: skip
    fleet.shift(
        fleet.vehicle(name="Fourgon 2"),
        starts=fleet.now.replace(hour=8) + timedelta(days=1),
        driver_id=mate.person.key,
    )
    with fleet.database.transaction() as session:
        assert open_fixed_shifts(session, fleet.now, REGION) == 1
    with fleet.database.read() as session:
        [opened] = [
            row for row in shifts(session, REGION, fleet.now, fleet.now + timedelta(days=3)) if row.fixed_round_id
        ]
        assert (opened.crew_size, opened.crew) == (2, (fleet.carrier.person.key,))
        other = make.driver("Vélos solidaires")
        assert [one.place for one in shifts_to_take(session, other.who, fleet.now)] == [CrewPlace.MATE]
        assert shifts_to_take(session, mate.who, fleet.now) == []
