"""Whoever is away gives their shifts back, dispatchers hear which rounds nobody drives, and being there undoes it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.notices.models import Channel, OutgoingNotice
from service.notices.wording import words_of
from service.rounds.actions.fixed_rounds import open_fixed_shifts
from service.rounds.models import Absence, FixedRound, RoundCall, RoundState, Shift
from service.rounds.queries.fleet import shifts
from tests.people import REGION, Make
from tests.rounds.conftest import Fleet, Road

SignIn = Callable[[int], TestClient]
DAY = timedelta(days=1)


def shift_of(fleet: Fleet, key: int) -> Shift:
    with fleet.database.read() as session:
        return session.get_one(Shift, key)


def told(fleet: Fleet, person_id: int, kind: str, locale: str = "fr") -> list[str]:
    """What a person reads of a kind of message, in order."""
    with fleet.database.read() as session:
        rows = session.exec(
            select(OutgoingNotice)
            .where(
                OutgoingNotice.person_id == person_id,
                OutgoingNotice.kind == kind,
                OutgoingNotice.channel == Channel.SCREEN,
            )
            .order_by(OutgoingNotice.id)
        ).all()
        return [
            words_of(kind, row.params, locale=locale, zone="Europe/Paris", now=fleet.now).text.replace("\u00a0", " ")
            for row in rows
        ]


def away(road: Road, first: datetime, last: datetime) -> int:
    answer = road.post("/availability/absences", {"starts_at": first.isoformat(), "ends_at": last.isoformat()})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def back(road: Road, absence: int) -> None:
    assert road.client.delete(f"/api/v1/availability/absences/{absence}", headers=road.headers).status_code == 204


def test_an_absence_gives_back_what_has_not_left(road: Road, fleet: Fleet, make: Make) -> None:
    """The round of today waits for a driver and is a call; tomorrow's shift is free, the day after is untouched."""
    near = fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1))
    tomorrow = fleet.shift(fleet.vehicle(name="Fourgon 2"), starts=fleet.now + DAY)
    later = fleet.shift(fleet.vehicle(name="Fourgon 3"), starts=fleet.now + 3 * DAY)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert road.post(f"/rounds/{fleet.rounds()[0].key}/acceptance").status_code == 200
    away(road, fleet.now, fleet.now + 2 * DAY)
    assert [shift_of(fleet, one.key).driver_id for one in (near, tomorrow)] == [None, None]
    assert shift_of(fleet, later.key).driver_id == fleet.carrier.person.key
    [round_] = fleet.rounds()
    assert (round_.state, round_.driver_id) == (RoundState.DRAFT, None)
    [call] = fleet_calls(fleet)
    assert (call.round_id, call.done_at) == (round_.key, None)
    desk = fleet.dispatcher.person.key
    [said] = told(fleet, desk, "driver_away")
    assert said == (
        f"{fleet.carrier.person.name} ne sera pas là du vendredi 20 novembre au dimanche 22 novembre. N'ont "
        "plus de chauffeur : Fourgon 1 (18 h), Fourgon 2 (demain à 17 h). Ces services sont proposés aux autres."
    )
    assert "Without a driver now: Fourgon 1" in told(fleet, desk, "driver_away", "en")[0]
    assert len(told(fleet, desk, "round_needs_call")) == 1
    assert told(fleet, fleet.carrier.person.key, "own_shift") == []
    # What nobody drives is still planned: somebody is to be found for it.
    fleet.plan(fleet.now + timedelta(minutes=1))
    assert fleet.stops(fleet.rounds()[0]) != []


def fleet_calls(fleet: Fleet) -> list[RoundCall]:
    with fleet.database.read() as session:
        return list(session.exec(select(RoundCall).order_by(RoundCall.id)).all())


