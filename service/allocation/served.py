"""What each site has received, and how many people it serves: what is fair is reckoned from these and nothing else.

A site's own share of what there is follows from the people it serves; what it received is what it weighed, or what it
took along while nobody has weighed it yet, never what it was only promised.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any

from sqlalchemy import Case
from sqlmodel import Session, case, col, func, select

from config.catalogue import catalogue
from service.accounts import queries as accounts
from service.accounts.models import Organisation, OrganisationKind, Shut, Site
from service.allocation.tables import FigureState, PeopleServed, SitePriority
from service.kit.clock import local
from service.lots.facts import zone_of
from service.lots.models import LotLine, Share, ShareState

# Fairness looks back so many days.
WINDOW = timedelta(days=28)
# A share in one of these states has left the donor for its site.
ARRIVED = (ShareState.DELIVERED, ShareState.COLLECTED)
ByFamily = dict[str, int]


def received(session: Session, region: str, *, since: datetime, until: datetime) -> dict[int, ByFamily]:
    """Grams each site received from `since` (included) to `until` (excluded), by family of the catalogue.

    A delivered share counts as weighed on arrival, at that moment; one that has left the donor and was not weighed yet
    counts as it left, so that nobody gains by not weighing. Sites and families without a gram are not named.
    """
    moment = _moment()
    lost = case((col(Share.refused_at) == "delivery", Share.refused_grams), else_=0)
    left = func.coalesce(Share.collected_grams, Share.grams) - lost
    grams = case((col(Share.state) == ShareState.DELIVERED, func.coalesce(Share.received_grams, left)), else_=left)
    query = (
        select(Share.site_id, LotLine.category, func.sum(grams))
        .join(LotLine, col(LotLine.id) == col(Share.line_id))
        .where(
            Share.region == region,
            col(Share.state).in_(ARRIVED),
            moment >= since,
            moment < until,
        )
        .group_by(col(Share.site_id), col(LotLine.category))
    )
    return by_family((int(site), category, int(total or 0)) for site, category, total in session.exec(query).all())


def _moment() -> Case[Any]:
    """When a share that has left counts from."""
    return case((col(Share.state) == ShareState.DELIVERED, Share.delivered_at), else_=Share.collected_at)


def days_with_a_lot(session: Session, region: str, *, since: datetime, until: datetime) -> dict[int, set[date]]:
    """The local days on which each site received anything, as `received` counts it."""
    zone, moment = zone_of(region), _moment()
    rows = session.exec(
        select(Share.site_id, Share.state, Share.delivered_at, Share.collected_at).where(
            Share.region == region, col(Share.state).in_(ARRIVED), moment >= since, moment < until
        )
    ).all()
    found: dict[int, set[date]] = {}
    for site, state, delivered_at, collected_at in rows:
        came = delivered_at if state == ShareState.DELIVERED else collected_at
        if came is not None:
            found.setdefault(site, set()).add(local(came, zone).date())
    return found


def promised(session: Session, region: str) -> dict[int, ByFamily]:
    """Grams granted to each site that have not left the donor yet, by family."""
    query = (
        select(Share.site_id, LotLine.category, func.sum(Share.grams - Share.refused_grams))
        .join(LotLine, col(LotLine.id) == col(Share.line_id))
        .where(Share.region == region, Share.state == ShareState.RESERVED)
        .group_by(col(Share.site_id), col(LotLine.category))
    )
    return by_family((int(site), category, int(total or 0)) for site, category, total in session.exec(query).all())


def by_family(rows: Iterable[tuple[int, str, int]]) -> dict[int, ByFamily]:
    """(site, category, grams) summed by site and family; nothing is kept of what weighs nothing."""
    kinds = catalogue()
    found: dict[int, ByFamily] = {}
    for site, category, grams in rows:
        if grams > 0:
            family = kinds.category(category).family
            of_site = found.setdefault(site, {})
            of_site[family] = of_site.get(family, 0) + grams
    return found


def receiving(session: Session, region: str) -> Sequence[Site]:
    """The active sites of the region's charities and public bodies, approved or not, by key."""
    return session.exec(
        select(Site)
        .join(Organisation, col(Organisation.id) == col(Site.organisation_id))
        .where(
            Site.region == region,
            col(Site.active).is_(True),
            col(Organisation.kind).in_([OrganisationKind.CHARITY, OrganisationKind.PUBLIC_BODY]),
        )
        .order_by(col(Site.id))
    ).all()


def figures_in_use(session: Session, region: str, *, on: date | None = None) -> dict[int, PeopleServed]:
    """The figure that counts for each site that has one: the newest used one, counted on or before `on`."""
    query = select(PeopleServed).where(PeopleServed.region == region, PeopleServed.state == FigureState.USED)
    if on is not None:
        query = query.where(PeopleServed.counted_on <= on)
    rows = session.exec(query.order_by(col(PeopleServed.counted_on), col(PeopleServed.version))).all()
    return {row.site_id: row for row in rows}


