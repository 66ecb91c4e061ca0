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

# Nobody drives yet on that day, or a place is not on the map: a dispatcher may still see to it.
OPEN = frozenset({"no_vehicle", "no_place"})


def demand_round(session: Session, offer: Offer, asked: Mapping[int, int], now: datetime) -> None:
    """Raises NoRoundBrings when no round of the day, as they stand, can bring so many grams by line."""
    lines = tuple(Seen(line, asked[line.key]) for line in lines_of(session, offer.lot.key) if line.key in asked)
    seen = Carried(offer.lot, offer.site, lines, offer.windows, offer.reception)
    reach = reaching.reach_of_lot(session, seen, now)
    if reach.possible or reach.reason is None or reach.reason.code in OPEN:
        return
    # Alone, a small lot is seldom worth a round; before rounds are planned nobody knows what it would share one with.
    if reach.reason.code == routing.Reason.NOT_WORTH and not reach.planned:
        return
    raise NoRoundBrings(reach.reason)
