"""Could a round bring it, which, about when and at what cost? Asked of the day's plan, kept ready in memory.

Nothing is promised: the next plan decides. Travel times are the geodesic ones, and protected places stand at their
commune's centre, since a guess needs no secret.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

import routing
from config.planning import planning
from config.regions import load_region_config
from service.accounts.models import Site
from service.accounts.queries import sites_by_id
from service.kit.clock import local
from service.kit.i18n import DEFAULT_LOCALE, gettext
from service.lots.models import Lot, LotLine
from service.rounds.models import Cold, Vehicle
from service.rounds.planning.places import approximate_point
from service.rounds.planning.problem import moment, shift_of
from service.rounds.planning.ready import READY, ReadyDay
from service.rounds.planning.sentences import HOT, NO_PLACE, Sentence, sentence
from service.rounds.planning.situation import Carry, Point, Situation, place_key
from service.rounds.queries.fleet import shifts_by_id, vehicles_by_id
from service.rounds.words import COLDS
from service.shipments.actions import GRAMS_PER_CRATE

Windows = Sequence[tuple[datetime, datetime]]
NEW = "new"


@dataclass(frozen=True)
class Trip:
    """What a question is about: so many grams from one site to another. A pin stands for the pickup site's door."""

    pickup_site_id: int
    delivery_site_id: int
    pickup_windows: Windows
    delivery_windows: Windows
    grams: int
    temperature: str
    crates: int | None = None
    pickup_pin: tuple[float, float] | None = None

    @property
    def places(self) -> tuple[str, str]:
        """The names of its two places in a problem."""
        return place_key(self.pickup_site_id, self.pickup_pin), place_key(self.delivery_site_id)


@dataclass(frozen=True)
class Reach:
    """Whether a round could bring it, which vehicle, about when, what it adds in cents; else why not.

    `kept_by` is what keeps cold goods cold on that vehicle; nothing for ambient ones.
    """

    possible: bool
    vehicle: str = ""
    pickup_at: datetime | None = None
    delivery_at: datetime | None = None
    cold_ok: bool = True
    reason: Sentence | None = None
    added_cents: int | None = None
    kept_by: Cold | None = None
    temperature: str = "ambient"

    @property
    def cold_kept(self) -> str:
        """How cold goods are kept cold on the way, as a msgid; empty for ambient ones and where no round comes."""
        return COLDS[self.kept_by] if self.possible and self.kept_by and self.temperature != "ambient" else ""

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
    return reaches_of_lots(session, seen.lot.region, [seen], now)[0]


def reaches_of_lots(session: Session, region: str, seen: Sequence[LotSeen], now: datetime) -> list[Reach]:
    """The same for many pairs of a lot and a site at once, each asked alone: costs do not add up."""
    trips = [_trip_of(one) for one in seen]
    found = iter(reaches(session, region, [trip for trip in trips if trip is not None], now))
    # Where nothing of it is left for this site there is nothing to bring.
    return [Reach(False) if trip is None else next(found) for trip in trips]


