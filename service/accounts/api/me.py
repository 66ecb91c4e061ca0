"""Oneself: who one is, where one is signed in, one's language."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from service.accounts.actions import people, sessions
from service.accounts.api.shapes import MembershipOut, MeOut, SessionOut, SessionPage
from service.accounts.forms import Email, Language, Name, PersonIn, Phone, Shape
from service.accounts.guard import Guard
from service.accounts.models import Person
from service.accounts.queries import memberships_of, open_sessions
from service.accounts.who import Who
from service.kit.clock import real_now
from service.kit.refusals import SignInNeeded
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["accounts"])
Reader = Annotated[Who, Depends(Guard("account", "read"))]
Changer = Annotated[Who, Depends(Guard("account", "change"))]


class MeIn(Shape):
    """What to change; what is left out stays."""

    name: Name | None = None
    email: Email | None = Field(None, description="null takes the address away")
    phone: Phone | None = Field(None, description="null takes the number away")
    locale: Language | None = None


def _me(session: ReadSession | WriteSession, who: Who) -> Person:
    person = session.get(Person, who.person_id) if who.person_id is not None else None
    if person is None:
        raise SignInNeeded()
    return person


def _out(session: ReadSession | WriteSession, who: Who) -> MeOut:
    person = _me(session, who)
    return MeOut(
        id=person.key,
        name=person.name,
        email=person.email,
        phone=person.phone,
        locale=person.locale,
        state=person.state,
        region=who.region,
        roles=sorted(who.roles),
        organisation_ids=sorted(who.organisation_ids),
        site_ids=sorted(who.site_ids),
        on_behalf_of=who.on_behalf_of,
        memberships=[MembershipOut.of(membership) for membership, _o in memberships_of(session, person.key)],
    )


@router.get("/me")
def read_me(who: Reader, session: ReadSession) -> MeOut:
    """Who this key or session is."""
    return _out(session, who)


@router.patch("/me")
def change_me(who: Changer, session: WriteSession, now: Now, asked: MeIn) -> MeOut:
    """My name, address, number, language."""
    person = _me(session, who)
    given = asked.model_fields_set
    changed = PersonIn.model_construct(
        name=asked.name if asked.name is not None else person.name,
        email=asked.email if "email" in given else person.email,
        phone=asked.phone if "phone" in given else person.phone,
    )
    people.change_me(session, person, changed, who=who, now=now)
    if asked.locale is not None:
        people.choose_locale(session, person, asked.locale)
    session.flush()
    return _out(session, who)


@router.get("/sessions")
def list_sessions(who: Reader, session: ReadSession) -> SessionPage:
    """Where I am signed in."""
    return SessionPage(items=[SessionOut.of(row) for row in open_sessions(session, _me(session, who).key, real_now())])


@router.delete("/sessions/{session_id}", status_code=204)
def delete_session(who: Changer, session: WriteSession, session_id: Annotated[int, Path(ge=1, le=2**53)]) -> None:
    """Sign out one of my browsers."""
    sessions.revoke_session(session, session_id, who=who, real_now=real_now())
