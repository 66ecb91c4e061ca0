"""Browser sessions and API tokens: opened, rotated, ended."""

from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.models import ApiToken, Person, WebSession
from service.accounts.queries import api_tokens_of, open_sessions, session_by_token
from service.accounts.rules import LIFETIMES, TOKEN_DAYS
from service.accounts.tokens import new_token, token_hash
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.refusals import NotFound


def open_session(
    session: Session,
    person: Person,
    *,
    method: str,
    device: str,
    real_now: datetime,
    replaces: str | None = None,
    site_id: int | None = None,
) -> str:
    """Sign somebody in and return the secret of their cookie. `replaces` is the cookie the browser had: it ends.

    `method` is one of `LIFETIMES`; `site_id` narrows the session to one site, as on a shared tablet.
    """
    if replaces:
        end_session(session, replaces, real_now=real_now)
    token = new_token()
    session.add(
        WebSession(
            token_hash=token_hash(token),
            person_id=person.key,
            site_id=site_id,
            created_at=real_now,
            expires_at=real_now + LIFETIMES[method],
            device=device[:120],
        )
    )
    append(
        session, region=person.region, kind="person.signed_in", at=real_now, subject=("person", person.key),
        actor=Who(region=person.region, person_id=person.key), data={"method": method, "site": site_id},
        audience=[f"person:{person.key}"],
    )  # fmt: skip
    return token


def end_session(session: Session, token: str, *, real_now: datetime) -> None:
    """Sign out the browser that has this cookie; a cookie of no session is no error."""
    row = session_by_token(session, token)
    if row is not None and row.revoked_at is None:
        row.revoked_at = real_now
        session.add(row)


def revoke_session(session: Session, session_id: int, *, who: Who, real_now: datetime) -> None:
    """Sign out one of one's own browsers from another."""
    row = session.get(WebSession, session_id)
    if row is None or row.person_id != who.person_id:
        raise NotFound()
    row.revoked_at = row.revoked_at or real_now
    session.add(row)


def revoke_sessions(session: Session, person_id: int, *, real_now: datetime, keep: int | None = None) -> int:
    """Sign a person out everywhere but in the session to keep; how many sessions ended."""
    rows = [row for row in open_sessions(session, person_id, real_now) if row.id != keep]
    for row in rows:
        row.revoked_at = real_now
        session.add(row)
    return len(rows)


def make_token(session: Session, person: Person, *, name: str, real_now: datetime) -> tuple[ApiToken, str]:
    """A key for a machine that acts as this person, and its secret, told this once."""
    secret = new_token()
    token = ApiToken(
        token_hash=token_hash(secret),
        person_id=person.key,
        name=name,
        created_at=real_now,
        expires_at=real_now + timedelta(days=TOKEN_DAYS),
    )
    session.add(token)
    session.flush()
    append(
        session, region=person.region, kind="person.token_made", at=real_now, subject=("person", person.key),
        actor=Who(region=person.region, person_id=person.key), data={"token": token.key},
        audience=[f"person:{person.key}"],
    )  # fmt: skip
    return token, secret


def revoke_token(session: Session, token_id: int, *, who: Who, real_now: datetime) -> None:
    """Make one of one's own API tokens worthless."""
    row = session.get(ApiToken, token_id)
    if row is None or row.person_id != who.person_id:
        raise NotFound()
    row.revoked_at = row.revoked_at or real_now
    session.add(row)


def revoke_tokens(session: Session, person_id: int, *, real_now: datetime) -> None:
    """Make all of somebody's API tokens worthless."""
    for row in api_tokens_of(session, person_id):
        row.revoked_at = real_now
        session.add(row)
