"""Registering oneself: who comes in at once, who waits, and what is refused in clear words."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.accounts.models import AccountState, Organisation, Person, Role, Site
from service.clients.mail.outbox import Letter
from service.clients.sms.outbox import Text
from service.database.engine import Database
from service.journal.models import Entry
from tests.accounts.conftest import BAD_SIRET, GOOD_SIRET, PASSWORD, path_in, signed_in_as
from tests.people import Make

BAKERY = {
    "siret": "732 829 320 00074",
    "name": "Au bon pain",
    "activity": "bakery",
    "street": "3 rue du Four",
    "postcode": "44000",
    "city": "nantes",
    "opening_hours": "mar-sam 7h-19h30",
    "person_name": "Ana Le Goff",
    "person_email": "ana@example.org",
    "password": PASSWORD,
}
CHARITY = {
    "rna": "W442001234",
    "name": "Le Panier",
    "street": "",
    "postcode": "49000",
    "city": "Angers",
    "person_name": "Zoé",
    "person_phone": "0698765432",
}


def all_rows(database: Database, table: type[Any]) -> list[Any]:
    with database.read() as session:
        return list(session.exec(select(table)).all())


def test_a_donor_with_a_valid_siret_gives_tonight(visitor: TestClient, region: str, database: Database) -> None:
    """One form, and the baker is signed in, active, placed in Nantes; a dispatcher will look at the first lot."""
    answer = visitor.post("/register/donor", data=BAKERY)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/give"
    assert signed_in_as(visitor) == "Ana Le Goff"
    (organisation,), (site,) = all_rows(database, Organisation), all_rows(database, Site)
    assert organisation.state == AccountState.ACTIVE
    assert organisation.siret == GOOD_SIRET
    assert organisation.first_lot_seen_at is None
    assert (site.commune, site.departement, site.precision) == ("44109", "44", "commune")
    assert site.opening_hours == "Tu-Sa 07:00-19:30; PH off"


def test_a_bad_siret_is_explained_and_writes_nothing(visitor: TestClient, region: str, database: Database) -> None:
    """The key is wrong: the form says so, keeps what was typed, and nobody is registered."""
    answer = visitor.post("/register/donor", data={**BAKERY, "siret": BAD_SIRET})
    assert answer.status_code == 422
    assert "Ce SIRET n'existe pas" in answer.text.replace("&#39;", "'")
    assert "Au bon pain" in answer.text
    assert PASSWORD not in answer.text
    assert all_rows(database, Organisation) == all_rows(database, Person) == []
    assert {entry.kind for entry in all_rows(database, Entry)} == {"territory.loaded"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"city": "Marseille", "postcode": "13001"}, "pas dans la région"),
        ({"person_email": "ana@"}, "adresse e-mail"),
        ({"person_email": "", "person_phone": "02 40 41 90 00", "password": ""}, "mobile qui reçoit les SMS"),
        ({"person_email": "", "password": ""}, "adresse e-mail ou un téléphone"),
        ({"opening_hours": "quand on veut"}, "horaires sont illisibles"),
        ({"password": "court"}, "10 caractères"),
        ({"name": "  "}, "remplir"),
        ({"siret": ""}, "SIRET"),
        ({"name": "x" * 500}, "trop long"),
    ],
)
def test_each_wrong_answer_has_its_words(
    visitor: TestClient, region: str, database: Database, change: dict[str, str], words: str
) -> None:
    """422 with a sentence beside the field; nothing half-written."""
    answer = visitor.post("/register/donor", data={**BAKERY, **change})
    assert answer.status_code == 422
    assert words in answer.text.replace("&#39;", "'")
    assert all_rows(database, Organisation) == all_rows(database, Site) == []


def test_a_charity_waits_and_signs_in_by_sms(
    visitor: TestClient, region: str, database: Database, texts: Callable[[], list[Text]]
) -> None:
    """Phone alone suffices; the organisation is pending, so its people see their page but no lot."""
    answer = visitor.post("/register/charity", data=CHARITY)
    assert answer.status_code == 200
    code = "".join(c for c in texts()[0].text.split("valable")[0] if c.isdigit())
    answer = visitor.post("/sign-in/code/check", data={"phone": "+33698765432", "code": code})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/account"
    page = visitor.get("/account")
    assert "en cours d'examen" in page.text.replace("&#39;", "'")
    me = visitor.get("/api/v1/me").json()
    assert me["roles"] == []
    assert visitor.get(f"/partners/{me['organisation_ids'][0]}").status_code == 200
    assert visitor.get("/offers").status_code != 200
    assert all_rows(database, Organisation)[0].state == AccountState.PENDING


def test_without_a_password_the_link_comes_by_mail(
    visitor: TestClient, region: str, letters: Callable[[], list[Letter]]
) -> None:
    """The first visit is by the link just sent; nobody is signed in before."""
    assert visitor.post("/register/donor", data={**BAKERY, "password": ""}).status_code == 200
    assert signed_in_as(visitor) is None
    assert visitor.post(path_in(letters()[0].text)).status_code == 303
    assert signed_in_as(visitor) == "Ana Le Goff"


def test_the_same_shop_or_person_registers_once(visitor: TestClient, region: str, database: Database) -> None:
    """The second time is told to ask a colleague, or to sign in; nothing is written."""
    assert visitor.post("/register/donor", data=BAKERY).status_code == 303
    visitor.post("/sign-out")
    again = visitor.post("/register/donor", data={**BAKERY, "person_email": "other@example.org"})
    assert again.status_code == 409
    assert "déjà inscrit" in again.text
    same_person = visitor.post("/register/donor", data={**BAKERY, "siret": "55208131766522"})
    assert same_person.status_code == 409
    assert len(all_rows(database, Organisation)) == len(all_rows(database, Person)) == 1


def test_registering_is_limited(visitor: TestClient, region: str) -> None:
    """A machine cannot fill the region with shops."""
    codes = [
        visitor.post("/register/donor", data={**BAKERY, "person_email": f"p{n}@example.org"}).status_code
        for n in range(12)
    ]
    assert codes[-1] == 429


def test_the_api_registers_with_the_same_words(client: TestClient, region: str) -> None:
    """A machine gets a problem document that names the field and says the same sentence."""
    asked = dict(BAKERY) | {"kind": "donor"}
    bad = client.post("/api/v1/registrations", json={**asked, "siret": BAD_SIRET})
    assert bad.status_code == 422
    assert bad.headers["content-type"] == "application/problem+json"
    assert bad.json()["fields"] == {"siret": "Ce SIRET n'existe pas : vérifiez les 14 chiffres."}
    assert client.post("/api/v1/registrations", json={**asked, "kind": "region"}).status_code == 422
    good = client.post("/api/v1/registrations", json=asked)
    assert good.status_code == 201
    assert good.json()["organisation"]["state"] == "active"
    token = client.post("/api/v1/tokens", json={"email": "ana@example.org", "password": PASSWORD})
    assert token.status_code == 201
    key = {"authorization": f"Bearer {token.json()['token']}"}
    assert client.get("/api/v1/me", headers=key).json()["roles"] == ["donor"]
    assert client.delete(f"/api/v1/tokens/{token.json()['id']}", headers=key).status_code == 204
    assert client.get("/api/v1/me", headers=key).status_code == 401


def test_a_token_needs_the_right_password(client: TestClient, region: str) -> None:
    """A wrong password, a form, malformed JSON and nonsense each get their own clear answer."""
    client.post("/api/v1/registrations", json={**BAKERY, "kind": "donor"})
    form = client.post("/api/v1/tokens", data={"username": "ana@example.org", "password": PASSWORD})
    assert form.status_code == 201
    assert client.post("/api/v1/tokens", json={"email": "ana@example.org", "password": "no"}).status_code == 401
    assert client.post("/api/v1/tokens", content=b"{", headers={"content-type": "application/json"}).status_code == 400
    assert client.post("/api/v1/tokens", json={"email": "ana@example.org"}).status_code == 422
    for _ in range(10):
        last = client.post("/api/v1/tokens", json={"email": "ana@example.org", "password": "no"})
    assert last.status_code == 429


def test_approval_opens_the_door(client: TestClient, make: Make, region: str, database: Database) -> None:
    """The Region approves; a donor cannot; a second approval is told somebody has done it already."""
    client.post("/api/v1/registrations", json={**CHARITY, "kind": "charity", "person_email": "z@example.org"})
    (waiting,) = all_rows(database, Organisation)
    donor, officer = make.donor(), make.staff(Role.REGION)
    make.signed_in(client, donor.person.key)
    assert client.post(f"/partners/{waiting.id}/approval").status_code == 403
    make.signed_in(client, officer.person.key)
    assert "Le Panier" in client.get("/partners?state=pending").text
    assert client.post(f"/partners/{waiting.id}/approval").status_code == 303
    assert client.post(f"/partners/{waiting.id}/approval").status_code == 409
    (zoe,) = [person for person in all_rows(database, Person) if person.name == "Zoé"]
    assert make.who(zoe.key).roles == {"charity"}
    kinds = [(entry.kind, entry.from_state, entry.to_state) for entry in all_rows(database, Entry)]
    assert ("organisation.approved", "pending", "active") in kinds


def test_the_region_delegates_approval_to_a_food_bank(
    client: TestClient, make: Make, region: str, database: Database
) -> None:
    """The food bank approves its own members once delegated, and nobody else's."""
    bank, officer = make.charity("Banque alimentaire"), make.staff(Role.REGION)
    mine = make.charity("Membre", state=AccountState.PENDING)
    other = make.charity("Autre", state=AccountState.PENDING)
    make.signed_in(client, officer.person.key)
    assert client.post(f"/partners/{mine.id}/head", data={"parent_id": str(bank.id)}).status_code == 303
    make.signed_in(client, bank.person.key)
    assert client.post(f"/partners/{mine.id}/approval").status_code == 403
    make.signed_in(client, officer.person.key)
    assert client.post(f"/partners/{bank.id}/delegation", data={"delegated": "on"}).status_code == 303
    make.signed_in(client, bank.person.key)
    assert "Membre" in client.get("/account").text
    assert client.post(f"/partners/{other.id}/approval").status_code == 403
    assert client.post(f"/partners/{mine.id}/approval").status_code == 303
    assert make.who(mine.person.key).roles == {"charity"}


def test_suspension_ends_access(client: TestClient, make: Make) -> None:
    """From the next request on nobody acts for a suspended organisation; reactivated, they do again."""
    donor, officer = make.donor(), make.dispatcher()
    key = {"authorization": f"Bearer {make.token(donor.person.key)}"}
    assert client.get(f"/api/v1/organisations/{donor.id}", headers=key).status_code == 200
    make.signed_in(client, officer.person.key)
    assert client.post(f"/partners/{donor.id}/suspension", data={"reason": "fraude"}).status_code == 303
    client.cookies.delete("glane_session")
    assert client.get("/api/v1/me", headers=key).json()["roles"] == []
    assert client.get(f"/api/v1/organisations/{donor.id}", headers=key).status_code == 403
    make.signed_in(client, officer.person.key)
    assert client.post(f"/partners/{donor.id}/reactivation").status_code == 303
    client.cookies.delete("glane_session")
    assert client.get(f"/api/v1/organisations/{donor.id}", headers=key).status_code == 200
