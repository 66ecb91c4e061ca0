"""Finding partners: by name, city or number, by state, under a network head."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from service.accounts.models import AccountState, Organisation, OrganisationKind, Site
from service.accounts.queries.directory import organisations_by_id
from service.kit.pagination import Page, PageAsked
from service.kit.text import plain


@dataclass(frozen=True)
class PartnersAsked:
    """Which partners to list."""

    text: str = ""
    kind: OrganisationKind | None = None
    state: AccountState | None = None
    first_lot_unseen: bool = False


def partners(session: Session, region: str, wanted: PartnersAsked, asked: PageAsked) -> Page[Organisation]:
    """Organisations by name, or those that answer to a text: a name, a city, a SIRET, an RNA number.

    Compared here and not in the database, since neither engine ignores accents by itself; a region has a few thousand.
    A protected site's city is kept apart, so nothing of it can be found here. The cursor counts organisations.
    """
    query = select(Organisation.id, Organisation.name, Organisation.siret, Organisation.rna).where(
        Organisation.region == region
    )
    if wanted.kind is not None:
        query = query.where(Organisation.kind == wanted.kind)
    if wanted.state is not None:
        query = query.where(Organisation.state == wanted.state)
    if wanted.first_lot_unseen:
        query = query.where(Organisation.kind == OrganisationKind.DONOR, col(Organisation.first_lot_seen_at).is_(None))
    words = plain(wanted.text).split()
    # A number is often typed in groups: all its digits count as one word.
    if words and all(word.isdigit() for word in words):
        words = ["".join(words)]
    cities = _cities(session, region) if words else {}
    found = sorted(
        (plain(name), key)
        for key, name, siret, rna in session.exec(query).all()
        if key is not None
        and all(word in plain(f"{name} {siret or ''} {rna or ''} {cities.get(key, '')}") for word in words)
    )
    start = asked.after or 0
    page = found[start : start + asked.limit]
    rows = organisations_by_id(session, [key for _name, key in page])
    more = len(found) > start + asked.limit
    return Page([rows[key] for _name, key in page], start + asked.limit if more else None)


def _cities(session: Session, region: str) -> dict[int, str]:
    cities: dict[int, str] = {}
    for key, city in session.exec(select(Site.organisation_id, Site.city).where(Site.region == region)).all():
        cities[key] = f"{cities.get(key, '')} {city or ''}"
    return cities


def counts_by_state(session: Session, region: str) -> dict[str, int]:
    """How many organisations wait, are active, are suspended."""
    rows = session.exec(
        select(Organisation.state, func.count()).where(Organisation.region == region).group_by(col(Organisation.state))
    ).all()
    return {str(state): count for state, count in rows}


def food_banks(session: Session, region: str) -> Sequence[Organisation]:
    """Charities that may be a network head, by name: active ones that are a member of no other."""
    return session.exec(
        select(Organisation)
        .where(
            Organisation.region == region,
            Organisation.kind == OrganisationKind.CHARITY,
            Organisation.state == AccountState.ACTIVE,
            col(Organisation.parent_id).is_(None),
        )
        .order_by(col(Organisation.name), col(Organisation.id))
    ).all()


def waiting_organisations(session: Session, region: str) -> Sequence[Organisation]:
    """Organisations that wait for somebody's approval, in the order they came."""
    return session.exec(
        select(Organisation)
        .where(Organisation.region == region, Organisation.state == AccountState.PENDING)
        .order_by(col(Organisation.created_at), col(Organisation.id))
    ).all()


def waiting_members(session: Session, parent_ids: frozenset[int]) -> Sequence[Organisation]:
    """Organisations that wait for the approval of one of these network heads."""
    return session.exec(
        select(Organisation)
        .where(col(Organisation.parent_id).in_(parent_ids), Organisation.state == AccountState.PENDING)
        .order_by(col(Organisation.created_at), col(Organisation.id))
    ).all()
