"""Setting a rule, changing it, pausing it, deleting it."""

from datetime import date, datetime

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.who import Who
from service.allocation.answers.errors import PauseInPast, RuleEnded, TooManyRules
from service.allocation.answers.forms import PauseIn, RuleIn
from service.allocation.answers.queries import rules_of
from service.allocation.errors import CannotCollect
from service.allocation.models import Way
from service.allocation.receivers import demand_way
from service.allocation.tables import AnswerRule, RuleState
from service.journal.actions import append

MOST_RULES = 20
FIELDS = ("categories", "weekdays", "least_grams", "most_grams", "most_metres", "way", "else_collect")


def set_rule(session: Session, site: Site, asked: RuleIn, *, who: Who, now: datetime) -> AnswerRule:
    """A new rule; it answers of lots posted from now on."""
    if len(rules_of(session, [site.key])) >= MOST_RULES:
        raise TooManyRules()
    rule = AnswerRule(
        region=site.region, organisation_id=site.organisation_id, site_id=site.key, since=now,
        set_by=who.must_be_somebody(), set_at=now,
    )  # fmt: skip
    _fill(rule, site, asked)
    session.add(rule)
    session.flush()
    _tell(session, rule, "answers.set", who=who, now=now)
    return rule


def change_rule(
    session: Session, rule: AnswerRule, site: Site, asked: RuleIn, *, who: Who, now: datetime
) -> AnswerRule:
    """The rule as it is from now on; what it answered before stands. Whoever changes it answers for it."""
    _must_live(rule)
    _fill(rule, site, asked)
    rule.version, rule.since = rule.version + 1, now
    rule.set_by, rule.set_at = who.person_id or rule.set_by, now
    session.add(rule)
    _tell(session, rule, "answers.changed", who=who, now=now)
    return rule


def _fill(rule: AnswerRule, site: Site, asked: RuleIn) -> None:
    demand_way(site, Way.COLLECT if asked.else_collect else asked.way, {"way": CannotCollect.message})
    for name in FIELDS:
        setattr(rule, name, getattr(asked, name))


def pause(session: Session, rule: AnswerRule, asked: PauseIn, *, who: Who, now: datetime, today: date) -> None:
    """Answer nothing until a day comes, or until somebody resumes."""
    _must_live(rule)
    if asked.until is not None and asked.until <= today:
        raise PauseInPast(fields={"until": PauseInPast.message})
    rule.state, rule.paused_until = RuleState.PAUSED, asked.until
    session.add(rule)
    _tell(session, rule, "answers.paused", who=who, now=now)


def resume(session: Session, rule: AnswerRule, *, who: Who, now: datetime) -> None:
    """Answer again, of lots posted from now on."""
    _must_live(rule)
    rule.state, rule.paused_until, rule.since = RuleState.ON, None, now
    session.add(rule)
    _tell(session, rule, "answers.resumed", who=who, now=now)


def end(session: Session, rule: AnswerRule, *, who: Who, now: datetime) -> None:
    """Delete the rule; what it answered stands."""
    _must_live(rule)
    rule.state = RuleState.ENDED
    session.add(rule)
    _tell(session, rule, "answers.ended", who=who, now=now)


def _must_live(rule: AnswerRule) -> None:
    if rule.state is RuleState.ENDED:
        raise RuleEnded()


def _tell(session: Session, rule: AnswerRule, kind: str, *, who: Who, now: datetime) -> None:
    append(
        session,
        region=rule.region,
        kind=kind,
        at=now,
        actor=who,
        subject=("answerrule", rule.key),
        to_state=str(rule.state),
        data={
            "site": rule.site_id,
            "version": rule.version,
            **{name: getattr(rule, name) for name in FIELDS},
            "until": rule.paused_until.isoformat() if rule.paused_until else None,
        },
        audience=["role:dispatcher", f"org:{rule.organisation_id}"],
    )
