"""Reading rules and what they answered."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from service.accounts.models import Site
from service.accounts.who import Who
from service.allocation.answers.errors import RuleUnknown
from service.allocation.models import Claim
from service.allocation.tables import AnswerRule, AutomaticAnswer, RuleState


def rules_of(session: Session, site_ids: Collection[int]) -> Sequence[AnswerRule]:
    """The rules of some sites that were not deleted, the oldest first."""
    return session.exec(
        select(AnswerRule)
        .where(col(AnswerRule.site_id).in_(list(site_ids)), AnswerRule.state != RuleState.ENDED)
        .order_by(col(AnswerRule.id))
    ).all()


def own_rule(session: Session, who: Who, rule_id: int) -> AnswerRule:
    """A rule of one of one's own sites that was not deleted; RuleUnknown (404) otherwise."""
    rule = session.get(AnswerRule, rule_id)
    if rule is None or rule.site_id not in who.site_ids or rule.state is RuleState.ENDED:
        raise RuleUnknown()
    return rule


def rules_on(session: Session, region: str, day: date) -> list[tuple[AnswerRule, Site]]:
    """The rules that answer on a local day, with their sites, the oldest first."""
    rows = session.exec(
        select(AnswerRule, Site)
        .join(Site, col(Site.id) == col(AnswerRule.site_id))
        .where(AnswerRule.region == region, AnswerRule.state != RuleState.ENDED, col(Site.active).is_(True))
        .order_by(col(AnswerRule.id))
    ).all()
    return [(rule, site) for rule, site in rows if rule.is_on(day)]


def spoken(session: Session, lot_ids: Collection[int]) -> set[tuple[int, int]]:
    """(site, lot) of which a site has said something already, by itself or by a person."""
    by_rule = select(AutomaticAnswer.site_id, AutomaticAnswer.lot_id).where(col(AutomaticAnswer.lot_id).in_(lot_ids))
    by_hand = select(Claim.site_id, Claim.lot_id).where(col(Claim.lot_id).in_(lot_ids))
    return {(site, lot) for query in (by_rule, by_hand) for site, lot in session.exec(query).all()}


def answers_of(session: Session, site_ids: Collection[int], *, since: datetime) -> Sequence[AutomaticAnswer]:
    """What some sites answered by themselves since a moment, the newest first."""
    return session.exec(
        select(AutomaticAnswer)
        .where(col(AutomaticAnswer.site_id).in_(list(site_ids)), AutomaticAnswer.at >= since)
        .order_by(col(AutomaticAnswer.id).desc())
        .limit(50)
    ).all()
