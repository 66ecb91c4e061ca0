"""A protected place: its address is nowhere but in one encrypted row and on the one page its people ask for."""

import logging
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from config.settings import Settings
from service.accounts.models import ProtectedAddress, Role, Site
from service.accounts.protected import SecretAddress, read_address
from service.clients.geocoding.port import Located, PublicAddress
from service.database.engine import Database
from service.journal.models import Entry
from tests.people import Make, Party

STREET, CITY, POSTCODE = "17 impasse des Hirondelles", "Rezé", "44400"
SECRET = {
    "name": "Point relais 07",
    "protected": "on",
    "street": STREET,
    "postcode": POSTCODE,
    "city": CITY,
    "latitude": "47.19123",
    "longitude": "-1.56987",
    "contact_name": "Maison Violette",
    "access_note": "sonner chez Violette",
}
TRACES = ("Hirondelles", "44400", "47.19123", "-1.56987", "44143", "Violette")


@pytest.fixture
def asked(app: object, monkeypatch: pytest.MonkeyPatch) -> list[PublicAddress]:
    """What a geocoder is asked."""
    questions: list[PublicAddress] = []

    class Listening:
        def locate(self, address: PublicAddress) -> Located | None:
            questions.append(address)
            return None

    monkeypatch.setattr(app.state, "geocoder", Listening())  # type: ignore[attr-defined]  # the app of conftest
    return questions


@pytest.fixture
def shelter(client: TestClient, make: Make, region: str, asked: list[PublicAddress]) -> Party:
    """A charity with a protected site beside its ordinary one, made through the page."""
    charity = make.charity("Association refuge")
    make.signed_in(client, charity.person.key)
    assert client.post(f"/partners/{charity.id}/sites/new", data=SECRET).status_code == 303
    return charity


def the_site(database: Database) -> Site:
    with database.read() as session:
        return session.exec(select(Site).where(Site.name == "Point relais 07")).one()


def test_the_address_is_kept_encrypted_and_readable(shelter: Party, database: Database, settings: Settings) -> None:
    """One function gives it back; the row holds none of its words, and printing it says nothing."""
    site = the_site(database)
    with database.read() as session:
        address = read_address(session, settings, site.key)
        row = session.exec(select(ProtectedAddress)).one()
    assert (address.street, address.postcode, address.city) == (STREET, POSTCODE, CITY)
    assert not any(trace in row.ciphertext for trace in TRACES)
    assert repr(address) == str(address) == f"{address}" == "SecretAddress(…)"


def test_no_table_holds_a_trace(shelter: Party, database: Database) -> None:
    """Not one column of one table of the database says where it is, not even its commune."""
    with database.read() as session:
        for table in inspect(database.engine).get_table_names():
            if table in ("commune", "epci"):
                continue  # the region's own communes
            for row in session.connection().execute(text(f'SELECT * FROM "{table}"')).all():
                assert not any(re.search(rf"\b{re.escape(trace)}\b", str(row)) for trace in TRACES), table


def test_the_database_refuses_an_address_on_a_protected_site(make: Make) -> None:
    """Even code that forgets everything above cannot write one."""
    charity = make.charity()
    with pytest.raises(IntegrityError):
        make.row(
            Site(
                region="pays-de-la-loire", organisation_id=charity.id, name="x", commune="44109", departement="44",
                protected=True, street=STREET,
            )
        )  # fmt: skip


def test_it_is_never_geocoded(
    shelter: Party, client: TestClient, asked: list[PublicAddress], database: Database
) -> None:
    """Neither when it is made nor when it changes is a geocoder asked; for an ordinary site it is."""
    site = the_site(database)
    assert client.post(f"/sites/{site.key}/edit", data={**SECRET, "fridge_litres": "200"}).status_code == 303
    assert asked == []
    ordinary = {"name": "Local", "street": "1 rue de la Paix", "postcode": "44000", "city": "Nantes"}
    assert client.post(f"/partners/{shelter.id}/sites/new", data=ordinary).status_code == 303
    assert [address.city for address in asked] == ["Nantes"]


