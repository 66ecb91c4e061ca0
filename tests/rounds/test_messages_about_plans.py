"""Who waits for a round hears when it comes, and its crew that it changed: what is felt, and not every version."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from service.accounts.models import Person
from service.accounts.protected import SecretAddress, keep_address
from service.database.engine import Database
from service.notices.models import Channel, NoticeState
from service.rounds.actions.seeing import changes_seen
from service.rounds.messaging import due, tell_plans
from service.rounds.models import Plan, Round, RoundState, Shift, Stop
from service.rounds.planning.inserting import insert_untried
from tests.heard import messages, people, said
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet, Road

MINUTE = timedelta(minutes=1)
SECRET = SecretAddress("17 impasse des Hirondelles", "44119", "Treillières", 47.33127, -1.62893)


def tell(fleet: Fleet, now: datetime) -> int:
    """The job, once: how many were written."""
    with fleet.database.read() as session:
        what = due(session, REGION, now)
    with fleet.database.transaction() as session:
        return tell_plans(session, what, now)


def shift_stops(database: Database, round_: Round, by: timedelta) -> None:
    """As plans and reports do: all stops come so much later."""
    with database.transaction() as session:
        for stop in session.exec(select(Stop).where(Stop.round_id == round_.key)).all():
            stop.expected_at += by


@pytest.fixture
def ends(fleet: Fleet, make: Make) -> tuple[Party, Party]:
    """A lot that a round brings this evening, in an hour and a half at the soonest; its two ends."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + 90 * MINUTE)
    donor, charity = make.donor(), make.charity(town="Rezé")
    fleet.carried(donor, charity, 4_000, 2_000)
    fleet.plan()
    return donor, charity


def test_both_ends_hear_once_when_a_round_comes(fleet: Fleet, make: Make, ends: tuple[Party, Party]) -> None:
    """Each of their own place, the lot whole; a newer version that changes nothing for them is no news."""
    donor, charity = ends
    with fleet.database.transaction() as session:
        session.get_one(Person, charity.person.key).locale = "en"
    assert tell(fleet, fleet.now) > 0
    assert tell(fleet, fleet.now) == 0
    assert people(fleet.database, "pickup_planned") == sorted([donor.person.key, charity.person.key])
    [shop] = messages(fleet.database, "pickup_planned", person=donor.person)
    assert said(shop).startswith("Passage prévu à 18 h")
    assert "La tournée Fourgon 1 passe à 18 h" in said(shop)
    assert "(Boulangerie Martin) pour Pain, 6 kg." in said(shop)
    [table] = messages(fleet.database, "pickup_planned", person=charity.person)
    assert said(table).startswith("Visit planned at 18:")
    assert "(Restos de Nantes)" in said(table)
    other = make.donor("Fournil", town="Saint-Herblain")
    fleet.carried(other, make.charity("Secours", town="Saint-Herblain"))
    insert_untried(fleet.database, fleet.settings, fleet.now)
    tell(fleet, fleet.now + MINUTE)
    assert len(messages(fleet.database, "pickup_planned", person=donor.person)) == 1
    assert len(messages(fleet.database, "pickup_planned", person=other.person)) == 1


def test_five_changes_in_ten_minutes_are_one_message(fleet: Fleet, ends: tuple[Party, Party]) -> None:
    """A quarter of an hour is felt, told once people were left in peace; the hour that waits to be told is kept back,
    the other end's is not."""
    donor, charity = ends
    tell(fleet, fleet.now)
    [round_] = fleet.rounds()
    shift_stops(fleet.database, round_, 14 * MINUTE)
    assert tell(fleet, fleet.now + 11 * MINUTE) == 0
    for minute in range(1, 6):
        shift_stops(fleet.database, round_, 16 * MINUTE)
        assert tell(fleet, fleet.now + minute * MINUTE) == 0
    with fleet.database.transaction() as session:
        # One end keeps its hour: only the other is told.
        [delivery] = [stop for stop in fleet.stops(round_) if stop.site_id == charity.site.key]
        session.get_one(Stop, delivery.key).expected_at -= 94 * MINUTE
    assert tell(fleet, fleet.now + 10 * MINUTE) > 0
    assert tell(fleet, fleet.now + 30 * MINUTE) == 0
    first, again = messages(fleet.database, "pickup_planned", person=donor.person)
    assert said(again).startswith("Passage déplacé : à 20 h 04")
    assert again.params["at"] > first.params["at"]
    states = [
        one.state for one in messages(fleet.database, "pickup_planned", channel=Channel.MAIL, person=donor.person)
    ]
    assert states == [NoticeState.ABANDONED, NoticeState.PENDING]
    [kept] = messages(fleet.database, "pickup_planned", channel=Channel.MAIL, person=charity.person)
    assert kept.state == NoticeState.PENDING


