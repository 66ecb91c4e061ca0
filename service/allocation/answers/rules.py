"""Whether a rule speaks to a lot, and how much of it it takes. No database, no clock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from config.catalogue import catalogue


@dataclass(frozen=True)
class Offered:
    """A line as it may be taken: its key, its category, grams."""

    line: int
    category: str
    grams: int


def speaks_to(
    *,
    weekdays: Collection[int],
    most_metres: int | None,
    categories: Collection[str],
    weekday: int,
    metres: int | None,
    offered: Iterable[str],
) -> bool:
    """Whether day, distance and one category at least fit.

    A distance nobody may know (a protected place) fits only a rule without a limit.
    """
    if weekday not in weekdays:
        return False
    if most_metres is not None and (metres is None or metres > most_metres):
        return False
    return any(takes(categories, slug) for slug in offered)


def takes(categories: Collection[str], slug: str) -> bool:
    """Whether a list of categories and headings (empty: all) holds a category."""
    kinds = catalogue()
    return kinds.accepts(frozenset(categories), kinds.category(slug))


def taken(
    offered: Iterable[Offered], categories: Collection[str], *, least: int = 0, most: int | None = None
) -> dict[int, int]:
    """Grams by line, in the lot's order, up to `most` in all; nothing when it is less than `least`."""
    left = most
    found: dict[int, int] = {}
    for one in offered:
        grams = one.grams if left is None else min(one.grams, left)
        if grams > 0 and takes(categories, one.category):
            found[one.line] = grams
            left = None if left is None else left - grams
    return found if sum(found.values()) >= max(1, least) else {}
