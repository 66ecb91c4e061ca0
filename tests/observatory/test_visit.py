"""The guided tour and the demonstration's clock: open in a demonstration, closed elsewhere."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from config.settings import Settings
from service.accounts.models import Person, Role
from service.app import create_app
from service.database.engine import Database
from service.kit.clock import Clock, real_now
from service.lots.actions import post
from service.lots.forms import LineIn, LotIn, WindowIn
from service.observatory.visit import STEPS, drawn
from service.web.clock import DomainClock
from service.web.models import ShownClock
from tests.people import Make

NANTES = "44109"
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@pytest.fixture
def demo_app(settings: Settings, database: Database) -> FastAPI:
    """The application of a demonstration, its clock standing still at noon."""
    DomainClock(database, demo=True).set(Clock(real_now(), NOON, 0.0))
    return create_app(settings.model_copy(update={"demo": True}), database)


@pytest.fixture
def hall(demo_app: FastAPI) -> TestClient:
    """The screen in the hall: nobody signed in."""
    return TestClient(demo_app, base_url="http://testserver", follow_redirects=False)


def proof(client: TestClient, page: str) -> str:
    """The CSRF token of a page's form."""
    return page.split('name="csrf" value="')[1].split('"')[0]


def test_every_step_opens_even_with_nothing_to_show(hall: TestClient) -> None:
    """An empty region is toured too: each step says why it is empty."""
    for step in range(1, len(STEPS) + 1):
        page = hall.get(f"/visite?step={step}&commune=99999")
        assert page.status_code == 200
        assert f"étape {step} sur {len(STEPS)}" in page.text.replace("\u00a0", " ")


@pytest.mark.parametrize("query", ["step=0", "step=7", "step=x", "step=3&lot=99999999999999999999"])
def test_a_forged_address_is_a_clear_no(hall: TestClient, query: str) -> None:
    """No step beyond the tour, and no failure of ours."""
    assert hall.get(f"/visite?{query}").status_code == 422


def test_the_lot_is_followed_from_its_commune(hall: TestClient, database: Database, make: Make) -> None:
    """Step 3 shows the newest lot of the commune and its story."""
    baker = make.donor("Boulangerie de la Halle")
    window = WindowIn(starts_at=NOON, ends_at=NOON + timedelta(hours=3))
    line = LineIn(category="bread", description="Baguettes du jour", grams=4000, date=NOON.date())
    with database.transaction() as session:
        lot = post(session, LotIn(site_id=baker.site.key, lines=[line], windows=[window]), who=baker.who, now=NOON)
    page = hall.get(f"/visite?step=3&commune={NANTES}&lot={lot.key}")
    assert "Baguettes du jour" in page.text
    assert "Publié" in page.text


def test_the_phone_of_the_room_becomes_an_invented_bakers(hall: TestClient, database: Database, make: Make) -> None:
    """The QR code holds a link that signs in once, as somebody the demonstration plays, on the page to give."""
    baker = make.donor("Fournil inventé")
    real = make.donor("Boulangerie vraie", town="Rezé")
    with database.transaction() as session:
        session.get_one(Person, baker.person.key).played = True
    start = hall.get(f"/visite?step=2&commune={NANTES}")
    shown = hall.post("/visite/phone", data={"csrf": proof(hall, start.text), "commune": NANTES})
    assert shown.status_code == 200
    assert "<svg" in shown.text
    assert "Fournil inventé" in shown.text
    address = urlsplit(shown.text.split('<p><a href="')[1].split('"')[0])
    assert parse_qs(address.query) == {"next": ["/lots/new"]}
    opened = hall.post(address.path, data={"csrf": proof(hall, start.text), "next": "/lots/new"})
    assert opened.status_code == 303
    assert opened.headers["location"] == "/lots/new"
    again = hall.post(address.path, data={"csrf": proof(hall, hall.get("/visite").text), "next": "/lots/new"})
    assert again.status_code != 303
    other = hall.post("/visite/phone", data={"csrf": proof(hall, hall.get("/visite").text), "commune": "44143"})
    assert other.status_code == 404, f"{real.person.name} is no invented person"


def test_outside_a_demonstration_only_staff_may_look(client: TestClient, make: Make) -> None:
    """In production nobody gets a sign-in link, and the tour is for the Region and the dispatchers."""
    assert client.get("/visite", headers={"accept": "application/json"}).status_code in (303, 401)
    make.signed_in(client, make.donor().person.key)
    assert client.get("/visite").status_code == 403
    assert client.post("/visite/phone", data={"commune": NANTES}).status_code == 404
    make.signed_in(client, make.staff(Role.REGION).person.key)
    assert client.get("/visite").status_code == 200


def test_the_clock_is_held_and_sped_up(hall: TestClient, database: Database) -> None:
    """The three buttons change how fast the shown time runs, from the moment it shows, and lead back to the page."""
    page = hall.get("/visite?step=2")
    token = proof(hall, page.text)
    done = hall.post("/demo/clock", data={"csrf": token, "speed": "60", "next": "/visite?step=2"})
    assert (done.status_code, done.headers["location"]) == (303, "/visite?step=2")
    with database.read() as session:
        clock = session.exec(select(ShownClock)).one()
    assert clock.speed == 60
    assert abs((clock.shown_anchor - NOON).total_seconds()) < 1
    assert hall.post("/demo/clock", data={"csrf": token, "speed": "600"}).status_code == 422
    away = hall.post("/demo/clock", data={"csrf": token, "speed": "0", "next": "//elsewhere.example"})
    assert away.headers["location"] == "/"
    assert hall.post("/demo/clock", data={"speed": "0"}).status_code == 403


def test_production_has_no_such_clock(client: TestClient, make: Make) -> None:
    """The route does not exist where time is real."""
    make.signed_in(client, make.staff(Role.ADMINISTRATOR).person.key)
    assert client.post("/demo/clock", data={"speed": "60"}).status_code == 404


def test_a_qr_code_is_a_drawing_without_style() -> None:
    """The drawing holds nothing the content policy forbids, and nothing of the address as text."""
    picture = drawn("http://testserver/sign-in/link/secret?next=/lots/new")
    assert picture.startswith("<svg")
    assert "style=" not in picture
    assert "secret" not in picture
