"""What a site reads of the lots it is told of."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from config.catalogue import catalogue
from service.accounts.models import Site
from service.allocation.news import queries


@dataclass(frozen=True)
class NewsSeen:
    """A site; the families it is not told of, by name, with how many lots it had left; whether it hears of all."""

    site: Site
    left: Sequence[tuple[str, int]]
    everything: bool


def news_seen(session: Session, sites: Sequence[Site], locale: str) -> list[NewsSeen]:
    """The same for each of some sites, by name."""
    rows = queries.news_of(session, [site.key for site in sites])
    families = {family.slug: family.label(locale) for family in catalogue().families}
    seen = []
    for site in sorted(sites, key=lambda site: (site.name, site.key)):
        row = rows.get(site.key)
        left = [(families[slug], count) for slug, count in row.spared.items() if slug in families] if row else []
        seen.append(NewsSeen(site, left, row.everything if row else False))
    return seen
