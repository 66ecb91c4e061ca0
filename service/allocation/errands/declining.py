"""Somebody says no, or that it will not be them after all: the others who were asked may still say yes."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.who import Who
from service.allocation.actions import settling
from service.allocation.errands import queries
from service.allocation.errands.accepting import asked_of
from service.allocation.errands.asking import tell_near, who_could
from service.allocation.errands.errors import ErrandCollected, ErrandUnknown
from service.allocation.errands.free import Times
from service.allocation.errands.telling import tell_errand
from service.allocation.models import Claim, ClaimState
from service.allocation.offers import offer_of, receiver_at
from service.allocation.promising import is_brought
from service.allocation.tables import Errand, ErrandState
from service.allocation.telling import tell
from service.allocation.words import HELPER_CANNOT
from service.lots import queries as lots
from service.lots.actions import granting
from service.lots.models import Lot, ShareState
from service.notices import actions as notices
from service.rounds.actions.incidents import report_incident
from service.rounds.actions.shifts import call_off
from service.rounds.forms import Incident, IncidentForm
from service.rounds.models import Shift
from service.rounds.queries.rounds import round_of_shift
from service.shipments import queries as shipments


def decline(session: Session, *, who: Who, errand_id: int, now: datetime) -> Errand:
    """Not this time. Once everybody has said so the search goes on at once; twice is harmless."""
    errand, ask = asked_of(session, who, errand_id)
    if errand.state != ErrandState.OFFERED or ask.declined_at is not None:
        return errand
    ask.declined_at = now
    session.add(ask)
    session.flush()
    tell_errand(session, errand, "declined", who=who, now=now)
    if all(one.declined_at is not None for one in queries.asks_of(session, errand.key)):
        end(session, errand, now=now)
    return errand


def give_back(session: Session, *, who: Who, errand_id: int, now: datetime) -> Errand:
    """It will not be them after all, as long as nothing was collected (ErrandCollected); twice is harmless."""
    errand, ask = asked_of(session, who, errand_id)
    if errand.state == ErrandState.TAKEN and errand.taken_by == who.person_id:
        give_up(session, errand, who=who, now=now)
    elif ask.declined_at is None:
        raise ErrandUnknown()
    return errand


def answer_no(session: Session, *, who: Who, errand_id: int, now: datetime) -> Errand:
    """A no in one word: what one brings is given back, what one was asked is declined."""
    errand, _ = asked_of(session, who, errand_id)
    mine = errand.state == ErrandState.TAKEN and errand.taken_by == who.person_id
    return (give_back if mine else decline)(session, who=who, errand_id=errand_id, now=now)


def end(session: Session, errand: Errand, *, now: datetime, data: dict[str, int] | None = None) -> None:
    """There is nothing left to bring, or nobody left to ask: what has not left yet is not sent any more."""
    before, errand.state = str(errand.state), ErrandState.OVER
    session.add(errand)
    notices.take_back(session, kind="errand_offered", subject=("errand", errand.key))
    tell_errand(session, errand, "over", who=None, now=now, before=before, data=data)


def give_up(session: Session, errand: Errand, *, who: Who | None, now: datetime) -> None:
    """Who said yes does not bring it, as they say or as it turns out. If a round can bring it by now, it does;
    otherwise the lot is on offer as it was before, and who else was asked may say yes.

    ErrandCollected once it is aboard.
    """
    claim, lot = session.get_one(Claim, errand.claim_id), session.get_one(Lot, errand.lot_id)
    shares = [one for one in lots.shares_of_claim(session, claim.key) if one.state != ShareState.RELEASED]
    if any(share.state != ShareState.RESERVED for share in shares):
        raise ErrandCollected()
    taker = errand.taken_by
    for ask in queries.asks_of(session, errand.key):
        if ask.person_id == taker:
            ask.declined_at = now
            session.add(ask)
    set_free(session, session.get_one(Shift, errand.shift_id), who=who, now=now)
    receiver = receiver_at(session, session.get_one(Site, errand.site_id), now)
    if shares and is_brought(session, offer_of(session, lot, receiver, now), errand.grams_by_line(), now):
        for shipment in shipments.shipments_of(session, "claim", claim.key):
            shipment.mandatory = False
            session.add(shipment)
        end(session, errand, now=now, data={"claim": claim.key})
        return
    granting.release_shares(session, shares, reason="no-round", who=who, now=now)
    if claim.state is ClaimState.GRANTED:
        before, claim.state, claim.released_at = str(claim.state), ClaimState.RELEASED, now
        session.add(claim)
        data = {"grams": sum(share.grams for share in shares), "reason": "no-round"}
        tell(session, claim, lot, "released", who=None, now=now, from_state=before, data=data)
        settling.notify_refused(session, [(claim, lot, HELPER_CANNOT)], now=now)
    _offer_again(session, errand, lot, who=who, now=now)


def set_free(session: Session, shift: Shift, *, who: Who | None, now: datetime) -> None:
    """The helper's hour is theirs again; on the road they are told to turn back."""
    round_ = round_of_shift(session, shift.key)
    if round_ is None or round_.is_waiting:
        if shift.cancelled_at is not None:
            return
        call_off(session, shift, who=who, now=now)
    elif not round_.is_over and who is not None:
        report_incident(session, round_, IncidentForm(kind=Incident.GOING_HOME), who=who, now=now)


def _offer_again(session: Session, errand: Errand, lot: Lot, *, who: Who | None, now: datetime) -> None:
    """Put it once more to who was asked, has not said no, and could still be there in time."""
    taker, before = errand.taken_by, str(errand.state)
    errand.state, errand.offered_at = ErrandState.OFFERED, now
    errand.taken_by = errand.taken_at = errand.claim_id = errand.shift_id = None
    session.add(errand)
    session.flush()
    waiting = {one.person_id for one in queries.asks_of(session, errand.key) if one.declined_at is None}
    receiver = receiver_at(session, session.get_one(Site, errand.site_id), now)
    offer = offer_of(session, lot, receiver, now)
    tell_errand(session, errand, "given_back", who=who, now=now, before=before)
    times = Times(session, errand.region, now) if waiting and lot.is_open and now < lot.deadline else None
    could = who_could(session, offer, errand.grams, times, now) if times is not None else []
    near = [one for one in could if one.person.key in waiting]
    if not near:
        end(session, errand, now=now)
        return
    lines = lots.lines_of(session, lot.key)
    # Once more for each who gave it back, however often they change their mind.
    tell_near(session, errand, offer, lines, near, dedupe=f"errand:{errand.key}:after:{taker}", now=now)
