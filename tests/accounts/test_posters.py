"""A poster opens the form of one lot for its place, and nothing else: no person, no past, no second lot, no page."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.accounts.actions.posters import make_poster, open_visit, revoke_poster, spend_visit
from service.accounts.errors import PosterRevoked, PosterTired, PosterVisitOver
from service.accounts.keys import Poster, PosterVisit
from service.accounts.models import AccountState, Organisation, Person, Role, Site
from service.accounts.queries.posters import visit_by_token, who_of_visit
from service.accounts.rules import POSTER_LOTS_A_DAY, POSTER_MINUTES
from service.database.engine import Database
from service.journal.models import Entry
from service.kit.clock import real_now
from service.lots import actions as lots
from service.lots.forms import LotIn
from service.lots.models import Lot
from service.notices.models import OutgoingNotice
from tests.people import Make, Party

PAST = "Fougasse aux olives"
SECRETS = ("sonnette rouge, code 4471", "Personne", "example.org")


@pytest.fixture
def baker(make: Make, database: Database) -> Party:
    party = make.donor(access_note=SECRETS[0], contact_name="Jeanne Quiberon")
    with database.transaction() as session:
        session.get_one(Person, party.person.key).phone = "+33612345601"
    return party


def made(database: Database, baker: Party, label: str = "Fournil") -> str:
    with database.transaction() as session:
        site = session.get_one(Site, baker.site.key)
        _poster, secret = make_poster(session, site, label=label, who=baker.who, real_now=real_now())
    return secret


def everything(database: Database, model: type[Any]) -> list[Any]:
    with database.read() as session:
        found = list(session.exec(select(model)).all())
        session.expunge_all()
    return found


def stranger(client: TestClient, make: Make) -> TestClient:
    """A phone nobody signed in on, with the page's proof for forms."""
    client.cookies.clear()
    client.cookies.set("glane_csrf", "a browser's own secret", domain="testserver.local")
    client.headers["x-csrf-token"] = make.csrf(client)
    return client


def form(now: datetime, **more: str) -> dict[str, str]:
    start, end = now + timedelta(minutes=5), now + timedelta(hours=3)
    return {
        "lines.0.category": "bread", "lines.0.kg": "6", "lines.0.date_kind": "made_on", "lines.0.day": "today",
        "slot": f"{start.isoformat()}/{end.isoformat()}", **more,
    }  # fmt: skip


@pytest.mark.database
def test_scan_post_and_signed_out(
    client: TestClient, make: Make, database: Database, baker: Party, now: datetime
) -> None:
    """A look opens nothing, a tap opens one lot; then the phone is out, and the site's people are told."""
    secret = made(database, baker)
    line = {"category": "bread", "description": PAST, "grams": 4471, "date_kind": "made_on", "date": now.date()}
    with database.transaction() as session:
        past = lots.post(session, LotIn.model_validate({"lines": [line], "note": PAST}), who=baker.who, now=now).key
    stranger(client, make)
    assert client.get("/poster/lot/new").status_code == 401
    seen = client.get(f"/poster/{secret}")
    assert seen.status_code == 200
    assert everything(database, PosterVisit) == []
    opened = client.post(f"/poster/{secret}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/poster/lot/new")
    cookie = opened.headers["set-cookie"]
    assert "Path=/poster" in cookie
    assert "HttpOnly" in cookie
    page = client.get("/poster/lot/new")
    assert page.status_code == 200
    for text in (seen.text, page.text):
        assert baker.site.name in text
        for word in (*SECRETS, PAST, "4,47", "Quiberon", baker.person.name, "0612345601"):
            assert word not in text
    posted = client.post("/poster/lot", data=form(now))
    assert posted.status_code == 303, posted.text
    (lot,) = [one for one in everything(database, Lot) if one.key != past]
    assert (lot.site_id, lot.posted_by, lot.access_note) == (baker.site.key, None, SECRETS[0])
    (entry,) = [one for one in everything(database, Entry) if (one.kind, one.subject_id) == ("lot.posted", lot.key)]
    (poster,) = everything(database, Poster)
    assert (entry.actor_id, entry.data["poster"]) == (None, poster.key)
    assert poster.uses == 1
    told = [one.person_id for one in everything(database, OutgoingNotice) if one.kind == "posted_by_poster"]
    assert set(told) == {baker.person.key}
    thanks = client.get(posted.headers["location"])
    assert thanks.status_code == 200
    assert SECRETS[0] not in thanks.text
    make.signed_in(client, baker.person.key)
    assert "par l&#39;affiche du lieu" in client.get(f"/lots/{lot.key}").text
    stranger(client, make)
    assert client.get("/poster/lot/new").status_code == 401
    assert client.post("/poster/lot", data=form(now)).status_code == 401
    assert len(everything(database, Lot)) == 2
    for _ in range(2):
        assert client.post(f"{posted.headers['location']}/undo").status_code == 303
    assert {one.key: one.state for one in everything(database, Lot)} == {past: "published", lot.key: "withdrawn"}


