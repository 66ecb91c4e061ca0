"""Could a round bring it, which, about when and at what cost? Nothing is promised: the next plan decides."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

import routing
from service.accounts.models import Site
from service.lots.models import Lot, LotLine
from service.rounds.asking import NEW, Asking
from service.rounds.planning.ready import ReadyDay
from service.rounds.trips import Reach, Trip, Windows


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
    asking = Asking(session, region, trips, now)
    answers = [asking.answer(trip) for trip in trips]
    return asking.named(answers)


class Trial:
    """The day's plan, on which lots are accepted in turn to see what still fits; nothing is written.

    Costs do not add up: what one accepted lot uses up, the next has not. Made in about a second on a large day.
    """

    def __init__(self, session: Session, region: str, trips: Sequence[Trip], now: datetime) -> None:
        """`trips`: all that may be asked, so that their places are known."""
        self._asking = Asking(session, region, trips, now)
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
