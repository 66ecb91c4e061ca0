"""Drivers say when they can drive, where they wish to end and when they are away; dispatchers see it, warned, free."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.rounds.models import Absence, Availability, FixedRound, Shift
from service.rounds.people import Answer, Diary, Standing, days_of, in_week, joined
from service.rounds.taking import shifts_to_take
from tests.people import REGION, Make
from tests.rounds.conftest import Fleet, Road

SignIn = Callable[[int], TestClient]
# A Friday.
FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)


def week(*spans: tuple[int, str, str]) -> Availability:
    return Availability(region=REGION, person_id=1, hours=list(spans), said_at=FRIDAY)


@pytest.mark.parametrize(
    ("spans", "starts", "ends", "expected"),
    [
        ([(4, "08:00", "13:00")], 9, 12, Standing.FREE),
        ([(4, "08:00", "13:00"), (4, "13:00", "18:00")], 9, 17, Standing.FREE),
        ([(4, "08:00", "13:00")], 9, 15, Standing.PARTLY),
        ([(4, "08:00", "13:00")], 14, 18, Standing.NOT_THEN),
        ([(3, "08:00", "13:00")], 9, 12, Standing.NOT_THEN),
        ([], 9, 12, Standing.NOT_THEN),
        # Through the night, until two o'clock on Saturday.
        ([(4, "20:00", "23:59"), (5, "00:00", "03:00")], 21, 26, Standing.FREE),
        ([(4, "20:00", "23:59")], 21, 26, Standing.PARTLY),
    ],
)
def test_a_stretch_of_time_stands_to_a_usual_week(
    spans: list[tuple[int, str, str]], starts: int, ends: int, expected: Standing
) -> None:
    """Hours that touch are one; a part is a part; another day is none; a night is looked at day by day."""
    found = in_week(week(*spans), FRIDAY + timedelta(hours=starts), FRIDAY + timedelta(hours=ends))
    assert found.standing == expected


def test_the_parts_of_a_stretch_are_its_days() -> None:
    """Midnight belongs to the next day, and ends a day as its last minute."""
    parts = days_of(FRIDAY + timedelta(hours=22), FRIDAY + timedelta(hours=24))
    assert parts == [(FRIDAY.date(), time(22), time(23, 59))]
    assert days_of(FRIDAY + timedelta(hours=22), FRIDAY + timedelta(hours=23, minutes=59, seconds=30)) == parts
    assert joined([(time(13), time(18)), (time(6), time(13))]) == [(time(6), time(18))]


def test_a_driver_says_a_week_by_ticking(fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """Friday evening and Saturday morning ticked, Monday typed: kept, shown again, and replaced by the next time."""
    browser = sign_in(fleet.carrier.person.key)
    assert "Dire mes disponibilités" in browser.get("/shifts/mine").text
    typed = {"evening4": "on", "morning5": "on", "from0": "09:30", "to0": "11:00"}
    wrong = browser.post("/shifts/availability", data={**typed, "to0": "09:00"})
    assert wrong.status_code == 422
    assert 'name="evening4" value="on" checked' in wrong.text
    assert browser.post("/shifts/availability", data=typed).status_code == 303
    page = browser.get("/shifts/mine").text
    assert "9\u00a0h\u00a030 – 11\u00a0h" in page
    assert "Vendredi" in page
    again = browser.get("/shifts/availability").text
    assert again.count("checked") == 2
    assert 'value="09:30"' in again
    assert browser.post("/shifts/availability", data={"morning2": "on"}).status_code == 303
    with fleet.database.read() as session:
        [row] = session.exec(select(Availability)).all()
    assert [tuple(span) for span in row.hours] == [(2, "06:00", "13:00")]
    assert fleet.kinds().count("availability.said") == 2


def test_only_places_one_knows_may_be_wished_for(road: Road, fleet: Fleet, make: Make) -> None:
    """One's own depot and where one has delivered; not a charity one has never been to, not a secret one."""
    known, other = make.charity(town="Rezé"), make.charity("Secours", town="Angers")
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), known)
    fleet.plan()
    put = {"hours": [{"weekday": 4, "starts": "16:00", "ends": "23:00"}]}

    def say(site: int) -> int:
        answer = road.client.put("/api/v1/availability", json={**put, "end_site_id": site}, headers=road.headers)
        return int(answer.status_code)

    assert say(known.site.key) == 422
    _, (pickup, delivery) = road.set_off()
    road.report(pickup, "loaded")
    road.later(minutes=30)
    assert road.report(delivery, "delivered", code=delivery.code).status_code == 200
    assert (say(known.site.key), say(fleet.carrier.site.key), say(other.site.key)) == (200, 200, 422)
    assert road.get("/availability").json()["end_site_id"] == fleet.carrier.site.key
    assert road.as_(fleet.dispatcher).get("/availability").status_code == 403