def test_a_visit_opens_nothing_else(
    client: TestClient, make: Make, database: Database, baker: Party, now: datetime
) -> None:
    """Its cookie, sent anywhere on purpose, is nobody; and it speaks for its place and its address alone."""
    other = make.donor("Autre boulangerie")
    secret = made(database, baker)
    stranger(client, make)
    client.post(f"/poster/{secret}")
    token = next(cookie.value for cookie in client.cookies.jar if cookie.name == "glane_poster")
    everywhere = {"Cookie": f"glane_poster={token}; glane_session={token}; glane_csrf=a browser's own secret"}
    for path in ("/give", "/lots", "/lots/new", "/account", "/notices", f"/sites/{baker.site.key}", "/usual-gifts"):
        answer = client.get(path, headers=everywhere)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in"), path
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert client.post("/poster/lot", data=form(now, site_id=str(other.site.key))).status_code == 422
    for forged in ({"latitude": "47,2", "longitude": "-1,5"}, {"access_note": "chez moi"}, {"crates_lent": "3"}):
        assert client.post("/poster/lot", data=form(now, **forged)).status_code == 403, forged
    assert everything(database, Lot) == []
    assert client.post("/poster/lot", data=form(now), headers={"x-csrf-token": "no"}).status_code == 403


def test_what_is_wrong_is_said_and_the_visit_goes_on(
    client: TestClient, make: Make, database: Database, baker: Party, now: datetime
) -> None:
    """A weight forgotten costs nobody their one lot."""
    secret = made(database, baker)
    stranger(client, make)
    client.post(f"/poster/{secret}")
    assert client.post("/poster/lot", data=form(now, **{"lines.0.kg": ""})).status_code == 422
    assert client.get("/poster/lot/details?line=0&lines.0.category=bread").status_code == 200
    assert client.post("/poster/lot", data=form(now)).status_code == 303
    assert len(everything(database, Lot)) == 1


@pytest.mark.database
def test_revoked_closed_suspended_or_over(database: Database, make: Make, baker: Party) -> None:
    """Nothing opens any more, and what was open is over."""
    secret, clock = made(database, baker), real_now()
    with database.transaction() as session:
        visit = open_visit(session, secret, real_now=clock)
    minutes = timedelta(minutes=POSTER_MINUTES)
    with database.read() as session:
        assert who_of_visit(session, visit, clock) is not None
        assert who_of_visit(session, visit, clock + minutes) is None
        assert who_of_visit(session, secret, clock) is None
    with database.transaction() as session:
        session.get_one(Organisation, baker.id).state = AccountState.SUSPENDED
    with database.read() as session:
        assert who_of_visit(session, visit, clock) is None
    with database.transaction() as session:
        session.get_one(Organisation, baker.id).state = AccountState.ACTIVE
    with database.read() as session:
        assert who_of_visit(session, visit, clock) is not None
    (poster,) = everything(database, Poster)
    for _ in range(2):
        with database.transaction() as session:
            site = session.get_one(Site, baker.site.key)
            revoke_poster(session, site, poster.key, who=baker.who, real_now=clock)
    with database.transaction() as session:
        row = visit_by_token(session, visit)
        assert row is not None
        assert who_of_visit(session, visit, clock) is None
        with pytest.raises(PosterVisitOver):
            spend_visit(session, row.key, real_now=clock)
        with pytest.raises(PosterRevoked):
            open_visit(session, secret, real_now=clock)
    kinds = [entry.kind for entry in everything(database, Entry)]
    assert kinds == ["site.poster_made", "site.poster_scanned", "site.poster_revoked"]
    assert secret not in str([row.model_dump() for row in everything(database, Poster)])


