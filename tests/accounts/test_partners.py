"""Partners and colleagues: finding, inviting, joining, leaving, several organisations a person."""

import re
from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlmodel import select

from service.accounts.models import Membership, Person, Role
from service.clients.mail.outbox import Letter
from service.clients.sms.outbox import Text
from service.database.engine import Database
from tests.accounts.conftest import PASSWORD, path_in, signed_in_as
from tests.people import Make


def test_partners_are_found_by_any_part(client: TestClient, make: Make) -> None:
    """By name without accents, by city, by SIRET in groups; a page at a time; not by a donor."""
    make.donor("Épicerie de l'Étoile", "Rezé")
    make.charity("Le Panier", "Angers")
    make.signed_in(client, make.dispatcher().person.key)
    assert "Étoile" in client.get("/partners?q=epicerie etoile").text
    assert "Étoile" in client.get("/partners?q=reze").text
    assert "Étoile" not in client.get("/partners?q=angers").text
    assert "ne répond à" in client.get("/partners?q=zzz").text
    first = client.get("/api/v1/organisations?limit=2").json()
    second = client.get(f"/api/v1/organisations?limit=2&after={first['next']}").json()
    names = [item["name"] for item in first["items"] + second["items"]]
    assert names == ["Épicerie de l'Étoile", "Le Panier", "Régulation"]
    assert second["next"] is None
    make.signed_in(client, make.donor().person.key)
    assert client.get("/partners").status_code == 403


def test_one_sees_ones_own_organisation_alone(client: TestClient, make: Make) -> None:
    """A donor opens their own page and nobody else's, by page or by API."""
    mine, other = make.donor("Le mien"), make.donor("Un autre")
    make.signed_in(client, mine.person.key)
    assert client.get(f"/partners/{mine.id}").status_code == 200
    for path in (
        f"/partners/{other.id}",
        f"/partners/{other.id}/edit",
        f"/sites/{other.site.key}",
        f"/sites/{other.site.key}/edit",
        f"/people/{other.person.key}",
        f"/api/v1/organisations/{other.id}",
        f"/api/v1/organisations/{other.id}/people",
        f"/api/v1/sites/{other.site.key}",
    ):
        assert client.get(path).status_code == 403, path
    assert client.get("/partners/999999").status_code == 404


def test_a_colleague_is_invited_by_mail_and_joins(
    visitor: TestClient, make: Make, letters: Callable[[], list[Letter]]
) -> None:
    """The link makes an account with the invitation's role, serves once, and the QR code is shown as well."""
    donor = make.donor()
    make.signed_in(visitor, donor.person.key)
    answer = visitor.post(
        f"/partners/{donor.id}/invitations", data={"name": "Léo", "email": "leo@example.org", "role": "donor"}
    )
    assert answer.status_code == 201
    assert "<svg" in answer.text
    path = path_in(letters()[0].text)
    visitor.post("/sign-out")
    assert donor.organisation.name in visitor.get(path).text
    accepted = visitor.post(path, data={"name": "Léo", "email": "leo@example.org", "password": PASSWORD})
    assert accepted.status_code == 303
    assert signed_in_as(visitor) == "Léo"
    assert visitor.get("/api/v1/me").json()["organisation_ids"] == [donor.id]
    visitor.post("/sign-out")
    assert visitor.post(path, data={"name": "Léo", "email": "leo2@example.org"}).status_code == 410


def test_one_person_serves_several_organisations(
    visitor: TestClient, make: Make, database: Database, texts: Callable[[], list[Text]]
) -> None:
    """Somebody with an account accepts by SMS link and keeps one account for both."""
    charity, other = make.charity("Le Panier"), make.charity("La Fourmi", "Angers")
    make.signed_in(visitor, charity.person.key)
    visitor.post(f"/partners/{charity.id}/invitations", data={"name": "Ada", "phone": "0611111111", "role": "charity"})
    path = path_in(texts()[0].text)
    make.signed_in(visitor, other.person.key)
    assert visitor.post(path).status_code == 303
    who = make.who(other.person.key)
    assert who.organisation_ids == {charity.id, other.id}
    assert who.site_ids == {charity.site.key, other.site.key}
    with database.read() as session:
        assert len(session.exec(select(Person)).all()) == 2


def test_an_invitation_does_not_take_over_an_account(
    visitor: TestClient, make: Make, letters: Callable[[], list[Letter]]
) -> None:
    """Whoever holds a link cannot become an existing person by typing their address."""
    donor, victim = make.donor(), make.charity()
    make.signed_in(visitor, donor.person.key)
    visitor.post(f"/partners/{donor.id}/invitations", data={"name": "X", "email": "x@example.org", "role": "donor"})
    visitor.post("/sign-out")
    answer = visitor.post(path_in(letters()[0].text), data={"name": "X", "email": str(victim.person.email)})
    assert answer.status_code == 409
    assert signed_in_as(visitor) is None


def test_nobody_gives_a_role_above_theirs(client: TestClient, make: Make) -> None:
    """A baker invites no administrator, a dispatcher no Region; nobody a role the kind does not have."""
    donor, dispatcher = make.donor(), make.dispatcher()
    make.signed_in(client, donor.person.key)
    for role in ("administrator", "dispatcher", "charity", "nonsense"):
        asked = client.post(f"/partners/{donor.id}/invitations", data={"name": "X", "role": role})
        assert asked.status_code == 422, role
    make.signed_in(client, dispatcher.person.key)
    for role in ("region", "administrator"):
        asked = client.post(f"/partners/{dispatcher.id}/invitations", data={"name": "X", "role": role})
        assert asked.status_code == 422, role