def test_the_dispatcher_sees_who_is_free_first_and_why_others_are_not(
    fleet: Fleet, make: Make, sign_in: SignIn
) -> None:
    """Free, unknown, not then, away, in another van: in this order, said; anybody may be chosen, a warning stays."""
    free, silent, elsewhere, away, busy = (make.driver(f"Transport {at}") for at in range(5))
    for at, party in enumerate((free, silent, elsewhere, away, busy)):
        with fleet.database.transaction() as session:
            from service.accounts.models import Person

            # In the order of their names they would come the other way round.
            session.get_one(Person, party.person.key).name = f"Personne {9 - at}"
    evening = [(4, "16:00", "23:00")]
    for party, hours in ((free, evening), (elsewhere, [(2, "16:00", "23:00")])):
        make.row(Availability(region=REGION, person_id=party.person.key, hours=hours, said_at=fleet.now))
    make.row(
        Absence(
            region=REGION, person_id=away.person.key, starts_at=fleet.now - timedelta(days=1),
            ends_at=fleet.now + timedelta(days=2), reason="opération",
        )
    )  # fmt: skip
    fleet.shift(fleet.vehicle(name="Fourgon 9"), driver_id=busy.person.key)
    shift = fleet.shift(fleet.vehicle(), driver_id=None)
    with fleet.database.read() as session:
        diary = Diary(session, REGION, shift.starts_at, shift.ends_at, "Europe/Paris")
        found = {one.person.name: one.answer for one in diary.candidates(shift.starts_at, shift.ends_at, shift.key)}
    assert [found[f"Personne {9 - at}"].standing for at in range(5)] == [
        Standing.FREE, Standing.UNKNOWN, Standing.NOT_THEN, Standing.ABSENT, Standing.BUSY,
    ]  # fmt: skip
    assert [name for name in found if name.startswith("Personne ") and found[name].standing != Standing.UNKNOWN] == [
        "Personne 9", "Personne 7", "Personne 6", "Personne 5",
    ]  # fmt: skip
    assert found["Personne 5"] == Answer(Standing.BUSY, vehicle="Fourgon 9")
    browser = sign_in(fleet.dispatcher.person.key)
    page = browser.get(f"/dispatch/shifts/{shift.key}").text
    assert "Personne 6 · absence jusqu&#39;au 22/11" in page
    assert "opération" not in page
    assert (
        browser.post(f"/dispatch/shifts/{shift.key}/crew", data={"person_id": elsewhere.person.key}).status_code == 303
    )
    assert "pas disponible à ces heures" in browser.get("/dispatch/shifts").text
    asked = browser.get("/dispatch/shifts/people?day=2026-11-25&starts=17:00&ends=20:00")
    assert "Personne 7 · disponible<" in asked.text