def test_many_lots_a_day_are_for_people_with_an_account(database: Database, baker: Party) -> None:
    """A poster that somebody photographed does not flood the evening; the day after it serves again."""
    secret, clock = made(database, baker), real_now()
    with database.transaction() as session:
        for _ in range(POSTER_LOTS_A_DAY):
            row = visit_by_token(session, open_visit(session, secret, real_now=clock))
            assert row is not None
            session.flush()
            spend_visit(session, row.key, real_now=clock)
            with pytest.raises(PosterVisitOver):
                spend_visit(session, row.key, real_now=clock)
        with pytest.raises(PosterTired):
            open_visit(session, secret, real_now=clock)
        assert open_visit(session, secret, real_now=clock + timedelta(days=1, seconds=1))


def test_a_form_sent_over_and_over_waits(
    client: TestClient, make: Make, database: Database, baker: Party, now: datetime
) -> None:
    """Twenty wrong sendings, photos or not, and the visit is slowed down."""
    secret = made(database, baker)
    stranger(client, make)
    client.post(f"/poster/{secret}")
    answers = [client.post("/poster/lot", data=form(now, redraw="1")).status_code for _ in range(21)]
    assert (answers[0], answers[19], answers[20]) == (200, 200, 429)


def test_guessing_is_slowed_down(client: TestClient, make: Make) -> None:
    """Sixty codes that are none from one address, and the address waits."""
    stranger(client, make)
    answers = [client.get(f"/poster/nothing-{n}").status_code for n in range(61)]
    assert answers[0] == 410
    assert answers[-1] == 429


def test_made_listed_printed_revoked(client: TestClient, make: Make, database: Database, baker: Party) -> None:
    """Shown once, printed from that page alone, listed with its last use; not by a stranger nor for a charity."""
    make.signed_in(client, baker.person.key)
    at = f"/sites/{baker.site.key}"
    page = client.post(f"{at}/posters", data={"label": "Réserve"})
    assert page.status_code == 200
    secret = page.text.split('name="secret" value="')[1].split('"')[0]
    paper = client.post(f"{at}/posters/paper", data={"secret": secret})
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF-")
    assert client.post(f"{at}/posters/paper", data={"secret": "another"}).status_code == 410
    site = client.get(at).text
    assert "Réserve" in site
    assert "jamais scannée" in site
    assert secret not in site
    # Whoever is signed in and gives here needs no visit.
    assert client.get(f"/poster/{secret}").headers["location"] == f"/lots/new?site_id={baker.site.key}"
    other, charity = make.donor("Autre"), make.charity()
    (poster,) = everything(database, Poster)
    for party in (other, charity):
        make.signed_in(client, party.person.key)
        assert client.post(f"{at}/posters", data={"label": "x"}).status_code in (403, 404)
        assert client.post(f"{at}/posters/{poster.key}/removal").status_code in (403, 404)
    assert client.post(f"/sites/{charity.site.key}/posters").status_code in (403, 404)
    make.signed_in(client, make.staff(Role.REGION).person.key)
    assert client.post(f"{at}/posters/{poster.key}/removal").status_code == 303
    make.signed_in(client, baker.person.key)
    assert "Réserve" not in client.get(at).text
    assert client.get(f"/poster/{secret}").status_code == 410
