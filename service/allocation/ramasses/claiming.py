"""Claiming what a shop posts on a date of a standing round, before anybody else is given any of it.

A job does it soon after a lot was posted. Whoever comes in between (a claim by hand or by rule, the lot's window, a
message about it) does it first for that lot, in the same transaction: posting waits for nothing, and nobody is quicker.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from service.accounts import queries as accounts
from service.accounts.models import Shut, Site
from service.accounts.who import Who
from service.allocation import offers as offering
from service.allocation import queries as claims
from service.allocation.acting import acting_for
from service.allocation.actions import settling
from service.allocation.actions.making import Wish, make
from service.allocation.answers.rules import Offered, taken
from service.allocation.models import Claim, ClaimState
from service.allocation.offers import Offer
from service.allocation.ramasses import queries
from service.allocation.tables import Ramasse, RamasseClaim
from service.kit.clock import local
from service.kit.refusals import Refusal
from service.kit.rhythm import falls_on
from service.lots import queries as lots
from service.lots.facts import pairs, zone_of
from service.lots.models import Lot, LotWindow

CLAIMED, NOTHING_FITS = "claimed", "nothing-fits"
# What a claim's policy says when it was granted by a standing round.
POLICY = "standing"


def claim_ramasses(session: Session, region: str, *, now: datetime) -> int:
    """Claim, for each round agreed and due, the lots of its shop; answers how many claims were granted.

    The older agreement goes first. A lot is dealt with once; closed days and dates let go are left alone.
    """
    rounds = queries.agreed(session, region)
    if not rounds:
        return 0
    found = [lot for lot in queries.open_lots_at(session, {one.donor_site_id for one in rounds}) if lot.deadline > now]
    return _claim_all(session, rounds, found, zone_of(region), now)


def claim_ramasses_of(session: Session, lot: Lot, *, now: datetime, site_id: int | None = None) -> int:
    """The same for one lot on offer. `site_id`: who is about to claim it by hand; where it has a round to this shop
    itself, those agreed before go first and its own makes way for what it asks now."""
    rounds = queries.agreed_at(session, lot.site_id)
    own = next((at for at, one in enumerate(rounds) if one.site_id == site_id), len(rounds))
    if not rounds[:own] or not lot.is_open or lot.deadline <= now:
        return 0
    return _claim_all(session, rounds[:own], [lot], zone_of(lot.region), now)


def _claim_all(session: Session, rounds: Sequence[Ramasse], found: Sequence[Lot], zone: str, now: datetime) -> int:
    windows = lots.windows_of_lots(session, [lot.key for lot in found])
    done = queries.dealt_with(session, [lot.key for lot in found])
    gone = queries.released(session, [one.key for one in rounds])
    sites = accounts.sites_by_id(session, {one.site_id for one in rounds})
    shut = accounts.closures(session, set(sites))
    granted = 0
    for lot in found:
        for ramasse in rounds:
            if ramasse.donor_site_id != lot.site_id or (ramasse.key, lot.key) in done:
                continue
            day = _day(ramasse, windows[lot.key], zone, now)
            if day is None or day in gone[ramasse.key] or _closed(shut.get(ramasse.site_id, []), day):
                continue
            # Agreed after the lot was posted: it was everybody's already.
            if ramasse.decided_at is None or lot.posted_at < ramasse.decided_at:
                continue
            granted += _claim(session, ramasse, sites[ramasse.site_id], lot, day, now)
    return granted


def _day(ramasse: Ramasse, windows: Sequence[LotWindow], zone: str, now: datetime) -> date | None:
    """The first day of the round on which the lot may still be picked up."""
    for start, end in pairs(windows):
        if end <= now:
            continue
        day = local(max(start, now), zone).date()
        if falls_on(ramasse.rrule, day, starts_on=ramasse.starts_on, ends_on=ramasse.ends_on):
            return day
    return None


def _closed(shut: Sequence[Shut], day: date) -> bool:
    return any(closure.covers(day) for closure in shut)


def _claim(session: Session, ramasse: Ramasse, site: Site, lot: Lot, day: date, now: datetime) -> bool:
    who = acting_for(
        session, organisation_id=ramasse.organisation_id, site_id=ramasse.site_id, person_id=ramasse.asked_by
    )
    if who is None or not site.active:
        return False
    receiver = offering.receiver_at(session, site, now)
    wanted = _wanted(ramasse, offering.offer_of(session, lot, receiver, now))
    made: Claim | None = None
    outcome = NOTHING_FITS
    if wanted:
        try:
            # What a refusal leaves half written goes with its savepoint.
            with session.begin_nested():
                made = _granted(session, ramasse, site, lot, wanted, who, now)
            outcome = CLAIMED
        except Refusal as refusal:
            outcome = refusal.code
    key = made.key if made is not None else None
    session.add(RamasseClaim(ramasse_id=ramasse.key, lot_id=lot.key, day=day, claim_id=key, outcome=outcome, at=now))
    session.flush()
    return made is not None


def _wanted(ramasse: Ramasse, offer: Offer) -> dict[int, int]:
    offered = [Offered(one.line.key, one.line.category, one.grams) for one in offer.lines if one.is_open]
    most = min((limit for limit in (ramasse.most_grams, offer.room) if limit is not None), default=None)
    return taken(offered, ramasse.categories, most=most)


def _granted(
    session: Session, ramasse: Ramasse, site: Site, lot: Lot, wanted: dict[int, int], who: Who, now: datetime
) -> Claim:
    """The claim a person would make; where answers are sealed it does not wait for the decision."""
    own = offering.own_site(session, who, site.key)
    claim = make(session, who=who, lot=lot, site=own, wish=Wish(wanted, ramasse.way), now=now)
    claim.policy = POLICY
    session.add(claim)
    if claim.state is ClaimState.PENDING:
        asked = {line.line_id: line.grams_asked for line in claims.lines_of_claim(session, claim.key)}
        receiver = offering.receiver_at(session, site, now)
        settling.grant(session, claim, lot, asked, receiver, who=who, now=now, data={"ramasse": ramasse.key})
    return claim
