"""Could a round bring it? A quick look at the day's plan with one more shipment, for those who are about to claim.

Nothing is promised: the next plan decides. Travel times are the geodesic ones, and protected places stand at their
commune's centre, since a guess needs no secret.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

import routing
from config.planning import planning
from config.regions import load_region_config
from routing.travel import GeodesicTravel
from routing.travel import Point as Place
from service.accounts.models import Site
from service.accounts.queries import sites_by_id
from service.kit.clock import local
from service.kit.i18n import DEFAULT_LOCALE, gettext
from service.lots.models import Lot, LotLine
from service.rounds.planning.places import approximate_point
from service.rounds.planning.problem import Builder, build, moment, shift_of
from service.rounds.planning.reading import read
from service.rounds.planning.sentences import HOT, NO_PLACE, Sentence, sentence
from service.rounds.planning.situation import Carry, Point, Situation, place_key
from service.rounds.planning.standing import standing_plan
from service.rounds.queries import plans
from service.rounds.queries.fleet import shifts_by_id, vehicles_by_id
from service.shipments.actions import GRAMS_PER_CRATE

Windows = Sequence[tuple[datetime, datetime]]
NEW = "new"


@dataclass(frozen=True)
class Reach:
    """Whether a round could bring it, which vehicle and about when; else why not."""

    possible: bool
    vehicle: str = ""
    pickup_at: datetime | None = None
    delivery_at: datetime | None = None
    cold_ok: bool = True
    reason: Sentence | None = None

    def reason_in(self, locale: str = DEFAULT_LOCALE) -> str:
        """Why not, in the reader's language; empty when it is possible."""
        return gettext(self.reason.msgid, locale, **self.reason.params) if self.reason else ""


class LineSeen(Protocol):
    """A line of a lot and how much of it is asked about."""

    @property
    def line(self) -> LotLine: ...
    @property
    def grams(self) -> int: ...


class LotSeen(Protocol):
    """A lot as one receiving site sees it."""

    @property
    def lot(self) -> Lot: ...
    @property
    def site(self) -> Site: ...
    @property
    def lines(self) -> Sequence[LineSeen]: ...
    @property
    def windows(self) -> Windows: ...
    @property
    def reception(self) -> Windows: ...


_COLDEST = ("ambient", "hot", "chilled", "frozen")


def reach_of_lot(session: Session, seen: LotSeen, now: datetime) -> Reach:
    """Whether a round could bring a lot, or what a site may take of it."""
    lines = [line for line in seen.lines if line.grams > 0] or list(seen.lines)
    if not any(line.grams for line in lines):
        return Reach(False)  # Nothing of it is left for this site, so there is nothing to bring.
    coldest = max((line.line.temperature for line in lines), key=_COLDEST.index, default="ambient")
    lot = seen.lot
    pin = (lot.latitude, lot.longitude) if lot.latitude is not None and lot.longitude is not None else None
    return could_bring(
        session,
        lot.region,
        pickup_site_id=lot.site_id,
        delivery_site_id=seen.site.key,
        pickup_windows=seen.windows,
        delivery_windows=seen.reception,
        grams=sum(line.grams for line in lines),
        temperature=coldest,
        now=now,
        pickup_pin=pin,
    )


