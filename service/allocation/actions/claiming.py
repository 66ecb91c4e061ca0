"""Claiming a lot, changing how it travels, giving it back."""

import secrets
from collections.abc import Mapping, Sequence
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
    ClaimNotReleasable,
    LineNotOfLot,
    NotEligible,
    NothingAsked,
    NotThen,
)
from service.allocation.models import Answer, Claim, ClaimLine, ClaimState, Way
from service.allocation.offers import Offer, offer_of, own_site, receiver_at, verdicts_on
from service.allocation.promising import demand_round
from service.allocation.receivers import Receiver, demand_way
from service.allocation.telling import tell
from service.allocation.windows import open_window
from service.kit.refusals import Refusal
from service.lots import queries as lots
from service.lots.actions import granting
from service.lots.errors import LotAlreadyTaken, LotUnknown
from service.lots.facts import line_facts, zone_of
from service.lots.models import Lot, Share, ShareState
from service.lots.rules.verdicts import Verdict, forbidden
from service.shipments import actions as shipments
from service.shipments import queries as shipments_read


def claim(
    session: Session,
    *,
    who: Who,
    lot_id: int,
    site_id: int | None = None,
    wanted: Mapping[int, int] | None = None,
    way: Way = Way.BRING,
    coming_at: datetime | None = None,
    answer: Answer | None = None,
    read: tuple[Receiver, Offer] | None = None,
    now: datetime,
) -> Claim:
    """Claim a lot for one of one's sites: `wanted` grams by line, or everything the site may take.

    While the lot's window is open the claim is an answer: it stays pending until all answers are decided together, and
    may be given anew until then (the newest counts; `Answer.NO` says that the lot is of no use). Otherwise the claim is
    granted whole at once, or refused with 409 and nothing is written: what is to be brought needs a round that can.
    Writers take turns, so the same gram is never granted twice. `read`: the site and the offer, where this transaction
    has just read them.
    """
    policy.demand(who, "claims", "make", "own")
    lot = session.get(Lot, lot_id)
    if lot is None or lot.region != who.region:
        raise LotUnknown()
    lot.must_be_open(now)
    site = own_site(session, who, site_id)
    receiver, offer = read if read is not None else _read(session, lot, site, now)
    assert receiver.site is site, "what was read is what is asked for"
    assert offer.lot is lot, "what was read is what is asked for"
    if receiver.organisation.state != AccountState.ACTIVE:
        raise CharityNotApproved()
    demand_way(site, way)
    standing = queries.standing_claim(session, lot.key, site.key)
    window = open_window(session, lot, now=now)
    if not window.is_sealed and answer is Answer.NO:
        raise NothingAsked()
    if standing is not None and not (window.is_sealed and standing.state == ClaimState.PENDING):
        raise ClaimedAlready()
    said = answer or (Answer.ALL if wanted is None else Answer.PART)
    asked = {} if said is Answer.NO else asked_of(offer, receiver, wanted, now)
    if not window.is_sealed and way is Way.BRING:
        demand_round(session, offer, asked, now)
    made = standing or Claim(
        region=lot.region,
        lot_id=lot.key,
        lot_version=lot.version,
        organisation_id=site.organisation_id,
        site_id=site.key,
        way=way,
        code=f"{secrets.randbelow(10**6):06d}",
        made_at=now,
    )
    made.way, made.answer, made.policy, made.lot_version = way, said, window.policy, lot.version
    made.made_by, made.coming_at = who.person_id, None
    if way is Way.COLLECT and said is not Answer.NO:
        made.coming_at = _coming_at(offer, coming_at, now)
    _put(session, made, lot, offer, asked, who=who, now=now, again=standing is not None)
    if not window.is_sealed:
        settling.grant(session, made, lot, asked, receiver, who=who, now=now)
    return made


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
    tell(
        session, made, lot, "answered" if again else "made", who=who, now=now, data={**data, "answer": str(made.answer)}
    )  # fmt: skip


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


def _coming_at(offer: Offer, coming_at: datetime | None, now: datetime) -> datetime:
    """When the charity comes: what it said, within the lot's windows; else the end of the first one."""
    if coming_at is None:
        return offer.windows[0][1] if offer.windows else offer.lot.deadline
    if not any(start <= coming_at <= end for start, end in offer.windows):
        raise NotThen()
    return coming_at


def release(session: Session, *, who: Who, claim_id: int, reason: str = "", now: datetime) -> Claim:
    """Give a claim back before anything has left: what it held is offered again at once."""
    claim, lot = queries.claim_seen_by(session, who, claim_id)
    policy.demand(who, "claims", "release", *queries.relations_to(who, claim, lot))
    shares = lots.shares_of_claim(session, claim.key)
    if claim.state not in (ClaimState.PENDING, ClaimState.GRANTED):
        raise ClaimNotReleasable()
    if any(share.state != ShareState.RESERVED for share in shares):
        raise ClaimNotReleasable()
    granting.release_shares(session, shares, reason=reason or "charity", who=who, now=now)
    for shipment in shipments_read.shipments_of(session, "claim", claim.key):
        if shipment.is_open:
            shipments.cancel(session, shipment, who=who, now=now, reason="claim-released")
    before, claim.state, claim.released_at = str(claim.state), ClaimState.RELEASED, now
    session.add(claim)
    grams = sum(share.grams for share in shares)
    tell(session, claim, lot, "released", who=who, now=now, from_state=before, data={"grams": grams, "reason": reason})
    return claim


def change_way(session: Session, *, who: Who, claim_id: int, way: Way, now: datetime) -> Claim:
    """Fetch it after all, or have it brought: as long as nothing has left."""
    claim, lot = queries.claim_seen_by(session, who, claim_id)
    policy.demand(who, "claims", "release", *queries.relations_to(who, claim, lot))
    shares = lots.shares_of_claim(session, claim.key)
    if claim.state is not ClaimState.GRANTED or any(share.state != ShareState.RESERVED for share in shares):
        raise ClaimNotReleasable()
    if claim.way == way:
        return claim
    site = session.get_one(Site, claim.site_id)
    demand_way(site, way)
    receiver = receiver_at(session, site, now)
    offer = offer_of(session, lot, receiver, now)
    if way is Way.BRING:
        demand_round(session, offer, _grams_by_line(shares), now)
    for shipment in shipments_read.shipments_of(session, "claim", claim.key):
        if shipment.is_open:
            shipments.cancel(session, shipment, who=who, now=now, reason="collected-by-charity")
    before, claim.way = str(claim.way), way
    claim.coming_at = _coming_at(offer, None, now) if way is Way.COLLECT else None
    session.add(claim)
    if way is Way.BRING:
        settling.want_carried(session, claim, lot, shares, receiver, who=who, now=now)
    tell(session, claim, lot, "changed", who=who, now=now, from_state=str(claim.state), data={"before": before})
    return claim


def _grams_by_line(shares: Sequence[Share]) -> dict[int, int]:
    held: dict[int, int] = {}
    for share in shares:
        held[share.line_id] = held.get(share.line_id, 0) + share.grams
    return held
