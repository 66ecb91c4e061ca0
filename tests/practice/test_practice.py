"""A practice: seen by one person alone, met by nobody and nothing else, gone after a day."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, func, select

from service.accounts.models import Role
from service.database.engine import Database
from service.journal.models import Entry
from service.lots.actions import try_posting
from service.lots.models import Lot, LotLine, LotWindow
from service.notices.models import OutgoingNotice
from service.observatory.queries import figures_of
from service.practice import actions, queries
from service.practice.models import Beginner
from service.practice.rules import PLAYS
from service.shipments.models import Shipment
from tests.lots.conftest import lot_in
from tests.people import Make, Party

SignIn = Callable[[int], TestClient]
TYPED = {
    "once": "abc",
    "practice": "1",
    "lines.0.category": "bread",
    "lines.0.kg": "7,25",
    "lines.0.day": "today",
    "slot": "2026-11-20T16:00:00+00:00/2026-11-20T19:00:00+00:00",
}


@pytest.fixture
def donor(make: Make) -> Party:
    return make.donor()


def practise(database: Database, donor: Party, now: datetime) -> None:
    with database.transaction() as session:
        try_posting(session, lot_in(now), who=donor.who, now=now)


def counts(session: Session) -> dict[str, int]:
    """How many rows stand in each table that anything else is read from."""
    kinds = (Lot, LotLine, LotWindow, Shipment, Entry, OutgoingNotice)
    return {kind.__name__: session.exec(select(func.count()).select_from(kind)).one() for kind in kinds}


def test_it_is_in_no_table_that_others_read(database: Database, donor: Party, now: datetime) -> None:
    """No lot, no line, no transport, no entry of the journal, no notice: one's own row alone."""
    with database.read() as session:
        before = counts(session)
    practise(database, donor, now)
    with database.read() as session:
        assert counts(session) == before
        row = queries.practice_lot_of(session, donor.person.key, now)
        assert row is not None
        assert row.lot is not None
        assert row.lot["grams"] == 10_000


