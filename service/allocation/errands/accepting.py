"""Somebody says yes: the charity's claim is made, and a round of two stops is theirs."""

from datetime import datetime

from sqlmodel import Session

from service.accounts import policy
from service.accounts.models import Site
from service.accounts.who import Who
from service.allocation.acting import acting_for
from service.allocation.actions.making import Wish, make
from service.allocation.errands import queries
from service.allocation.errands.errors import (
    BikesStayIn,
    ErrandOver,
    ErrandTaken,
    ErrandTooLate,
    ErrandUnknown,
    HelperAway,
)
from service.allocation.errands.free import Times
from service.allocation.errands.telling import tell_errand
from service.allocation.errands.ways import SLACK, RoundTrip, way_of
from service.allocation.models import Claim, Way
from service.allocation.offers import Offer, offer_of, receiver_at
from service.allocation.tables import Errand, ErrandAsk, ErrandState, Helper
from service.kit.refusals import Refusal
from service.lots import queries as lots
from service.lots.models import Lot
from service.lots.words import lot_title
from service.notices import actions as notices
from service.rounds.actions.shifts import tell_shift
from service.rounds.errors import DriverBusy
from service.rounds.models import RideLock, Shift, Vehicle
from service.rounds.people import Standing
from service.shipments import queries as shipments


def accept(session: Session, *, who: Who, errand_id: int, now: datetime) -> Errand:
    """Take an errand one was told of; whoever says yes first has it, and saying it twice is harmless.

    The claim is made in the name of who asked for it at the charity, and granted under the rules of this moment; what
    it wants carried is kept on a shift of the helper's own, in which the planner puts the two stops.
    """
    errand, ask = asked_of(session, who, errand_id)
    if errand.state == ErrandState.TAKEN:
        if errand.taken_by == who.person_id:
            return errand
        raise ErrandTaken()
    helper = queries.helper_of(session, ask.person_id)
    lot, site = session.get_one(Lot, errand.lot_id), session.get_one(Site, errand.site_id)
    lot.must_be_open(now)
    acting = acting_for(session, organisation_id=site.organisation_id, site_id=site.key, person_id=errand.asked_by)
    if errand.state == ErrandState.OVER or helper is None or acting is None or not site.active:
        raise ErrandOver()
    receiver = receiver_at(session, site, now)
    offer = offer_of(session, lot, receiver, now)
    way = _way_now(session, helper, offer, now)
    wish = Wish(errand.grams_by_line(), Way.BRING, brought=True)
    try:
        claim = make(session, who=acting, lot=lot, site=site, wish=wish, read=(receiver, offer), now=now)
    except Refusal as refusal:
        # Its words are for a charity; to who would have brought it they all mean the same.
        raise ErrandOver() from refusal
    ask.declined_at = None
    session.add(ask)
    errand.state, errand.taken_by, errand.taken_at, errand.claim_id = ErrandState.TAKEN, who.person_id, now, claim.key
    errand.shift_id = _shift_for(session, claim, helper, way, who=who, now=now).key
    session.add(errand)
    session.flush()
    data = {"claim": claim.key, "shift": errand.shift_id}
    charity = f"org:{site.organisation_id}"
    tell_errand(session, errand, "taken", who=who, now=now, before="offered", data=data, more=(charity,))
    _tell_others(session, errand, lot, now)
    return errand


def asked_of(session: Session, who: Who, errand_id: int) -> tuple[Errand, ErrandAsk]:
    """An errand that was put to somebody, and how; ErrandUnknown (404) to everybody else."""
    policy.demand(who, "errands", "accept", "self")
    errand = session.get(Errand, errand_id)
    ask = next((one for one in queries.asks_of(session, errand_id) if one.person_id == who.person_id), None)
    if errand is None or ask is None:
        raise ErrandUnknown()
    return errand, ask


def _way_now(session: Session, helper: Helper, offer: Offer, now: datetime) -> RoundTrip:
    """The helper's way as it is by now. Who says yes outside the hours they usually have knows best."""
    vehicle = session.get_one(Vehicle, helper.vehicle_id)
    way = way_of(session, vehicle, session.get_one(Site, vehicle.home_site_id), offer, now)
    if way is None:
        raise ErrandTooLate()
    times = Times(session, helper.region, now)
    if not times.goes_out(vehicle):
        raise BikesStayIn()
    standing = times.about(helper, way)
    if standing == Standing.BUSY:
        raise DriverBusy()
    if standing == Standing.ABSENT:
        raise HelperAway()
    return way


def _shift_for(session: Session, claim: Claim, helper: Helper, way: RoundTrip, *, who: Who, now: datetime) -> Shift:
    """An hour or so of the helper's own, kept for what they said they bring. Once it has ended without them having
    left, plans are free to send somebody else."""
    shift = Shift(
        region=helper.region,
        vehicle_id=helper.vehicle_id,
        driver_id=helper.person_id,
        starts_at=way.leaves_at,
        ends_at=way.back_at + SLACK,
        break_minutes=0,
    )
    session.add(shift)
    session.flush()
    tell_shift(session, "shift.opened", shift, who, now)
    for shipment in shipments.shipments_of(session, "claim", claim.key):
        # Promised by somebody: a detour that no van would make for it is made.
        shipment.mandatory = True
        session.add(shipment)
        session.add(RideLock(shipment_id=shipment.key, shift_id=shift.key, locked_by=who.person_id, locked_at=now))
    session.flush()
    return shift


def _tell_others(session: Session, errand: Errand, lot: Lot, now: datetime) -> None:
    notices.take_back(session, kind="errand_offered", subject=("errand", errand.key))
    asked = queries.asks_of(session, errand.key)
    people = [one.person_id for one in asked if one.person_id != errand.taken_by and one.declined_at is None]
    lines = [line for line in lots.lines_of(session, lot.key) if str(line.key) in errand.wanted]
    notices.tell(
        session,
        region=errand.region,
        person_ids=people,
        kind="errand_taken",
        params={"errand_id": errand.key, "label": lot_title(lines, "fr")},
        subject=("errand", errand.key),
        dedupe=f"errand:{errand.key}:taken",
        expires_at=lot.deadline,
        now=now,
    )
