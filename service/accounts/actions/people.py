"""People: what they say of themselves, colleagues who leave, accounts suspended."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.actions.sessions import revoke_sessions, revoke_tokens
from service.accounts.errors import AlreadyRegistered, LastMember, NotYourself, WrongState
from service.accounts.forms import PersonIn
from service.accounts.models import AccountState, Membership, Organisation, Person
from service.accounts.queries import people_of, person_by_email, person_by_phone
from service.accounts.who import Who
from service.journal.actions import append


def change_me(session: Session, person: Person, asked: PersonIn, *, who: Who, now: datetime) -> None:
    """One's own name, address and number. A new address is unproved until a link sent there is opened,
    a new number until a code sent there is typed."""
    for value, find in ((asked.email, person_by_email), (asked.phone, person_by_phone)):
        other = find(session, value) if value else None
        if other is not None and other.key != person.key:
            raise AlreadyRegistered()
    if asked.email != person.email:
        person.email_verified_at = None
    if asked.phone != person.phone:
        person.phone_verified_at = None
    person.name, person.email, person.phone = asked.name, asked.email, asked.phone
    session.add(person)
    _tell(session, person, "person.changed", who=who, now=now)


def choose_locale(session: Session, person: Person, locale: str) -> None:
    """The language messages are written in."""
    person.locale = locale
    session.add(person)


def set_password(session: Session, person: Person, password_hash: str, *, who: Who, real_now: datetime) -> None:
    """Choose a password (hashed before the transaction); every other browser is signed out."""
    person.password_hash = password_hash
    session.add(person)
    revoke_sessions(session, person.key, real_now=real_now, keep=who.session_id)
    _tell(session, person, "person.password_set", who=who, now=real_now)


def suspend_person(session: Session, person: Person, *, who: Who, now: datetime, real_now: datetime) -> None:
    """Nobody signs in with this account any more, and whoever is signed in is out at once."""
    if person.key == who.person_id:
        raise NotYourself()
    if person.state != AccountState.ACTIVE:
        raise WrongState()
    person.state = AccountState.SUSPENDED
    session.add(person)
    revoke_sessions(session, person.key, real_now=real_now)
    revoke_tokens(session, person.key, real_now=real_now)
    _tell(session, person, "person.suspended", who=who, now=now)


def reactivate_person(session: Session, person: Person, *, who: Who, now: datetime) -> None:
    """The account works again."""
    if person.state != AccountState.SUSPENDED:
        raise WrongState()
    person.state = AccountState.ACTIVE
    session.add(person)
    _tell(session, person, "person.reactivated", who=who, now=now)


def join(
    session: Session, person: Person, organisation: Organisation, membership: Membership, *, who: Who, now: datetime
) -> None:
    """A person now acts for an organisation."""
    session.add(membership)
    session.flush()
    append(
        session, region=organisation.region, kind="person.joined", at=now, subject=("person", person.key), actor=who,
        data={"organisation": organisation.key, "role": str(membership.role), "site": membership.site_id},
        audience=[f"person:{person.key}", f"org:{organisation.key}"],
    )  # fmt: skip


def remove_member(session: Session, membership: Membership, *, who: Who, now: datetime) -> None:
    """A person no longer acts for an organisation in this role. Somebody must be left to open the door."""
    others = {member.person.key for member in people_of(session, membership.organisation_id)} - {membership.person_id}
    if not others:
        raise LastMember()
    session.delete(membership)
    append(
        session, region=who.region, kind="person.left", at=now, subject=("person", membership.person_id), actor=who,
        data={"organisation": membership.organisation_id, "role": str(membership.role)},
        audience=[f"person:{membership.person_id}", f"org:{membership.organisation_id}"],
    )  # fmt: skip


def _tell(session: Session, person: Person, kind: str, *, who: Who, now: datetime) -> None:
    append(
        session, region=person.region, kind=kind, at=now, subject=("person", person.key), actor=who,
        to_state=str(person.state), audience=[f"person:{person.key}", "role:administrator"],
    )  # fmt: skip