def test_an_invitation_is_taken_back(visitor: TestClient, make: Make, letters: Callable[[], list[Letter]]) -> None:
    """A link sent by mistake is cancelled before it is used."""
    donor = make.donor()
    make.signed_in(visitor, donor.person.key)
    visitor.post(f"/partners/{donor.id}/invitations", data={"name": "X", "email": "x@example.org", "role": "donor"})
    found = re.search(r"/invitations/(\d+)/end", visitor.get(f"/partners/{donor.id}").text)
    assert found is not None
    assert visitor.post(f"/partners/{donor.id}/invitations/{found[1]}/end").status_code == 303
    assert visitor.get(path_in(letters()[0].text)).status_code == 410


def test_a_colleague_leaves_but_never_the_last(client: TestClient, make: Make, database: Database) -> None:
    """Removing a colleague ends what they may do; the last person cannot go."""
    donor = make.donor()
    colleague = make.member(donor.organisation, Role.DONOR, donor.site)
    with database.read() as session:
        rows = {row.person_id: row.id for row in session.exec(select(Membership)).all()}
    make.signed_in(client, donor.person.key)
    assert client.post(f"/partners/{donor.id}/members/{rows[colleague.person.key]}/removal").status_code == 303
    assert make.who(colleague.person.key).roles == set()
    assert client.post(f"/partners/{donor.id}/members/{rows[donor.person.key]}/removal").status_code == 409


def test_a_colleague_is_suspended_unless_they_serve_elsewhere(client: TestClient, make: Make) -> None:
    """An organisation suspends its own people; somebody who also serves another is for staff to suspend."""
    donor, other = make.donor(), make.charity()
    colleague = make.member(donor.organisation, Role.DONOR, donor.site)
    make.signed_in(client, donor.person.key)
    assert client.post(f"/people/{colleague.person.key}/suspension").status_code == 303
    assert client.post(f"/people/{colleague.person.key}/reactivation").status_code == 303
    make.row(Membership(person_id=colleague.person.key, organisation_id=other.id, role=Role.CHARITY))
    assert client.post(f"/people/{colleague.person.key}/suspension").status_code == 403
    assert client.post(f"/people/{donor.person.key}/suspension").status_code in (403, 409)
    dispatcher = make.dispatcher()
    make.signed_in(client, dispatcher.person.key)
    assert client.post(f"/people/{colleague.person.key}/suspension").status_code == 303
    boss = make.staff(Role.ADMINISTRATOR)
    assert client.post(f"/people/{boss.person.key}/suspension").status_code == 403
    assert client.post(f"/people/{dispatcher.person.key}/suspension").status_code == 409


def test_staff_correct_an_organisation(client: TestClient, make: Make) -> None:
    """Name and numbers change, the kind does not; a number that is another's is refused."""
    donor, other = make.donor(), make.donor("Autre")
    make.signed_in(client, make.dispatcher().person.key)
    changed = {"name": "Au bon pain", "siret": "73282932000074", "activity": "bakery", "kind": "region"}
    assert client.post(f"/partners/{donor.id}/edit", data=changed).status_code == 303
    page = client.get(f"/api/v1/organisations/{donor.id}").json()
    assert (page["name"], page["siret"], page["kind"]) == ("Au bon pain", "73282932000074", "donor")
    assert client.post(f"/partners/{other.id}/edit", data=changed).status_code == 409


def test_the_first_lot_is_marked_seen(client: TestClient, make: Make) -> None:
    """A dispatcher ticks a new donor off the list."""
    donor = make.donor()
    make.signed_in(client, make.dispatcher().person.key)
    assert donor.organisation.name in client.get("/partners?new=true").text
    assert client.post(f"/partners/{donor.id}/first-lot").status_code == 303
    assert donor.organisation.name not in client.get("/partners?new=true").text


def test_one_changes_ones_own_data(client: TestClient, make: Make) -> None:
    """Name, address, phone and language by page and by API; an address that is somebody else's is refused."""
    donor, other = make.donor(), make.charity()
    make.signed_in(client, donor.person.key)
    assert client.post("/account", data={"name": "Anna", "phone": "06 12 34 56 78"}).status_code == 303
    me = client.get("/api/v1/me").json()
    assert (me["name"], me["email"], me["phone"]) == ("Anna", None, "+33612345678")
    assert client.patch("/api/v1/me", json={"email": other.person.email}).status_code == 409
    assert client.patch("/api/v1/me", json={"locale": "en"}).json()["locale"] == "en"
    assert "My account" in client.get("/account").text


def test_the_language_is_chosen_before_signing_in(visitor: TestClient) -> None:
    """A visitor reads English once they ask for it, and comes back to the page they were on."""
    answer = visitor.post("/language", data={"locale": "en", "next": "/sign-in"})
    assert answer.headers["location"] == "/sign-in"
    assert "Sign in" in visitor.get("/sign-in").text
    assert visitor.post("/locale", data={"locale": "fr", "next": "//evil.example"}).headers["location"] == "/"
    assert visitor.post("/language", data={"locale": "xx"}).status_code == 422


def test_everyone_lands_on_their_own_page(client: TestClient, make: Make) -> None:
    """The welcome page is for visitors; each role goes where its work is."""
    assert "Donner" in client.get("/").text
    for party, home in (
        (make.donor(), "/give"),
        (make.charity(), "/offers"),
        (make.driver(), "/rounds/mine"),
        (make.dispatcher(), "/dispatch"),
        (make.staff(Role.REGION), "/region"),
    ):
        make.signed_in(client, party.person.key)
        assert client.get("/").headers["location"] == home
