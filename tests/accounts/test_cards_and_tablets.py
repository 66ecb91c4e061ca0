"""Ways in for people without e-mail or phone: a printed card, a tablet shared at a site."""

import re

from fastapi.testclient import TestClient
from sqlmodel import select

from service.accounts.keys import Card
from service.accounts.models import Membership, Role
from service.accounts.tokens import token_hash
from service.database.engine import Database
from tests.accounts.conftest import signed_in_as
from tests.people import Make, Party


def card_secret(monkey_page: str, database: Database) -> None:
    """The page shows the drawing alone: the secret is nowhere in its text."""
    with database.read() as session:
        card = session.exec(select(Card)).one()
    assert card.token_hash not in monkey_page


def make_card(make: Make, database: Database, person_id: int) -> str:
    """A card whose secret the test knows."""
    from service.kit.clock import real_now

    make.row(Card(token_hash=token_hash("secret card"), person_id=person_id, made_by=person_id, created_at=real_now()))
    return "secret card"


def test_a_card_is_printed_with_its_code(client: TestClient, make: Make, database: Database) -> None:
    """Making one's card shows a drawing to print, and only its hash is kept."""
    charity = make.charity()
    make.signed_in(client, charity.person.key)
    answer = client.post(f"/people/{charity.person.key}/cards", data={"label": "au local"})
    assert answer.status_code == 200
    assert "<svg" in answer.text
    assert "au local" in answer.text
    card_secret(answer.text, database)


def test_a_card_shows_who_and_signs_in(visitor: TestClient, make: Make, database: Database) -> None:
    """Scanning shows the name; one more tap signs in, until the card is revoked."""
    charity = make.charity()
    secret = make_card(make, database, charity.person.key)
    assert charity.person.name in visitor.get(f"/card/{secret}").text
    assert signed_in_as(visitor) is None, "a scan alone opens nothing"
    assert visitor.post(f"/card/{secret}").status_code == 303
    assert signed_in_as(visitor) == charity.person.name
    with database.read() as session:
        card = session.exec(select(Card)).one()
    assert visitor.post(f"/cards/{card.id}/end").status_code == 303
    visitor.post("/sign-out")
    assert visitor.post(f"/card/{secret}").status_code == 410
    assert visitor.get(f"/card/{secret}").status_code == 410


def test_nobody_makes_a_card_into_an_account_above_theirs(client: TestClient, make: Make) -> None:
    """A dispatcher makes a card for a volunteer, not for an administrator; a baker for nobody but themselves."""
    charity, boss, dispatcher, baker = make.charity(), make.staff(Role.ADMINISTRATOR), make.dispatcher(), make.donor()
    make.signed_in(client, dispatcher.person.key)
    assert client.post(f"/people/{charity.person.key}/cards").status_code == 200
    assert client.post(f"/people/{boss.person.key}/cards").status_code == 403
    make.signed_in(client, baker.person.key)
    assert client.post(f"/people/{charity.person.key}/cards").status_code == 403


def paired(client: TestClient, make: Make) -> tuple[Party, Party]:
    """A charity's tablet, and a second volunteer; whoever paired it is signed out."""
    charity = make.charity()
    second = make.member(charity.organisation, Role.CHARITY, charity.site)
    make.signed_in(client, charity.person.key)
    answer = client.post(f"/sites/{charity.site.key}/tablets", data={"name": "Local", "pin": "2468"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/tablet"
    return charity, second


def test_a_tablet_opens_by_name_and_pin(client: TestClient, make: Make) -> None:
    """Whoever paired the device is signed out of it; a colleague opens it with their name and the site's PIN."""
    charity, second = paired(client, make)
    assert signed_in_as(client) is None
    page = client.get("/tablet")
    assert charity.person.name in page.text
    assert second.person.name in page.text
    assert client.post("/tablet", data={"person": str(second.person.key), "pin": "1357"}).status_code == 401
    assert client.post("/tablet", data={"person": str(second.person.key), "pin": "2468"}).status_code == 303
    assert signed_in_as(client) == second.person.name


def test_a_tablet_session_is_of_that_site_alone(client: TestClient, make: Make, database: Database) -> None:
    """Somebody who also serves elsewhere has, on this tablet, the rights of this site and no other."""
    charity, second = paired(client, make)
    elsewhere = make.donor("Ferme des Landes")
    other_site = make.site(charity.organisation, "Angers")
    make.row(Membership(person_id=second.person.key, organisation_id=elsewhere.id, role=Role.DONOR))
    client.post("/tablet", data={"person": str(second.person.key), "pin": "2468"})
    me = client.get("/api/v1/me").json()
    assert me["roles"] == ["charity"]
    assert me["organisation_ids"] == [charity.id]
    assert me["site_ids"] == [charity.site.key]
    assert other_site.key not in me["site_ids"]
    assert client.get(f"/sites/{charity.site.key}").status_code == 200
    assert client.get(f"/sites/{other_site.key}").status_code == 403


def test_a_shared_tablet_does_nothing_personal(client: TestClient, make: Make) -> None:
    """No password, card, invitation or change of the organisation from a device others pick up after."""
    charity, second = paired(client, make)
    client.post("/tablet", data={"person": str(second.person.key), "pin": "2468"})
    for path in (
        "/account/password",
        f"/people/{second.person.key}/cards",
        f"/partners/{charity.id}/invitations",
        f"/partners/{charity.id}/edit",
        f"/sites/{charity.site.key}/tablets",
    ):
        answer = client.post(path, data={"password": "une phrase assez longue"})
        assert answer.status_code == 403, path
        assert "appareil partagé" in answer.text
    assert "appareil partagé" in client.get("/account").text


def test_signing_out_of_a_tablet_returns_to_its_door(client: TestClient, make: Make) -> None:
    """The next person finds the names again, not the public welcome."""
    _charity, second = paired(client, make)
    client.post("/tablet", data={"person": str(second.person.key), "pin": "2468"})
    assert client.post("/sign-out").headers["location"] == "/tablet"
    assert signed_in_as(client) is None


def test_an_unpaired_tablet_opens_nothing(client: TestClient, make: Make) -> None:
    """Once dissociated the device is like any other; a colleague of another organisation cannot dissociate it."""
    charity, second = paired(client, make)
    stranger = make.charity("Autre association")
    cookie = client.cookies["glane_tablet"]
    make.signed_in(client, stranger.person.key)
    assert client.post(f"/sites/{charity.site.key}/tablets/1/removal").status_code == 403
    make.signed_in(client, charity.person.key)
    found = re.search(r"/tablets/(\d+)/removal", client.get(f"/sites/{charity.site.key}").text)
    assert found is not None
    assert client.post(f"/sites/{charity.site.key}/tablets/{found[1]}/removal").status_code == 303
    client.cookies.delete("glane_session")
    client.cookies.set("glane_tablet", cookie, domain="testserver.local")
    assert client.post("/tablet", data={"person": str(second.person.key), "pin": "2468"}).status_code == 410


def test_a_weak_pin_is_refused(client: TestClient, make: Make) -> None:
    """Letters, three digits or one digit repeated are no PIN."""
    charity = make.charity()
    make.signed_in(client, charity.person.key)
    for pin in ("", "12", "abcd", "1111"):
        assert client.post(f"/sites/{charity.site.key}/tablets", data={"pin": pin}).status_code == 422, pin
