"""The answer: rounds with times and loads, and every shipment left out with a reason a person understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.errors import ProblemError
from routing.kinds import LARGEST, StopState, Temperature, whole, word


class Reason(StrEnum):
    """Why a shipment is not carried; the facts beside it say by how much."""

    NO_VEHICLE = "no_vehicle"  # there is no vehicle at all
    NO_SKILL = "no_skill"  # no vehicle has the skills asked for
    NO_COLD = "no_cold"  # no vehicle able to take it keeps it cold
    TOO_HEAVY = "too_heavy"  # heavier than any suitable compartment
    TOO_BULKY = "too_bulky"  # more crates than any suitable compartment
    UNREACHABLE = "unreachable"  # no way by road between the places
    COLD_CHAIN = "cold_chain"  # the direct ride alone is longer than the cold lasts
    WINDOW = "window"  # no vehicle can be there while the places are open
    SHIFT = "shift"  # fetched and delivered, no vehicle is back before its shift or duration limit ends
    STOPS = "stops"  # every suitable vehicle has reached its number of stops
    COMMITTED = "committed"  # carried alone it would fit, but executed and frozen stops leave no vehicle time or room
    NOT_WORTH = "not_worth"  # it fits, but the trip costs more than its value
    DISPLACED = "displaced"  # it would fit alone; other shipments of the day take the room or the time
    UNDELIVERABLE = "undeliverable"  # already aboard, but no delivery place can be reached in time
    NOT_TRIED = "not_tried"  # the engine was stopped before it came to this one


@dataclass(frozen=True, slots=True)
class Handling:
    """One shipment loaded or unloaded at a stop, from `start_s` to `end_s`."""

    shipment: str
    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        word("shipment", self.shipment)
        whole("start_s", self.start_s, low=-LARGEST)
        whole("end_s", self.end_s, low=self.start_s)


@dataclass(frozen=True, slots=True)
class Load:
    """What lies in one compartment."""

    temperature: Temperature
    grams: int
    crates: int

    def __post_init__(self) -> None:
        whole("grams", self.grams)
        whole("crates", self.crates)


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit: what is handled, when, and what is in the vehicle afterwards (empty compartments left out)."""

    site: str
    arrival_s: int
    service_start_s: int
    departure_s: int
    loads: tuple[Handling, ...] = ()
    unloads: tuple[Handling, ...] = ()
    load_after: tuple[Load, ...] = ()
    state: StopState = StopState.FREE

    def __post_init__(self) -> None:
        word("site", self.site)
        for name in ("loads", "unloads", "load_after"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        whole("arrival_s", self.arrival_s, low=-LARGEST)
        whole("service_start_s", self.service_start_s, low=self.arrival_s)
        whole("departure_s", self.departure_s, low=self.service_start_s)


@dataclass(frozen=True, slots=True)
class Pause:
    """A rest of the crew."""

    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        whole("start_s", self.start_s, low=-LARGEST)
        whole("end_s", self.end_s, low=self.start_s)


@dataclass(frozen=True, slots=True)
class Round:
    """What one vehicle does: leaves `start_site` at `start_s`, visits its stops, is back at `end_s`.

    `end_site` is None when the vehicle may finish anywhere (then it ends when its last stop does). `metres` and
    `drive_s` count all driving of the shift, executed part included; `wait_s` is time standing without work.
    """

    vehicle: str
    start_site: str
    start_s: int
    end_site: str | None
    end_s: int
    stops: tuple[Stop, ...]
    pauses: tuple[Pause, ...] = ()
    metres: int = 0
    drive_s: int = 0
    wait_s: int = 0
    grams: int = 0

    def __post_init__(self) -> None:
        word("vehicle", self.vehicle)
        for name in ("stops", "pauses"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        whole("start_s", self.start_s, low=-LARGEST)
        whole("end_s", self.end_s, low=self.start_s)
        for name in ("metres", "drive_s", "wait_s", "grams"):
            whole(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class Unserved:
    """A shipment left out, why, and the figures that show it (units in the facts' names)."""

    shipment: str
    reason: Reason
    facts: Mapping[str, int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        word("shipment", self.shipment)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the plan; `cost_cents` is what the rounds cost, without the value left behind."""

    rounds: int = 0
    stops: int = 0
    shipments: int = 0
    shipments_left: int = 0
    grams: int = 0
    grams_left: int = 0
    value: int = 0
    value_left: int = 0
    metres: int = 0
    drive_s: int = 0
    duration_s: int = 0
    cost_cents: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Rounds (at most one per vehicle, only those that stop somewhere), the shipments left out, and the sums."""

    rounds: tuple[Round, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    totals: Totals = field(default_factory=Totals)
    engine: str = ""
    iterations: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "rounds", tuple(self.rounds))
        object.__setattr__(self, "unserved", tuple(self.unserved))
        seen: set[str] = set()
        for place, trip in enumerate(self.rounds):
            if trip.vehicle in seen:
                raise ProblemError(f"rounds[{place}].vehicle", f"{trip.vehicle!r} has two rounds")
            seen.add(trip.vehicle)

    def round_of(self, vehicle: str) -> Round | None:
        """The round of `vehicle`, or None when it stays at home."""
        return next((trip for trip in self.rounds if trip.vehicle == vehicle), None)

    def left_out(self, shipment: str) -> Unserved | None:
        """Why `shipment` is left out, or None when it is carried."""
        return next((left for left in self.unserved if left.shipment == shipment), None)
