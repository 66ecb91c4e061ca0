"""What is to be carried: sites, places with windows, shipments, and what people were promised."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from routing.errors import ProblemError
from routing.kinds import LARGEST, ColdEquipment, Temperature, Window, all_of_kind, check_windows, of_kind, whole, word

# The value of a shipment whose caller gives none: one point a gram.
AS_GRAMS = -1


@dataclass(frozen=True, slots=True)
class Site:
    """A place on the map. `stop_s` is spent at every visit before handling begins: parking, greeting, doors."""

    id: str
    latitude: float | None = None
    longitude: float | None = None
    stop_s: int = 0

    def __post_init__(self) -> None:
        word("id", self.id)
        whole("stop_s", self.stop_s)
        for name, bound in (("latitude", 90), ("longitude", 180)):
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                raise ProblemError(name, f"must be a finite number, not {value!r}")
            if abs(value) > bound:
                raise ProblemError(name, f"must lie between -{bound} and {bound}, not {value}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a shipment may be handled: handling starts within a window (none: any time)."""

    site: str
    windows: tuple[Window, ...] = ()
    service_s: int = 0

    def __post_init__(self) -> None:
        word("site", self.site)
        whole("service_s", self.service_s)
        object.__setattr__(self, "windows", tuple(self.windows))
        check_windows("windows", self.windows)


@dataclass(frozen=True, slots=True)
class Shipment:
    """Something to fetch at one place and bring to one of several.

    `max_ride_s` and `max_ride_m` bound the ride (end of loading → start of unloading) by what cools the
    compartment it rides in. An empty mapping: no bound. Otherwise equipment that is not named may not carry it,
    and None is no bound. `value` is what carrying it is worth in points (by default its grams, see objective.py).
    `ready_s`: loading cannot start earlier, whatever the windows say. `skills`: all needed of the vehicle.
    """

    id: str
    pickup: Place
    deliveries: tuple[Place, ...]
    grams: int
    crates: int = 0
    temperature: Temperature = Temperature.AMBIENT
    max_ride_s: Mapping[ColdEquipment, int | None] = field(default_factory=dict)
    max_ride_m: Mapping[ColdEquipment, int | None] = field(default_factory=dict)
    value: int = AS_GRAMS
    mandatory: bool = False
    ready_s: int | None = None
    skills: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        word("id", self.id)
        whole("grams", self.grams)
        whole("crates", self.crates)
        object.__setattr__(self, "deliveries", tuple(self.deliveries))
        object.__setattr__(self, "skills", frozenset(self.skills))
        if self.value == AS_GRAMS:
            object.__setattr__(self, "value", self.grams)
        whole("value", self.value)
        if not self.deliveries:
            raise ProblemError("deliveries", f"shipment {self.id!r} has nowhere to go")
        of_kind("pickup", self.pickup, Place)
        all_of_kind("deliveries", self.deliveries, Place)
        of_kind("temperature", self.temperature, Temperature)
        sites = [place.site for place in self.deliveries]
        for at, name in enumerate(sites):
            if name in sites[:at]:
                raise ProblemError(f"deliveries[{at}].site", f"{name!r} appears twice; put its windows together")
        for label in ("max_ride_s", "max_ride_m"):
            of_kind(label, getattr(self, label), Mapping)
            for equipment, bound in getattr(self, label).items():
                of_kind(label, equipment, ColdEquipment)
                if bound is not None:
                    whole(f"{label}.{equipment}", bound)
        if self.ready_s is not None:
            whole("ready_s", self.ready_s, low=-LARGEST)

    def ride_limit(self, cold: ColdEquipment) -> tuple[bool, int | None, int | None]:
        """(may it ride with `cold` at all, seconds bound or None, metres bound or None)."""
        allowed = all(not limits or cold in limits for limits in (self.max_ride_s, self.max_ride_m))
        return allowed, self.max_ride_s.get(cold), self.max_ride_m.get(cold)


@dataclass(frozen=True, slots=True)
class Promise:
    """What the last plan told people about a shipment; keeping it is worth something (objective.py)."""

    shipment: str
    vehicle: str
    pickup_s: int | None = None
    delivery_s: int | None = None


Limits = dict[ColdEquipment, int | None]


def cold_chain_limits(temperature: Temperature) -> tuple[Limits, Limits]:
    """Usual (max_ride_s, max_ride_m) for `temperature`: what a caller without rules of its own may use.

    Chilled goods ride 90 minutes and 80 km in insulated boxes, frozen ones 60 minutes; a cooling unit sets no
    bound; without a cold source neither may ride. Ambient goods have no bound.
    """
    if temperature == Temperature.AMBIENT:
        return {}, {}
    seconds = 5400 if temperature == Temperature.CHILLED else 3600
    return (
        {ColdEquipment.BOX: seconds, ColdEquipment.REFRIGERATED: None},
        {ColdEquipment.BOX: 80_000, ColdEquipment.REFRIGERATED: None},
    )
