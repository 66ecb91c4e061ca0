"""What a site may take of what is on offer, ranked, and why it may not take the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.food_law import FoodLaw, law_at
from service.accounts import queries as accounts
from service.accounts.models import Site
from service.accounts.who import Who
from service.allocation.errors import SiteNotYours
from service.allocation.receivers import Receiver, receivers_of
from service.kit.geo import metres_between
from service.lots import queries as lots
from service.lots.facts import line_facts, pairs, pin_of, zone_of
from service.lots.models import Lot, LotLine, LotWindow
from service.lots.rules.receivers import check_receiver, room_left
from service.lots.rules.verdicts import Verdict, forbidden, warnings


@dataclass(frozen=True)
class LineOffer:
    """One line of a lot for one site: how many grams it may take, and what the rules say."""

    line: LotLine
    grams: int
    verdicts: Sequence[Verdict]

    @property
    def is_open(self) -> bool:
        return self.grams > 0


@dataclass(frozen=True)
class Offer:
    """A lot as one site sees it. `metres` is None where a place is not to be known."""

    lot: Lot
    site: Site
    donor: Site
    lines: Sequence[LineOffer]
    windows: Sequence[tuple[datetime, datetime]]
    metres: int | None
    pickup_at: datetime
    taken_lines: frozenset[int] = frozenset()
    # What fits today over all lines together; None without a limit.
    room: int | None = None
    reception: Sequence[tuple[datetime, datetime]] = ()

    @property
    def grams(self) -> int:
        """What the site may take of it all: each line alone may fit where all of them do not."""
        total = sum(line.grams for line in self.lines)
        return total if self.room is None else min(total, self.room)

    @property
    def is_open(self) -> bool:
        return self.grams > 0

    @property
    def first_end(self) -> datetime:
        """Until when it may be fetched first."""
        return self.windows[0][1] if self.windows else self.lot.deadline

    @property
    def refusals(self) -> list[Verdict]:
        """Why not, the first reason of each line."""
        return [found[0] for line in self.lines if (found := forbidden(line.verdicts))]

    @property
    def cautions(self) -> list[Verdict]:
        """What to know when taking it, each rule once."""
        seen: dict[str, Verdict] = {}
        for line in self.lines:
            for verdict in warnings(line.verdicts):
                seen.setdefault(verdict.code, verdict)
        return list(seen.values())

    def rank(self) -> tuple[float, int, int]:
        """The most urgent first (by the quarter hour), then the nearest, then the oldest."""
        return (self.lot.deadline.timestamp() // 900, self.metres if self.metres is not None else 10**9, self.lot.key)


def own_sites(session: Session, who: Who) -> list[Site]:
    """The receiving sites this person acts for, by name."""
    return [site for site in accounts.organisation_sites(session, who.organisation_ids) if site.key in who.site_ids]


def own_site(session: Session, who: Who, site_id: int | None) -> Site:
    """The site asked for, or the only one; `SiteNotYours` otherwise."""
    sites = own_sites(session, who)
    if site_id is None and sites:
        return sites[0]
    found = next((site for site in sites if site.key == site_id), None)
    if found is None:
        raise SiteNotYours()
    return found


def receiver_at(session: Session, site: Site, now: datetime) -> Receiver:
    """The facts of a site, read once for any number of lots."""
    return receivers_at(session, [site], now)[site.key]


def receivers_at(session: Session, sites: Sequence[Site], now: datetime) -> dict[int, Receiver]:
    """The facts of some sites of one region, by key."""
    organisations = accounts.organisations_by_id(session, {site.organisation_id for site in sites})
    closures = accounts.closures(session, {site.key for site in sites})
    return receivers_of(session, sites, organisations, closures, now)


class Shown:
    """Lots with what they are made of, read once, to be seen by any number of sites."""

    def __init__(self, session: Session, found: Iterable[Lot], now: datetime) -> None:
        self.lots = {lot.key: lot for lot in found}
        self.now = now
        self.lines = lots.lines_of_lots(session, self.lots)
        self.windows = lots.windows_of_lots(session, self.lots)
        self.donors = accounts.sites_by_id(session, {lot.site_id for lot in self.lots.values()})

    def donor(self, lot_id: int) -> Site:
        """Where a lot waits."""
        return self.donors[self.lots[lot_id].site_id]

    def to(self, lot_id: int, receiver: Receiver) -> Offer:
        """One of the lots as a site sees it."""
        lot = self.lots[lot_id]
        law = law_at(self.now, zone_of(lot.region))
        return _offer(lot, self.lines[lot_id], self.windows[lot_id], self.donor(lot_id), receiver, law, self.now)


def offers_for(session: Session, site: Site, now: datetime) -> list[Offer]:
    """Every lot on offer in the region as this site sees it, those it may take first, ranked."""
    shown = Shown(session, lots.open_lots(session, site.region, now), now)
    receiver = receiver_at(session, site, now)
    offers = [shown.to(lot_id, receiver) for lot_id in shown.lots]
    return sorted(offers, key=lambda offer: (not offer.is_open, *offer.rank()))


def offer_of(session: Session, lot: Lot, receiver: Receiver, now: datetime) -> Offer:
    """One lot as one site sees it."""
    return Shown(session, [lot], now).to(lot.key, receiver)


def verdicts_on(
    line: LotLine, receiver: Receiver, pickup_at: datetime, law: FoodLaw, zone: str, grams: int
) -> list[Verdict]:
    """What the rules say of so many grams of a line for a site."""
    return check_receiver(line_facts(line), receiver.facts, pickup_at, law, zone, grams=grams)


def _offer(
    lot: Lot,
    lines: Sequence[LotLine],
    windows: Sequence[LotWindow],
    donor: Site,
    receiver: Receiver,
    law: FoodLaw,
    now: datetime,
) -> Offer:
    spans = [(max(start, now), end) for start, end in pairs(windows) if end > now]
    pickup_at = spans[0][0] if spans else now
    offered = [_line_offer(line, receiver, pickup_at, law, zone_of(lot.region)) for line in lines if line.free_grams]
    return Offer(
        lot=lot,
        site=receiver.site,
        donor=donor,
        lines=_worth_it(offered, receiver, law),
        windows=spans,
        metres=distance(lot, donor, receiver.site),
        pickup_at=pickup_at,
        taken_lines=frozenset(line.key for line in lines if not line.free_grams),
        room=receiver.room,
        reception=receiver.reception,
    )


def _worth_it(offered: list[LineOffer], receiver: Receiver, law: FoodLaw) -> list[LineOffer]:
    """The lines, closed with the reason if all the site may take is less than it goes to the trouble for."""
    takeable = [one for one in offered if one.is_open]
    if not takeable:
        return offered
    category = line_facts(takeable[0].line).category
    refused = receiver.too_little(category, sum(one.grams for one in takeable), law)
    return [LineOffer(one.line, 0, [*refused, *one.verdicts]) for one in offered] if refused else offered


def _line_offer(line: LotLine, receiver: Receiver, pickup_at: datetime, law: FoodLaw, zone: str) -> LineOffer:
    room = room_left(line_facts(line).category, receiver.facts)
    grams = line.free_grams if room is None else min(line.free_grams, room)
    verdicts = verdicts_on(line, receiver, pickup_at, law, zone, grams or line.free_grams)
    return LineOffer(line, 0 if forbidden(verdicts) else grams, verdicts)


def distance(lot: Lot, donor: Site, site: Site) -> int | None:
    """Metres as the crow flies from the lot to the site; None where either is protected or its place unknown."""
    start = pin_of(lot) or (
        (donor.latitude, donor.longitude) if donor.latitude is not None and donor.longitude is not None else None
    )
    if start is None or donor.protected or site.protected or site.latitude is None or site.longitude is None:
        return None
    return metres_between(start, (site.latitude, site.longitude))
