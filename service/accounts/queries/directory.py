"""Reading organisations, their sites and their people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import BindParameter, bindparam, inspect
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.accounts.models import (
    AccountState,
    ClosedDay,
    Closure,
    Membership,
    Organisation,
    Person,
    Role,
    Shut,
    Site,
)
from service.accounts.who import Who
from service.kit.refusals import NotFound

Kept = TypeVar("Kept", Site, Organisation)
# Asked for every lot that enters a round, so they are put together once.
_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_CLOSURES = select(Closure).where(col(Closure.site_id).in_(_IDS))
_CLOSED_DAYS = select(ClosedDay).order_by(col(ClosedDay.day))


def organisation_sites(session: Session, organisation_ids: Sequence[int] | frozenset[int]) -> Sequence[Site]:
    """The active sites of some organisations, by name."""
    return session.exec(
        select(Site)
        .where(col(Site.organisation_id).in_(list(organisation_ids)), col(Site.active).is_(True))
        .order_by(col(Site.name), col(Site.id))
    ).all()


def sites_by_id(session: Session, ids: Sequence[int] | frozenset[int] | set[int]) -> dict[int, Site]:
    """Sites by key; what the session holds already is not asked for again."""
    return _by_id(session, Site, ids)


def organisations_by_id(session: Session, ids: Sequence[int] | frozenset[int] | set[int]) -> dict[int, Organisation]:
    """Organisations by key; what the session holds already is not asked for again."""
    return _by_id(session, Organisation, ids)


def _by_id(session: Session, kind: type[Kept], ids: Iterable[int]) -> dict[int, Kept]:
    found: dict[int, Kept] = {}
    missing = []
    for key in sorted(set(ids)):
        held = session.identity_map.get(session.identity_key(kind, key))
        if isinstance(held, kind) and not inspect(held).expired:
            found[key] = held
        else:
            missing.append(key)
    if missing:
        found |= {row.key: row for row in session.exec(_rows_of(kind), params={"ids": missing}).all()}
    return found


@lru_cache(maxsize=2)
def _rows_of(kind: type[Kept]) -> SelectOfScalar[Kept]:
    return select(kind).where(col(kind.id).in_(_IDS))


def closures(session: Session, site_ids: Sequence[int] | frozenset[int] | set[int]) -> dict[int, list[Shut]]:
    """The closed days of each site: its own, and those of its whole region."""
    found: dict[int, list[Shut]] = {}
    for closure in session.exec(_CLOSURES, params={"ids": list(site_ids)}).all():
        found.setdefault(closure.site_id, []).append(closure)
    everywhere = session.exec(_CLOSED_DAYS).all()
    if everywhere:
        for key, region in session.exec(select(Site.id, Site.region).where(col(Site.id).in_(list(site_ids)))).all():
            of_region = [one for one in everywhere if one.region == region]
            if key is not None and of_region:
                found.setdefault(key, []).extend(of_region)
    return found


def closed_days(session: Session, region: str, first: date, last: date) -> dict[date, ClosedDay]:
    """The days from first to last on which a whole region is shut, in order."""
    rows = session.exec(
        select(ClosedDay)
        .where(ClosedDay.region == region, ClosedDay.day >= first, ClosedDay.day <= last)
        .order_by(col(ClosedDay.day))
    ).all()
    return {row.day: row for row in rows}


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


def members_of_sites(session: Session, site_ids: Sequence[int], role: str | None = None) -> dict[int, list[Person]]:
    """The active people who act for each of some sites, by name: those of the whole organisation, and those of that
    site alone."""
    query = (
        select(Site.id, Person)
        .join(Membership, col(Membership.organisation_id) == col(Site.organisation_id))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(
            col(Site.id).in_(list(site_ids)),
            or_(col(Membership.site_id).is_(None), col(Membership.site_id) == col(Site.id)),
            Person.state == AccountState.ACTIVE,
        )
        .order_by(col(Person.name), col(Person.id))
        .distinct()
    )
    if role is not None:
        query = query.where(Membership.role == role)
    found: dict[int, list[Person]] = {key: [] for key in site_ids}
    for site_id, person in session.exec(query).all():
        if site_id is not None:
            found[site_id].append(person)
    return found


def people_with_role(session: Session, region: str, role: str) -> Sequence[Person]:
    """The active people of a region who hold a role."""
    return session.exec(
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(Person.region == region, Person.state == AccountState.ACTIVE, Membership.role == role)
        .distinct()
    ).all()


def the_organisation(session: Session, who: Who, organisation_id: int) -> Organisation:
    """An organisation of the reader's region; NotFound otherwise."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or organisation.region != who.region:
        raise NotFound()
    return organisation


