""" "Saisi pour …": a dispatcher acts for a caller under both names, and the caller is told."""

from datetime import datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import select

from service.accounts.models import AccountState, Role
from service.database.engine import Database
from service.journal.models import Entry
from service.notices.models import Channel
from tests.heard import messages, people, said
from tests.people import Make

DAYS = {"first_day": "2026-11-21", "last_day": "2026-11-22"}


def entries(database: Database, kind: str) -> list[Any]:
    with database.read() as session:
        return list(session.exec(select(Entry).where(Entry.kind == kind)).all())


def test_both_names_are_journaled_and_the_caller_is_told(client: TestClient, make: Make, database: Database) -> None:
    """The entry carries the dispatcher and the organisation; one further entry tells the caller, once a request."""
    donor, dispatcher = make.donor(), make.dispatcher()
    make.signed_in(client, dispatcher.person.key)
    answer = client.post(f"/sites/{donor.site.key}/closures", data={**DAYS, "on_behalf_of": str(donor.id)})
    assert answer.status_code == 303
    (closed,) = entries(database, "site.closed")
    assert (closed.actor_id, closed.on_behalf_of) == (dispatcher.person.key, donor.id)
    (told,) = entries(database, "person.acted_on_behalf")
    assert (told.actor_id, told.on_behalf_of, told.subject_id) == (dispatcher.person.key, donor.id, donor.id)
    assert f"org:{donor.id}" in told.audience
    assert people(database, "acted_on_behalf") == [donor.person.key]
    [message] = messages(database, "acted_on_behalf")
    assert f"{dispatcher.person.name} (régulation) a saisi pour {donor.organisation.name}" in said(message)
    assert "des jours de fermeture" in said(message)
    assert "days of closure" in said(message, "en")
    assert len(messages(database, "acted_on_behalf", channel=Channel.MAIL)) == 1


def test_a_lot_posted_for_a_donor_is_told_without_a_call_begun(
    client: TestClient, make: Make, database: Database, now: datetime
) -> None:
    """A dispatcher who posts for a donor from their own page: the donor hears of it, a charity's own claim tells no
    caller."""
    donor, dispatcher, charity = make.donor(), make.dispatcher(), make.charity()
    window = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=3)).isoformat()}
    line = {"category": "bread", "grams": 9_000, "date_kind": "made_on", "date": now.date().isoformat()}
    body = {"site_id": donor.site.key, "lines": [line], "windows": [window]}
    headers = {"authorization": f"Bearer {make.token(dispatcher.person.key)}"}
    posted = client.post("/api/v1/lots", json=body, headers=headers)
    assert posted.status_code == 201
    [message] = messages(database, "acted_on_behalf")
    assert message.person_id == donor.person.key
    assert "Saisi pour vous : un lot publié" in said(message)
    own = {"authorization": f"Bearer {make.token(charity.person.key)}"}
    assert client.post(f"/api/v1/lots/{posted.json()['id']}/claims", json={"way": "collect"}, headers=own).is_success
    assert len(messages(database, "acted_on_behalf")) == 1


def test_what_fails_or_only_reads_tells_nobody(client: TestClient, make: Make, database: Database) -> None:
    """A refused form and a page looked at leave no entry."""
    donor, dispatcher = make.donor(), make.dispatcher()
    make.signed_in(client, dispatcher.person.key)
    wrong = {"first_day": "2026-11-25", "last_day": "2026-11-24", "on_behalf_of": str(donor.id)}
    assert client.post(f"/sites/{donor.site.key}/closures", data=wrong).status_code == 422
    assert client.get(f"/sites/{donor.site.key}?on_behalf_of={donor.id}").status_code == 200
    assert entries(database, "person.acted_on_behalf") == []
    assert messages(database, "acted_on_behalf") == []