def test_a_round_of_every_week_shows_who_is_free_the_first_time(fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """Whoever drives another weekly round at those hours is busy, however far ahead; choosing hours asks anew."""
    free, weekly = make.driver("Entraide"), make.driver("Vélos solidaires")
    make.row(Availability(region=REGION, person_id=free.person.key, hours=[(3, "08:00", "13:00")], said_at=fleet.now))
    van = fleet.vehicle(name="Fourgon 9")
    make.row(
        FixedRound(
            region=REGION, name="Jeudi", vehicle_id=van.key, driver_id=weekly.person.key, weekday=3,
            starts=time(9), ends=time(12), first_day=date(2026, 12, 3),
        )
    )  # fmt: skip
    browser = sign_in(fleet.dispatcher.person.key)
    typed = {"weekday": "3", "starts": "09:30", "ends": "11:30", "first_day": "2026-12-05"}
    asked = browser.get("/dispatch/shifts/people", params=typed)
    assert "la première fois, jeudi 10 décembre" in asked.text.replace("\u00a0", " ")
    options = [line for line in asked.text.split("<option")[2:] if " · " in line][:3]
    assert f"{free.person.name} · disponible<" in options[0]
    assert f"{weekly.person.name} · déjà dans Fourgon 9 à ces heures<" in options[2]
    page = browser.get("/dispatch/fixed-rounds").text
    assert f"{free.person.name} · pas disponible à ces heures" in page
    answer = browser.post("/dispatch/fixed-rounds", data={**typed, "name": "Jeudi 2", "vehicle_id": ""})
    assert answer.status_code == 422
    assert f"{weekly.person.name} · déjà dans Fourgon 9 à ces heures<" in answer.text
    unreadable = browser.get("/dispatch/shifts/people", params={**typed, "first_day": ""})
    assert f">{weekly.person.name}<" in unreadable.text


def test_a_wish_to_end_somewhere_is_one_tap_for_the_dispatcher(fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """The page of the shift says it; the tap ends the round there."""
    charity = make.charity("Épicerie des Ponts", town="Rezé")
    shift = fleet.shift(fleet.vehicle())
    make.row(
        Availability(
            region=REGION, person_id=fleet.carrier.person.key, hours=[], said_at=fleet.now,
            end_site_id=charity.site.key,
        )
    )  # fmt: skip
    browser = sign_in(fleet.dispatcher.person.key)
    assert "souhaite finir à Épicerie des Ponts" in browser.get(f"/dispatch/shifts/{shift.key}").text
    answer = browser.post(f"/dispatch/shifts/{shift.key}/end", data={"end_site_id": charity.site.key})
    assert answer.status_code == 303
    with fleet.database.read() as session:
        row = session.get_one(Shift, shift.key)
    assert (row.end_site_id, row.driver_id) == (charity.site.key, fleet.carrier.person.key)
    assert "souhaite finir" not in browser.get(f"/dispatch/shifts/{shift.key}").text


def test_a_shift_is_changed_on_its_page_and_keeps_what_is_not_on_it(fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """Other hours and a second person; the break and the cut-off stay; a wrong hour keeps what was typed."""
    mate = make.driver("Entraide")
    cut_off = fleet.now - timedelta(hours=2)
    shift = fleet.shift(fleet.vehicle(), break_minutes=35, cut_off_at=cut_off)
    browser = sign_in(fleet.dispatcher.person.key)
    typed = {
        "vehicle_id": shift.vehicle_id, "driver_id": fleet.carrier.person.key, "mate_id": mate.person.key,
        "day": "2026-11-20", "starts": "17:00", "ends": "22:30",
    }  # fmt: skip
    path = f"/dispatch/shifts/{shift.key}"
    wrong = browser.post(path, data={**typed, "ends": "late"})
    assert wrong.status_code == 422
    assert 'value="17:00"' in wrong.text
    assert browser.post(path, data=typed).status_code == 303
    with fleet.database.read() as session:
        row = session.get_one(Shift, shift.key)
    assert (row.mate_id, row.crew_size, row.break_minutes, row.cut_off_at) == (mate.person.key, 2, 35, cut_off)
    assert row.ends_at - row.starts_at == timedelta(hours=5, minutes=30)


def test_what_suits_ones_week_is_offered_first_and_nothing_while_away(fleet: Fleet, make: Make) -> None:
    """Of two free shifts the one in one's hours comes first; of the days one is away none is shown."""
    early = fleet.shift(fleet.vehicle(), hours=2, starts=fleet.now + timedelta(hours=1), driver_id=None)
    tomorrow = fleet.now.replace(hour=8) + timedelta(days=1)
    later = fleet.shift(fleet.vehicle(name="Fourgon 2"), hours=3, starts=tomorrow, driver_id=None)
    make.row(
        Availability(
            region=REGION, person_id=fleet.carrier.person.key, hours=[(5, "06:00", "13:00")], said_at=fleet.now
        )
    )
    with fleet.database.read() as session:
        found = shifts_to_take(session, fleet.driver, fleet.now)
        assert [(one.shift.key, one.suits) for one in found] == [(later.key, True), (early.key, False)]
    make.row(
        Absence(
            region=REGION, person_id=fleet.carrier.person.key, starts_at=tomorrow, ends_at=tomorrow + timedelta(days=1)
        )
    )
    with fleet.database.read() as session:
        assert [one.shift.key for one in shifts_to_take(session, fleet.driver, fleet.now)] == [early.key]


def test_a_driver_is_away_and_back_without_a_word_why(fleet: Fleet, make: Make, sign_in: SignIn, road: Road) -> None:
    """The absence is theirs, told to the plan; nobody else ends it; their shift of that day comes and goes."""
    shift = fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(days=1))
    browser = sign_in(fleet.carrier.person.key)
    past = {"first_day": "2026-11-02", "last_day": "2026-11-03"}
    assert browser.post("/shifts/absences", data=past).status_code == 422
    assert browser.post("/shifts/absences", data={"first_day": "2026-11-21", "last_day": ""}).status_code == 422
    days = {"first_day": "2026-11-21", "last_day": "2026-11-22"}
    assert browser.post("/shifts/absences", data=days).status_code == 303
    with fleet.database.read() as session:
        [row] = session.exec(select(Absence)).all()
    assert (row.person_id, row.reason) == (fleet.carrier.person.key, "")
    assert "vehicle.absent" in fleet.kinds()
    with fleet.database.read() as session:
        assert session.get_one(Shift, shift.key).driver_id is None
    fleet.shift(fleet.vehicle(name="Fourgon 2"), starts=fleet.now + timedelta(days=1, hours=6))
    page = browser.get("/shifts/mine").text
    assert "1 service rendu" in page
    assert "pendant votre absence" in page
    stranger = sign_in(make.driver("Entraide").person.key)
    assert stranger.post(f"/shifts/absences/{row.key}/end").status_code == 404
    browser = sign_in(fleet.carrier.person.key)
    assert browser.post(f"/shifts/absences/{row.key}/end").status_code == 303
    with fleet.database.read() as session:
        assert session.exec(select(Absence)).all() == []
        assert session.get_one(Shift, shift.key).driver_id == fleet.carrier.person.key
