"""A small lot somebody asked for and no round brings is put to a few volunteers nearby, before the search widens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.accounts.models import AccountState, ClosedDay, Membership, Organisation
from service.allocation.errands import helping
from service.allocation.errands.errors import NotAStart
from service.allocation.errands.forms import HelperIn
from service.rounds.models import Absence, Availability, DayProfile, Shift, Vehicle
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.allocation.helped import (
    ASKED,
    DECIDED,
    SMALL,
    asks,
    drives,
    helps,
    ladder,
    told,
    vehicle_of,
    wanted,
)
from tests.allocation.windowed import decide
from tests.people import REGION, Make, Party

pytestmark = pytest.mark.sealed


def test_it_is_put_to_who_is_near_in_plain_words(stall: Stall, make: Make) -> None:
    """Minutes by what they ride, back home included; the lot's page of the journal says so; nobody is told twice."""
    helper = helps(stall, make)
    wanted(stall)
    ladder(stall, timedelta(minutes=11, seconds=30))
    assert asks(stall) == []
    ladder(stall)
    ladder(stall, ASKED + timedelta(minutes=1))
    (ask,) = asks(stall)
    (notice,) = told(stall, "errand_offered")
    assert (ask.person_id, notice.person_id) == (helper.person.key, helper.person.key)
    assert notice.params["minutes"] == max(1, -(-ask.seconds // 60))
    assert (notice.params["means"], notice.params["grams"]) == ("à vélo", 8_000)
    assert (notice.params["donor"], notice.params["charity"]) == ("Boulangerie Martin", "Restos de Nantes")


@pytest.mark.parametrize(
    ("lines", "given"),
    [
        ([{**BREAD, "grams": 16_000}], {}),
        ([{**YOGHURT, "grams": 5_000}], {}),
        ([SMALL], {"most_grams": 7_000}),
        ([SMALL], {"town": "Angers"}),
    ],
)
def test_nobody_is_asked_for_what_is_not_theirs(
    stall: Stall, make: Make, lines: list[dict[str, Any]], given: dict[str, Any]
) -> None:
    """Too much for the step, not ambient, too heavy for them, too far."""
    helps(stall, make, **given)
    wanted(stall, *lines)
    ladder(stall)
    assert asks(stall) == []


def test_nobody_is_sent_where_nothing_was_asked(stall: Stall, make: Make) -> None:
    """A lot nobody answered, and one whose taker lost it to another, are not put to anybody."""
    helps(stall, make)
    stall.post(SMALL)
    decide(stall, DECIDED)
    ladder(stall)
    assert asks(stall) == []


def test_a_few_are_asked_and_not_too_often(stall: Stall, make: Make) -> None:
    """Three a lot, the quickest first, each twice a day at most; who has stopped is not."""
    near = [helps(stall, make, f"Vélos {n}") for n in range(4)]
    with stall.database.transaction() as session:
        helping.stop_helping(session, who=near[0].who, now=stall.now)
    for _ in range(3):
        wanted(stall)
        ladder(stall)
        stall.now += timedelta(minutes=20)
    assert [ask.person_id for ask in asks(stall)] == [party.person.key for party in near[1:]] * 2
    more = [helps(stall, make, f"Autres vélos {n}") for n in range(4)]
    wanted(stall)
    ladder(stall)
    assert [ask.person_id for ask in asks(stall)][6:] == [party.person.key for party in more[:3]]


def in_a_crew(stall: Stall, make: Make, party: Party) -> Shift:
    """They come along in somebody else's van."""
    other = make.driver()
    whose = {"organisation_id": other.id, "home_site_id": other.site.key}
    room = {"payload_grams": 1, "payload_crates": 1}
    van = make.row(Vehicle(region=REGION, name="Fourgon", kind="van", profile="van", **whose, **room))
    crew = {"driver_id": other.person.key, "crew_size": 2, "mate_id": party.person.key}
    ends_at = stall.now + timedelta(hours=2)
    return Shift(region=REGION, vehicle_id=van.key, **crew, starts_at=stall.now, ends_at=ends_at)


def away(stall: Stall, _make: Make, party: Party) -> Absence:
    until = stall.now + timedelta(days=1)
    return Absence(region=REGION, starts_at=stall.now, ends_at=until, person_id=party.person.key)


def in_the_workshop(stall: Stall, _make: Make, party: Party) -> Absence:
    until = stall.now + timedelta(days=1)
    return Absence(region=REGION, starts_at=stall.now, ends_at=until, vehicle_id=vehicle_of(stall, party))


def not_on_fridays(stall: Stall, _make: Make, party: Party) -> Availability:
    hours = [(3, "08:00", "21:00"), (4, "08:00", "12:00")]
    return Availability(region=REGION, person_id=party.person.key, said_at=stall.now, hours=hours)


@pytest.mark.parametrize("busy_with", [in_a_crew, away, in_the_workshop, not_on_fridays])
def test_who_has_no_time_is_not_asked(
    stall: Stall, make: Make, busy_with: Callable[[Stall, Make, Party], Shift | Absence | Availability]
) -> None:
    """Along in another van, away, their bike away, or at hours they said they have not: somebody else is."""
    busy, free = helps(stall, make, "Vélos A"), helps(stall, make, "Vélos B", most_minutes=60)
    wanted(stall)
    make.row(busy_with(stall, make, busy))
    ladder(stall)
    assert [ask.person_id for ask in asks(stall)] == [free.person.key]


def test_who_drives_something_else_is_not_asked(stall: Stall, make: Make) -> None:
    """Neither while on the road themselves, nor while what they ride is."""
    busy, free = helps(stall, make, "Vélos A"), helps(stall, make, "Vélos B", most_minutes=60)
    wanted(stall)
    drives(stall, busy)
    ladder(stall)
    assert [ask.person_id for ask in asks(stall)] == [free.person.key]


def test_who_said_these_hours_is_asked(stall: Stall, make: Make) -> None:
    """On a Friday evening they can."""
    helper = helps(stall, make)
    hours = [(4, "17:00", "21:00")]
    make.row(Availability(region=REGION, person_id=helper.person.key, said_at=stall.now, hours=hours))
    wanted(stall)
    ladder(stall)
    assert [ask.person_id for ask in asks(stall)] == [helper.person.key]


def a_closed_day(stall: Stall, make: Make, _party: Party) -> None:
    make.row(ClosedDay(region=REGION, day=stall.now.date(), name="Fête", set_at=stall.now))


def no_bikes_today(stall: Stall, make: Make, _party: Party) -> None:
    make.row(DayProfile(region=REGION, day=stall.now.date(), kind="ice", bikes=False, set_at=stall.now))


def unapproved(stall: Stall, _make: Make, party: Party) -> None:
    with stall.database.transaction() as session:
        session.get_one(Organisation, party.id).state = AccountState.SUSPENDED


def no_driver(stall: Stall, _make: Make, party: Party) -> None:
    with stall.database.transaction() as session:
        for row in session.exec(select(Membership).where(Membership.person_id == party.person.key)).all():
            session.delete(row)


@pytest.mark.parametrize("happens", [a_closed_day, no_bikes_today, unapproved, no_driver])
def test_nobody_is_asked_then(stall: Stall, make: Make, happens: Callable[[Stall, Make, Party], None]) -> None:
    """While the region is shut, bikes stay in, or the volunteer's organisation or role is not approved any more."""
    helper = helps(stall, make)
    wanted(stall)
    happens(stall, make, helper)
    ladder(stall)
    assert asks(stall) == []


def test_one_sets_out_from_a_place_of_ones_own(stall: Stall, make: Make) -> None:
    """Neither from another's site nor from a protected one."""
    party = make.driver()
    hidden = make.site(party.organisation, protected=True)
    for site in (stall.donor.site.key, hidden.key):
        said = HelperIn(site_id=site, means="bike", most_grams=5_000, most_minutes=30)
        with stall.database.transaction() as session, pytest.raises(NotAStart):
            helping.help_out(session, said, who=party.who, now=stall.now)


def test_a_protected_place_is_not_put_to_volunteers(stall: Stall, make: Make) -> None:
    """Its address is for those who drive for it."""
    helps(stall, make)
    stall.charity = make.charity("Point relais 07", protected=True)
    wanted(stall)
    ladder(stall)
    assert asks(stall) == []


def test_the_same_in_json(stall: Stall, make: Make, client: TestClient) -> None:
    """Be asked, read the way, take it; others are told 404, who is late 409."""
    party, late = make.driver(), helps(stall, make, "Vélos B")
    headers, other = ({"Authorization": f"Bearer {make.token(one.person.key)}"} for one in (party, late))
    said = {"site_id": party.site.key, "means": "car", "most_grams": 20_000, "most_minutes": 45}
    assert client.put("/api/v1/errands/helper", json=said, headers=headers).status_code == 204
    assert client.put("/api/v1/errands/helper", json={**said, "means": "truck"}, headers=headers).status_code == 422
    wanted(stall)
    ladder(stall)
    (put,) = client.get("/api/v1/errands", headers=headers).json()["items"]
    assert (put["state"], put["mine"], put["grams"]) == ("offered", False, 8_000)
    address = f"/api/v1/errands/{put['id']}/acceptance"
    taken = client.post(address, headers=headers)
    assert (taken.status_code, taken.json()["state"], taken.json()["mine"]) == (200, "taken", True)
    refused = client.post(address, headers=other)
    assert (refused.status_code, refused.json()["code"]) == (409, "errand-taken")
    stranger = {"Authorization": f"Bearer {make.token(make.driver('Inconnu').person.key)}"}
    assert client.post(address, headers=stranger).status_code == 404
    back = client.post(f"/api/v1/errands/{put['id']}/return", headers=headers)
    assert (back.status_code, back.json()["mine"], back.json()["declined"]) == (200, False, True)
    declined = client.post(f"/api/v1/errands/{put['id']}/refusal", headers=other)
    assert (declined.status_code, declined.json()["state"]) == (200, "over")
    assert client.delete("/api/v1/errands/helper", headers=headers).status_code == 204


def test_all_of_it_on_one_page(stall: Stall, make: Make, sign_in: Callable[[int], TestClient]) -> None:
    """A volunteer says so on their page, reads the trip in minutes, says yes, and stops with a tap."""
    party = make.driver()
    browser = sign_in(party.person.key)
    assert "Me prévenir" in browser.get("/errands").text
    typed = {"site_id": party.site.key, "means": "bike", "most_kg": "", "most_minutes": "30"}
    assert browser.post("/errands/helper", data=typed).status_code == 422
    kept = browser.post("/errands/helper", data={**typed, "most_kg": "10"}, follow_redirects=False)
    assert kept.status_code == 303
    wanted(stall)
    ladder(stall, ASKED)
    page = browser.get("/errands").text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "min à vélo, retour compris" in page
    assert "Restos de Nantes" in page
    assert stall.donor.site.street not in page
    assert browser.post("/errands/1/refusal", follow_redirects=False).status_code == 303
    assert "Vous avez dit non" in browser.get("/errands").text
    assert browser.post("/errands/helper/end", follow_redirects=False).status_code == 303
    assert "Ne plus me prévenir" not in browser.get("/errands").text
    assert sign_in(stall.donor.person.key).get("/errands").status_code == 403
