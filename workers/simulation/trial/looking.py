"""Charities learn of a lot, look at it sooner or later, and say whether they want it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlmodel import Session

from service.accounts.queries import sites_by_id
from service.allocation.actions.claiming import claim
from service.allocation.models import Way
from service.kit.clock import local
from service.kit.hours import open_windows
from service.lots.models import Lot, LotLine, LotWindow
from service.lots.queries import lines_of, lots_by_id, open_lots, windows_of_lots
from workers.simulation.acting import WhoOf, coldest
from workers.simulation.cast import Receiver, flat_metres
from workers.simulation.trial.agenda import Act
from workers.simulation.trial.policies import Rule
from workers.simulation.trial.world import World

BREAD = ("bread", "bread-mixed", "viennoiserie", "dry-pastry")
# Of what it finds in the list, a place goes for so many at once.
MOST_AT_ONCE = 3
HANDLING = timedelta(minutes=10)


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


class Looking:
    """Who looks at what, when, and what they say of it."""

    def __init__(self, world: World, rule: Rule, granted: Act) -> None:
        self.world, self.rule, self.granted = world, rule, granted
        with world.database.read() as session:
            self.sites = sites_by_id(session, list(world.receivers))
        self.hours: dict[tuple[int, date], list[tuple[datetime, datetime]]] = {}

    def begin(self, day: date, start: datetime) -> None:
        """Everybody active opens the list now and then while their place is open."""
        world = self.world
        for receiver in world.stage.cast.receivers:
            if not world.is_active(receiver.site_id, day):
                continue
            random = world.chance("browse", receiver.site_id, day.isoformat())
            spans = self.open_on(receiver, day, start)
            if not spans:
                continue
            for _ in range(world.conduct.browses):
                opens, shuts = random.choice(spans)
                moment = opens + (shuts - opens) * random.random()
                world.agenda.at(moment, partial(self._browse, receiver))

    def told(self, person_id: int, lot_id: int, code: str, now: datetime) -> None:
        """Somebody has a message: they look after a while, if they look at all today."""
        world, conduct = self.world, self.world.conduct
        receiver = world.by_person.get(person_id)
        if receiver is None or not world.is_active(receiver.site_id, local(now, world.zone).date()):
            return
        usual = conduct.look_minutes * world.chance("pace", receiver.site_id).lognormvariate(0, conduct.look_spread)
        if not self._may_want(receiver, code):
            return
        random = world.chance(code, receiver.site_id, "look")
        minutes = usual * random.lognormvariate(0, conduct.look_jitter)
        world.agenda.at(now + timedelta(minutes=1 + minutes), partial(self._look, receiver, lot_id))

    def _may_want(self, receiver: Receiver, code: str) -> bool:
        """Whether this place, by its own luck, could say yes at all: most looks that lead nowhere need no reading."""
        conduct = self.world.conduct
        if self.world.chance(code, receiver.site_id, "wants").random() >= max(conduct.wants, conduct.wants_bread):
            return False
        if self.rule.rounds:
            return True
        fetches = self.world.chance(code, receiver.site_id, "fetch").random() < conduct.free_to_fetch
        return receiver.collects and fetches

    def open_on(self, receiver: Receiver, day: date, start: datetime) -> list[tuple[datetime, datetime]]:
        """When somebody is there on a local day that begins at `start`."""
        key = (receiver.site_id, day)
        if key not in self.hours:
            site = self.sites[receiver.site_id]
            self.hours[key] = open_windows(site.opening_hours, start, start + timedelta(hours=24), self.world.zone)
        return self.hours[key]

    def _look(self, receiver: Receiver, lot_id: int, now: datetime) -> None:
        with self.world.database.read() as session:
            lot = lots_by_id(session, [lot_id])[lot_id]
            if not lot.is_open or lot.deadline <= now:
                return
            seen = _seen(session, [lot])
        if seen:
            self._want(receiver, seen[0], now)

    def _browse(self, receiver: Receiver, now: datetime) -> None:
        """Look at the whole list: the most urgent and nearest that is wanted first."""
        world = self.world
        with world.database.read() as session:
            here = [
                lot for lot in open_lots(session, world.region, now)
                if (metres := self._metres(receiver, lot)) is not None and metres <= world.conduct.big_reach_metres
            ]  # fmt: skip
            seen = _seen(session, here)
        seen.sort(
            key=lambda one: (
                one.lot.deadline.timestamp() // 3600,
                self._metres(receiver, one.lot) or 0,
                one.lot.code,
            )
        )
        said = 0
        for one in seen:
            said += self._want(receiver, one, now)
            if said == MOST_AT_ONCE:
                return

    def _metres(self, receiver: Receiver, lot: Lot) -> int | None:
        point = self.world.stage.cast.points.get(lot.site_id)
        if lot.latitude is not None and lot.longitude is not None:
            point = (lot.latitude, lot.longitude)
        return None if point is None or receiver.point is None else flat_metres(point, receiver.point)

    # What they say

    def _want(self, receiver: Receiver, seen: Seen, now: datetime) -> bool:
        """Say yes to a lot if it is wanted; whether that was granted or taken note of."""
        world, lot = self.world, seen.lot
        metres = self._metres(receiver, lot)
        if metres is None or not seen.lines or coldest(seen.lines) not in receiver.bands:
            return False
        conduct = world.conduct
        if metres > (conduct.big_reach_metres if seen.free > conduct.big_grams else conduct.reach_metres):
            return False
        odds = conduct.wants_bread if seen.is_bread else conduct.wants
        if world.chance(lot.code, receiver.site_id, "wants").random() >= odds:
            return False
        day = local(now, world.zone).date()
        grams = self._appetite(receiver, seen, day)
        if grams <= 0:
            return False
        wish = self._wish(receiver, seen, metres, grams, now)
        if wish is None:
            return False
        if not world.play("claim", partial(_say, wish=wish, person=receiver.person_id, now=now)):
            return False
        kind = "bread" if seen.is_bread else "other"
        world.taken[receiver.site_id, day, kind] += sum(wish.wanted.values())
        self.granted(now)
        return True

    def _appetite(self, receiver: Receiver, seen: Seen, day: date) -> int:
        """Grams a place takes of a lot: what its people can eat of it, and of bread what they can eat of it today."""
        conduct = self.world.conduct
        most = max(conduct.least_share, receiver.people * conduct.grams_a_person)
        if seen.is_bread:
            bread = max(conduct.least_share // 2, receiver.people * conduct.bread_a_person)
            most = min(most, bread - self.world.taken[receiver.site_id, day, "bread"])
        # Less than a kilogram more is not worth a word.
        return most if most >= 1000 else 0

    def _wish(self, receiver: Receiver, seen: Seen, metres: int, grams: int, now: datetime) -> Wish | None:
        """How it would travel, and how much of it; None where it cannot."""
        world, conduct, rule = self.world, self.world.conduct, self.rule
        random = world.chance(seen.lot.code, receiver.site_id, "way")
        near = metres <= conduct.near_metres and random.random() < conduct.fetches_near
        coming: datetime | None = None
        way = Way.BRING
        if not rule.rounds or near:
            part = min(grams, conduct.car_grams)
            coming = self._coming_at(receiver, seen, metres, min(part, seen.free), now)
            if coming is not None:
                way, grams = Way.COLLECT, part
            elif not rule.rounds:
                return None
        share = min(1.0, grams / seen.free)
        wanted = {line.key: max(1, int(line.free_grams * share)) for line in seen.lines}
        return Wish(seen.lot.key, receiver.site_id, wanted, way, coming)

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
        start = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=2)
        for opens, shuts in self.open_on(receiver, day, start):
            for window in seen.windows:
                first = max(window.starts_at, ready + drive, opens + drive)
                last = min(window.ends_at, seen.lot.deadline, shuts - drive - HANDLING)
                if first < last:
                    return first
        return None


def _seen(session: Session, lots: Sequence[Lot]) -> list[Seen]:
    windows = windows_of_lots(session, [lot.key for lot in lots])
    found = []
    for lot in lots:
        free = [line for line in lines_of(session, lot.key) if line.free_grams]
        if free:
            found.append(Seen(lot, free, windows[lot.key]))
    return found


def _say(session: Session, who_of: WhoOf, *, wish: Wish, person: int, now: datetime) -> None:
    claim(
        session, who=who_of(session, person), lot_id=wish.lot_id, site_id=wish.site_id, wanted=wish.wanted,
        way=wish.way, coming_at=wish.coming_at, now=now,
    )  # fmt: skip