def test_who_is_there_after_all_has_what_nobody_took(road: Road, fleet: Fleet, make: Make) -> None:
    """One shift was taken meanwhile, one called off, one stays: that one, its round and its call are as before; away
    once more is a call once more."""
    kept = fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1))
    taken = fleet.shift(fleet.vehicle(name="Fourgon 2"), starts=fleet.now + DAY)
    off = fleet.shift(fleet.vehicle(name="Fourgon 3"), starts=fleet.now + DAY + timedelta(hours=5))
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    absence = away(road, fleet.now, fleet.now + 2 * DAY)
    other = make.driver("Entraide")
    assert road.as_(other).post(f"/shifts/{taken.key}/driver").status_code == 200
    desk = road.as_(fleet.dispatcher)
    assert road.client.delete(f"/api/v1/shifts/{off.key}", headers=desk.headers).status_code == 204
    back(road, absence)
    assert shift_of(fleet, kept.key).driver_id == fleet.carrier.person.key
    assert shift_of(fleet, taken.key).driver_id == other.person.key
    assert shift_of(fleet, off.key).driver_id is None
    [round_] = fleet.rounds()
    assert (round_.state, round_.driver_id) == (RoundState.PUBLISHED, fleet.carrier.person.key)
    [call] = fleet_calls(fleet)
    assert call.done_at is not None
    assert road.post(f"/rounds/{round_.key}/acceptance").status_code == 200
    away(road, fleet.now, fleet.now + DAY)
    [call] = fleet_calls(fleet)
    assert call.done_at is None
    assert len(told(fleet, fleet.dispatcher.person.key, "driver_away")) == 2


@pytest.mark.parametrize("why", ["another absence", "another vehicle"])
def test_what_still_keeps_somebody_away_is_not_given_again(road: Road, fleet: Fleet, why: str) -> None:
    """Ending one of two absences, or having taken another van meanwhile: the shift stays free."""
    shift = fleet.shift(fleet.vehicle(), starts=fleet.now + DAY)
    absence = away(road, fleet.now, fleet.now + 2 * DAY)
    if why == "another absence":
        away(road, fleet.now + DAY, fleet.now + 3 * DAY)
    else:
        fleet.shift(fleet.vehicle(name="Fourgon 2"), starts=fleet.now + DAY)
    back(road, absence)
    assert shift_of(fleet, shift.key).driver_id is None


def test_a_round_on_the_road_stays_with_its_driver(road: Road, fleet: Fleet, make: Make) -> None:
    """Who has left drives on: no shift is given back, nobody is told; who comes along only leaves their place free."""
    mate = make.driver("Entraide")
    shift = fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    road.set_off()
    away(road, fleet.now, fleet.now + DAY)
    assert shift_of(fleet, shift.key).driver_id == fleet.carrier.person.key
    pair = fleet.shift(
        fleet.vehicle(name="Fourgon 2"), starts=fleet.now + 2 * DAY, crew_size=2, mate_id=mate.person.key
    )
    second = away(road.as_(mate), fleet.now + 2 * DAY, fleet.now + 3 * DAY)
    assert shift_of(fleet, pair.key).crew == (fleet.carrier.person.key,)
    assert told(fleet, fleet.dispatcher.person.key, "driver_away") == []
    back(road.as_(mate), second)
    assert shift_of(fleet, pair.key).mate_id == mate.person.key


def test_rounds_of_every_week_open_without_who_is_away(road: Road, fleet: Fleet, sign_in: SignIn) -> None:
    """Said weeks ahead it is told at once; the shift opens without them, and is theirs if they are there after all."""
    day = fleet.now.date() + 15 * DAY
    fixed = FixedRound(
        region=REGION, name="Samedi", vehicle_id=fleet.vehicle().key, driver_id=fleet.carrier.person.key,
        weekday=day.weekday(), starts=time(8), ends=time(12), first_day=day,
    )  # fmt: skip
    fleet.make.row(fixed)
    first = fleet.now + 14 * DAY
    absence = away(road, first, first + 2 * DAY)
    assert "Fourgon 1 (samedi 5 décembre à 8 h)" in told(fleet, fleet.dispatcher.person.key, "driver_away")[0]
    now = fleet.now + 10 * DAY
    with fleet.database.transaction() as session:
        assert open_fixed_shifts(session, now, REGION) == 1
    with fleet.database.read() as session:
        [opened] = shifts(session, REGION, now, now + 7 * DAY)
        assert opened.driver_id is None
        assert session.get_one(Absence, absence).gave_back == [[opened.key, "driver"]]
    assert "1 service rendu" in sign_in(fleet.carrier.person.key).get("/shifts/mine").text
    back(road, absence)
    assert shift_of(fleet, opened.key).driver_id == fleet.carrier.person.key


