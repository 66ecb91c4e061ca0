"""When the charity collects by itself: the code closes it at the donor's, the weighing at the charity's."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts import policy
from service.accounts.who import Who
from service.allocation import queries
from service.allocation.errors import (
    ClaimNotReleasable,
    NotCollectedByCharity,
    NothingToHandOver,
    NothingToWeigh,
    TooEarlyForNoShow,
    WrongCode,
)
from service.allocation.models import Claim, ClaimState, Way
from service.allocation.telling import tell
from service.lots import queries as lots
from service.lots.actions import granting, handing_over
from service.lots.errors import ShareUnknown
from service.lots.messages import tell_absent
from service.lots.models import Lot, Share, ShareState

# How long after the hour a charity said it would come before it counts as absent.
PATIENCE = timedelta(minutes=30)


def hand_over(
    session: Session,
    *,
    who: Who,
    claim_id: int,
    code: str,
    weights: Mapping[int, int] | None = None,
    temperature_c: float | None = None,
    now: datetime,
) -> Claim:
    """The donor gives it to whoever shows the claim's code. `weights`: grams by share where somebody weighed.

    Guessing is limited by the caller (`WrongCode` says a try was wrong). A second tap changes nothing.
    """
    claim, lot = _collected_by_charity(session, who, claim_id, "hand_over")
    if not hmac.compare_digest(code.strip().encode(), claim.code.encode()):
        raise WrongCode()
    shares = _weighed_shares(session, claim, weights)
    waiting = [share for share in shares if share.state == ShareState.RESERVED]
    if not waiting:
        if any(share.state in (ShareState.COLLECTED, ShareState.DELIVERED) for share in shares):
            return claim
        raise NothingToHandOver()
    for share in waiting:
        grams = (weights or {}).get(share.key)
        handing_over.collect_share(session, share, grams=grams, temperature_c=temperature_c, who=who, now=now)
    tell(session, claim, lot, "collected", who=who, now=now, from_state=str(claim.state))
    return claim


def receive(
    session: Session, *, who: Who, claim_id: int, weights: Mapping[int, int] | None = None, now: datetime
) -> Claim:
    """The charity weighs what it brought home, which is the weight every figure uses; nothing given: as collected.

    A second tap changes nothing.
    """
    claim, lot = _collected_by_charity(session, who, claim_id, "receive")
    shares = _weighed_shares(session, claim, weights)
    brought = [share for share in shares if share.state == ShareState.COLLECTED]
    if not brought:
        if any(share.state == ShareState.DELIVERED for share in shares):
            return claim
        raise NothingToWeigh()
    for share in brought:
        weighed = (weights or {}).get(share.key)
        handing_over.deliver_share(session, share, received_grams=weighed, who=who, now=now)
    tell(session, claim, lot, "received", who=who, now=now, from_state=str(claim.state))
    return claim


def report_no_show(session: Session, *, who: Who, claim_id: int, now: datetime) -> Claim:
    """Nobody came: recorded, and the lot is offered again while there is time."""
    claim, lot = _collected_by_charity(session, who, claim_id, "hand_over")
    shares = lots.shares_of_claim(session, claim.key)
    if claim.state is not ClaimState.GRANTED or any(share.state != ShareState.RESERVED for share in shares):
        raise ClaimNotReleasable()
    if claim.coming_at is not None and now < min(claim.coming_at + PATIENCE, lot.deadline):
        raise TooEarlyForNoShow()
    granting.no_show(session, shares, who=who, now=now)
    before, claim.state, claim.reason = str(claim.state), ClaimState.RELEASED, "no-show"
    claim.released_at = now
    session.add(claim)
    grams = sum(share.grams for share in shares)
    tell(session, claim, lot, "no_show", who=who, now=now, from_state=before, data={"grams": grams})
    tell_absent(session, lot, shares, at=claim.coming_at or lot.deadline, who=who, now=now)
    return claim


def _weighed_shares(session: Session, claim: Claim, weights: Mapping[int, int] | None) -> Sequence[Share]:
    """The claim's shares; `ShareUnknown` when a weight is given for another."""
    shares = lots.shares_of_claim(session, claim.key)
    if weights and not weights.keys() <= {share.key for share in shares}:
        raise ShareUnknown()
    return shares


def _collected_by_charity(session: Session, who: Who, claim_id: int, verb: str) -> tuple[Claim, Lot]:
    claim, lot = queries.claim_seen_by(session, who, claim_id)
    policy.demand(who, "claims", verb, *queries.relations_to(who, claim, lot))
    if claim.way is not Way.COLLECT:
        raise NotCollectedByCharity()
    return claim, lot
