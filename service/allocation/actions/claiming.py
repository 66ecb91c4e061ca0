"""Claiming a lot, changing how it travels, giving it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from service.accounts import policy
from service.accounts.models import Site
from service.accounts.who import Who
from service.allocation import queries
from service.allocation.actions import settling
from service.allocation.actions.making import Wish, coming_when, make
from service.allocation.errors import CannotCollect, ClaimNotReleasable
from service.allocation.models import Answer, Claim, ClaimState, Way
from service.allocation.offers import Offer, offer_of, own_site, receiver_at
from service.allocation.promising import demand_round
from service.allocation.ramasses.claiming import claim_ramasses_of
from service.allocation.receivers import Receiver, demand_way
from service.allocation.telling import tell
from service.lots import queries as lots
from service.lots.actions import granting
from service.lots.errors import LotUnknown
from service.lots.models import Lot, Share, ShareState
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
    else_collect: bool = False,
    coming_at: datetime | None = None,
    answer: Answer | None = None,
    read: tuple[Receiver, Offer] | None = None,
    now: datetime,
) -> Claim:
    """Claim a lot for one of one's sites: `wanted` grams by line, or everything the site may take.

    While the lot's window is open the claim is an answer: it stays pending until all answers are decided together, and
    may be given anew until then (the newest counts; `Answer.NO` says that the lot is of no use). Otherwise the claim is
    granted whole at once, or refused with 409 and nothing is written: what is to be brought needs a round that can, or
    is fetched instead with `else_collect`. Writers take turns, so the same gram is never granted twice, and whoever
    has a standing round to the shop is served first, however soon after the posting somebody claims. `read`: the site
    and the offer, where this transaction has just read them.
    """
    policy.demand(who, "claims", "make", "own")
    lot = session.get(Lot, lot_id)
    if lot is None or lot.region != who.region:
        raise LotUnknown()
    lot.must_be_open(now)
    site = own_site(session, who, site_id)
    if else_collect:
        demand_way(site, Way.COLLECT, {"way": CannotCollect.message})
    if claim_ramasses_of(session, lot, now=now, site_id=site.key):
        # What was read before is less by now.
        read = None
    wish = Wish(wanted, way, else_collect, coming_at, answer)
    return make(session, who=who, lot=lot, site=site, wish=wish, read=read, now=now)


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
    # From now on it travels as a person said.
    claim.coming_at, claim.else_collect = coming_when(offer) if way is Way.COLLECT else None, False
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
