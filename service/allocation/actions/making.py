"""One claim made, or an answer changed, under the rules of this moment."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from config.food_law import law_at
from service.accounts import policy
from service.accounts.models import AccountState, Site
from service.accounts.who import Who
from service.allocation import queries
from service.allocation.actions import settling
from service.allocation.errors import (
    AskSomething,
    CharityNotApproved,
    ClaimedAlready,
    LineNotOfLot,
    NotEligible,
    NothingAsked,
    NotThen,
)
from service.allocation.models import Answer, Claim, ClaimLine, ClaimState, Way
from service.allocation.offers import Offer, offer_of, receiver_at, verdicts_on
from service.allocation.promising import demand_round, is_brought
from service.allocation.receivers import Receiver, demand_way
from service.allocation.telling import tell
from service.allocation.windows import open_window
from service.kit.refusals import Refusal
from service.lots.errors import LotAlreadyTaken
from service.lots.facts import line_facts, zone_of
from service.lots.models import Lot
from service.lots.rules.verdicts import Verdict, forbidden


@dataclass(frozen=True)
class Wish:
    """What is wanted of a lot: grams by line (None: all the site may take), how it travels, and when the charity comes.

    `else_collect`: the charity fetches what no round can bring. `brought`: somebody has said that they bring it.
    """

    wanted: Mapping[int, int] | None = None
    way: Way = Way.BRING
    else_collect: bool = False
    coming_at: datetime | None = None
    answer: Answer | None = None
    brought: bool = False


def make(
    session: Session,
    *,
    who: Who,
    lot: Lot,
    site: Site,
    wish: Wish,
    read: tuple[Receiver, Offer] | None = None,
    now: datetime,
) -> Claim:
    """Claim a lot for a site that `who` acts for, whatever others have a right to before (`claiming` sees to that)."""
    policy.demand(who, "claims", "make", "own")
    lot.must_be_open(now)
    receiver, offer = read if read is not None else _read(session, lot, site, now)
    assert receiver.site is site, "what was read is what is asked for"
    assert offer.lot is lot, "what was read is what is asked for"
    if receiver.organisation.state != AccountState.ACTIVE:
        raise CharityNotApproved()
    demand_way(site, wish.way)
    standing = queries.standing_claim(session, lot.key, site.key)
    window = open_window(session, lot, now=now)
    if not window.is_sealed and wish.answer is Answer.NO:
        raise NothingAsked()
    if standing is not None and not (window.is_sealed and standing.state == ClaimState.PENDING):
        raise ClaimedAlready()
    said = wish.answer or (Answer.ALL if wish.wanted is None else Answer.PART)
    asked = {} if said is Answer.NO else asked_of(offer, receiver, wish.wanted, now)
    way = wish.way if window.is_sealed else _way_now(session, wish, offer, asked, now)
    made = standing or fresh_claim(lot, site, way, now)
    made.way, made.answer, made.policy, made.lot_version = way, said, window.policy, lot.version
    made.else_collect = wish.else_collect and wish.way is Way.BRING
    made.made_by, made.coming_at = who.person_id, None
    if way is Way.COLLECT and said is not Answer.NO:
        made.coming_at = coming_when(offer, wish.coming_at)
    _put(session, made, lot, offer, asked, who=who, now=now, again=standing is not None)
    if not window.is_sealed:
        settling.grant(session, made, lot, asked, receiver, who=who, now=now)
    return made


def fresh_claim(lot: Lot, site: Site, way: Way, now: datetime, made_by: int | None = None) -> Claim:
    """A claim nobody has made yet, with the six digits that are said at the handover; not added to a session."""
    return Claim(
        region=lot.region,
        lot_id=lot.key,
        lot_version=lot.version,
        organisation_id=site.organisation_id,
        site_id=site.key,
        way=way,
        code=f"{secrets.randbelow(10**6):06d}",
        made_by=made_by,
        made_at=now,
    )


def _way_now(session: Session, wish: Wish, offer: Offer, asked: Mapping[int, int], now: datetime) -> Way:
    """How what is granted at once travels; raises NoRoundBrings where a round is wanted, and nothing else will do."""
    if wish.way is Way.COLLECT or wish.brought:
        return wish.way
    if wish.else_collect and offer.site.collects_itself:
        return Way.BRING if is_brought(session, offer, asked, now) else Way.COLLECT
    demand_round(session, offer, asked, now)
    return Way.BRING


def _read(session: Session, lot: Lot, site: Site, now: datetime) -> tuple[Receiver, Offer]:
    receiver = receiver_at(session, site, now)
    return receiver, offer_of(session, lot, receiver, now)


def _put(
    session: Session,
    made: Claim,
    lot: Lot,
    offer: Offer,
    asked: Mapping[int, int],
    *,
    who: Who,
    now: datetime,
    again: bool,
) -> None:
    """Keep a claim with its lines, in place of what it asked before, and tell."""
    session.add(made)
    session.flush()
    if again:
        for line in queries.lines_of_claim(session, made.key):
            session.delete(line)
        session.flush()
    session.add_all(ClaimLine(claim_id=made.key, line_id=line, grams_asked=grams) for line, grams in asked.items())
    by_line = {offered.line.key: offered.line for offered in offer.lines}
    said = [{"line": line, "category": by_line[line].category, "grams": grams} for line, grams in asked.items()]
    data: dict[str, Any] = {"lines": said, "law": [verdict.as_data() for verdict in offer.cautions]}
    data |= {"answer": str(made.answer), "else_collect": made.else_collect}
    tell(session, made, lot, "answered" if again else "made", who=who, now=now, data=data)


def asked_of(offer: Offer, receiver: Receiver, wanted: Mapping[int, int] | None, now: datetime) -> dict[int, int]:
    """Grams by line, each checked with those before it: what is free, and what the rules allow this site."""
    zone = zone_of(offer.lot.region)
    law = law_at(now, zone)
    lines = {offered.line.key: offered for offered in offer.lines}
    asked: dict[int, int] = {}
    refused: list[Verdict] = []
    for key, grams in _wished(offer, wanted).items():
        if key not in lines:
            raise _gone_or_foreign(offer, key)
        line = lines[key].line
        if grams > line.free_grams:
            raise LotAlreadyTaken(free=line.free_grams)
        if wanted is None and receiver.room is not None:
            grams = min(grams, receiver.room)
        found = forbidden(verdicts_on(line, receiver, offer.pickup_at, law, zone, grams)) if grams else []
        if grams and not found:
            asked[key] = grams
            receiver = receiver.holding(line.category, grams)
        elif wanted is not None:
            refused += found
    if wanted is None and not asked:
        refused = offer.refusals
    elif asked and not refused:
        first = line_facts(lines[next(iter(asked))].line).category
        refused = receiver.too_little(first, sum(asked.values()), law)
    if refused:
        raise NotEligible(refused)
    if not asked:
        raise AskSomething() if offer.lines else LotAlreadyTaken(free=0)
    return asked


def _wished(offer: Offer, wanted: Mapping[int, int] | None) -> dict[int, int]:
    """Grams by line: those named, else everything the site may take of each."""
    if wanted is None:
        return {offered.line.key: offered.grams for offered in offer.lines if offered.is_open}
    return {key: grams for key, grams in wanted.items() if grams > 0}


def _gone_or_foreign(offer: Offer, line_id: int) -> Refusal:
    """A line without anything free is not offered any more; any other is not of this lot."""
    return LotAlreadyTaken(free=0) if line_id in offer.taken_lines else LineNotOfLot()


def coming_when(offer: Offer, coming_at: datetime | None = None) -> datetime:
    """When the charity comes: what it said, within the lot's windows; else the end of the first one."""
    if coming_at is None:
        return offer.first_end
    if not any(start <= coming_at <= end for start, end in offer.windows):
        raise NotThen()
    return coming_at
