"""Learning what sites leave, and a site's wish to hear of everything all the same."""

from datetime import datetime, timedelta

from sqlmodel import Session

from config.allocation import policies
from service.accounts.models import Site
from service.accounts.site_journal import tell_site
from service.accounts.who import Who
from service.allocation.news import queries
from service.allocation.tables import SiteNews
from service.kit.clock import local
from service.lots.facts import zone_of

STAFF = ("role:dispatcher",)


def learn(session: Session, region: str, *, now: datetime) -> int:
    """Write down of which families each site took nothing though it was told often enough; how many sites changed."""
    rules = policies().news_on(local(now, zone_of(region)).date())
    if rules is None:
        return 0
    since = now - timedelta(days=rules.days)
    told = queries.told_by_family(session, region, since)
    taken = queries.taken_by_family(session, region, since)
    known = queries.all_news(session, region)
    changed = 0
    for site in sorted(told.keys() | known.keys()):
        left = {
            family: count
            for family, count in sorted(told.get(site, {}).items())
            if count >= rules.ignored and not taken.get(site, {}).get(family)
        }
        row = known.get(site) or SiteNews(region=region, site_id=site)
        if left.keys() == row.spared.keys():
            continue
        row.spared, row.learnt_at = left, now
        session.add(row)
        data = {"left": left, "days": rules.days}
        tell_site(session, session.get_one(Site, site), "news.learnt", who=None, now=now, data=data, others=STAFF)
        changed += 1
    return changed


def hear(session: Session, site: Site, *, everything: bool, who: Who, now: datetime) -> SiteNews:
    """Tell this site of every lot it may take, or spare it what it never takes."""
    row = queries.news_of(session, [site.key]).get(site.key) or SiteNews(region=site.region, site_id=site.key)
    if row.everything != everything or row.id is None:
        row.everything, row.set_by, row.set_at = everything, who.person_id, now
        session.add(row)
        session.flush()
        tell_site(session, site, "news.chosen", who=who, now=now, data={"everything": everything}, others=STAFF)
    return row
