"""The same instance so that nobody knows it again: renumbered, mirrored, rescaled; and the way back.

What an engine is given then has other names, another order of sites, shipments and vehicles, its map turned over
(where the problem has coordinates: tables of distances do not change in a mirror), and every length, time, weight and
cost multiplied. Whole factors keep every sum exact: a plan is feasible for one where it is for the other, and costs as
many times more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

import routing

FACTORS = (2, 3, 5, 7)


@dataclass(frozen=True, slots=True)
class Disguised:
    """A problem in disguise: `sites` tells the true name of each, `factor` by what lengths and times grew."""

    problem: routing.Problem
    sites: Mapping[str, str]
    factor: int

    def back(self, routes: Sequence[Sequence[str]]) -> list[list[str]]:
        """Routes over the disguised sites as routes over the true ones; a site that is none stays unknown."""
        return [[self.sites.get(site, f"unknown {site}") for site in route] for route in routes]


def plainly(problem: routing.Problem) -> Disguised:
    """No disguise at all."""
    return Disguised(problem, {site.id: site.id for site in problem.sites}, 1)


def disguise(problem: routing.Problem, seed: int) -> Disguised:
    """The same for the same seed. Raises ValueError for vehicles under way, which public instances have not."""
    if problem.states or problem.promises:
        raise ValueError("vehicles under way and promises are not disguised")
    random = Random(f"{seed}/disguise")
    factor, heavier = random.choice(FACTORS), random.choice(FACTORS)
    order = list(range(len(problem.sites)))
    random.shuffle(order)
    names = {problem.sites[at].id: f"p{number}" for number, at in enumerate(order, 1)}
    maker = _Maker(names, factor, heavier)
    shipments, vehicles = list(problem.shipments), list(problem.vehicles)
    random.shuffle(shipments)
    random.shuffle(vehicles)
    grid = np.ix_(order, order)

    def scaled(table: routing.matrix.Grid) -> routing.matrix.Grid:
        return np.where(table[grid] < 0, routing.UNREACHABLE, table[grid] * factor)

    weights = problem.weights
    made = routing.Problem(
        sites=tuple(maker.site(problem.sites[at]) for at in order),
        shipments=tuple(maker.shipment(one, f"t{number}") for number, one in enumerate(shipments, 1)),
        vehicles=tuple(maker.vehicle(one, f"w{number}") for number, one in enumerate(vehicles, 1)),
        matrices={
            name: routing.Matrix(scaled(matrix.metres), scaled(matrix.seconds))
            for name, matrix in problem.matrices.items()
        },
        weights=replace(weights, mandatory=weights.mandatory * factor, value=weights.value * factor),
        origin=problem.origin,
    )
    return Disguised(made, {new: old for old, new in names.items()}, factor)


@dataclass(frozen=True, slots=True)
class _Maker:
    names: Mapping[str, str]
    factor: int
    heavier: int

    def site(self, site: routing.Site) -> routing.Site:
        mirrored = None if site.longitude is None else -site.longitude
        return routing.Site(self.names[site.id], site.latitude, mirrored, site.stop_s * self.factor)

    def window(self, window: routing.Window) -> routing.Window:
        return routing.Window(window.start_s * self.factor, window.end_s * self.factor)

    def place(self, place: routing.Place) -> routing.Place:
        windows = tuple(self.window(window) for window in place.windows)
        return routing.Place(self.names[place.site], windows, place.service_s * self.factor)

    def times(self, seconds: int | None) -> int | None:
        return None if seconds is None else seconds * self.factor

    def shipment(self, one: routing.Shipment, name: str) -> routing.Shipment:
        return replace(
            one,
            id=name,
            pickup=self.place(one.pickup),
            deliveries=tuple(self.place(place) for place in one.deliveries),
            grams=one.grams * self.heavier,
            max_ride_s={kind: self.times(bound) for kind, bound in one.max_ride_s.items()},
            max_ride_m={kind: self.times(bound) for kind, bound in one.max_ride_m.items()},
            ready_s=self.times(one.ready_s),
        )

    def vehicle(self, one: routing.Vehicle, name: str) -> routing.Vehicle:
        rest = one.break_rule
        return replace(
            one,
            id=name,
            start=self.names[one.start],
            end=None if one.end is None else self.names[one.end],
            shift=self.window(one.shift),
            compartments=tuple(replace(room, grams=room.grams * self.heavier) for room in one.compartments),
            payload_grams=None if one.payload_grams is None else one.payload_grams * self.heavier,
            break_rule=None
            if rest is None
            else replace(rest, after_s=rest.after_s * self.factor, duration_s=rest.duration_s * self.factor),
            fixed_cents=one.fixed_cents * self.factor,
            max_duration_s=self.times(one.max_duration_s),
        )
