"""Reading the journal for figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from service.accounts.models import (
    AccountState,
    Activity,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Site,
)
from service.journal.models import Entry
from service.kit.clock import day_bounds, local
from service.lots.models import Lot
from service.observatory.rules import KINDS, Figures, fold


@dataclass(frozen=True, slots=True)
class Fact:
    """What figures need of an entry: a month holds tens of thousands, so no more than that is read."""

    kind: str
    subject_id: int
    at: datetime
    data: Mapping[str, Any]


def entries_of(session: Session, region: str, start: datetime, end: datetime) -> list[Fact]:
    """The entries that figures are made of, which happened from `start` (included) to `end` (excluded)."""
    rows = session.exec(
        select(Entry.kind, Entry.subject_id, Entry.at, Entry.data)
        .where(Entry.region == region, col(Entry.kind).in_(KINDS), Entry.at >= start, Entry.at < end)
        .order_by(col(Entry.id))
    )
    return [Fact(*row) for row in rows]


def figures_of(session: Session, region: str, first: date, last: date, zone: str) -> Figures:
    """The figures of local days, first and last included."""
    return fold(entries_between(session, region, first, last, zone))


def entries_between(session: Session, region: str, first: date, last: date, zone: str) -> list[Fact]:
    """The entries of local days, first and last included: read once, folded as often as a page needs."""
    return entries_of(session, region, day_bounds(first, zone)[0], day_bounds(last, zone)[1])


def figures_by_day(session: Session, region: str, first: date, last: date, zone: str) -> dict[date, Figures]:
    """The figures of each local day; days on which nothing happened are there too."""
    return fold_by_day(entries_between(session, region, first, last, zone), first, last, zone)


def fold_by_day(entries: Iterable[Fact], first: date, last: date, zone: str) -> dict[date, Figures]:
    """The figures of each local day of entries read already."""
    by_day: dict[date, list[Fact]] = {first + timedelta(days=offset): [] for offset in range((last - first).days + 1)}
    for entry in entries:
        by_day[local(entry.at, zone).date()].append(entry)
    return {day: fold(entries) for day, entries in by_day.items()}


def delivered_by_commune(entries: Iterable[Fact]) -> dict[str, tuple[int, int]]:
    """Grams posted and delivered by the donor's commune (INSEE code): the receiving end may be protected."""
    totals: dict[str, tuple[int, int]] = {}
    for entry in entries:
        commune = entry.data.get("commune")
        if commune is None or entry.kind not in ("lot.posted", "share.delivered"):
            continue
        grams = sum(int(line.get("grams") or 0) for line in entry.data.get("lines") or [entry.data])
        posted, delivered = totals.get(commune, (0, 0))
        totals[commune] = (posted + grams, delivered) if entry.kind == "lot.posted" else (posted, delivered + grams)
    return totals


# For the guided tour


def communes_with_donors(session: Session, region: str) -> Sequence[str]:
    """INSEE codes of the communes in which a donor has an active site."""
    query = select(Site.commune).join(Organisation, col(Organisation.id) == col(Site.organisation_id)).distinct()
    donors = (Site.region == region, col(Site.active).is_(True), Organisation.kind == OrganisationKind.DONOR)
    return session.exec(query.where(*donors)).all()


def invented_donors(session: Session, region: str, commune: str | None) -> list[tuple[Site, Person]]:
    """Sites of a demonstration's invented donors with who gives there, bakeries first; of a commune, or of them all."""
    query = (
        select(Site, Person, Organisation.activity)
        .join(Organisation, col(Organisation.id) == col(Site.organisation_id))
        .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(
            Site.region == region,
            Membership.role == Role.DONOR,
            col(Person.played).is_(True),
            Person.state == AccountState.ACTIVE,
        )
        .order_by(col(Site.id))
    )
    if commune is not None:
        query = query.where(Site.commune == commune)
    rows = sorted(session.exec(query).all(), key=lambda row: (row[2] != Activity.BAKERY, row[0].key))
    return [(site, person) for site, person, _ in rows]


def newest_lots(
    session: Session, region: str, commune: str | None, since: datetime, limit: int = 6
) -> list[tuple[Lot, Site]]:
    """The newest lots given in a commune (in the region without one), each with its donor's site."""
    query = select(Lot, Site).join(Site, col(Site.id) == col(Lot.site_id))
    query = query.where(Lot.region == region, Lot.posted_at >= since)
    if commune is not None:
        query = query.where(Site.commune == commune)
    return list(session.exec(query.order_by(col(Lot.posted_at).desc(), col(Lot.id).desc()).limit(limit)).all())


def expired_by_commune(session: Session, region: str, first: date, last: date, zone: str) -> dict[str, tuple[int, int]]:
    """Grams that nobody took, and grams delivered, by the donor's commune."""
    totals: dict[str, tuple[int, int]] = {}
    for entry in entries_between(session, region, first, last, zone):
        commune = entry.data.get("commune")
        if commune is None or entry.kind not in ("lot.expired", "share.delivered"):
            continue
        grams = sum(int(line.get("grams") or 0) for line in entry.data.get("lines") or [entry.data])
        lost, taken = totals.get(commune, (0, 0))
        totals[commune] = (lost + grams, taken) if entry.kind == "lot.expired" else (lost, taken + grams)
    return totals
