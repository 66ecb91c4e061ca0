"""What is granted at once and is to be brought needs a round that can bring it: food held for a promise that nobody can
keep is food that somebody else could have fetched. Answers that are decided together are asked in `deciding`."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

import routing
from service.allocation.deciding.question import Carried, Seen
from service.allocation.errors import NoRoundBrings
from service.allocation.offers import Offer
from service.lots.queries import lines_of
from service.rounds import reaching
from service.rounds.trips import Reach

# Nobody drives yet on that day, or a place is not on the map: a dispatcher may still see to it.
OPEN = frozenset({"no_vehicle", "no_place"})


def demand_round(session: Session, offer: Offer, asked: Mapping[int, int], now: datetime) -> None:
    """Raises NoRoundBrings when no round of the day, as they stand, can bring so many grams by line."""
    reach = _reach(session, offer, asked, now)
    if reach.reason is not None and reach.reason.code not in OPEN and not _may_come(reach):
        raise NoRoundBrings(reach.reason)


def is_brought(session: Session, offer: Offer, asked: Mapping[int, int], now: datetime) -> bool:
    """Whether a round of the day can bring so many grams by line: asked for who would rather fetch it than hope for a
    round that nobody drives yet."""
    return _may_come(_reach(session, offer, asked, now))


def _reach(session: Session, offer: Offer, asked: Mapping[int, int], now: datetime) -> Reach:
    lines = tuple(Seen(line, asked[line.key]) for line in lines_of(session, offer.lot.key) if line.key in asked)
    seen = Carried(offer.lot, offer.site, lines, offer.windows, offer.reception)
    return reaching.reach_of_lot(session, seen, now)


def _may_come(reach: Reach) -> bool:
    # Alone, a small lot is seldom worth a round; before rounds are planned nobody knows what it would share one with.
    small = reach.reason is not None and reach.reason.code == routing.Reason.NOT_WORTH and not reach.planned
    return reach.possible or small
