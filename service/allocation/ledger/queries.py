"""Reading for the ledger: who asked for something, and one figure by its key."""

from collections import Counter
from datetime import datetime

from sqlmodel import Session, col, func, select

from service.accounts.models import Site
from service.accounts.who import Who
from service.allocation.ledger.errors import FigureUnknown
from service.allocation.models import Claim
from service.allocation.tables import PeopleServed, SitePriority


def claims_made(session: Session, region: str, *, since: datetime, until: datetime) -> Counter[int]:
    """How many claims were made for each site, whatever became of them."""
    rows = session.exec(
        select(Claim.site_id, func.count())
        .where(Claim.region == region, Claim.made_at >= since, Claim.made_at < until)
        .group_by(col(Claim.site_id))
    ).all()
    return Counter({site: int(count) for site, count in rows})


def the_figure(session: Session, who: Who, figure_id: int) -> PeopleServed:
    """A figure of the reader's region; FigureUnknown (404) otherwise."""
    figure = session.get(PeopleServed, figure_id)
    if figure is None or figure.region != who.region:
        raise FigureUnknown()
    return figure


def may_vouch(who: Who) -> bool:
    """Whether this person decides on figures, and so vouches for the ones they give, in their own name."""
    return who.may("people_served", "decide") and who.on_behalf_of is None


def may_say(who: Who, site: Site) -> bool:
    """Whether this person gives figures for a site."""
    relations = who.relations("people_served", "say")
    return "any" in relations or ("own" in relations and site.key in who.site_ids)


def next_version(session: Session, table: type[PeopleServed] | type[SitePriority], site_id: int) -> int:
    """The number of a site's next figure or priority, from 1."""
    newest = session.exec(select(func.max(table.version)).where(table.site_id == site_id)).one()
    return (newest or 0) + 1
