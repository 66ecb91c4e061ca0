"""How long a helper is on the road for an errand, and whether they come in time: a guess from coordinates alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from routing.travel import Point as Place
from service.accounts.models import Site
from service.allocation.offers import Offer
from service.lots.facts import pin_of
from service.rounds.models import Vehicle
from service.rounds.planning.places import approximate_point
from service.rounds.planning.travel import reckoner

# From the message to leaving, at a door, and what may go wrong on the way.
TO_LEAVE, AT_A_DOOR, SLACK = timedelta(minutes=10), timedelta(minutes=10), timedelta(minutes=30)
# Nobody is asked to wait longer before a door that opens later.
LONGEST_WAIT = timedelta(minutes=30)


@dataclass(frozen=True)
class RoundTrip:
    """From home to the donor, on to the charity, and home: seconds and metres of road, and the hours it takes."""

    seconds: int
    metres: int
    leaves_at: datetime
    back_at: datetime


def way_of(session: Session, vehicle: Vehicle, home: Site, offer: Offer, now: datetime) -> RoundTrip | None:
    """The way of a vehicle for an offer, begun as soon as may be; None when a place is not known, or a door shut."""
    places = [approximate_point(session, home), _start(session, offer), approximate_point(session, offer.site)]
    known = [Place(one.latitude, one.longitude) for one in places if one is not None]
    if len(known) < 3:
        return None
    table = reckoner(None).matrix(known, vehicle.profile)
    there, across, back = (timedelta(seconds=int(table.seconds[a, b])) for a, b in ((0, 1), (1, 2), (2, 0)))
    at_donor = _open_at(offer.windows, now + TO_LEAVE + there)
    if at_donor is None:
        return None
    at_charity = _open_at(offer.reception, at_donor + AT_A_DOOR + across)
    if at_charity is None:
        return None
    return RoundTrip(
        seconds=int((there + across + back).total_seconds()),
        metres=sum(int(table.metres[a, b]) for a, b in ((0, 1), (1, 2), (2, 0))),
        leaves_at=max(now, at_donor - there - TO_LEAVE),
        back_at=at_charity + AT_A_DOOR + back,
    )


def _start(session: Session, offer: Offer) -> Place | None:
    pin = pin_of(offer.lot)
    point = approximate_point(session, offer.donor)
    return Place(*pin) if pin else None if point is None else Place(point.latitude, point.longitude)


def _open_at(windows: Sequence[tuple[datetime, datetime]], at: datetime) -> datetime | None:
    """When the door is open to who comes at a moment: then, or after a short wait."""
    for start, end in sorted(windows):
        if at <= end:
            return max(at, start) if start - at <= LONGEST_WAIT else None
    return None