def test_the_api_speaks_by_a_header(client: TestClient, make: Make, database: Database) -> None:
    """A machine says so in X-On-Behalf-Of, and /me answers as the caller's organisation."""
    charity, dispatcher = make.charity(), make.dispatcher()
    key = {"authorization": f"Bearer {make.token(dispatcher.person.key)}", "x-on-behalf-of": str(charity.id)}
    me = client.get("/api/v1/me", headers=key).json()
    assert me["on_behalf_of"] == charity.id
    assert me["organisation_ids"] == [charity.id]
    assert me["site_ids"] == [charity.site.key]
    assert "charity" in me["roles"]
    answer = client.post(f"/api/v1/sites/{charity.site.key}/closures", json=DAYS, headers=key)
    assert answer.status_code == 201
    assert entries(database, "person.acted_on_behalf")[0].on_behalf_of == charity.id


def test_a_call_lasts_until_it_is_over(client: TestClient, make: Make, database: Database) -> None:
    """Once begun from the partner's page, every page says whom one speaks for, until the call ends."""
    donor, dispatcher = make.donor("Ferme des Landes"), make.dispatcher()
    make.signed_in(client, dispatcher.person.key)
    begun = client.post(f"/partners/{donor.id}/speak")
    assert begun.headers["location"] == "/give"
    assert "Vous saisissez pour Ferme des Landes" in client.get(f"/sites/{donor.site.key}").text
    assert client.post(f"/sites/{donor.site.key}/closures", data=DAYS).status_code == 303
    assert entries(database, "site.closed")[0].on_behalf_of == donor.id
    assert client.post("/partners/speak/end").headers["location"] == f"/partners/{donor.id}"
    assert "Vous saisissez pour" not in client.get(f"/sites/{donor.site.key}").text
    assert client.post(f"/sites/{donor.site.key}/closures", data=DAYS).status_code == 303
    assert entries(database, "site.closed")[1].on_behalf_of is None


def test_nobody_else_speaks_for_others(client: TestClient, make: Make, database: Database) -> None:
    """A donor, a charity, the Region and a visitor are refused; so is a suspended or an invented organisation."""
    donor, other = make.donor(), make.charity()
    suspended = make.donor("Fermé", state=AccountState.SUSPENDED)
    dispatcher = make.dispatcher()
    for person in (other.person, make.staff(Role.REGION).person):
        key = {"authorization": f"Bearer {make.token(person.key)}", "x-on-behalf-of": str(donor.id)}
        assert client.get("/api/v1/me", headers=key).status_code == 403
    assert client.get("/api/v1/me", headers={"x-on-behalf-of": str(donor.id)}).status_code in (401, 403)
    token = make.token(dispatcher.person.key)
    for asked in (str(suspended.id), "999999", "0", "-1", "x", "9" * 40):
        headers = {"authorization": f"Bearer {token}", "x-on-behalf-of": asked}
        assert client.get("/api/v1/me", headers=headers).status_code == 403, asked


def test_a_cookie_left_behind_locks_nobody_out(client: TestClient, make: Make) -> None:
    """The cookie of a call that one may no longer make is passed over, not an error on every page."""
    donor = make.donor()
    make.signed_in(client, donor.person.key)
    client.cookies.set("glane_behalf", str(make.charity().id), domain="testserver.local")
    assert client.get("/account").status_code == 200
    assert client.get("/api/v1/me").json()["on_behalf_of"] is None


def test_nothing_personal_is_done_for_a_caller(client: TestClient, make: Make) -> None:
    """No card, no password, no PIN and no secret address under somebody else's name."""
    charity, dispatcher = make.charity(protected=True), make.dispatcher()
    make.signed_in(client, dispatcher.person.key)
    for path in (
        f"/people/{charity.person.key}/cards",
        "/account/password",
        f"/sites/{charity.site.key}/pin",
        f"/sites/{charity.site.key}/tablets",
        f"/sites/{charity.site.key}/address",
    ):
        answer = client.post(path, data={"pin": "2468", "on_behalf_of": str(charity.id)})
        assert answer.status_code == 403, path
