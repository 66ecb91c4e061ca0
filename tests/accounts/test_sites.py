"""Sites: hours in people's words, limits, closed days in two taps."""

from datetime import date

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from service.accounts import hours
from service.accounts.identifiers import Wrong
from service.accounts.models import Closure, Site
from service.database.engine import Database
from service.kit.hours import check_hours
from tests.people import Make

SITE = {"name": "Le local", "street": "3 rue du Four", "postcode": "44000", "city": "Nantes"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("lun-ven 8h-18h30, sam 9h-12h", "Mo-Fr 08:00-18:30; Sa 09:00-12:00; PH off"),
        ("Du lundi au vendredi de 8h à 12h et 14h à 18h", "Mo-Fr 08:00-12:00,14:00-18:00; PH off"),
        ("mardi et jeudi 14h-17h", "Tu,Th 14:00-17:00; PH off"),
        ("tous les jours 7h-20h", "Mo-Su 07:00-20:00; PH off"),
        ("lu-sa 7:30-19:30; dim 8h-13h; jours fériés fermé", "Mo-Sa 07:30-19:30; Su 08:00-13:00; PH off"),
        ("Mo-Sa 08:00-19:30; PH off", "Mo-Sa 08:00-19:30; PH off"),
        ("24/7", "24/7"),
        ("  ", ""),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, kept: str) -> None:
    """Everyday French becomes the OpenStreetMap syntax, which is kept as it is."""
    assert hours.read(typed) == kept


@pytest.mark.parametrize("typed", ["quand on veut", "lundi 25h-30h", "Mo-Fr 8:00-", "8h-", "🕗"])
def test_unreadable_hours_are_refused(typed: str) -> None:
    """What nobody could read is refused with an example."""
    with pytest.raises(Wrong, match="Écrivez par exemple"):
        hours.read(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_readable_or_refused(typed: str) -> None:
    """No text breaks the reader: it is refused, or what is kept is valid and is read the same again."""
    try:
        kept = hours.read(typed)
    except Wrong:
        return
    assert check_hours(kept) == kept
    assert hours.read(kept) == kept


def test_the_week_is_told_day_by_day() -> None:
    """Seven days from Monday, openings in minutes; a night that passes midnight stays one opening."""
    week = hours.week("Mo-Fr 08:00-12:00,14:00-18:00; Sa 22:00-02:00; PH off", "Europe/Paris")
    assert [day.openings for day in week[:2]] == [((480, 720), (840, 1080))] * 2
    assert week[5].openings == ((1320, 1560),)
    assert week[6].openings == ()
    assert [day.openings for day in hours.week("24/7", "Europe/Paris")] == [((0, 1440),)] * 7


def test_a_site_is_added_with_its_limits(client: TestClient, make: Make, region: str, database: Database) -> None:
    """Kilograms with a comma, litres, categories and exclusions are kept in the units of the product."""
    charity = make.charity()
    make.signed_in(client, charity.person.key)
    asked = {
        **SITE, "opening_hours": "lun-ven 9h-12h", "fridge_litres": "600", "min_kg": "2,5", "max_kg_day": "1 200",
        "accepted_categories": ["meat", "drinks"], "exclusions": "pork", "takes_short_dlc": "on",
    }  # fmt: skip
    answer = client.post(f"/partners/{charity.id}/sites/new", data=asked)
    assert answer.status_code == 303
    with database.read() as session:
        site = session.exec(select(Site).where(Site.name == "Le local")).one()
    assert (site.min_grams, site.max_grams_day, site.fridge_litres) == (2500, 1_200_000, 600)
    assert site.exclusions == ["pork"]
    assert site.takes_short_dlc
    assert not site.collects_itself
    page = client.get(f"/sites/{site.key}")
    assert "9\u00a0h – 12\u00a0h" in page.text.replace("&nbsp;", "\u00a0")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"city": "Lyon", "postcode": "69001"}, "pas dans la région"),
        ({"opening_hours": "parfois"}, "illisibles"),
        ({"min_kg": "-3"}, "poids en kilogrammes"),
        ({"min_kg": "50", "max_kg_day": "10"}, "dépasse le maximum"),
        ({"fridge_litres": "-1"}, "nombre"),
        ({"latitude": "95"}, "nombre"),
        ({"contact_phone": "12"}, "téléphone"),
        ({"accepted_categories": "diamonds"}, "de la liste"),
    ],
)
def test_a_wrong_site_is_refused_with_words(
    client: TestClient, make: Make, region: str, change: dict[str, str], words: str
) -> None:
    """422, the sentence, and what was typed is still there."""
    charity = make.charity()
    make.signed_in(client, charity.person.key)
    answer = client.post(f"/partners/{charity.id}/sites/new", data={**SITE, **change})
    assert answer.status_code == 422
    assert words in answer.text.replace("&#39;", "'")
    assert "3 rue du Four" in answer.text


