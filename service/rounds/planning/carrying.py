"""Shipments as a search sees them on one day: where, when, how much; or why there is no use in trying."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.accounts.models import Shut
from service.kit.clock import day_bounds
from service.kit.hours import open_windows
from service.rounds import rules
from service.rounds.planning.places import Places
from service.rounds.planning.sentences import CLOSED, HOT, NO_PLACE, PASSED, Sentence
from service.rounds.planning.situation import Carry, Windows
from service.shipments.models import Shipment


@dataclass(frozen=True)
class Day:
    """A local day with the night after it, now, and where that is."""

    opens: datetime
    closes: datetime
    now: datetime
    time_zone: str
    country: str


class Carrying:
    """Reads shipments for one day; places and closed days are read before."""

    def __init__(self, day: Day, places: Places, shut: Mapping[int, Sequence[Shut]]) -> None:
        self.day, self.places, self.shut = day, places, shut

    def carry(self, shipment: Shipment, fixed: bool = False, aboard: bool = False) -> Carry | Sentence | None:
        """The shipment as the search sees it, the reason why there is no use in trying, or None on another day."""
        pin = None
        if shipment.pickup_latitude is not None and shipment.pickup_longitude is not None:
            pin = (shipment.pickup_latitude, shipment.pickup_longitude)
        pickup, delivery = (
            self.places.key_of(shipment.pickup_site_id, pin),
            self.places.key_of(shipment.delivery_site_id),
        )
        if pickup is None or delivery is None:
            return NO_PLACE
        if shipment.temperature not in ("ambient", "chilled", "frozen"):
            return HOT
        wanted = self._windows(shipment, "pickup", shipment.pickup_site_id)
        brought = self._windows(shipment, "delivery", shipment.delivery_site_id)
        if not fixed:
            for asked, open_, end in ((wanted, wanted.left, "pickup"), (brought, brought.left, "delivery")):
                if not open_:
                    if asked.past:
                        return PASSED
                    return CLOSED[end] if asked.shut else None
        return Carry(
            id=shipment.key,
            grams=shipment.grams,
            crates=shipment.crates,
            temperature=shipment.temperature,
            pickup=pickup,
            delivery=delivery,
            pickup_windows=wanted.left,
            # Late is better than never: what is aboard may arrive after hours, and the receiver sees when.
            delivery_windows=_longer(brought.left, self.day.closes) if aboard else brought.left,
            value=shipment.value,
            mandatory=shipment.mandatory,
            wanted_at=shipment.wanted_at,
            ready_at=shipment.ready_at,
            expected=(shipment.expected_pickup_at, shipment.expected_delivery_at),
            pickup_site_id=shipment.pickup_site_id,
        )

    def _windows(self, shipment: Shipment, end: str, site_id: int) -> "_Asked":
        site = self.places.sites[site_id]
        shut = [(closure.first_day, closure.last_day) for closure in self.shut.get(site_id, [])]
        stated = shipment.windows(end)
        if not stated:
            hours = open_windows(
                site.opening_hours, self.day.opens, self.day.closes, self.day.time_zone, country=self.day.country
            )
            stated = [(start, stop) for start, stop in hours]
        if end == "delivery" and shipment.due_at is not None:
            stated = [(start, min(stop, shipment.due_at)) for start, stop in stated if start <= shipment.due_at]
        of_day = rules.overlapping(stated, self.day.opens, self.day.closes)
        closed_days = [(day_bounds(a, self.day.time_zone)[0], day_bounds(b, self.day.time_zone)[1]) for a, b in shut]
        open_ = rules.without(of_day, closed_days)
        # Handling begins no earlier than now; windows of which nothing is left are gone.
        left = tuple((start, stop) for start, stop in open_ if stop >= self.day.now)
        past = all(stop < self.day.now for _, stop in stated)
        return _Asked(left, past=past, shut=bool(of_day) and not open_)


def _longer(windows: Windows, end: datetime) -> Windows:
    """The same windows, the last one open until `end`."""
    return (*windows[:-1], (windows[-1][0], max(windows[-1][1], end))) if windows else ()


@dataclass(frozen=True)
class _Asked:
    """Windows left on the day; whether all that was asked is past; whether only closed days are the reason."""

    left: Windows
    past: bool
    shut: bool
