"""Days kept ready in memory, one for each plan version in force, so that a question about one more lot costs
milliseconds. What is known roughly is enough for a question; whoever writes reads the rounds concerned again.

A day is dropped when its version is superseded, unless the versions since only put lots in their place: then those
are put in here too. It is also read anew when vehicles, shifts or rounds changed, and every few minutes.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlmodel import Session

import routing
from routing.travel import GeodesicTravel
from routing.travel import Point as Place
from service.accounts.models import Site
from service.rounds.models import Plan, PlanCause
from service.rounds.planning.places import approximate_point
from service.rounds.planning.problem import Builder, build
from service.rounds.planning.reading import carry_of, read
from service.rounds.planning.situation import Carry, Point, Situation, place_key
from service.rounds.planning.standing import standing_plan
from service.rounds.queries import plans
from service.rounds.queries.standing import places_asked
from service.shipments.models import ShipmentState
from service.shipments.queries import shipments_by_id

# How long, of the shown time, vehicles may have moved on unnoticed.
FRESH = timedelta(minutes=5)
# Places kept ready beyond those of the plan: a reference region has some five hundred donors and charities.
MOST_PLACES = 600
# Entries of travel tables in memory, all days together: some 300 MB at six tables of eight bytes.
MOST_CELLS = 6_000_000
# More lots put in their place since are read anew rather than one by one.
MOST_FOLLOWED = 40
# Where lots wait and who may receive is listed again after so long; a place that is new since is learnt when asked.
LISTED = timedelta(hours=1)
# Travel tables of the same places, in the same order, serve the next reading of a day too.
MOST_TABLES = 6

Name = tuple[str, str, str, date]


@dataclass(frozen=True)
class State:
    """What a day was read at: the plan's version (0: none yet), and the journal's number of what changes vehicles."""

    version: int
    moved: int


@dataclass
class ReadyDay:
    """A day's plan in force with all places that may be asked about. Questions may come from several threads."""

    situation: Situation
    standing: routing.Standing
    state: State
    read_at: datetime
    listed_at: datetime
    # Places that were asked about beyond those thought of: the next version will be asked about them too.
    learnt: dict[str, Point] = field(default_factory=dict)
    builder: Builder = field(init=False)

    def __post_init__(self) -> None:
        self.builder = Builder(self.situation, self.standing.problem.matrices)
        # Already scaled to the day's conditions when the problem was made.
        self.builder.matrices = dict(self.standing.problem.matrices)

    @property
    def cells(self) -> int:
        """Entries of its travel tables."""
        return len(self.situation.places) ** 2 * max(1, len(self.standing.problem.matrices))

    def knows(self, places: Iterable[str]) -> bool:
        """Whether all these places are in its tables."""
        return all(place in self.situation.places for place in places)

    def put_in(self, shipment: routing.Shipment, version: int) -> None:
        """Go on with a shipment that has just entered a round, in the version after the one this is; else nothing."""
        if self.state.version == version - 1:
            self.standing.take(shipment)
            self.state = State(version, self.state.moved)

    def shipment(self, carry: Carry) -> routing.Shipment:
        """A shipment as the search sees it."""
        return self.builder.shipment(carry)


class ReadyDays:
    """The days kept ready in this process, the least recently asked dropped first."""

    def __init__(self, most_cells: int = MOST_CELLS) -> None:
        self._most = most_cells
        self._days: OrderedDict[Name, ReadyDay] = OrderedDict()
        self._making: dict[Name, threading.Lock] = {}
        self._lock = threading.Lock()

    def day(
        self, session: Session, region: str, zone: str, day: date, now: datetime, places: Mapping[str, Point]
    ) -> ReadyDay:
        """The day of a zone, with these places in it; made if it is not ready, once however many ask."""
        name = (repr(session.get_bind().engine.url), region, zone, day)
        with self._lock:
            turn = self._making.setdefault(name, threading.Lock())
        with turn:
            version = plans.current_version(session, region, zone, day)
            state = State(version, plans.newest_moving_number(session, region))
            known = self._known(name)
            if known is not None and self._serves(session, known, state, now):
                if not known.knows(places):
                    # Nothing else has changed: only the tables are made anew.
                    known = _with_places(known, places)
                    self._keep(name, known)
                return known
            kept = {} if known is None else known.learnt
            made = _made(session, region, zone, day, now, state, {**kept, **places}, known)
            self._keep(name, made)
            return made

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._days.clear()

    def __len__(self) -> int:
        with self._lock:
            return len(self._days)

    def _known(self, name: Name) -> ReadyDay | None:
        with self._lock:
            found = self._days.get(name)
            if found is not None:
                self._days.move_to_end(name)
            return found

    def _keep(self, name: Name, made: ReadyDay) -> None:
        with self._lock:
            self._days[name] = made
            self._days.move_to_end(name)
            while len(self._days) > 1 and sum(day.cells for day in self._days.values()) > self._most:
                dropped, _ = self._days.popitem(last=False)
                self._making.pop(dropped, None)

    def _serves(self, session: Session, known: ReadyDay, state: State, now: datetime) -> bool:
        """Whether a day kept ready is still true, or could be made so."""
        if known.state.moved != state.moved or not timedelta(0) <= now - known.read_at < FRESH:
            return False
        return known.state.version == state.version or self._followed(session, known, state, now)

    @staticmethod
    def _followed(session: Session, known: ReadyDay, state: State, now: datetime) -> bool:
        """Put in what the versions since have put in; False when they did anything else."""
        was = known.situation
        since = plans.versions_after(session, was.region, was.zone, was.day, known.state.version)
        keys = [ride["shipment"] for row in since for ride in _new_rides(row)]
        if any(row.cause != PlanCause.INSERTION for row in since) or len(keys) > MOST_FOLLOWED:
            return False
        for key, shipment in shipments_by_id(session, keys).items():
            if shipment.state not in (ShipmentState.PLANNED, ShipmentState.LOADED):
                continue
            found = carry_of(session, was.region, was.zone, was.day, now, shipment)
            if found is None or not known.knows((found[0].pickup, found[0].delivery)):
                return False
            known.standing.take(replace(known.shipment(found[0]), id=str(key)))
        known.state = state
        return True


