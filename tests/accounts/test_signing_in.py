"""Signing in by password, link, code, card and tablet; signing out; sessions that end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.accounts import passwords
from service.accounts.attempts import LIMITS
from service.accounts.keys import SignInLink
from service.accounts.models import AccountState, Person, WebSession
from service.clients.mail.outbox import Letter
from service.clients.sms.outbox import Text
from service.database.engine import Database
from service.kit.clock import real_now
from tests.accounts.conftest import PASSWORD, path_in, signed_in_as, use_session
from tests.people import Make, Party


@pytest.fixture
def baker(make: Make, database: Database) -> Party:
    """A baker with a password, a proved address and a phone."""
    party = make.donor()
    with database.transaction() as session:
        person = session.get(Person, party.person.key)
        assert person is not None
        person.password_hash = passwords.hashed(PASSWORD)
        person.email_verified_at = real_now()
        person.phone = "+33612345678"
        session.add(person)
    return party


def sign_in(client: TestClient, email: str | None, password: str, **more: str) -> int:
    return client.post("/sign-in", data={"email": email, "password": password, **more}).status_code


def test_the_right_password_opens_a_session(visitor: TestClient, baker: Party) -> None:
    """E-mail in any case and password lead to the donor's own first page, with a cookie no script can read."""
    answer = visitor.post("/sign-in", data={"email": "P1@Example.org", "password": PASSWORD})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/give"
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("glane_session="))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert signed_in_as(visitor) == baker.person.name


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(visitor: TestClient, baker: Party) -> None:
    """Nobody learns from the answer which addresses have an account."""
    wrong = visitor.post("/sign-in", data={"email": baker.person.email, "password": "not it at all"})
    unknown = visitor.post("/sign-in", data={"email": "nobody@example.org", "password": "not it at all"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("p1@example.org", "") == unknown.text.replace("nobody@example.org", "")
    assert signed_in_as(visitor) is None


def test_too_many_wrong_passwords_are_refused_with_words(visitor: TestClient, baker: Party) -> None:
    """After the limit even the right password waits, and the page says for how long; the other accounts do not."""
    for _ in range(LIMITS["password"].account.amount):
        assert sign_in(visitor, baker.person.email, "not it at all") == 401
    answer = visitor.post("/sign-in", data={"email": baker.person.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert "Réessayez dans" in answer.text
    assert sign_in(visitor, "someone.else@example.org", "not it at all") == 401


def test_signing_in_changes_the_session(visitor: TestClient, baker: Party, make: Make) -> None:
    """The cookie a browser had before is worthless once somebody has signed in."""
    make.signed_in(visitor, make.charity().person.key)
    before = visitor.cookies["glane_session"]
    assert sign_in(visitor, baker.person.email, PASSWORD) == 303
    assert visitor.cookies["glane_session"] != before
    use_session(visitor, before)
    assert signed_in_as(visitor) is None


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil",
        "javascript:alert(1)",
    ],
)
def test_going_on_stays_on_our_own_pages(visitor: TestClient, baker: Party, target: str) -> None:
    """An address of another site as `next` leads home instead."""
    answer = visitor.post("/sign-in", data={"email": baker.person.email, "password": PASSWORD, "next": target})
    assert answer.headers["location"] == "/give"
    assert target not in visitor.get("/sign-in", params={"next": target}).text


def test_going_on_leads_where_one_was_going(visitor: TestClient, baker: Party) -> None:
    """A page that asked to sign in is shown after it."""
    asked = visitor.get("/account")
    assert asked.headers["location"] == "/sign-in?next=%2Faccount"
    answer = visitor.post("/sign-in", data={"email": baker.person.email, "password": PASSWORD, "next": "/account"})
    assert answer.headers["location"] == "/account"


def test_a_form_without_its_proof_is_refused(client: TestClient, baker: Party) -> None:
    """A website form that is not ours signs nobody in: 403, and no session."""
    answer = client.post("/sign-in", data={"email": baker.person.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "glane_session" not in client.cookies


def test_a_link_signs_in_once(visitor: TestClient, baker: Party, letters: Callable[[], list[Letter]]) -> None:
    """The link opens on the second tap (mail filters open the first), and never again."""
    assert visitor.post("/sign-in/link", data={"email": baker.person.email}).status_code == 200
    path = path_in(letters()[0].text)
    assert visitor.get(path).status_code == 200
    assert visitor.get(path).status_code == 200, "looking does not spend it"
    assert visitor.post(path).status_code == 303
    assert signed_in_as(visitor) == baker.person.name
    visitor.cookies.delete("glane_session")
    assert visitor.post(path).status_code == 410
    assert visitor.get(path).status_code == 410
    assert signed_in_as(visitor) is None


def test_an_old_link_is_refused(
    visitor: TestClient, baker: Party, letters: Callable[[], list[Letter]], database: Database
) -> None:
    """After a quarter of an hour the link says so."""
    visitor.post("/sign-in/link", data={"email": baker.person.email})
    with database.transaction() as session:
        row = session.exec(select(SignInLink)).one()
        assert row.expires_at - row.created_at == timedelta(minutes=15)
        row.expires_at = real_now()
        session.add(row)
    answer = visitor.post(path_in(letters()[0].text))
    assert answer.status_code == 410
    assert "nouveau" in answer.text


def test_asking_for_a_link_tells_nothing(
    visitor: TestClient, baker: Party, letters: Callable[[], list[Letter]]
) -> None:
    """The answer is the same for an address without an account, and nothing is sent there."""
    known = visitor.post("/sign-in/link", data={"email": baker.person.email})
    unknown = visitor.post("/sign-in/link", data={"email": "nobody@example.org"})
    assert known.text.replace("p1@example.org", "…") == unknown.text.replace("nobody@example.org", "…")
    assert [letter.to for letter in letters()] == [baker.person.email]


def test_asking_for_links_is_limited(visitor: TestClient, baker: Party, letters: Callable[[], list[Letter]]) -> None:
    """Nobody's letter box can be filled from our page."""
    most = LIMITS["message"].account.amount
    answers = [visitor.post("/sign-in/link", data={"email": baker.person.email}).status_code for _ in range(most + 2)]
    assert answers == [200] * most + [429, 429]
    assert len(letters()) == most


def test_the_first_link_ends_what_a_stranger_set_up(
    visitor: TestClient, baker: Party, letters: Callable[[], list[Letter]], database: Database
) -> None:
    """An address registered by somebody else with a password: its owner's first link throws that password out."""
    with database.transaction() as session:
        person = session.get(Person, baker.person.key)
        assert person is not None
        person.email_verified_at = None
        session.add(person)
    visitor.post("/sign-in/link", data={"email": baker.person.email})
    assert visitor.post(path_in(letters()[0].text)).status_code == 303
    visitor.post("/sign-out")
    assert sign_in(visitor, baker.person.email, PASSWORD) == 401


def code_of(texts: list[Text]) -> str:
    return "".join(c for c in texts[0].text.split("valable")[0] if c.isdigit())


def test_a_code_signs_in(visitor: TestClient, baker: Party, texts: Callable[[], list[Text]]) -> None:
    """Six digits sent to the phone, however the number is typed; they serve once."""
    assert visitor.post("/sign-in/code", data={"phone": "06 12 34 56 78"}).status_code == 200
    code = code_of(texts())
    assert len(code) == 6
    answer = visitor.post("/sign-in/code/check", data={"phone": "+33612345678", "code": f"{code[:3]} {code[3:]}"})
    assert answer.status_code == 303
    assert signed_in_as(visitor) == baker.person.name
    visitor.post("/sign-out")
    assert visitor.post("/sign-in/code/check", data={"phone": "+33612345678", "code": code}).status_code == 410


def test_a_code_takes_five_tries(visitor: TestClient, baker: Party, texts: Callable[[], list[Text]]) -> None:
    """The sixth try fails even when it is right: the code is spent."""
    visitor.post("/sign-in/code", data={"phone": "0612345678"})
    code = code_of(texts())
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    check = lambda digits: visitor.post("/sign-in/code/check", data={"phone": "0612345678", "code": digits})  # noqa: E731
    assert [check(wrong).status_code for _ in range(5)] == [401, 401, 401, 401, 410]
    assert check(code).status_code == 410
    assert signed_in_as(visitor) is None


def test_a_new_code_makes_the_old_one_worthless(
    visitor: TestClient, baker: Party, texts: Callable[[], list[Text]]
) -> None:
    """Only the newest code counts."""
    visitor.post("/sign-in/code", data={"phone": "0612345678"})
    old = code_of(texts())
    visitor.post("/sign-in/code", data={"phone": "0612345678"})
    new = code_of(texts())
    if old != new:
        assert visitor.post("/sign-in/code/check", data={"phone": "0612345678", "code": old}).status_code == 401
    assert visitor.post("/sign-in/code/check", data={"phone": "0612345678", "code": new}).status_code == 303


def test_signing_out_ends_the_session(visitor: TestClient, baker: Party) -> None:
    """The cookie is worthless afterwards, even where somebody kept a copy."""
    sign_in(visitor, baker.person.email, PASSWORD)
    kept = visitor.cookies["glane_session"]
    assert visitor.post("/sign-out").headers["location"] == "/"
    use_session(visitor, kept)
    assert signed_in_as(visitor) is None


def test_a_session_can_be_ended_from_another(visitor: TestClient, baker: Party, database: Database, make: Make) -> None:
    """The list shows both browsers; ending one signs it out, and nobody ends a stranger's."""
    sign_in(visitor, baker.person.email, PASSWORD)
    first = visitor.cookies["glane_session"]
    visitor.cookies.delete("glane_session")
    sign_in(visitor, baker.person.email, PASSWORD)
    with database.read() as session:
        rows = session.exec(select(WebSession).order_by(WebSession.id)).all()  # type: ignore[arg-type]  # a column
    assert [row.revoked_at for row in rows] == [None, None]
    assert visitor.post(f"/account/sessions/{rows[0].id}/end").status_code == 303
    second = visitor.cookies["glane_session"]
    use_session(visitor, first)
    assert signed_in_as(visitor) is None
    make.signed_in(visitor, make.charity().person.key)
    assert visitor.post(f"/account/sessions/{rows[1].id}/end").status_code == 404
    use_session(visitor, second)
    assert signed_in_as(visitor) == baker.person.name


def test_a_new_password_signs_the_others_out(visitor: TestClient, baker: Party) -> None:
    """After a change of password only the browser at hand stays; the old password is asked for."""
    sign_in(visitor, baker.person.email, PASSWORD)
    other = visitor.cookies["glane_session"]
    visitor.cookies.delete("glane_session")
    sign_in(visitor, baker.person.email, PASSWORD)
    new = "une brioche encore tiède"
    assert visitor.post("/account/password", data={"current": "wrong", "password": new}).status_code == 422
    assert visitor.post("/account/password", data={"current": PASSWORD, "password": "court"}).status_code == 422
    assert visitor.post("/account/password", data={"current": PASSWORD, "password": new}).status_code == 303
    assert signed_in_as(visitor) == baker.person.name
    use_session(visitor, other)
    assert signed_in_as(visitor) is None


def test_a_suspended_person_is_out_at_once(visitor: TestClient, baker: Party, make: Make, database: Database) -> None:
    """Session, key and password all stop with the suspension, and work again after it."""
    sign_in(visitor, baker.person.email, PASSWORD)
    token = make.token(baker.person.key)
    with database.transaction() as session:
        person = session.get(Person, baker.person.key)
        assert person is not None
        person.state = AccountState.SUSPENDED
        session.add(person)
    assert signed_in_as(visitor) is None
    assert visitor.get("/api/v1/me", headers={"authorization": f"Bearer {token}"}).status_code == 401
    visitor.cookies.delete("glane_session")
    assert sign_in(visitor, baker.person.email, PASSWORD) == 401
