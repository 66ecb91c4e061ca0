"""What is to be carried, by what, between where: frozen, checked when built, integer metres, seconds, grams.

Times are whole seconds since `Problem.origin` (an aware instant for people and files; no rule looks at it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from routing.errors import ProblemError
from routing.fleet import Vehicle, VehicleState
from routing.kinds import all_of_kind, of_kind, unique
from routing.matrix import Matrix
from routing.objective import Weights
from routing.plan import Plan
from routing.shipment import Promise, Shipment, Site

KINDS: Mapping[str, type] = {
    "sites": Site,
    "shipments": Shipment,
    "vehicles": Vehicle,
    "states": VehicleState,
    "promises": Promise,
}


@dataclass(frozen=True)
class Problem:
    """Everything an engine may know. An empty problem is fine and has an empty plan."""

    sites: tuple[Site, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    matrices: Mapping[str, Matrix] = field(default_factory=dict)
    states: tuple[VehicleState, ...] = ()
    promises: tuple[Promise, ...] = ()
    weights: Weights = field(default_factory=Weights)
    origin: datetime | None = None
    name: str = ""

    def __post_init__(self) -> None:
        for label, kind in KINDS.items():
            object.__setattr__(self, label, tuple(getattr(self, label)))
            all_of_kind(label, getattr(self, label), kind)
        of_kind("matrices", self.matrices, Mapping)
        of_kind("weights", self.weights, Weights)
        for label in ("sites", "shipments", "vehicles"):
            unique(label, [item.id for item in getattr(self, label)])
        if self.origin is not None and self.origin.tzinfo is None:
            raise ProblemError("origin", "must say its time zone")
        self._check_sites()
        self._check_matrices()
        self._check_states()
        self._check_ways()
        known = {shipment.id for shipment in self.shipments}
        for at, promise in enumerate(self.promises):
            if promise.shipment not in known:
                raise ProblemError(f"promises[{at}].shipment", f"unknown shipment {promise.shipment!r}")

    def _check_sites(self) -> None:
        known = {site.id for site in self.sites}

        def demand(path: str, name: str | None) -> None:
            if name is not None and name not in known:
                raise ProblemError(path, f"unknown site {name!r}")

        for at, shipment in enumerate(self.shipments):
            demand(f"shipments[{at}].pickup.site", shipment.pickup.site)
            for to, place in enumerate(shipment.deliveries):
                demand(f"shipments[{at}].deliveries[{to}].site", place.site)
        for at, vehicle in enumerate(self.vehicles):
            demand(f"vehicles[{at}].start", vehicle.start)
            demand(f"vehicles[{at}].end", vehicle.end)
        for at, state in enumerate(self.states):
            demand(f"states[{at}].site", state.site)
            for label in ("executed", "frozen"):
                for to, stop in enumerate(getattr(state, label)):
                    demand(f"states[{at}].{label}[{to}].site", stop.site)

    def _check_matrices(self) -> None:
        for profile, matrix in self.matrices.items():
            of_kind(f"matrices.{profile}", matrix, Matrix)
            if len(matrix) != len(self.sites):
                raise ProblemError(
                    f"matrices.{profile}", f"is for {len(matrix)} sites; the problem has {len(self.sites)}"
                )
        for at, vehicle in enumerate(self.vehicles):
            if vehicle.profile not in self.matrices:
                raise ProblemError(f"vehicles[{at}].profile", f"no matrix for profile {vehicle.profile!r}")

    def _check_ways(self) -> None:
        """A vehicle must be able to drive its frozen stops in their order, and home from where it stands."""
        index = {site.id: at for at, site in enumerate(self.sites)}
        vehicles = {vehicle.id: vehicle for vehicle in self.vehicles}
        for at, state in enumerate(self.states):
            vehicle = vehicles[state.vehicle]
            seconds = self.matrices[vehicle.profile].seconds
            here = state.site or vehicle.start
            for to, stop in enumerate(state.frozen):
                if seconds[index[here], index[stop.site]] < 0:
                    raise ProblemError(f"states[{at}].frozen[{to}].site", f"no way from {here!r} to {stop.site!r}")
                here = stop.site
            if vehicle.end is not None and seconds[index[here], index[vehicle.end]] < 0:
                raise ProblemError(f"states[{at}]", f"no way home from {here!r} to {vehicle.end!r}")

    def _check_states(self) -> None:
        vehicles = {vehicle.id: vehicle for vehicle in self.vehicles}
        shipments = {shipment.id: shipment for shipment in self.shipments}
        seen: set[str] = set()
        loaded: dict[str, str] = {}
        unloaded: dict[str, str] = {}
        for at, state in enumerate(self.states):
            path = f"states[{at}]"
            if state.vehicle not in vehicles:
                raise ProblemError(f"{path}.vehicle", f"unknown vehicle {state.vehicle!r}")
            if state.vehicle in seen:
                raise ProblemError(f"{path}.vehicle", f"vehicle {state.vehicle!r} has two states")
            seen.add(state.vehicle)
            held: set[str] = set()
            for label in ("executed", "frozen"):
                if label == "frozen":
                    held = _check_aboard(path, state, held, shipments, loaded)
                for to, stop in enumerate(getattr(state, label)):
                    where = f"{path}.{label}[{to}]"
                    for name in stop.loads:
                        _known(f"{where}.loads", name, shipments)
                        if name in loaded:
                            raise ProblemError(f"{where}.loads", f"{name!r} is already loaded at {loaded[name]}")
                        if label == "frozen" and shipments[name].pickup.site != stop.site:
                            raise ProblemError(f"{where}.loads", f"{name!r} is not fetched at {stop.site!r}")
                        loaded[name] = where
                        held.add(name)
                    for name in stop.unloads:
                        _known(f"{where}.unloads", name, shipments)
                        if name in unloaded:
                            raise ProblemError(f"{where}.unloads", f"{name!r} is already unloaded at {unloaded[name]}")
                        if name not in held:
                            raise ProblemError(f"{where}.unloads", f"{name!r} is not in the vehicle then")
                        if label == "frozen" and stop.site not in {p.site for p in shipments[name].deliveries}:
                            raise ProblemError(f"{where}.unloads", f"{name!r} is not brought to {stop.site!r}")
                        unloaded[name] = where
                        held.discard(name)


def _known(path: str, name: str, shipments: Mapping[str, Shipment]) -> None:
    if name not in shipments:
        raise ProblemError(path, f"unknown shipment {name!r}")


def _check_aboard(
    path: str, state: VehicleState, held: set[str], shipments: Mapping[str, Shipment], loaded: dict[str, str]
) -> set[str]:
    """What is aboard must agree with the executed stops; loads from before them are taken at their word."""
    aboard: set[str] = set()
    for to, item in enumerate(state.aboard):
        where = f"{path}.aboard[{to}]"
        _known(f"{where}.shipment", item.shipment, shipments)
        if item.shipment in aboard or (item.shipment in loaded and item.shipment not in held):
            raise ProblemError(f"{where}.shipment", f"{item.shipment!r} is elsewhere: see {loaded.get(item.shipment)}")
        aboard.add(item.shipment)
        loaded.setdefault(item.shipment, where)
    for name in sorted(held - aboard):
        raise ProblemError(f"{path}.aboard", f"{name!r} was loaded and not unloaded, yet is not aboard")
    return aboard


def promises_of(plan: Plan) -> tuple[Promise, ...]:
    """What `plan` promises people, for the next problem's `promises`."""
    told: dict[str, Promise] = {}
    for trip in plan.rounds:
        for stop in trip.stops:
            for handling in stop.loads:
                told[handling.shipment] = Promise(handling.shipment, trip.vehicle, pickup_s=handling.start_s)
            for handling in stop.unloads:
                before = told.get(handling.shipment)
                pickup_s = before.pickup_s if before else None
                told[handling.shipment] = Promise(handling.shipment, trip.vehicle, pickup_s, handling.start_s)
    return tuple(told.values())
