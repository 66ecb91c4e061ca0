"""Vehicles: what they hold, when they work, what they cost, and what they have already done today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.errors import ProblemError
from routing.kinds import FAR, LARGEST, ColdEquipment, Temperature, Window, all_of_kind, of_kind, whole, word


@dataclass(frozen=True, slots=True)
class Compartment:
    """Room for one temperature class: grams, crates (60×40 cm), and what keeps it cold."""

    temperature: Temperature
    grams: int
    crates: int
    cold: ColdEquipment = ColdEquipment.NONE

    def __post_init__(self) -> None:
        of_kind("temperature", self.temperature, Temperature)
        of_kind("cold", self.cold, ColdEquipment)
        whole("grams", self.grams)
        whole("crates", self.crates)


@dataclass(frozen=True, slots=True)
class BreakRule:
    """A pause of `duration_s` must begin at most `after_s` seconds after the round left, or the last pause ended.

    A round that is over within `after_s` needs no pause. Pauses are taken standing, never while handling.
    """

    after_s: int
    duration_s: int

    def __post_init__(self) -> None:
        whole("after_s", self.after_s, low=1)
        whole("duration_s", self.duration_s, low=1)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle with its crew for one shift.

    `start` and `end` are site ids (`end` None: the round may finish anywhere). Costs are cents: once for
    going out at all, per kilometre, per hour between leaving and coming back. `payload_*` bound the sum
    over all compartments (None: no bound beyond theirs). `max_stops` counts visits, `max_duration_s` the
    time between leaving and coming back; both include what was executed earlier in the shift.
    """

    id: str
    start: str
    end: str | None
    shift: Window
    compartments: tuple[Compartment, ...]
    profile: str = "van"
    payload_grams: int | None = None
    payload_crates: int | None = None
    break_rule: BreakRule | None = None
    fixed_cents: int = 0
    per_km_cents: int = 35
    per_hour_cents: int = 1200
    max_stops: int | None = None
    max_duration_s: int | None = None
    skills: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        word("id", self.id)
        word("start", self.start)
        word("profile", self.profile)
        if self.end is not None:
            word("end", self.end)
        if not isinstance(self.shift, Window):
            raise ProblemError("shift", f"vehicle {self.id!r} has no shift")
        if self.shift.end_s - self.shift.start_s >= FAR:
            raise ProblemError("shift", f"must last less than {FAR} seconds")
        if self.break_rule is not None:
            of_kind("break_rule", self.break_rule, BreakRule)
        object.__setattr__(self, "compartments", tuple(self.compartments))
        object.__setattr__(self, "skills", frozenset(self.skills))
        all_of_kind("compartments", self.compartments, Compartment)
        seen: set[Temperature] = set()
        for place, room in enumerate(self.compartments):
            if room.temperature in seen:
                raise ProblemError(f"compartments[{place}].temperature", f"{room.temperature.value} appears twice")
            seen.add(room.temperature)
        for name in ("fixed_cents", "per_km_cents", "per_hour_cents"):
            whole(name, getattr(self, name))
        for name in ("payload_grams", "payload_crates", "max_stops", "max_duration_s"):
            if getattr(self, name) is not None:
                whole(name, getattr(self, name))

    def compartment(self, temperature: Temperature) -> Compartment | None:
        """The compartment for `temperature`, or None when the vehicle has none."""
        return next((room for room in self.compartments if room.temperature == temperature), None)


@dataclass(frozen=True, slots=True)
class FixedStop:
    """A stop already executed (its times are facts) or frozen (order and content are kept).

    A frozen stop's `service_start_s`, when given, is kept as the earliest start, so that what waits for a reason
    goes on waiting; its other times are estimated anew.
    """

    site: str
    loads: tuple[str, ...] = ()
    unloads: tuple[str, ...] = ()
    arrival_s: int | None = None
    service_start_s: int | None = None
    departure_s: int | None = None

    def __post_init__(self) -> None:
        word("site", self.site)
        object.__setattr__(self, "loads", tuple(self.loads))
        object.__setattr__(self, "unloads", tuple(self.unloads))
        last = -LARGEST
        for name in ("arrival_s", "service_start_s", "departure_s"):
            value = getattr(self, name)
            if value is None:
                continue
            if whole(name, value, low=-LARGEST) < last:
                raise ProblemError(name, f"{value} is earlier than the moment before it ({last})")
            last = value


@dataclass(frozen=True, slots=True)
class Aboard:
    """A shipment now in the vehicle: when its loading ended and the metres driven since."""

    shipment: str
    loaded_s: int
    metres: int = 0

    def __post_init__(self) -> None:
        word("shipment", self.shipment)
        whole("loaded_s", self.loaded_s, low=-LARGEST)
        whole("metres", self.metres)


@dataclass(frozen=True, slots=True)
class VehicleState:
    """Where a vehicle under way stands: free again at `site` from `available_s`, with `aboard` in it.

    `executed` are the stops behind it, `frozen` those it must visit next, in that order. `started_s` is when
    it left its start (None: it has not left; then `site` must be its start or None), `metres` and `drive_s`
    what it has driven since, `paused_until_s` the end of its last pause.
    """

    vehicle: str
    site: str | None = None
    available_s: int | None = None
    started_s: int | None = None
    executed: tuple[FixedStop, ...] = ()
    frozen: tuple[FixedStop, ...] = ()
    aboard: tuple[Aboard, ...] = ()
    metres: int = 0
    drive_s: int = 0
    paused_until_s: int | None = None

    def __post_init__(self) -> None:
        word("vehicle", self.vehicle)
        for name in ("executed", "frozen", "aboard"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name, kind in (("executed", FixedStop), ("frozen", FixedStop), ("aboard", Aboard)):
            all_of_kind(name, getattr(self, name), kind)
        if self.site is not None:
            word("site", self.site)
        for name in ("available_s", "started_s", "paused_until_s"):
            if getattr(self, name) is not None:
                whole(name, getattr(self, name), low=-LARGEST)
        for name in ("metres", "drive_s"):
            whole(name, getattr(self, name))
        for place, stop in enumerate(self.executed):
            for name in ("arrival_s", "service_start_s", "departure_s"):
                if getattr(stop, name) is None:
                    raise ProblemError(f"executed[{place}].{name}", "an executed stop needs its real times")
        if (self.executed or self.aboard) and (self.started_s is None or self.site is None or self.available_s is None):
            raise ProblemError("started_s", "a vehicle under way needs started_s, site and available_s")
        for label in ("executed", "frozen"):
            _one_after_another(label, getattr(self, label))


def _one_after_another(label: str, stops: Sequence[FixedStop]) -> None:
    """Refuse stops whose moments, where they are given, run backwards from one to the next."""
    last = -LARGEST
    for place, stop in enumerate(stops):
        for name in ("arrival_s", "service_start_s", "departure_s"):
            value = getattr(stop, name)
            if value is None:
                continue
            if value < last:
                raise ProblemError(f"{label}[{place}].{name}", f"{value} is earlier than the stop before it ({last})")
            last = value
