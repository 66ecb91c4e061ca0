"""Who somebody is: from a session, a token, an address, a number."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, or_, select

from service.accounts.errors import CannotSpeakFor
from service.accounts.models import (
    AccountState,
    ApiToken,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Site,
    WebSession,
)
from service.accounts.tokens import token_hash
from service.accounts.who import Who


def who_of_session(session: Session, token: str, real_now: datetime) -> Who | None:
    """The person behind a session cookie, None once it has ended."""
    row = session.exec(
        select(WebSession).where(
            WebSession.token_hash == token_hash(token),
            col(WebSession.revoked_at).is_(None),
            WebSession.expires_at > real_now,
        )
    ).one_or_none()
    return who_is(session, row.person_id, row.site_id, row.id) if row else None


def who_of_token(session: Session, token: str, real_now: datetime) -> Who | None:
    """The person behind an API token, None once it is revoked or out of date."""
    row = session.exec(
        select(ApiToken).where(
            ApiToken.token_hash == token_hash(token),
            col(ApiToken.revoked_at).is_(None),
            or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > real_now),
        )
    ).one_or_none()
    return who_is(session, row.person_id) if row else None


def who_is(session: Session, person_id: int, only_site: int | None = None, session_id: int | None = None) -> Who | None:
    """A person with the roles, organisations and sites their memberships give; None if suspended.

    `only_site` narrows it to one site, as a shared tablet is. An organisation that waits for approval gives no role
    yet, but its people see its page; a suspended one gives nothing.
    """
    person = session.get(Person, person_id)
    if person is None or person.state != AccountState.ACTIVE:
        return None
    rows = session.exec(
        select(Membership, Organisation.state)
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(Membership.person_id == person_id, Organisation.state != AccountState.SUSPENDED)
    ).all()
    if only_site is not None:
        site = session.get(Site, only_site)
        owner = site.organisation_id if site is not None and site.active else None
        rows = [(m, state) for m, state in rows if m.organisation_id == owner and m.site_id in (None, only_site)]
        if not rows:
            return None
    whole = [m.organisation_id for m, _state in rows if m.site_id is None]
    sites = {m.site_id for m, _state in rows if m.site_id is not None}
    sites |= {site.key for site in session.exec(select(Site).where(col(Site.organisation_id).in_(whole))).all()}
    if only_site is not None:
        sites &= {only_site}
    return Who(
        region=person.region,
        person_id=person.id,
        name=person.name,
        locale=person.locale,
        roles=frozenset(str(m.role) for m, state in rows if state == AccountState.ACTIVE),
        organisation_ids=frozenset(m.organisation_id for m, _state in rows),
        site_ids=frozenset(sites),
        session_id=session_id,
        tablet_site=only_site,
        played=person.played,
    )


# What an organisation does, and so what somebody who speaks for it may do.
ROLE_OF_KIND = {
    OrganisationKind.DONOR: Role.DONOR,
    OrganisationKind.CHARITY: Role.CHARITY,
    OrganisationKind.PUBLIC_BODY: Role.CHARITY,
    OrganisationKind.CARRIER: Role.DRIVER,
}


def speaking(session: Session, who: Who, organisation_id: int) -> Who:
    """The same person, speaking for an organisation of the region ("saisi pour …"); CannotSpeakFor if they may not.

    They keep their own name and rights and get the caller's role, organisation and sites: every entry of the journal
    then carries both.
    """
    organisation = session.get(Organisation, organisation_id)
    if (
        who.person_id is None
        or who.tablet_site is not None
        or not who.may("callers", "speak_for")
        or organisation is None
        or organisation.region != who.region
        or organisation.state != AccountState.ACTIVE
        or organisation.kind not in ROLE_OF_KIND
    ):
        raise CannotSpeakFor()
    sites = session.exec(select(Site.id).where(Site.organisation_id == organisation_id, col(Site.active).is_(True)))
    return replace(
        who,
        roles=who.roles | {str(ROLE_OF_KIND[organisation.kind])},
        organisation_ids=frozenset({organisation_id}),
        site_ids=frozenset(key for key in sites.all() if key is not None),
        on_behalf_of=organisation_id,
        on_behalf_name=organisation.name,
    )


def person_by_email(session: Session, email: str) -> Person | None:
    return session.exec(select(Person).where(Person.email == email.strip().lower())).one_or_none()


def person_by_phone(session: Session, phone: str) -> Person | None:
    """`phone` in E.164."""
    return session.exec(select(Person).where(Person.phone == phone)).one_or_none()