def test_people_hear_what_a_dispatcher_gives_changes_and_takes(road: Road, fleet: Fleet, make: Make) -> None:
    """Given at the wheel, other hours, given to somebody else, called off; what one does oneself is no news."""
    other, van = make.driver("Entraide").person.key, fleet.vehicle().key
    mine, desk = fleet.carrier.person.key, road.as_(fleet.dispatcher)
    starts = fleet.now + DAY

    def body(person: int | None, hours: int = 0) -> dict[str, object]:
        begins = starts + timedelta(hours=hours)
        return {
            "vehicle_id": van, "driver_id": person, "starts_at": begins.isoformat(),
            "ends_at": (begins + timedelta(hours=4)).isoformat(), "break_minutes": 0,
        }  # fmt: skip

    key = desk.post("/shifts", body(mine)).json()["id"]
    assert told(fleet, mine, "own_shift") == ["Un service vous est confié : Fourgon 1, demain à 17 h, au volant."]
    [english] = told(fleet, mine, "own_shift", "en")
    assert english == "A shift is given to you: Fourgon 1, tomorrow at 17:00, at the wheel."
    assert desk.put(f"/shifts/{key}", body(mine, hours=1)).status_code == 200
    assert told(fleet, mine, "own_shift")[1:] == ["Votre service a changé : Fourgon 1, demain à 18 h, au volant."]
    assert desk.put(f"/shifts/{key}", body(mine, hours=1)).status_code == 200
    assert desk.put(f"/shifts/{key}", body(other, hours=1)).status_code == 200
    gone = "Un service ne vous est plus confié : Fourgon 1, demain à 18 h, au volant."
    assert told(fleet, mine, "own_shift")[2:] == [gone]
    assert len(told(fleet, other, "own_shift")) == 1
    assert road.client.delete(f"/api/v1/shifts/{key}", headers=desk.headers).status_code == 204
    assert told(fleet, other, "own_shift")[1:] == [gone]
    again = desk.post("/shifts", body(None, hours=6)).json()["id"]
    assert road.post(f"/shifts/{again}/driver").status_code == 200
    assert road.post(f"/shifts/{again}/return").status_code == 200
    assert len(told(fleet, mine, "own_shift")) == 3


def test_a_round_given_on_the_board_or_every_week_is_told(road: Road, fleet: Fleet, make: Make) -> None:
    """A planned round that changes hands, a round of every week that begins, changes its driver and ends."""
    other = make.driver("Entraide").person.key
    mine, desk = fleet.carrier.person.key, road.as_(fleet.dispatcher)
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert desk.put(f"/rounds/{fleet.rounds()[0].key}/driver", {"driver_id": other}).status_code == 200
    assert [len(told(fleet, one, "own_shift")) for one in (mine, other)] == [1, 1]
    day = fleet.now.date() + DAY
    weekly = {
        "name": "Samedi", "vehicle_id": fleet.vehicle(name="Fourgon 2").key, "driver_id": mine,
        "weekday": day.weekday(), "starts": "08:00", "ends": "12:00", "first_day": day.isoformat(),
    }  # fmt: skip
    made = desk.post("/fixed-rounds", weekly)
    assert made.status_code == 201, made.text
    assert told(fleet, mine, "own_shift")[1:] == ["Un service vous est confié : Fourgon 2, demain à 8 h, au volant."]
    path = f"/fixed-rounds/{made.json()['id']}"
    assert desk.put(path, {**weekly, "name": "Le samedi"}).status_code == 200
    assert desk.put(path, {**weekly, "driver_id": other}).status_code == 200
    assert [len(told(fleet, one, "own_shift")) for one in (mine, other)] == [3, 2]
    assert road.client.delete(f"/api/v1{path}", headers=desk.headers).status_code == 204
    assert "ne vous est plus confié : Fourgon 2" in told(fleet, other, "own_shift")[2]


def test_a_closed_day_takes_its_weekly_shift_and_gives_it_again(road: Road, fleet: Fleet) -> None:
    """Whoever was to drive it hears both."""
    mine, day = fleet.carrier.person.key, fleet.now.date() + DAY
    fleet.make.row(
        FixedRound(
            region=REGION, name="Samedi", vehicle_id=fleet.vehicle().key, driver_id=mine, weekday=day.weekday(),
            starts=time(8), ends=time(12), first_day=day,
        )
    )  # fmt: skip
    with fleet.database.transaction() as session:
        assert open_fixed_shifts(session, fleet.now, REGION) == 1
    desk = road.as_(fleet.dispatcher)
    assert desk.post("/closed-days", {"day": day.isoformat(), "name": "Noël"}).status_code == 201
    assert road.client.delete(f"/api/v1/closed-days/{day}", headers=desk.headers).status_code == 204
    assert [text.split(" :")[0] for text in told(fleet, mine, "own_shift")] == [
        "Un service ne vous est plus confié",
        "Un service vous est confié",
    ]