def _new_rides(row: Plan) -> list[dict[str, int]]:
    return [ride for ride in row.difference.get("rides", ()) if ride["from"] is None and ride["to"] is not None]


def _made(
    session: Session,
    region: str,
    zone: str,
    day: date,
    now: datetime,
    state: State,
    places: dict[str, Point],
    before: ReadyDay | None,
) -> ReadyDay:
    situation = read(session, None, region, zone, day, now)
    # What the plan in force does not carry would only be in the way of the question.
    carried = {key for key, shift in situation.promised.items() if shift} | {
        key for crew in situation.crews for key, _, _ in crew.aboard
    }
    most = max(MOST_PLACES, len(situation.places) + len(places))
    # The places of before come first, in their order, so that their travel tables serve again.
    every = {} if before is None else {**before.situation.places, **situation.places, **places}
    listed_at = now
    if before is not None and timedelta(0) <= now - before.listed_at < LISTED and len(every) <= most:
        listed_at = before.listed_at
    else:
        every = dict(list({**situation.places, **places, **_asked_about(session, region)}.items())[:most])
    situation = replace(
        situation, places=every, carries=tuple(carry for carry in situation.carries if carry.id in carried)
    )
    standing = routing.Standing(_problem(situation), standing_plan(situation))
    return ReadyDay(situation, standing, state, now, listed_at, learnt=places)


def _with_places(known: ReadyDay, places: Mapping[str, Point]) -> ReadyDay:
    """The same day with some places more."""
    new = {name: point for name, point in places.items() if name not in known.situation.places}
    situation = replace(known.situation, places={**known.situation.places, **new})
    known_problem = known.standing.problem
    problem = replace(_problem(situation), shipments=known_problem.shipments, promises=known_problem.promises)
    return ReadyDay(
        situation,
        routing.Standing(problem, known.standing.plan),
        known.state,
        known.read_at,
        known.listed_at,
        learnt=dict(list({**known.learnt, **new}.items())[-MOST_PLACES:]),
    )


def _problem(situation: Situation) -> routing.Problem:
    points = tuple((point.latitude, point.longitude) for point in situation.places.values())
    profiles = {crew.vehicle.profile for crew in situation.crews}
    return build(situation, {profile: _table(points, profile) for profile in profiles})


@lru_cache(maxsize=MOST_TABLES)
def _table(points: tuple[tuple[float, float], ...], profile: str) -> routing.Matrix:
    return GeodesicTravel().matrix([Place(*point) for point in points], profile)


def _asked_about(session: Session, region: str) -> dict[str, Point]:
    """Where open lots wait, and the sites of donors and charities; protected ones stand at their commune's centre."""
    pins, sites = places_asked(session, region, MOST_PLACES)
    found = {place_key(site, (lat, lon)): Point(lat, lon) for site, lat, lon in pins}
    centres: dict[str, Point | None] = {}
    for site in sites:
        point = _point(session, site, centres)
        if point is not None:
            found[place_key(site.key)] = point
    return found


def _point(session: Session, site: Site, centres: dict[str, Point | None]) -> Point | None:
    if not site.protected and site.latitude is not None and site.longitude is not None:
        return Point(site.latitude, site.longitude)
    if site.commune not in centres:
        centres[site.commune] = approximate_point(session, site)
    return centres[site.commune]


READY = ReadyDays()
