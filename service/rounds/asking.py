"""Questions to the day's plan, kept ready in memory: is there a place for one more shipment, where, and if not, why?

Travel times are the geodesic ones, and protected places stand at their commune's centre, since a guess needs no secret.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

import routing
from config.planning import planning
from config.regions import load_region_config
from service.accounts.queries import sites_by_id
from service.kit.clock import local
from service.rounds.models import Cold, Vehicle
from service.rounds.planning.places import approximate_point
from service.rounds.planning.problem import moment, shift_of
from service.rounds.planning.ready import READY, ReadyDay
from service.rounds.planning.sentences import HOT, NO_PLACE, sentence
from service.rounds.planning.situation import Carry, Point, Situation
from service.rounds.queries.fleet import shifts_by_id, vehicles_by_id
from service.rounds.trips import Reach, Trip
from service.shipments.actions import GRAMS_PER_CRATE

NEW = "new"
# A place in the plan, the situation it is in, and at which temperature it is carried.
Found = tuple[routing.Insertion, Situation, str]


class StandingOf(Protocol):
    """Which plan of a day is asked."""

    def __call__(self, key: tuple[str, date], day: ReadyDay) -> routing.Standing: ...


class Asking:
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

    def answer(self, trip: Trip, standing_of: StandingOf | None = None, take: str = "") -> Reach | Found:
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
        planned = any(trip.stops for trip in standing.plan.rounds)
        if isinstance(found, routing.Unserved):
            cold = found.reason not in (routing.Reason.NO_COLD, routing.Reason.COLD_CHAIN)
            return Reach(False, cold_ok=cold, reason=sentence(found.reason, found.facts), planned=planned)
        if found.added_cents > planning().weights.value * planning().points(trip.grams):
            reason = sentence(routing.Reason.NOT_WORTH, {})
            return Reach(False, reason=reason, added_cents=found.added_cents, planned=planned)
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
            value=planning().points(trip.grams),
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