def could_bring(
    session: Session,
    region: str,
    *,
    pickup_site_id: int,
    delivery_site_id: int,
    pickup_windows: Windows,
    delivery_windows: Windows,
    grams: int,
    temperature: str,
    now: datetime,
    crates: int | None = None,
    pickup_pin: tuple[float, float] | None = None,
) -> Reach:
    """Try one more shipment in the plan of the day it can be picked up."""
    if temperature not in ("ambient", "chilled", "frozen"):
        return Reach(False, reason=HOT)
    sites = sites_by_id(session, {pickup_site_id, delivery_site_id})
    pickup = Point(*pickup_pin) if pickup_pin else approximate_point(session, sites[pickup_site_id])
    delivery = approximate_point(session, sites[delivery_site_id])
    if pickup is None or delivery is None:
        return Reach(False, reason=NO_PLACE)
    ahead = sorted(window for window in pickup_windows if window[1] > now)
    zone_name = load_region_config(region).time_zone
    day = local(max(ahead[0][0], now) if ahead else now, zone_name).date()
    zone = planning().zones.of(sites[pickup_site_id].departement)
    board = _board(session, region, zone, day, now)
    places = {
        place_key(pickup_site_id, pickup_pin): pickup,
        place_key(delivery_site_id): delivery,
    }
    problem = board.with_places(places)
    asked = _shipment(board, list(places), ahead, delivery_windows, grams, crates, temperature, now, problem)
    found = routing.insert(problem, board.plan, asked)
    if isinstance(found, routing.Unserved):
        cold = found.reason not in (routing.Reason.NO_COLD, routing.Reason.COLD_CHAIN)
        return Reach(False, cold_ok=cold, reason=sentence(found.reason, found.facts))
    if found.added_cents > planning().weights.value * grams:
        return Reach(False, reason=sentence(routing.Reason.NOT_WORTH, {}))
    shift = shifts_by_id(session, [shift_of(found.vehicle)])[shift_of(found.vehicle)]
    return Reach(
        True,
        vehicle=vehicles_by_id(session, [shift.vehicle_id])[shift.vehicle_id].name,
        pickup_at=moment(board.situation, found.pickup_s),
        delivery_at=moment(board.situation, found.delivery_s),
    )


def _shipment(
    board: "_Board",
    places: list[str],
    pickup_windows: Windows,
    delivery_windows: Windows,
    grams: int,
    crates: int | None,
    temperature: str,
    now: datetime,
    problem: routing.Problem,
) -> routing.Shipment:
    """One more shipment, as the day's own are made."""
    carry = Carry(
        id=0,
        grams=grams,
        crates=-(-grams // GRAMS_PER_CRATE) if crates is None else crates,
        temperature=temperature,
        pickup=places[0],
        delivery=places[1],
        pickup_windows=tuple((max(start, now), end) for start, end in pickup_windows),
        delivery_windows=tuple((max(start, now), end) for start, end in sorted(delivery_windows) if end > now),
        value=grams,
        mandatory=False,
        wanted_at=now,
        ready_at=None,
        expected=(None, None),
        pickup_site_id=0,
    )
    return replace(Builder(board.situation, problem.matrices).shipment(carry), id=NEW)


@dataclass
class _Board:
    """A day's situation and its plan in force, kept until either changes."""

    situation: Situation
    plan: routing.Plan
    travel: GeodesicTravel = field(default_factory=GeodesicTravel)

    def with_places(self, places: dict[str, Point]) -> routing.Problem:
        """The problem with some more places in it."""
        every = {**self.situation.places, **{key: p for key, p in places.items() if key not in self.situation.places}}
        situation = replace(self.situation, places=every)
        points = [Place(point.latitude, point.longitude) for point in every.values()]
        profiles = {crew.vehicle.profile for crew in situation.crews}
        return build(situation, {profile: self.travel.matrix(points, profile) for profile in profiles})


_boards: dict[tuple[str, str, str, date], tuple[tuple[int, int, int], _Board]] = {}
_lock = threading.Lock()


def _board(session: Session, region: str, zone: str, day: date, now: datetime) -> _Board:
    """The board of a zone and day, read anew when something that may change a plan happened or five minutes passed."""
    current = plans.current_plan(session, region, zone, day)
    state = (
        (current.version or 0) if current else 0,
        plans.newest_planning_number(session, region),
        int(now.timestamp() // 300),
    )
    name = (repr(session.get_bind().engine.url), region, zone, day)
    with _lock:
        known = _boards.get(name)
    if known is not None and known[0] == state:
        return known[1]
    situation = read(session, None, region, zone, day, now)
    # What the plan in force does not carry would only be in the way of the question.
    carried = {key for key, shift in situation.promised.items() if shift} | {
        key for crew in situation.crews for key, _, _ in crew.aboard
    }
    situation = replace(situation, carries=tuple(c for c in situation.carries if c.id in carried))
    board = _Board(situation, standing_plan(session, situation))
    with _lock:
        if len(_boards) > 50:
            _boards.clear()
        _boards[name] = (state, board)
    return board
