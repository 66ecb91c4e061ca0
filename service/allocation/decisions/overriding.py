"""A dispatcher gives a lot himself, and says why: kept and told like any other decision."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from service.accounts import policy
from service.accounts.models import AccountState, Site
from service.accounts.who import Who
from service.allocation import queries
from service.allocation.actions import claiming, settling
from service.allocation.actions.making import asked_of, fresh_claim
from service.allocation.errors import CharityNotApproved, ClaimedAlready, ClaimUnknown, ReasonMissing, SiteUnknown
from service.allocation.models import (
    Answer,
    AnswerWindow,
    Cause,
    Claim,
    ClaimLine,
    ClaimState,
    DecidedLot,
    StoredDecision,
    Way,
    WindowState,
)
from service.allocation.offers import offer_of, receiver_at
from service.allocation.telling import tell
from service.allocation.windows import open_window
from service.allocation.words import OVERRULED
from service.lots import queries as lots
from service.lots.errors import LotUnknown
from service.lots.models import Lot
from service.lots.telling import tell_lot

LEAST_WORDS, MOST_WORDS = 4, 300
OVERRULE = "overruled"


def override(
    session: Session,
    *,
    who: Who,
    lot_id: int,
    site_id: int,
    reason: str,
    wanted: Mapping[int, int] | None = None,
    way: Way = Way.BRING,
    instead_of: int | None = None,
    now: datetime,
) -> Claim:
    """Give what is free of a lot (`wanted` grams by line, or all the site may take) to a site, whatever was decided.

    `instead_of`: a claim that is taken back first, as long as nothing of it has left. Food law and the site's own
    limits hold here too. When nothing is left, answers that were waiting are refused.
    """
    policy.demand(who, "decisions", "override", "any")
    said = " ".join(reason.split())
    if not LEAST_WORDS <= len(said) <= MOST_WORDS:
        raise ReasonMissing(fields={"reason": ReasonMissing.message})
    lot = session.get(Lot, lot_id)
    if lot is None or lot.region != who.region:
        raise LotUnknown()
    site = session.get(Site, site_id)
    if site is None or site.region != who.region or not site.active:
        raise SiteUnknown(fields={"site": SiteUnknown.message})
    if instead_of is not None:
        taken = session.get(Claim, instead_of)
        if taken is None or taken.lot_id != lot.key:
            raise ClaimUnknown()
        claiming.release(session, who=who, claim_id=instead_of, reason=OVERRULE, now=now)
    lot.must_be_open(now)
    window = open_window(session, lot, now=now)
    receiver = receiver_at(session, site, now)
    if receiver.organisation.state != AccountState.ACTIVE:
        raise CharityNotApproved()
    offer = offer_of(session, lot, receiver, now)
    asked = asked_of(offer, receiver, wanted, now)
    standing = queries.standing_claim(session, lot.key, site.key)
    if standing is not None and standing.state != ClaimState.PENDING:
        raise ClaimedAlready()
    before = {str(line.key): line.free_grams for line in lots.lines_of(session, lot.key)}
    waiting = queries.pending_claims(session, [lot.key])
    row = StoredDecision(
        region=lot.region,
        cause=Cause.OVERRIDE,
        policy=window.policy,
        version=window.version,
        kind="override",
        made_at=now,
        made_by=who.person_id,
        reason=said,
        lots=1,
        claims=len(waiting),
        grams=sum(asked.values()),
        grams_left=sum(before.values()) - sum(asked.values()),
        inputs={"free": before, "waiting": [claim.key for claim in waiting], "instead_of": instead_of},
        output={"site": site.key, "grams": {str(line): grams for line, grams in asked.items()}, "way": str(way)},
    )
    session.add(row)
    session.flush()
    session.add(DecidedLot(decision_id=row.key, lot_id=lot.key))
    made = _claim_for(session, standing, lot, site, window, asked, way, who=who, now=now)
    made.decision_id = row.key
    settling.grant(session, made, lot, asked, receiver, who=who, now=now, data={"decision": row.key})
    data = {"decision": row.key, "site": site.key, "grams": sum(asked.values()), "instead_of": instead_of}
    tell_lot(session, lot, "lot.overruled", who=who, now=now, data=data, audience={"role:dispatcher", "role:region"})
    _close_if_gone(session, lot, window, row, now)
    return made


def _claim_for(
    session: Session,
    standing: Claim | None,
    lot: Lot,
    site: Site,
    window: AnswerWindow,
    asked: Mapping[int, int],
    way: Way,
    *,
    who: Who,
    now: datetime,
) -> Claim:
    """The site's own answer where it gave one, else a claim made for it."""
    made = standing or fresh_claim(lot, site, way, now, made_by=who.person_id)
    made.answer, made.policy, made.way, made.else_collect = Answer.PART, window.policy, way, False
    session.add(made)
    session.flush()
    for line in queries.lines_of_claim(session, made.key):
        session.delete(line)
    session.flush()
    session.add_all(ClaimLine(claim_id=made.key, line_id=line, grams_asked=grams) for line, grams in asked.items())
    session.flush()
    if standing is None:
        tell(session, made, lot, "made", who=who, now=now, data={"lines": [], "by": "dispatcher"})
    return made


def _close_if_gone(session: Session, lot: Lot, window: AnswerWindow, row: StoredDecision, now: datetime) -> None:
    """Nothing is left to decide: whoever still waits is told."""
    if not window.is_sealed or lots.free_grams(session, lot.key):
        return
    for claim in queries.pending_claims(session, [lot.key]):
        claim.decision_id = row.key
        settling.refuse(session, claim, lot, OVERRULE, words=OVERRULED, now=now, data={"decision": row.key})
    window.state, window.decided_at, window.decision_id = WindowState.DECIDED, now, row.key
    session.add(window)