def the_site(session: Session, who: Who, site_id: int) -> Site:
    """A site of the reader's region; NotFound otherwise."""
    site = session.get(Site, site_id)
    if site is None or site.region != who.region:
        raise NotFound()
    return site


def the_person(session: Session, who: Who, person_id: int) -> Person:
    """A person of the reader's region; NotFound otherwise."""
    person = session.get(Person, person_id)
    if person is None or person.region != who.region:
        raise NotFound()
    return person


def the_membership(session: Session, organisation_id: int, membership_id: int) -> Membership:
    """A membership of an organisation; NotFound otherwise."""
    membership = session.get(Membership, membership_id)
    if membership is None or membership.organisation_id != organisation_id:
        raise NotFound()
    return membership


def the_closure(session: Session, site_id: int, closure_id: int) -> Closure:
    """A closure of a site; NotFound otherwise."""
    closure = session.get(Closure, closure_id)
    if closure is None or closure.site_id != site_id:
        raise NotFound()
    return closure


def all_sites(session: Session, organisation_id: int) -> Sequence[Site]:
    """The sites of an organisation, those given up last."""
    return session.exec(
        select(Site).where(Site.organisation_id == organisation_id).order_by(col(Site.active).desc(), col(Site.id))
    ).all()


def closures_to_come(session: Session, site_ids: Sequence[int], today: date) -> Sequence[Closure]:
    """Closed days that are not over, the next first."""
    return session.exec(
        select(Closure)
        .where(col(Closure.site_id).in_(site_ids), col(Closure.last_day) >= today)
        .order_by(col(Closure.first_day), col(Closure.id))
    ).all()


@dataclass(frozen=True)
class Member:
    """Somebody of an organisation, and as what."""

    membership: Membership
    person: Person


def people_of(session: Session, organisation_id: int) -> list[Member]:
    """Everybody who acts for an organisation, suspended people included, by name."""
    rows = session.exec(
        select(Membership, Person)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(Membership.organisation_id == organisation_id)
        .order_by(col(Person.name), col(Membership.id))
    ).all()
    return [Member(membership, person) for membership, person in rows]


def memberships_of(session: Session, person_id: int) -> Sequence[tuple[Membership, Organisation]]:
    """What a person acts for, suspended organisations included."""
    return session.exec(
        select(Membership, Organisation)
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(Membership.person_id == person_id)
        .order_by(col(Organisation.name), col(Membership.id))
    ).all()


def has_role_anywhere(session: Session, organisation_id: int, role: Role) -> bool:
    """Whether anybody active holds a role in an organisation."""
    return (
        session.exec(
            select(Membership.id)
            .join(Person, col(Person.id) == col(Membership.person_id))
            .where(
                Membership.organisation_id == organisation_id,
                Membership.role == role,
                Person.state == AccountState.ACTIVE,
            )
            .limit(1)
        ).first()
        is not None
    )


def organisation_by_number(session: Session, region: str, siret: str | None, rna: str | None) -> Organisation | None:
    """The organisation of a region that has this SIRET, else this RNA number."""
    for column, value in ((Organisation.siret, siret), (Organisation.rna, rna)):
        if value:
            found = session.exec(select(Organisation).where(Organisation.region == region, column == value)).first()
            if found is not None:
                return found
    return None


def organisations_by_numbers(session: Session, region: str, numbers: Sequence[str]) -> dict[str, Organisation]:
    """The organisations that have one of these SIRET or RNA numbers, by number."""
    rows = session.exec(
        select(Organisation).where(
            Organisation.region == region, or_(col(Organisation.siret).in_(numbers), col(Organisation.rna).in_(numbers))
        )
    ).all()
    return {number: row for row in rows for number in (row.siret, row.rna) if number is not None}
