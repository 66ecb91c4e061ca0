"""Reading the journal for figures."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from service.journal.models import Entry
from service.kit.clock import day_bounds, local
from service.observatory.rules import KINDS, Figures, fold


def entries_of(session: Session, region: str, start: datetime, end: datetime) -> Sequence[Entry]:
    """The entries that figures are made of, which happened from `start` (included) to `end` (excluded)."""
    return session.exec(
        select(Entry)
        .where(Entry.region == region, col(Entry.kind).in_(KINDS), Entry.at >= start, Entry.at < end)
        .order_by(col(Entry.id))
    ).all()


def figures_of(session: Session, region: str, first: date, last: date, zone: str) -> Figures:
    """The figures of local days, first and last included."""
    return fold(entries_of(session, region, day_bounds(first, zone)[0], day_bounds(last, zone)[1]))


def figures_by_day(session: Session, region: str, first: date, last: date, zone: str) -> dict[date, Figures]:
    """The figures of each local day; days on which nothing happened are there too."""
    by_day: dict[date, list[Entry]] = {first + timedelta(days=offset): [] for offset in range((last - first).days + 1)}
    for entry in entries_of(session, region, day_bounds(first, zone)[0], day_bounds(last, zone)[1]):
        by_day[local(entry.at, zone).date()].append(entry)
    return {day: fold(entries) for day, entries in by_day.items()}


def delivered_by_commune(
    session: Session, region: str, first: date, last: date, zone: str
) -> dict[str, tuple[int, int]]:
    """Grams posted and delivered by the donor's commune (INSEE code): the receiving end may be protected."""
    totals: dict[str, tuple[int, int]] = {}
    for entry in entries_of(session, region, day_bounds(first, zone)[0], day_bounds(last, zone)[1]):
        commune = entry.data.get("commune")
        if commune is None or entry.kind not in ("lot.posted", "share.delivered"):
            continue
        grams = sum(int(line.get("grams") or 0) for line in entry.data.get("lines") or [entry.data])
        posted, delivered = totals.get(commune, (0, 0))
        totals[commune] = (posted + grams, delivered) if entry.kind == "lot.posted" else (posted, delivered + grams)
    return totals
