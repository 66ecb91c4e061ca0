"""Reading people, organisations and sites."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from service.accounts.models import (
    AccountState,
    ApiToken,
    Closure,
    Membership,
    Organisation,
    Person,
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

    `only_site` narrows it to one site, as a shared tablet is.
    """
    person = session.get(Person, person_id)
    if person is None or person.state != AccountState.ACTIVE:
        return None
    rows = session.exec(
        select(Membership, Organisation.state)
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(Membership.person_id == person_id, Organisation.state != AccountState.SUSPENDED)
    ).all()
    memberships = [membership for membership, _state in rows]
    whole = [m.organisation_id for m in memberships if m.site_id is None]
    sites = {m.site_id for m in memberships if m.site_id is not None}
    sites |= {site.key for site in session.exec(select(Site).where(col(Site.organisation_id).in_(whole))).all()}
    if only_site is not None:
        sites &= {only_site}
    return Who(
        region=person.region,
        person_id=person.id,
        name=person.name,
        locale=person.locale,
        roles=frozenset(str(m.role) for m in memberships),
        organisation_ids=frozenset(m.organisation_id for m in memberships),
        site_ids=frozenset(sites),
        session_id=session_id,
        played=person.played,
    )


def person_by_email(session: Session, email: str) -> Person | None:
    return session.exec(select(Person).where(Person.email == email.strip().lower())).one_or_none()


def person_by_phone(session: Session, phone: str) -> Person | None:
    """`phone` in E.164."""
    return session.exec(select(Person).where(Person.phone == phone)).one_or_none()


def organisation_sites(session: Session, organisation_ids: Sequence[int] | frozenset[int]) -> Sequence[Site]:
    """The active sites of some organisations, by name."""
    return session.exec(
        select(Site)
        .where(col(Site.organisation_id).in_(list(organisation_ids)), col(Site.active).is_(True))
        .order_by(col(Site.name), col(Site.id))
    ).all()


def sites_by_id(session: Session, ids: Sequence[int] | frozenset[int] | set[int]) -> dict[int, Site]:
    """Sites by key."""
    return {site.key: site for site in session.exec(select(Site).where(col(Site.id).in_(list(ids)))).all()}


def organisations_by_id(session: Session, ids: Sequence[int] | frozenset[int] | set[int]) -> dict[int, Organisation]:
    """Organisations by key."""
    rows = session.exec(select(Organisation).where(col(Organisation.id).in_(list(ids)))).all()
    return {organisation.key: organisation for organisation in rows}


def closures(session: Session, site_ids: Sequence[int] | frozenset[int] | set[int]) -> dict[int, list[Closure]]:
    """The closed days of each site."""
    found: dict[int, list[Closure]] = {}
    for closure in session.exec(select(Closure).where(col(Closure.site_id).in_(list(site_ids)))).all():
        found.setdefault(closure.site_id, []).append(closure)
    return found


def members(session: Session, organisation_id: int, role: str | None = None) -> Sequence[Person]:
    """The active people of an organisation."""
    query = (
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(Membership.organisation_id == organisation_id, Person.state == AccountState.ACTIVE)
        .order_by(col(Person.name))
        .distinct()
    )
    if role is not None:
        query = query.where(Membership.role == role)
    return session.exec(query).all()


def people_with_role(session: Session, region: str, role: str) -> Sequence[Person]:
    """The active people of a region who hold a role."""
    return session.exec(
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(Person.region == region, Person.state == AccountState.ACTIVE, Membership.role == role)
        .distinct()
    ).all()
