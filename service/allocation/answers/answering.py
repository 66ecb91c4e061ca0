"""Answering for charities of lots that have opened: the claim a person would make, made by the same action."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from service.accounts import queries as accounts
from service.accounts.models import Shut, Site
from service.accounts.who import Who
from service.allocation import offers as offering
from service.allocation import served
from service.allocation.acting import acting_for
from service.allocation.actions import claiming
from service.allocation.answers import queries
from service.allocation.answers.rules import Offered, speaks_to, taken
from service.allocation.models import Claim, ClaimState
from service.allocation.offers import Offer, Shown
from service.allocation.receivers import Receiver
from service.allocation.tables import AnswerRule, AutomaticAnswer
from service.journal.actions import append
from service.kit.clock import day_bounds, local
from service.kit.refusals import Refusal
from service.lots import queries as lots
from service.lots.facts import pairs, zone_of
from service.lots.models import Lot, LotLine

CLAIMED, TO_FETCH, TOO_LITTLE, NOT_ELIGIBLE = "claimed", "claimed-to-fetch", "too-little", "not-eligible"
# More answers than these wait for the next time, a few seconds later: nobody else's tap waits behind them.
MOST_AT_ONCE = 40
# A lot is looked at for so long after it was posted; whoever could not answer by then looks for themselves.
NEWS = timedelta(minutes=30)
Wish = tuple[AnswerRule, Site]


def answer_lots(session: Session, region: str, *, now: datetime) -> int:
    """Give each open lot the answers that rules give; answers how many claims were made.

    A site answers of a lot once, and not at all when somebody there has said something of it before. Where the first
    come is served, of those who answer by rule whoever had least for its people comes first.
    """
    zone = zone_of(region)
    rules = queries.rules_on(session, region, local(now, zone).date())
    if not rules:
        return 0
    since = {rule.key: _since(rule, zone) for rule, _site in rules}
    earliest = max(min(since.values()), now - NEWS)
    fresh = [lot for lot in lots.open_lots(session, region, now) if lot.is_open and lot.posted_at >= earliest]
    if not fresh:
        return 0
    spoken = queries.spoken(session, [lot.key for lot in fresh])
    shown = Shown(session, fresh, now)
    shut = accounts.closures(session, {site.key for _rule, site in rules})
    turns, answering = _Turns(session, region, now), _Answering(session, shown, now)
    given, made = 0, 0
    for lot in sorted(fresh, key=lambda lot: lot.key):
        begins = next((max(start, now) for start, end in pairs(shown.windows[lot.key]) if end > now), None)
        if begins is None:
            continue
        day = local(begins, zone).date()
        there = [(rule, site) for rule, site in rules if not _closed(shut.get(site.key, []), day)]
        wishes = _wishes(lot, shown.donor(lot.key), shown.lines[lot.key], day.weekday(), there, spoken, since)
        for rule, site in turns.order(wishes):
            if given == MOST_AT_ONCE:
                return made
            who = answering.speaker(rule, site)
            if who is None:
                continue
            answering.read([one for _rule, one in wishes])
            given += 1
            made += answering.answer(rule, site, lot, who)
    return made


def _closed(shut: Sequence[Shut], day: date) -> bool:
    return any(closure.covers(day) for closure in shut)


def _since(rule: AnswerRule, zone: str) -> datetime:
    """From when on it looks at lots: when it was set or resumed, or the morning its pause ended."""
    if rule.paused_until is None:
        return rule.since
    return max(rule.since, day_bounds(rule.paused_until, zone)[0])


def _wishes(
    lot: Lot,
    donor: Site,
    lines: Sequence[LotLine],
    weekday: int,
    rules: Sequence[Wish],
    spoken: set[tuple[int, int]],
    since: Mapping[int, datetime],
) -> list[Wish]:
    """The first rule of each site that speaks to a lot."""
    found: dict[int, Wish] = {}
    offered = [line.category for line in lines if line.free_grams]
    for rule, site in rules:
        if site.key in found or (site.key, lot.key) in spoken or lot.posted_at < since[rule.key]:
            continue
        # Measured only where a rule asks for it: there are as many pairs as lots times rules.
        metres = offering.distance(lot, donor, site) if rule.most_metres is not None else None
        if speaks_to(
            weekdays=rule.weekdays,
            most_metres=rule.most_metres,
            categories=rule.categories,
            weekday=weekday,
            metres=metres,
            offered=offered,
        ):
            found[site.key] = (rule, site)
    return list(found.values())


class _Turns:
    """Who goes first among several; read once, and only when there are several."""

    def __init__(self, session: Session, region: str, now: datetime) -> None:
        self.session, self.region, self.now = session, region, now
        self._each: dict[int, float] | None = None

    def order(self, wishes: list[Wish]) -> list[Wish]:
        """The least served first, then the site with the smaller key."""
        if len(wishes) < 2:
            return wishes
        each = self._each if self._each is not None else self._read()
        return sorted(wishes, key=lambda wish: (each.get(wish[1].key, 0.0), wish[1].key))

    def _read(self) -> dict[int, float]:
        counts = served.counted(self.session, self.region, now=self.now)
        had = served.received(self.session, self.region, since=self.now - served.WINDOW, until=self.now)
        due = served.promised(self.session, self.region)
        self._each = {
            site: (sum(had.get(site, {}).values()) + sum(due.get(site, {}).values())) / one.weight
            for site, one in counts.items()
        }
        return self._each


class _Answering:
    """Gives answers. What a site may take and who speaks for it are read once, as it answers of many lots; what is
    granted to it is counted by reading it anew."""

    def __init__(self, session: Session, shown: Shown, now: datetime) -> None:
        self.session, self.shown, self.now = session, shown, now
        self.receivers: dict[int, Receiver] = {}
        self.speakers: dict[int, Who | None] = {}

    def speaker(self, rule: AnswerRule, site: Site) -> Who | None:
        """Who answers by a rule; None when nobody does any more."""
        if rule.key not in self.speakers:
            self.speakers[rule.key] = acting_for(
                self.session, organisation_id=site.organisation_id, site_id=site.key, person_id=rule.set_by
            )
        return self.speakers[rule.key]

    def read(self, sites: Sequence[Site]) -> None:
        """Read some sites together, those not known."""
        unread = [site for site in sites if site.key not in self.receivers]
        if unread:
            self.receivers |= offering.receivers_at(self.session, unread, self.now)

    def answer(self, rule: AnswerRule, site: Site, lot: Lot, who: Who) -> bool:
        """One site's answer, kept whatever it came to; whether it is a claim."""
        session = self.session
        receiver = self.receivers[site.key]
        offer = self.shown.to(lot.key, receiver)
        wanted = wanted_by(rule, offer)
        claim: Claim | None = None
        if wanted:
            try:
                # What a refusal leaves half written goes with its savepoint, not with the answers given before.
                with session.begin_nested():
                    claim = claiming.claim(
                        session,
                        who=who,
                        lot_id=lot.key,
                        site_id=site.key,
                        wanted=None if _is_all(wanted, offer) else wanted,
                        way=rule.way,
                        else_collect=rule.else_collect,
                        read=(receiver, offer),
                        now=self.now,
                    )
                outcome = TO_FETCH if claim.fetched_instead else CLAIMED
            except Refusal as refusal:
                outcome = refusal.code
        else:
            outcome = TOO_LITTLE if offer.is_open else NOT_ELIGIBLE
        session.add(
            AutomaticAnswer(
                rule_id=rule.key,
                rule_version=rule.version,
                site_id=site.key,
                lot_id=lot.key,
                claim_id=claim.key if claim else None,
                outcome=outcome,
                at=self.now,
            )
        )
        if claim is None:
            return False
        if claim.state == ClaimState.GRANTED:
            del self.receivers[site.key]
        _tell(session, rule, claim, who, self.now)
        return True


def wanted_by(rule: AnswerRule, offer: Offer) -> dict[int, int]:
    """Grams by line that a rule takes of an offer."""
    offered = [Offered(one.line.key, one.line.category, one.grams) for one in offer.lines if one.is_open]
    most = min((limit for limit in (rule.most_grams, offer.room) if limit is not None), default=None)
    return taken(offered, rule.categories, least=rule.least_grams, most=most)


def _is_all(wanted: dict[int, int], offer: Offer) -> bool:
    return wanted == {one.line.key: one.grams for one in offer.lines if one.is_open}


def _tell(session: Session, rule: AnswerRule, claim: Claim, who: Who, now: datetime) -> None:
    append(
        session,
        region=claim.region,
        kind="claim.automatic",
        at=now,
        actor=who,
        subject=("claim", claim.key),
        to_state=str(claim.state),
        data={"lot": claim.lot_id, "site": claim.site_id, "rule": rule.key, "version": rule.version},
        audience=["role:dispatcher", "role:region", f"org:{claim.organisation_id}"],
    )