def people(session: Session, region: str, *, on: date | None = None) -> dict[int, int | None]:
    """People served in a week by each receiving site; None where nobody has said (a median then stands in).

    A number that stands on the site's own page counts too while there is no dated figure.
    """
    dated = figures_in_use(session, region, on=on)
    return {
        site.key: dated[site.key].people if site.key in dated else site.people_per_week or None
        for site in receiving(session, region)
    }


def priorities(session: Session, region: str, *, on: date) -> dict[int, int]:
    """How far each site is put first on a day, 0 to 9; sites that are not named are not."""
    rows = session.exec(
        select(SitePriority)
        .where(
            SitePriority.region == region,
            col(SitePriority.from_day) <= on,
        )
        .order_by(col(SitePriority.version))
    ).all()
    newest = {row.site_id: row for row in rows}
    return {site: row.level for site, row in newest.items() if row.level and row.holds(on)}


@dataclass(frozen=True)
class Counted:
    """How many people a site counts for in a decision, and why so many.

    `people` is what it said, or the median that stands in; `open_days` of the last 28 it was not closed: days on which
    it could not take anything are owed to nobody. `weight`, tenths of people, is what shares are reckoned with.
    """

    people: int
    said: bool
    open_days: int
    priority: int = 0

    @property
    def weight(self) -> int:
        """Tenths of people, priority and closed days counted; never nothing."""
        return max(1, self.people * (10 + self.priority) * self.open_days // WINDOW.days)

    @property
    def effective(self) -> int:
        """People less the closed days, priority apart: what a decision is told. Never nothing."""
        return max(1, -(-self.people * self.open_days // WINDOW.days))


def counted(session: Session, region: str, *, now: datetime) -> dict[int, Counted]:
    """How many people each receiving site counts for now.

    Who said nothing counts as the median of its EPCI, else of all, else as one.
    """
    day = local(now, zone_of(region)).date()
    sites = receiving(session, region)
    said = people(session, region, on=day)
    first = priorities(session, region, on=day)
    shut = accounts.closures(session, [site.key for site in sites])
    middle, anywhere = stand_ins(sites, said)
    found = {}
    for site in sites:
        own = said[site.key]
        found[site.key] = Counted(
            people=own or middle.get(site.epci or "", anywhere),
            said=own is not None,
            open_days=open_days(shut.get(site.key, []), day),
            priority=first.get(site.key, 0),
        )
    return found


def counted_of(session: Session, site: Site, *, now: datetime) -> Counted:
    """How many people one site counts for now."""
    found = counted(session, site.region, now=now).get(site.key)
    return found or Counted(people=site.people_per_week or 1, said=bool(site.people_per_week), open_days=WINDOW.days)


def stand_ins(sites: Iterable[Site], said: Mapping[int, int | None]) -> tuple[dict[str, int], int]:
    """The median of the figures known in each EPCI, and of all (1 when nothing is known)."""
    near: dict[str, list[int]] = {}
    for site in sites:
        if (own := said[site.key]) is not None:
            near.setdefault(site.epci or "", []).append(own)
    known = [own for group in near.values() for own in group]
    return {epci: median_low(group) for epci, group in near.items()}, median_low(known) if known else 1


def open_days(shut: Iterable[Shut], day: date) -> int:
    """On how many of the 28 days that end with this one a site was not closed."""
    window = [day - timedelta(days=back) for back in range(WINDOW.days)]
    closures = list(shut)
    return sum(not any(closure.covers(one) for closure in closures) for one in window)


def versions_of(session: Session, site_id: int) -> Sequence[PeopleServed]:
    """Every figure a site ever had, the newest first."""
    return session.exec(
        select(PeopleServed).where(PeopleServed.site_id == site_id).order_by(col(PeopleServed.version).desc())
    ).all()


def priority_versions(session: Session, site_id: int) -> Sequence[SitePriority]:
    """Every priority a site was ever given, the newest first."""
    return session.exec(
        select(SitePriority).where(SitePriority.site_id == site_id).order_by(col(SitePriority.version).desc())
    ).all()


def waiting_figures(session: Session, region: str) -> Sequence[PeopleServed]:
    """Figures somebody of the Region has yet to look at, the oldest first."""
    return session.exec(
        select(PeopleServed)
        .where(PeopleServed.region == region, PeopleServed.state == FigureState.WAITING)
        .order_by(col(PeopleServed.id))
    ).all()


def is_stale(figure: PeopleServed, on: date, *, after: timedelta = timedelta(days=550)) -> bool:
    """Whether a figure is so old that a newer one is asked for; it counts all the same."""
    return on - figure.counted_on > after
