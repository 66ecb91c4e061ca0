"""What it costs to bring a lot to who asked for it: what a round adds, or the charity's own trip there and back."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from config.allocation import Cost
from routing.allocation import Bringing
from service.accounts.models import Site
from service.allocation.deciding.question import Asked, Carried, lot_name, taker_name
from service.allocation.models import Way
from service.kit.geo import metres_between
from service.lots.facts import pin_of
from service.lots.models import Lot
from service.rounds import reaching
from service.rounds.trips import Reach

DETOUR_PERCENT = 130  # roads against the crow
UNKNOWN_METRES = 10_000  # where a place is not to be known


class Ways:
    """Asks rounds and measures own trips."""

    def __init__(self, session: Session, region: str, cost: Cost, sites: Mapping[int, Site], now: datetime) -> None:
        self.session, self.region, self.cost, self.sites, self.now = session, region, cost, sites, now
        # Claims whose charity fetches what it would rather have had brought.
        self.fetched: set[int] = set()

    def bringings(
        self,
        wanted: Mapping[int, tuple[Asked, Mapping[int, int]]],
        lots: Mapping[int, Lot],
        carried: Mapping[tuple[int, int], Carried],
        coming: Mapping[int, datetime | None],
    ) -> list[Bringing]:
        """Cents and seconds for each claim and line (`wanted`: grams by line); what cannot be brought is not named."""
        found = reaching.reaches_of_lots(self.session, self.region, list(carried.values()), self.now)
        by_round = dict(zip(carried, found, strict=True))
        made = []
        for key, (one, lines) in wanted.items():
            lot = lots[one.lot_id]
            way: tuple[int, int] | None
            if one.way == Way.COLLECT:
                way = self._own_trip(lot, self.sites[one.site_id], coming.get(key))
            else:
                way = self._by_round(by_round[one.lot_id, one.site_id], lot)
                if way is None and one.else_collect and self.sites[one.site_id].collects_itself:
                    way = self._own_trip(lot, self.sites[one.site_id], coming.get(key))
                    self.fetched.add(key)
            if way is None:
                continue
            total = sum(lines.values())
            for line_id, grams in lines.items():
                # One trip for all lines: each bears its part by weight.
                cents = way[0] * grams // total
                made.append(Bringing(lot_name(lot.key, line_id), taker_name(one.site_id), cents, way[1]))
        return made

    def _by_round(self, reach: Reach, lot: Lot) -> tuple[int, int] | None:
        if not reach.possible:
            return None
        return max(0, reach.added_cents or 0), self._seconds(reach.delivery_at, lot)

    def _own_trip(self, lot: Lot, site: Site, coming_at: datetime | None) -> tuple[int, int]:
        start, end = pin_of(lot) or _point(self.sites[lot.site_id]), _point(site)
        metres = metres_between(start, end) * DETOUR_PERCENT // 100 if start and end else UNKNOWN_METRES
        cents = self.cost.own_trip_fixed_cents + 2 * metres * self.cost.own_trip_cents_per_km // 1000
        return cents, self._seconds(coming_at, lot)

    def _seconds(self, at: datetime | None, lot: Lot) -> int:
        """Until the food is there. A lot's deadline is about leaving the donor, so arriving after it is no fault."""
        arrives = min(at or self.now, lot.deadline)
        return max(0, int((arrives - self.now).total_seconds()))


def _point(site: Site) -> tuple[float, float] | None:
    return None if site.latitude is None or site.longitude is None else (site.latitude, site.longitude)
