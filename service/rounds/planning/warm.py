"""Rounds kept in memory, each with the rows it is read from and written to, so that one more lot costs few questions.

Every change of state is in the journal. What came since is looked at before rows are used and again, in the writers'
turn, before they are written: rounds that anybody else has touched are read anew.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from sqlmodel import Session

from config.settings import Settings
from service.accounts.models import Shut, Site
from service.accounts.queries import closures, sites_by_id
from service.rounds.models import Plan, PlanCause, RideLock
from service.rounds.planning.places import Places
from service.rounds.planning.reading import At, Only, Zone, beside, part_of, seen
from service.rounds.planning.rows import Rows, nothing
from service.rounds.planning.situation import Carry, Point, Situation
from service.rounds.queries.feed import Fact, facts_after
from service.rounds.queries.standing import locks_of
from service.shipments.models import UNDER_WAY, Shipment

# More has happened in the meantime than is worth looking through.
MOST_SINCE = 2000
MOST_DAYS = 8
# What may concern every round: closed doors, the day's profile, rounds of every week.
GENERAL = ("day.", "site.", "fixed_round.")
# Drivers read the addresses of protected places all day; nothing changes by it.
HARMLESS = "site.address_read"
Thing = tuple[str, int]


@dataclass(frozen=True)
class Asked:
    """A shipment that is to enter a round, its sites and their closed days."""

    shipment: Shipment
    sites: dict[int, Site]
    closures: dict[int, list[Shut]]
    lock: RideLock | None


def asked_of(session: Session, shipment: Shipment) -> Asked:
    """A shipment with all that is to be known of it alone."""
    ends = {shipment.pickup_site_id, shipment.delivery_site_id}
    lock = locks_of(session, [shipment.key]).get(shipment.key)
    return Asked(shipment, sites_by_id(session, ends), closures(session, ends), lock)


def carried(session: Session, here: Zone, asked: Asked) -> tuple[Carry, dict[str, Point]] | None:
    """The shipment as a guess sees it, with the points of its places; None when no search could serve it that day."""
    places, rows = Places(session, None, dict(asked.sites)), replace(nothing(), closures=asked.closures)
    found = here.carrying(places, rows).carry(asked.shipment)
    return (found, places.points) if isinstance(found, Carry) else None


@dataclass
class WarmDay:
    """The rounds of a zone on a day, as they were when `base` was read and as they have become since."""

    region: str
    zone: str
    day: date
    base: Rows
    # The journal's number up to which all that happened is known.
    cursor: int
    plan: Plan | None = None
    # Of shifts that were looked at or written since: they stand before those of the base.
    parts: dict[int, Rows] = field(default_factory=dict)
    # Shifts whose rows in the base are no longer true; None: of all.
    stale: set[int] | None = field(default_factory=set)
    points: dict[str, Point] = field(default_factory=dict, repr=False)
    concerns: defaultdict[Thing, set[int]] = field(default_factory=lambda: defaultdict(set), repr=False)

    def __post_init__(self) -> None:
        self._index(self.base)

    def follow(self, session: Session) -> set[Thing]:
        """Look at what happened since, and let go of what it touched; the things it was about."""
        since = facts_after(session, self.cursor, MOST_SINCE)
        if len(since) == MOST_SINCE:
            self.forget()
        touched: set[Thing] = set()
        for fact in since:
            self.cursor = fact.number
            if fact.region == self.region:
                touched |= self._touch(fact)
        return touched

    def forget(self) -> None:
        """Hold nothing in memory for true any more."""
        self.parts.clear()
        self.points.clear()
        self.stale, self.plan = None, None

    def situation(self, session: Session, settings: Settings, here: Zone, shift: int, asked: Asked) -> Situation:
        """The round of a shift as it stands, with a shipment that asks for a place in it."""
        held = self.parts.get(shift)
        if held is None:
            held = self._read(session, here, shift) if self._is_stale(shift) else self.base.part({shift})
            self.parts[shift] = held
            self._index(held)
        rows = replace(held.part({shift}, [asked.shipment]), closures={**held.closures, **asked.closures})
        rows.sites |= asked.sites
        waiting = [rows.shipments[key] for key in sorted(rows.shipments) if rows.shipments[key].state in UNDER_WAY]
        places = Places(session, settings, rows.sites, self.points)
        version = self.plan.version or 0 if self.plan is not None else 0
        return seen(here, rows, waiting, places, At(version, self.cursor))

    def holds(self, shift: int, seen_in: Rows, asked: int, touched: set[Thing]) -> bool:
        """Whether the rows a shift was seen in still stand, and nothing happened to the shipment that asks."""
        return self.parts.get(shift) is seen_in and ("shipment", asked) not in touched

    def written(self, shift: int, rows: Rows, cursor: int, plan: Plan) -> None:
        """Go on with the rows of a shift as this process has just written them, up to its own last entry."""
        self.parts[shift], self.cursor, self.plan = rows, cursor, plan
        self._index(rows)

    def _is_stale(self, shift: int) -> bool:
        return self.stale is None or shift in self.stale or all(one.key != shift for one in self.base.shifts)

    def _read(self, session: Session, here: Zone, shift: int) -> Rows:
        rows, waiting = part_of(session, Only(frozenset({shift})))
        beside(session, here, rows, waiting, Places(session, None))
        return rows

    def _touch(self, fact: Fact) -> set[Thing]:
        things = {(fact.subject, fact.subject_id)}
        things |= {(name, fact.data[name]) for name in ("round", "vehicle") if isinstance(fact.data.get(name), int)}
        if fact.kind == "plan.adopted" and (fact.data.get("zone"), fact.data.get("day")) == self._name:
            self.plan = None
            if fact.data.get("cause") != PlanCause.INSERTION:
                # A search may have timed every round anew without a word of each.
                self.forget()
        if fact.kind.startswith(GENERAL) and fact.kind != HARMLESS:
            self.forget()
        for thing in things:
            self._let_go(self.concerns.get(thing, ()))
            if thing[0] == "round" and thing not in self.concerns:
                # A round we do not know: some shift that had none has one.
                self._let_go([shift.key for shift in self.base.shifts if shift.key not in self.base.rounds])
        return things

    @property
    def _name(self) -> tuple[str, str]:
        return self.zone, self.day.isoformat()

    def _let_go(self, shifts: Iterable[int]) -> None:
        for shift in shifts:
            self.parts.pop(shift, None)
            if self.stale is not None:
                self.stale.add(shift)

    def _index(self, rows: Rows) -> None:
        """Which shifts a thing concerns."""
        for shift in rows.shifts:
            mine: list[Thing] = [("shift", shift.key), ("vehicle", shift.vehicle_id)]
            mine += [("person", key) for key in shift.crew]
            mine += [("round", rows.rounds[shift.key].key)] if shift.key in rows.rounds else []
            for thing in (*mine, *(("shipment", key) for key in rows.carried(shift.key))):
                self.concerns[thing].add(shift.key)


class WarmDays:
    """The days of this process whose rounds are kept, the least recently used dropped first."""

    def __init__(self) -> None:
        self._days: OrderedDict[tuple[str, str, str, date], WarmDay] = OrderedDict()
        self._lock = threading.Lock()
        # One insertion at a time: rows are written by one session alone.
        self.turn = threading.RLock()

    def day(self, name: str, situation: Situation) -> WarmDay:
        """The day that was read into a situation, of the database of that name."""
        key = (name, situation.region, situation.zone, situation.day)
        with self._lock:
            found = self._days.get(key)
            if found is None or found.base is not situation.rows:
                found = WarmDay(*key[1:], base=situation.rows, cursor=situation.cursor)
                self._days[key] = found
            self._days.move_to_end(key)
            while len(self._days) > MOST_DAYS:
                self._days.popitem(last=False)
            return found


WARM = WarmDays()
