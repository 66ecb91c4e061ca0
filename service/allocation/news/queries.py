"""What sites were told of new lots, and what they asked for."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session, col, func, select

from config.catalogue import catalogue
from service.accounts.models import Membership, Role, Site
from service.allocation.models import Answer, Claim, ClaimLine
from service.allocation.queries import NEARBY
from service.allocation.tables import SiteNews
from service.lots.models import LotLine
from service.notices.models import Channel, OutgoingNotice


def news_of(session: Session, site_ids: Collection[int]) -> dict[int, SiteNews]:
    """What was learnt and chosen, by site; those of which nothing was are not named."""
    rows = session.exec(select(SiteNews).where(col(SiteNews.site_id).in_(list(site_ids)))).all()
    return {row.site_id: row for row in rows}


def told_since(session: Session, person_ids: Collection[int], since: datetime) -> dict[int, int]:
    """Of how many new lots each of these people was told since a moment."""
    rows = session.exec(
        select(OutgoingNotice.person_id, func.count())
        .where(
            OutgoingNotice.kind == NEARBY,
            OutgoingNotice.channel == Channel.SCREEN,
            col(OutgoingNotice.person_id).in_(list(person_ids)),
            OutgoingNotice.created_at >= since,
        )
        .group_by(col(OutgoingNotice.person_id))
    ).all()
    return dict(rows)


def told_by_family(session: Session, region: str, since: datetime) -> dict[int, dict[str, int]]:
    """Of how many new lots of each family whoever acts for a site was told, by site: of its people the one told most,
    of a family's kinds the one told of most, so that no lot counts twice."""
    rows = session.exec(
        select(OutgoingNotice.person_id, LotLine.category, func.count(func.distinct(OutgoingNotice.subject_id)))
        .join(LotLine, col(LotLine.lot_id) == col(OutgoingNotice.subject_id))
        .where(
            OutgoingNotice.region == region,
            OutgoingNotice.kind == NEARBY,
            OutgoingNotice.subject == "lot",
            OutgoingNotice.channel == Channel.SCREEN,
            OutgoingNotice.created_at >= since,
        )
        .group_by(col(OutgoingNotice.person_id), col(LotLine.category))
    ).all()
    people = _by_family(rows)
    sites = session.exec(
        select(Site.id, Membership.person_id)
        .join(Membership, col(Membership.organisation_id) == col(Site.organisation_id))
        .where(
            Site.region == region,
            Membership.role == Role.CHARITY,
            (col(Membership.site_id).is_(None)) | (col(Membership.site_id) == col(Site.id)),
        )
    ).all()
    found: dict[int, dict[str, int]] = {}
    for site, person in sites:
        assert site is not None
        of_site = found.setdefault(site, {})
        for family, count in people.get(person, {}).items():
            of_site[family] = max(of_site.get(family, 0), count)
    return found


def taken_by_family(session: Session, region: str, since: datetime) -> dict[int, dict[str, int]]:
    """How many lots of each family each site asked for, whatever came of it."""
    rows = session.exec(
        select(Claim.site_id, LotLine.category, func.count(func.distinct(Claim.lot_id)))
        .join(ClaimLine, col(ClaimLine.claim_id) == col(Claim.id))
        .join(LotLine, col(LotLine.id) == col(ClaimLine.line_id))
        .where(Claim.region == region, Claim.made_at >= since, Claim.answer != Answer.NO)
        .group_by(col(Claim.site_id), col(LotLine.category))
    ).all()
    return _by_family(rows)


def all_news(session: Session, region: str) -> dict[int, SiteNews]:
    """Every site's row, by site."""
    return {row.site_id: row for row in session.exec(select(SiteNews).where(SiteNews.region == region)).all()}


def _by_family(rows: Iterable[tuple[int, str, int]]) -> dict[int, dict[str, int]]:
    """Of a family's kinds the largest count, by key."""
    kinds = catalogue()
    found: dict[int, dict[str, int]] = {}
    for key, category, count in rows:
        family = kinds.category(category).family
        of_one = found.setdefault(key, {})
        of_one[family] = max(of_one.get(family, 0), count)
    return found
