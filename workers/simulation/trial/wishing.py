"""What a charity would have of a lot, and how it would travel: fetched where that is worth the way, brought where the
offer says that a round can bring it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.queries import sites_by_id
from service.allocation.models import Way
from service.kit.clock import local
from service.kit.hours import open_windows
from service.lots.facts import pairs
from service.lots.models import Lot, LotLine, LotWindow
from service.lots.queries import lines_of_lots, windows_of_lots
from service.rounds import reaching
from workers.simulation.acting import coldest
from workers.simulation.cast import Receiver, flat_metres
from workers.simulation.trial.policies import Rule
from workers.simulation.trial.world import World

BREAD = ("bread", "bread-mixed", "viennoiserie", "dry-pastry")
HANDLING = timedelta(minutes=10)
# What a round brings arrives within two days: the hours of a place are known that far.
AHEAD = timedelta(days=2)
Hours = list[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Seen:
    """A lot as somebody sees it who may want it."""

    lot: Lot
    lines: Sequence[LotLine]
    windows: Sequence[LotWindow]

    @property
    def free(self) -> int:
        return sum(line.free_grams for line in self.lines)

    @property
    def is_bread(self) -> bool:
        return self.lines[0].category in BREAD


@dataclass(frozen=True)
class Wish:
    """What one place says of one lot: grams by line, and how it would travel."""

    lot_id: int
    site_id: int
    wanted: dict[int, int]
    way: Way
    coming_at: datetime | None


@dataclass(frozen=True)
class Part:
    """Some grams of a line."""

    line: LotLine
    grams: int


@dataclass(frozen=True)
class Asked:
    """What a place would have of a lot, for the question whether a round can bring it."""

    lot: Lot
    site: Site
    lines: Sequence[Part]
    windows: Hours
    reception: Hours


def seen_of(session: Session, lots: Sequence[Lot]) -> list[Seen]:
    """Those of these lots of which something is free, with what they are made of."""
    ids = [lot.key for lot in lots]
    lines, windows = lines_of_lots(session, ids), windows_of_lots(session, ids)
    free = {key: [line for line in rows if line.free_grams] for key, rows in lines.items()}
    return [Seen(lot, free[lot.key], windows[lot.key]) for lot in lots if free[lot.key]]


class Wishing:
    """Who would have what."""

    def __init__(self, world: World, rule: Rule) -> None:
        self.world, self.rule = world, rule
        with world.database.read() as session:
            self.sites = sites_by_id(session, list(world.receivers))
        self.hours: dict[tuple[int, date], Hours] = {}

    def open_on(self, receiver: Receiver, day: date, start: datetime) -> Hours:
        """When somebody is there on the local day that begins at `start`, and on the next."""
        key = (receiver.site_id, day)
        if key not in self.hours:
            site = self.sites[receiver.site_id]
            self.hours[key] = open_windows(site.opening_hours, start, start + AHEAD, self.world.zone)
        return self.hours[key]

    def metres(self, receiver: Receiver, lot: Lot) -> int | None:
        """From a place to a lot, on a flat map; None where either is not to be known."""
        point = self.world.stage.cast.points.get(lot.site_id)
        if lot.latitude is not None and lot.longitude is not None:
            point = (lot.latitude, lot.longitude)
        return None if point is None or receiver.point is None else flat_metres(point, receiver.point)

    def wish(self, session: Session, receiver: Receiver, seen: Seen, now: datetime) -> Wish | None:
        """What a place asks of a lot now; None where it does not want it, or it could not come to it."""
        conduct, lot = self.world.conduct, seen.lot
        metres = self.metres(receiver, lot)
        if metres is None or not seen.lines or coldest(seen.lines) not in receiver.bands:
            return None
        if metres > (conduct.big_reach_metres if seen.free > conduct.big_grams else conduct.reach_metres):
            return None
        odds = conduct.wants_bread if seen.is_bread else conduct.wants
        if self.world.chance(lot.code, receiver.site_id, "wants").random() >= odds:
            return None
        grams = self._appetite(receiver, seen, local(now, self.world.zone).date())
        return self._way(session, receiver, seen, metres, grams, now) if grams > 0 else None

    def _appetite(self, receiver: Receiver, seen: Seen, day: date) -> int:
        """Grams a place takes of a lot: what its people can eat of it, and of bread what they can eat of it today."""
        conduct = self.world.conduct
        most = max(conduct.least_share, receiver.people * conduct.grams_a_person)
        if seen.is_bread:
            bread = max(conduct.least_share // 2, receiver.people * conduct.bread_a_person)
            most = min(most, bread - self.world.taken[receiver.site_id, day, "bread"])
        # Less than a kilogram more is not worth a word.
        return most if most >= 1000 else 0

    def _way(
        self, session: Session, receiver: Receiver, seen: Seen, metres: int, grams: int, now: datetime
    ) -> Wish | None:
        """Near by some fetch it anyway; otherwise a round brings it if one can, as the offer says; else it is fetched
        if that is worth the way."""
        conduct, rounds = self.world.conduct, self.rule.rounds
        random = self.world.chance(seen.lot.code, receiver.site_id, "way")
        near = metres <= conduct.near_metres and random.random() < conduct.fetches_near
        own = min(grams, conduct.car_grams)
        coming = self._coming_at(receiver, seen, metres, min(own, seen.free), now)
        if coming is not None and (near or not rounds):
            return self._put(receiver, seen, own, Way.COLLECT, coming)
        if rounds:
            brought = self._put(receiver, seen, grams, Way.BRING, None)
            if self._is_reached(session, receiver, seen, brought, now):
                return brought
            if coming is not None:
                return self._put(receiver, seen, own, Way.COLLECT, coming)
        return None

    @staticmethod
    def _put(receiver: Receiver, seen: Seen, grams: int, way: Way, coming: datetime | None) -> Wish:
        share = min(1.0, grams / seen.free)
        wanted = {line.key: max(1, int(line.free_grams * share)) for line in seen.lines}
        return Wish(seen.lot.key, receiver.site_id, wanted, way, coming)

    def _is_reached(self, session: Session, receiver: Receiver, seen: Seen, wish: Wish, now: datetime) -> bool:
        """Whether the offer says that a round could bring it."""
        hours = self.open_on(receiver, local(now, self.world.zone).date(), self._start(now))
        asked = Asked(
            lot=seen.lot,
            site=self.sites[receiver.site_id],
            lines=[Part(line, wish.wanted[line.key]) for line in seen.lines],
            windows=[(max(start, now), end) for start, end in pairs(seen.windows) if end > now],
            reception=[(max(start, now), end) for start, end in hours if end > now],
        )
        return reaching.reach_of_lot(session, asked, now).possible

    def _coming_at(self, receiver: Receiver, seen: Seen, metres: int, grams: int, now: datetime) -> datetime | None:
        """When somebody of the place can be at the donor's, if it is worth the way and a car and a person are there."""
        world, conduct = self.world, self.world.conduct
        if not receiver.collects or metres > conduct.worth_metres(grams):
            return None
        random = world.chance(seen.lot.code, receiver.site_id, "fetch")
        if random.random() >= conduct.free_to_fetch:
            return None
        there = world.stage.cast.points[seen.lot.site_id]
        assert receiver.point is not None
        drive = timedelta(seconds=world.between(receiver.point, there)[1])
        ready = max(now, world.away.get(receiver.site_id, now)) + timedelta(
            minutes=random.uniform(*conduct.leaves_after)
        )
        day = local(now, world.zone).date()
        for opens, shuts in self.open_on(receiver, day, self._start(now)):
            for window in seen.windows:
                first = max(window.starts_at, ready + drive, opens + drive)
                last = min(window.ends_at, seen.lot.deadline, shuts - drive - HANDLING)
                if first < last:
                    return first
        return None

    def _start(self, now: datetime) -> datetime:
        """The midnight before, or a little earlier."""
        return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=2)
