"""Claiming a lot, changing how it travels, giving it back."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from config.food_law import law_at
from service.accounts import policy
from service.accounts import queries as accounts
from service.accounts.models import AccountState, Site
from service.accounts.who import Who
from service.allocation import queries
from service.allocation.errors import (
    AskSomething,
    CannotCollect,
    CharityNotApproved,
    ClaimedAlready,
    ClaimNotReleasable,
    LineNotOfLot,
    NotEligible,
    NotThen,
)
from service.allocation.models import Claim, ClaimLine, ClaimState, Way
from service.allocation.offers import Offer, offer_of, own_site, receiver_at, verdicts_on
from service.allocation.receivers import Receiver
from service.allocation.telling import tell
from service.kit.refusals import Refusal
from service.lots import queries as lots
from service.lots.actions import granting
from service.lots.errors import LotAlreadyTaken, LotUnknown
from service.lots.facts import line_facts, pairs, pin_of, zone_of
from service.lots.models import Lot, Share, ShareState
from service.lots.rules.dates import edible_until
from service.lots.rules.verdicts import Verdict, forbidden
from service.lots.words import lot_title
from service.notices import actions as notices
from service.shipments import actions as shipments
from service.shipments import queries as shipments_read

# What a round brings is delivered within two days, whatever its date allows.
LATEST = timedelta(days=2)


def claim(
    session: Session,
    *,
    who: Who,
    lot_id: int,
    site_id: int | None = None,
    wanted: Mapping[int, int] | None = None,
    way: Way = Way.BRING,
    coming_at: datetime | None = None,
    now: datetime,
) -> Claim:
    """Claim a lot for one of one's sites: `wanted` grams by line, or everything the site may take.

    Under the first-come policy the decision is immediate: the claim is granted whole, or refused with 409 and nothing
    is written. Writers take turns, so the same gram is never granted twice.
    """
    policy.demand(who, "claims", "make", "own")
    lot = session.get(Lot, lot_id)
    if lot is None or lot.region != who.region:
        raise LotUnknown()
    lot.must_be_open(now)
    site = own_site(session, who, site_id)
    receiver = receiver_at(session, site, now)
    offer = offer_of(session, lot, receiver, now)
    if receiver.organisation.state != AccountState.ACTIVE:
        raise CharityNotApproved()
    if way is Way.COLLECT and not site.collects_itself:
        raise CannotCollect()
    if queries.standing_claim(session, lot.key, site.key) is not None:
        raise ClaimedAlready()
    asked = _asked(offer, receiver, wanted, now)
    made = Claim(
        region=lot.region,
        lot_id=lot.key,
        lot_version=lot.version,
        organisation_id=site.organisation_id,
        site_id=site.key,
        way=way,
        code=f"{secrets.randbelow(10**6):06d}",
        made_by=who.person_id,
        made_at=now,
        coming_at=_coming_at(offer, coming_at, now) if way is Way.COLLECT else None,
    )
    session.add(made)
    session.flush()
    session.add_all(ClaimLine(claim_id=made.key, line_id=line, grams_asked=grams) for line, grams in asked.items())
    session.flush()
    by_line = {offered.line.key: offered.line for offered in offer.lines}
    said = [{"line": line, "category": by_line[line].category, "grams": grams} for line, grams in asked.items()]
    cautions = [verdict.as_data() for verdict in offer.cautions]
    tell(session, made, lot, "made", who=who, now=now, data={"lines": said, "law": cautions})
    _grant(session, made, lot, asked, receiver, who=who, now=now)
    return made


def _asked(offer: Offer, receiver: Receiver, wanted: Mapping[int, int] | None, now: datetime) -> dict[int, int]:
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


def _grant(
    session: Session, made: Claim, lot: Lot, asked: Mapping[int, int], receiver: Receiver, *, who: Who, now: datetime
) -> None:
    """The decision "yes": reserve the shares, and want them carried if a round is to bring them."""
    shares = granting.reserve(
        session,
        lot,
        asked.items(),
        claim_id=made.key,
        organisation_id=made.organisation_id,
        site_id=made.site_id,
        who=who,
        now=now,
    )
    for line in queries.lines_of_claim(session, made.key):
        line.grams_granted = line.grams_asked
        session.add(line)
    before, made.state, made.decided_at = str(made.state), ClaimState.GRANTED, now
    session.add(made)
    categories = {line.key: line.category for line in lots.lines_of(session, lot.key)}
    said = [{"line": s.line_id, "category": categories[s.line_id], "grams": s.grams, "share": s.key} for s in shares]
    tell(session, made, lot, "granted", who=who, now=now, from_state=before, data={"lines": said})
    if made.way is Way.BRING:
        _want_carried(session, made, lot, shares, receiver, who=who, now=now)
    donor = session.get_one(Site, lot.site_id)
    notices.tell(
        session,
        region=lot.region,
        person_ids=[person.key for person in accounts.members(session, made.organisation_id)],
        kind="claim_granted",
        params={
            "lot_id": lot.key,
            "label": lot_title(lots.lines_of(session, lot.key), "fr"),
            "donor": donor.name,
            "grams": sum(share.grams for share in shares),
            "until": lot.deadline,
        },
        subject=("claim", made.key),
        dedupe=f"claim:{made.key}",
        now=now,
    )


def _want_carried(
    session: Session, made: Claim, lot: Lot, shares: Sequence[Share], receiver: Receiver, *, who: Who, now: datetime
) -> None:
    """One shipment a temperature: they ride in different compartments and keep for different times."""
    zone = zone_of(lot.region)
    law = law_at(now, zone)
    lines = {line.key: line for line in lots.lines_of(session, lot.key)}
    pickup = [(max(start, now), end) for start, end in pairs(lots.windows_of(session, lot.key)) if end > now]
    for temperature in sorted({lines[share.line_id].temperature for share in shares}):
        kept = [share for share in shares if lines[share.line_id].temperature == temperature]
        limits = [edible_until(line_facts(lines[share.line_id]), law, zone) for share in kept]
        due_at = min([limit for limit in limits if limit is not None] + [now + LATEST])
        shipments.want(
            session,
            lot.region,
            subject=("claim", made.key),
            pickup_site_id=lot.site_id,
            delivery_site_id=made.site_id,
            pickup_windows=[(start, min(end, lot.deadline)) for start, end in pickup if start < lot.deadline],
            delivery_windows=[(start, min(end, due_at)) for start, end in receiver.reception if start < due_at],
            temperature=temperature,
            items=[("share", share.key, share.grams) for share in kept],
            pickup_pin=pin_of(lot),
            due_at=due_at,
            who=who,
            now=now,
        )


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
    if way is Way.COLLECT and not site.collects_itself:
        raise CannotCollect()
    receiver = receiver_at(session, site, now)
    for shipment in shipments_read.shipments_of(session, "claim", claim.key):
        if shipment.is_open:
            shipments.cancel(session, shipment, who=who, now=now, reason="collected-by-charity")
    before, claim.way = str(claim.way), way
    claim.coming_at = _coming_at(offer_of(session, lot, receiver, now), None, now) if way is Way.COLLECT else None
    session.add(claim)
    if way is Way.BRING:
        _want_carried(session, claim, lot, shares, receiver, who=who, now=now)
    tell(session, claim, lot, "changed", who=who, now=now, from_state=str(claim.state), data={"before": before})
    return claim