def test_the_real_form_is_checked_for_real(sign_in: SignIn, donor: Party) -> None:
    """What would be refused is refused in a practice too, and typed answers stay in the form that stays a practice."""
    client = sign_in(donor.person.key)
    page = client.get("/lots/new/practice").text
    assert 'name="practice" value="1"' in page
    assert "data-queue" not in page.partition('<form class="form"')[2].partition(">")[0]
    refused = client.post("/lots", data={**TYPED, "lines.0.kg": "beaucoup"})
    assert refused.status_code == 422
    assert 'name="practice" value="1"' in refused.text
    assert "beaucoup" in refused.text
    answer = client.post("/lots", data=TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/practice/lot")
    played = client.get("/practice/lot").text
    assert "7,25" in played
    assert "Essai" in played


def test_charities_never_meet_it(sign_in: SignIn, make: Make, donor: Party) -> None:
    """It is on no list of a charity, in no page and no API, and nobody else can open it."""
    charity = make.charity()
    sign_in(donor.person.key).post("/lots", data=TYPED)
    client = sign_in(charity.person.key)
    assert "Rien à prendre" in client.get("/offers").text
    assert client.get("/api/v1/offers").json()["items"] == []
    assert client.get("/practice/lot").status_code == 404
    assert sign_in(make.donor("Fournil Bleu").person.key).get("/practice/lot").status_code == 404


def test_the_dispatcher_and_the_region_never_meet_it(
    sign_in: SignIn, make: Make, donor: Party, database: Database, now: datetime
) -> None:
    """No lot on the staff's lists, nothing left out on the board, nothing in the figures."""
    sign_in(donor.person.key).post("/lots", data=TYPED)
    staff = sign_in(make.dispatcher().person.key)
    assert staff.get("/api/v1/lots").json()["items"] == []
    assert "7,25" not in staff.get("/lots").text
    assert "7,25" not in staff.get("/dispatch").text
    region = sign_in(make.staff(Role.REGION).person.key)
    assert "7,25" not in region.get("/region").text
    with database.read() as session:
        whole = figures_of(session, "pays-de-la-loire", now.date(), now.date(), "Europe/Paris").whole
    assert (whole.posted, whole.count("posted")) == (0, 0)


def test_it_is_gone_after_a_day(database: Database, donor: Party, now: datetime) -> None:
    """Not shown any more once a day old, then erased; that it was tried is remembered."""
    practise(database, donor, now)
    tomorrow = now + timedelta(days=1)
    with database.transaction() as session:
        assert queries.practice_lot_of(session, donor.person.key, tomorrow - timedelta(minutes=1)) is not None
        assert queries.practice_lot_of(session, donor.person.key, tomorrow) is None
        assert actions.forget_old(session, now=tomorrow - timedelta(minutes=1)) == 0
        assert actions.forget_old(session, now=tomorrow + timedelta(minutes=1)) == 1
    with database.read() as session:
        row = session.exec(select(Beginner)).one()
    assert (row.lot, row.begun_at, row.done) == (None, None, ["try"])


@pytest.mark.parametrize(("kind", "role"), [("claim", "charity"), ("round", "driver")])
def test_charities_and_drivers_practise_too(kind: str, role: str, sign_in: SignIn, make: Make) -> None:
    """Scene after scene to the real thing, for that role alone, without a row anywhere until it is ended."""
    person = {"charity": make.charity, "driver": make.driver}[role]().person.key
    client = sign_in(person)
    scenes = PLAYS[kind].scenes
    for step, scene in enumerate(scenes):
        page = client.get(f"/practice/{kind}?step={step}").text
        assert "Essai" in page
        leads_on = f'href="/practice/{kind}?step={step + 1}"' in page
        assert leads_on == (step < len(scenes) - 1), scene.title
    assert f'href="{PLAYS[kind].href}"' in page
    assert client.post("/practice/end", data={"csrf": make.csrf(client)}).status_code == 303
    assert sign_in(make.donor().person.key).get(f"/practice/{kind}").status_code == 404


def test_steps_tick_themselves_and_can_be_put_away(sign_in: SignIn, donor: Party) -> None:
    """Three steps; trying ticks the first; putting away hides them, and that can be undone."""
    client = sign_in(donor.person.key)
    page = client.get("/give").text
    assert page.count('id="first-steps"') == 1
    assert "/lots/new/practice" in page
    client.post("/lots", data=TYPED)
    page = client.get("/give").text
    assert "/lots/new/practice" not in page
    assert "Fait" in page
    hidden = client.post("/practice/steps", data={})
    assert hidden.headers["location"] == "/give?put_away=1"
    assert 'id="first-steps"' not in client.get("/give").text
    assert "Annuler" in client.get("/give?put_away=1").text
    client.post("/practice/steps", data={"back": "1"})
    assert 'id="first-steps"' in client.get("/give").text


def test_whoever_has_given_needs_no_first_steps(sign_in: SignIn, make: Make, database: Database, now: datetime) -> None:
    """A shop whose hours are known and that has given sees none."""
    donor = make.donor(opening_hours="Mo-Sa 08:00-19:00")
    client = sign_in(donor.person.key)
    assert 'id="first-steps"' in client.get("/give").text
    client.post("/lots", data={**TYPED, "practice": ""})
    assert 'id="first-steps"' not in client.get("/give").text


def test_the_region_ticks_by_looking(sign_in: SignIn, make: Make) -> None:
    """A step that is a page to look at is ticked by going there."""
    client = sign_in(make.staff(Role.REGION).person.key)
    assert 'name="go" value="visit"' in client.get("/region").text
    answer = client.post("/practice/steps", data={"go": "visit"})
    assert answer.headers["location"] == "/visite"
    assert 'name="go" value="visit"' not in client.get("/region").text
    assert (
        client.post("/practice/steps", data={"go": "//elsewhere.example"}).headers["location"] == "/region?put_away=1"
    )
