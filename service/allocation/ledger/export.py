"""The ledger for a spreadsheet: a line a site, kilograms with a dot."""

import csv
import io
from collections.abc import Iterable

from config.catalogue import catalogue
from service.allocation.ledger.reading import Ledger, Line

COLUMNS = (
    "site_id",
    "site",
    "organisation",
    "epci",
    "people",
    "people_said",
    "priority",
    "open_days",
    "claims",
    "received_kg",
    "fair_kg",
    "percent",
    "last_lot",
    "longest_wait_days",
)


def as_csv(ledger: Ledger, lines: Iterable[Line]) -> str:
    """Some lines of a ledger as text; it begins with the mark that tells spreadsheets it is UTF-8."""
    families = [family.slug for family in catalogue().families if family.slug in ledger.totals]
    names = {area.code: area.name for area in ledger.areas}
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow([*COLUMNS, *(f"{family}_{kind}_kg" for family in families for kind in ("received", "fair"))])
    for line in lines:
        table.writerow(
            [
                line.site.key,
                _safe(line.site.name),
                _safe(line.organisation.name),
                _safe(names.get(line.group, "")),
                line.counted.people,
                "yes" if line.counted.said else "no",
                line.counted.priority,
                line.counted.open_days,
                line.claims,
                _kg(line.share.received),
                _kg(line.share.fair),
                "" if line.share.percent is None else line.share.percent,
                line.last.isoformat() if line.last else "",
                line.waited.days,
                *(_kg(grams) for family in families for grams in _of(line, family)),
            ]
        )
    return "\ufeff" + written.getvalue()


def _of(line: Line, family: str) -> tuple[int, int]:
    share = line.shares.get(family)
    return (share.received, share.fair) if share else (0, 0)


def _kg(grams: int) -> str:
    return f"{grams / 1000:.3f}"


def _safe(name: str) -> str:
    """A name a spreadsheet does not take for a formula."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name