def test_a_pin_stands_where_it_was_placed(client: TestClient, make: Make, region: str, database: Database) -> None:
    """A pin placed by hand is kept, and a later change of hours does not move it."""
    donor = make.donor()
    make.signed_in(client, donor.person.key)
    pinned = {**SITE, "latitude": "47.2", "longitude": "-1.55"}
    assert client.post(f"/sites/{donor.site.key}/edit", data=pinned).status_code == 303
    again = {**pinned, "opening_hours": "lun 8h-9h"}
    assert client.post(f"/sites/{donor.site.key}/edit", data=again).status_code == 303
    with database.read() as session:
        site = session.get(Site, donor.site.key)
        assert site is not None
        assert (site.latitude, site.longitude, site.precision) == (47.2, -1.55, "pin")


def test_two_taps_close_a_day_and_one_opens_it(client: TestClient, make: Make, database: Database) -> None:
    """The site's page offers today, tomorrow and next week; what was closed is reopened as easily."""
    donor = make.donor()
    make.signed_in(client, donor.person.key)
    page = client.get(f"/sites/{donor.site.key}").text
    assert 'name="first_day" value="2026-11-21"' in page, "tomorrow is one tap away"
    assert 'name="last_day" value="2026-11-29"' in page, "next week ends on its Sunday"
    days = {"first_day": "2026-11-21", "last_day": "2026-11-21"}
    assert client.post(f"/sites/{donor.site.key}/closures", data=days).status_code == 303
    with database.read() as session:
        closure = session.exec(select(Closure)).one()
    assert (closure.first_day, closure.last_day) == (date(2026, 11, 21), date(2026, 11, 21))
    assert "Fermé le 21/11/2026" in client.get(f"/sites/{donor.site.key}").text
    assert client.post(f"/sites/{donor.site.key}/closures/{closure.id}/end").status_code == 303
    with database.read() as session:
        assert session.exec(select(Closure)).all() == []


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-11-25", "2026-11-24"), ("2026-11-01", "2026-11-10"), ("2026-02-30", "2026-03-01"), ("", "2026-12-01"),
     ("2026-12-01", "2029-12-01")],
)  # fmt: skip
def test_impossible_closed_days_are_refused(client: TestClient, make: Make, first: str, last: str) -> None:
    """The wrong way round, over already, no such day, missing, three years long."""
    donor = make.donor()
    make.signed_in(client, donor.person.key)
    days = {"first_day": first, "last_day": last}
    assert client.post(f"/sites/{donor.site.key}/closures", data=days).status_code == 422
    assert client.post(f"/api/v1/sites/{donor.site.key}/closures", json=days).status_code == 422


def test_a_site_given_up_serves_no_more(client: TestClient, make: Make, database: Database) -> None:
    """It leaves the lists and comes back when it is taken up again; a stranger does neither."""
    donor, other = make.donor(), make.donor("Autre")
    make.signed_in(client, other.person.key)
    assert client.post(f"/sites/{donor.site.key}/end").status_code == 403
    make.signed_in(client, donor.person.key)
    assert client.post(f"/sites/{donor.site.key}/end").status_code == 303
    with database.read() as session:
        assert not session.exec(select(Site.active).where(Site.id == donor.site.key)).one()
    assert client.post(f"/sites/{donor.site.key}/return").status_code == 303