def _trip_of(seen: LotSeen) -> Trip | None:
    lines = [line for line in seen.lines if line.grams > 0] or list(seen.lines)
    if not any(line.grams for line in lines):
        return None
    lot = seen.lot
    return Trip(
        pickup_site_id=lot.site_id,
        delivery_site_id=seen.site.key,
        pickup_windows=seen.windows,
        delivery_windows=seen.reception,
        grams=sum(line.grams for line in lines),
        temperature=max((line.line.temperature for line in lines), key=_COLDEST.index, default="ambient"),
        pickup_pin=(lot.latitude, lot.longitude) if lot.latitude is not None and lot.longitude is not None else None,
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
    trip = Trip(
        pickup_site_id, delivery_site_id, pickup_windows, delivery_windows, grams, temperature, crates, pickup_pin
    )
    return reaches(session, region, [trip], now)[0]


def reaches(session: Session, region: str, trips: Sequence[Trip], now: datetime) -> list[Reach]:
    """Try each of many shipments alone in the plan of the day it can be picked up: with a place, `added_cents` is what
    it adds to the rounds as they stand. About a millisecond each once the day is ready."""
    asking = _Asking(session, region, trips, now)
    answers = [asking.answer(trip) for trip in trips]
    return asking.named(answers)


class Trial:
    """The day's plan, on which lots are accepted in turn to see what still fits; nothing is written.

    Costs do not add up: what one accepted lot uses up, the next has not. Made in about a second on a large day.
    """

    def __init__(self, session: Session, region: str, trips: Sequence[Trip], now: datetime) -> None:
        """`trips`: all that may be asked, so that their places are known."""
        self._asking = _Asking(session, region, trips, now)
        self._tried: dict[tuple[str, date], routing.Standing] = {}
        self._taken = 0

    def ask(self, trip: Trip) -> Reach:
        """What it would add to the plan with all that was taken so far."""
        return self._asking.named([self._asking.answer(trip, self._standing)])[0]

    def take(self, trip: Trip) -> Reach:
        """The same, and where there is a place the plan goes on with it."""
        self._taken += 1
        return self._asking.named([self._asking.answer(trip, self._standing, f"{NEW}-{self._taken}")])[0]

    def _standing(self, key: tuple[str, date], day: ReadyDay) -> routing.Standing:
        if key not in self._tried:
            self._tried[key] = routing.Standing(day.standing.problem, day.standing.plan)
        return self._tried[key]


class _StandingOf(Protocol):
    def __call__(self, key: tuple[str, date], day: ReadyDay) -> routing.Standing: ...


Found = tuple[routing.Insertion, Situation, str]


class _Asking:
    """Everything some questions need, read once."""

    def __init__(self, session: Session, region: str, trips: Iterable[Trip], now: datetime) -> None:
        self.session, self.region, self.now = session, region, now
        self.zone_name = load_region_config(region).time_zone
        asked = list(trips)
        self.sites = sites_by_id(session, {t.pickup_site_id for t in asked} | {t.delivery_site_id for t in asked})
        self.points: dict[str, Point] = {}
        for trip in asked:
            pickup, delivery = trip.places
            self._learn(pickup, trip.pickup_site_id, trip.pickup_pin)
            self._learn(delivery, trip.delivery_site_id, None)
        self.days: dict[tuple[str, date], ReadyDay] = {}
        wanted: dict[tuple[str, date], dict[str, Point]] = {}
        for trip in asked:
            if all(place in self.points for place in trip.places):
                names = {place: self.points[place] for place in trip.places}
                wanted.setdefault(self._day_of(trip), {}).update(names)
        self.wanted = wanted

    def _learn(self, place: str, site_id: int, pin: tuple[float, float] | None) -> None:
        if place in self.points:
            return
        site = self.sites[site_id]
        point = Point(*pin) if pin and not site.protected else approximate_point(self.session, site)
        if point is not None:
            self.points[place] = point

    def _day_of(self, trip: Trip) -> tuple[str, date]:
        """The zone and the local day it could be picked up on."""
        ahead = sorted(window for window in trip.pickup_windows if window[1] > self.now)
        begins = max(ahead[0][0], self.now) if ahead else self.now
        zone = planning().zones.of(self.sites[trip.pickup_site_id].departement)
        return zone, local(begins, self.zone_name).date()

    def _ready(self, key: tuple[str, date]) -> ReadyDay:
        if key not in self.days:
            self.days[key] = READY.day(self.session, self.region, *key, self.now, self.wanted.get(key, {}))
        return self.days[key]

    def answer(self, trip: Trip, standing_of: _StandingOf | None = None, take: str = "") -> Reach | Found:
        """A place in the plan with the situation it is in, or why there is none. `take`: keep it, under this name."""
        if trip.temperature not in ("ambient", "chilled", "frozen"):
            return Reach(False, reason=HOT)
        if not all(place in self.points for place in trip.places):
            return Reach(False, reason=NO_PLACE)
        key = self._day_of(trip)
        day = self._ready(key)
        standing = standing_of(key, day) if standing_of is not None else day.standing
        asked = replace(day.shipment(self._carry(trip)), id=take or NEW)
        found = standing.insert(asked)
        if isinstance(found, routing.Unserved):
            cold = found.reason not in (routing.Reason.NO_COLD, routing.Reason.COLD_CHAIN)
            return Reach(False, cold_ok=cold, reason=sentence(found.reason, found.facts))
        if found.added_cents > planning().weights.value * trip.grams:
            return Reach(False, reason=sentence(routing.Reason.NOT_WORTH, {}), added_cents=found.added_cents)
        if take:
            standing.take(asked)
        return found, day.situation, trip.temperature

    def _carry(self, trip: Trip) -> Carry:
        """One more shipment, as the day's own are made."""
        pickup, delivery = trip.places
        ahead = sorted((max(start, self.now), end) for start, end in trip.pickup_windows if end > self.now)
        brought = sorted((max(start, self.now), end) for start, end in trip.delivery_windows if end > self.now)
        return Carry(
            id=0,
            grams=trip.grams,
            crates=-(-trip.grams // GRAMS_PER_CRATE) if trip.crates is None else trip.crates,
            temperature=trip.temperature,
            pickup=pickup,
            delivery=delivery,
            pickup_windows=tuple(ahead),
            delivery_windows=tuple(brought),
            value=trip.grams,
            mandatory=False,
            wanted_at=self.now,
            ready_at=None,
            expected=(None, None),
            pickup_site_id=0,
        )

    def named(self, answers: Sequence[Reach | Found]) -> list[Reach]:
        """The places found, with the names of their vehicles."""
        found = [answer for answer in answers if not isinstance(answer, Reach)]
        shifts = shifts_by_id(self.session, {shift_of(insertion.vehicle) for insertion, _, _ in found})
        vehicles = vehicles_by_id(self.session, {shift.vehicle_id for shift in shifts.values()})
        by_shift = {key: vehicles[shift.vehicle_id] for key, shift in shifts.items()}
        return [
            answer if isinstance(answer, Reach) else _told(*answer, by_shift[shift_of(answer[0].vehicle)])
            for answer in answers
        ]


def _told(found: routing.Insertion, situation: Situation, temperature: str, vehicle: Vehicle) -> Reach:
    return Reach(
        True,
        vehicle=vehicle.name,
        pickup_at=moment(situation, found.pickup_s),
        delivery_at=moment(situation, found.delivery_s),
        added_cents=found.added_cents,
        kept_by=Cold(vehicle.cold),
        temperature=temperature,
    )