def every_answer(client: TestClient, make: Make, shelter: Party, site: Site) -> list[str]:
    """What everybody is told everywhere this room speaks of the site."""
    paths = [
        "/account", "/partners", "/partners?q=hirondelles", "/partners?q=reze", "/partners?q=44400",
        f"/partners/{shelter.id}", f"/partners/{shelter.id}/edit", f"/partners/{shelter.id}/sites/new",
        f"/partners/{shelter.id}/habilitation", f"/sites/{site.key}", f"/sites/{site.key}/edit",
        "/api/v1/me", "/api/v1/organisations", f"/api/v1/organisations/{shelter.id}",
        f"/api/v1/organisations/{shelter.id}/sites", f"/api/v1/organisations/{shelter.id}/people",
        f"/api/v1/sites/{site.key}", f"/api/v1/sites/{site.key}/closures", "/api/v1/openapi.json",
    ]  # fmt: skip
    found = []
    everybody = [
        shelter, make.donor(), make.charity("Autre"), make.driver(), make.dispatcher(),
        make.staff(Role.REGION), make.staff(Role.ADMINISTRATOR),
    ]  # fmt: skip
    for party in everybody:
        make.signed_in(client, party.person.key)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code in (200, 303, 403, 404), path
            # What was searched for is shown back to who typed it: that tells nothing.
            echo = path.partition("q=")[2]
            found.append(answer.text.replace(f'value="{echo}"', "").replace(f"q={echo}", "") if echo else answer.text)
            found.append(str(answer.headers))
    return found


def test_no_answer_to_anybody_says_where_it_is(
    shelter: Party, client: TestClient, make: Make, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Pages, forms, searches and API, for every role, and the log of it all: not one trace."""
    caplog.set_level(logging.DEBUG)
    for told in every_answer(client, make, shelter, the_site(database)):
        assert not any(trace in told.replace("Aucun partenaire ne répond à", "") for trace in TRACES[:1] + TRACES[2:4])
        assert "Violette" not in told
    assert not any(trace in caplog.text for trace in ("Hirondelles", "47.19123", "Violette"))


def test_a_refused_form_does_not_send_it_back(
    shelter: Party, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake elsewhere in the form: the address is typed again rather than carried over the wire."""
    caplog.set_level(logging.DEBUG)
    answer = client.post(f"/partners/{shelter.id}/sites/new", data={**SECRET, "opening_hours": "parfois"})
    assert answer.status_code == 422
    assert "Hirondelles" not in answer.text
    as_json = client.post(
        f"/api/v1/organisations/{shelter.id}/sites",
        json={**{k: v for k, v in SECRET.items() if k != "protected"}, "protected": True, "opening_hours": "parfois"},
    )
    assert as_json.status_code == 422
    assert "Hirondelles" not in as_json.text
    assert "Hirondelles" not in caplog.text


def test_its_name_may_not_say_where_it_is(shelter: Party, client: TestClient) -> None:
    """A name with its city or its street in it is refused."""
    for name in ("Foyer de Rezé", f"Refuge {STREET}"):
        answer = client.post(f"/partners/{shelter.id}/sites/new", data={**SECRET, "name": name})
        assert answer.status_code == 422
        assert "nom neutre" in answer.text


def test_its_people_may_read_it_and_each_reading_is_noted(
    shelter: Party, client: TestClient, make: Make, database: Database
) -> None:
    """The charity's own people see it on demand; nobody else does, and the journal says who looked, not what."""
    site = the_site(database)
    make.signed_in(client, shelter.person.key)
    answer = client.post(f"/sites/{site.key}/address")
    assert answer.status_code == 200
    assert "Hirondelles" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    with database.read() as session:
        (entry,) = session.exec(select(Entry).where(Entry.kind == "site.address_read")).all()
    assert entry.actor_id == shelter.person.key
    assert entry.data == {}
    strangers: list[Callable[[], Party]] = [
        make.donor, make.charity, make.driver, make.dispatcher, lambda: make.staff(Role.REGION),
        lambda: make.staff(Role.ADMINISTRATOR),
    ]  # fmt: skip
    for stranger in strangers:
        make.signed_in(client, stranger().person.key)
        answer = client.post(f"/sites/{site.key}/address")
        assert answer.status_code == 403
        assert "Hirondelles" not in answer.text


def test_a_place_that_is_no_longer_secret_keeps_nothing_encrypted(
    shelter: Party, client: TestClient, database: Database
) -> None:
    """Made public by its own people, the site has an address like any other and the encrypted row is gone."""
    site = the_site(database)
    public = {k: v for k, v in SECRET.items() if k != "protected"}
    assert client.post(f"/sites/{site.key}/edit", data=public).status_code == 303
    with database.read() as session:
        assert session.exec(select(ProtectedAddress)).all() == []
    assert the_site(database).street == STREET


def test_a_secret_address_has_no_text(settings: Settings) -> None:
    """Formatting it by accident, in a message or an exception, gives nothing away."""
    address = SecretAddress(STREET, POSTCODE, CITY, 47.19, -1.57)
    assert "Hirondelles" not in f"{address!r} {address} {[address]} {ValueError(address)}"