def test_a_draft_is_nobodys_promise(fleet: Fleet, make: Make) -> None:
    """A round without a driver may not be driven: nobody waits for it."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + 90 * MINUTE, driver_id=None)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    assert [round_.state for round_ in fleet.rounds()] == [RoundState.DRAFT]
    assert tell(fleet, fleet.now) == 0


def test_nobody_hears_of_a_protected_place(fleet: Fleet, make: Make) -> None:
    """The shop that gives is told its own hour, and nothing of where it goes; invented people read it on the screen."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + 90 * MINUTE)
    donor, shelter = make.donor(), make.charity("Foyer Louise", protected=True)
    with fleet.database.transaction() as session:
        session.get_one(Person, donor.person.key).played = True
        keep_address(session, fleet.settings, shelter.site.key, SECRET)
    fleet.carried(donor, shelter)
    fleet.plan()
    tell(fleet, fleet.now)
    [row] = messages(fleet.database, "pickup_planned", person=donor.person)
    assert "Louise" not in str(row.params)
    assert row.params["site_id"] == donor.site.key
    assert not any("Hirondelles" in str(one.params) for one in messages(fleet.database, "pickup_planned"))
    assert people(fleet.database, "pickup_planned", Channel.MAIL) == [shelter.person.key]


@pytest.fixture
def accepted(road: Road, fleet: Fleet, ends: tuple[Party, Party]) -> Round:
    """The round, accepted and not left; somebody comes along."""
    [round_] = fleet.rounds()
    assert road.post(f"/rounds/{round_.key}/acceptance").status_code == 200
    return round_


def another_lot(fleet: Fleet, make: Make, name: str, now: datetime) -> None:
    fleet.carried(make.donor(name, town="Saint-Herblain"), make.charity(f"Table {name}", town="Nantes"))
    assert insert_untried(fleet.database, fleet.settings, now)


def test_a_crew_hears_at_most_once_in_half_an_hour(fleet: Fleet, make: Make, accepted: Round) -> None:
    """A lot more, and another: one message; what came meanwhile is told after half an hour, once."""
    mate = make.driver("Entraide")
    with fleet.database.transaction() as session:
        session.get_one(Round, accepted.key).mate_id = mate.person.key
        session.get_one(Person, mate.person.key).locale = "en"
    tell(fleet, fleet.now)
    assert messages(fleet.database, "round_changed") == []
    another_lot(fleet, make, "Fournil", fleet.now)
    tell(fleet, fleet.now + MINUTE)
    driver = fleet.carrier.person
    assert driver.key in people(fleet.database, "round_changed")
    [row] = messages(fleet.database, "round_changed", person=driver)
    assert f"{len(fleet.stops(accepted))} arrêts. Ouvrez-la avant de partir." in said(row)
    another_lot(fleet, make, "Primeur", fleet.now + 2 * MINUTE)
    tell(fleet, fleet.now + 3 * MINUTE)
    assert len(messages(fleet.database, "round_changed", person=driver)) == 1
    tell(fleet, fleet.now + 32 * MINUTE)
    tell(fleet, fleet.now + 63 * MINUTE)
    assert len(messages(fleet.database, "round_changed", person=driver)) == 2


def test_what_was_seen_or_is_not_felt_is_not_told(fleet: Fleet, make: Make, accepted: Round) -> None:
    """A version that leaves the round as it was, and changes its driver has looked at, are no messages."""
    with fleet.database.transaction() as session:
        session.get_one(Round, accepted.key).plan_version += 1
    tell(fleet, fleet.now)
    assert messages(fleet.database, "round_changed") == []
    with fleet.database.transaction() as session:
        session.get_one(Round, accepted.key).plan_version -= 1
    another_lot(fleet, make, "Fournil", fleet.now)
    with fleet.database.transaction() as session:
        changes_seen(session, session.get_one(Round, accepted.key), who=fleet.driver)
    tell(fleet, fleet.now + MINUTE)
    assert messages(fleet.database, "round_changed") == []


def test_a_departure_that_moves_is_told(fleet: Fleet, accepted: Round) -> None:
    """The version that moved it keeps both hours; the crew reads the new one."""
    with fleet.database.transaction() as session:
        session.get_one(Shift, accepted.shift_id).starts_at += 60 * MINUTE
    fleet.plan(fleet.now + MINUTE)
    [round_] = fleet.rounds()
    assert round_.starts_at > accepted.starts_at
    with fleet.database.read() as session:
        kept = session.get_one(Plan, round_.plan_id).difference["departures"]
    assert kept == {str(round_.key): [accepted.starts_at.isoformat(), round_.starts_at.isoformat()]}
    tell(fleet, fleet.now + 2 * MINUTE)
    [row] = messages(fleet.database, "round_changed", person=fleet.carrier.person)
    assert datetime.fromisoformat(row.params["departs"]) == round_.starts_at


def test_nothing_is_told_to_who_drives(road: Road, fleet: Fleet, make: Make, accepted: Round) -> None:
    """Once it has left the phone shows it at the next stop; a round nobody has accepted is told by being published."""
    assert road.post(f"/rounds/{accepted.key}/departure").status_code == 200
    another_lot(fleet, make, "Fournil", fleet.now + MINUTE)
    tell(fleet, fleet.now + 2 * MINUTE)
    assert messages(fleet.database, "round_changed") == []
