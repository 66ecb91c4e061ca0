"""How kinds of vehicle get about: how far roads lead round and how fast they are driven, by length of the trip.

Where the shipped profiles come from, and how wrong they are:

- car, up to 11 km: fitted (fitting.py) to the driving times between places of four cities (Barcelona, Berlin, New
  York, Porto Alegre) in the public instances of Sartori & Buriol, each city weighing the same; half a minute is
  taken off, since they are rounded up to minutes. Times are those of an empty road. For pairs of 1 km or more they
  tell the time of a pair 10 to 17 % off (median by city; nine in ten within 27 to 48 %), and a city's sum between
  16 % too short and 15 % too long. A profile fitted to three of the cities is 12 to 23 % off in the fourth (median).
- car, from 25 km on: 57 to 60 km/h on country roads is assumed; no public table of a flat region was at hand.
- circuity: 1.3 is assumed (1.2 for bikes, 1.35 for trucks). Where ground stands in the way it is far too little: in
  a town cut by a river (Krems) what it tells is 37 % too short in sum, in high valleys (Andorra) 39 %.
- van and truck: the car's speeds less about a tenth and a fifth; cargo_bike: assumed. Neither is fitted.

So measure: `fitting.fit` learns a profile from a road engine or from drives of one's own, and `fitting.measure` says
how far off it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from routing.errors import ProblemError

Floats = npt.NDArray[np.float64]
FARTHEST_M = 20_100_000  # half way round the Earth, a little more


@dataclass(frozen=True, slots=True)
class Knot:
    """At `straight_m` metres as the crow flies, the road is `circuity` times as long and driven at `kmh`."""

    straight_m: float
    circuity: float
    kmh: float

    def __post_init__(self) -> None:
        for name, low in (("straight_m", 1.0), ("circuity", 1.0), ("kmh", 1.0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                raise ProblemError(name, f"must be a finite number, not {value!r}")
            if value < low:
                raise ProblemError(name, f"must be at least {low:g}, not {value}")
        if self.straight_m >= FARTHEST_M:
            raise ProblemError("straight_m", f"no two places are {self.straight_m:.0f} m apart")

    @property
    def metres(self) -> float:
        """The road's length in metres."""
        return self.straight_m * self.circuity

    @property
    def seconds(self) -> float:
        """How long the road is driven."""
        return self.metres * 3.6 / self.kmh


@dataclass(frozen=True, slots=True)
class SpeedProfile:
    """Knots by growing length; between two, metres and seconds by road grow in straight lines.

    Before the first knot and after the last, circuity and speed are theirs. Short trips run through towns, long
    ones on the roads between: the length stands for the kind of road, which coordinates alone do not tell. A
    farther place is never nearer by road, nor sooner reached.
    """

    knots: tuple[Knot, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "knots", tuple(self.knots))
        if not self.knots:
            raise ProblemError("knots", "there must be at least one")
        for at, (near, far) in enumerate(pairwise(self.knots), 1):
            if far.straight_m <= near.straight_m:
                raise ProblemError(f"knots[{at}].straight_m", "must be longer than the knot before")
            if far.metres < near.metres:
                raise ProblemError(f"knots[{at}].circuity", "a farther place would be nearer by road")
            if far.seconds < near.seconds:
                raise ProblemError(f"knots[{at}].kmh", "a farther place would be sooner reached")

    def road(self, straight_m: Floats) -> tuple[Floats, Floats]:
        """Metres and seconds by road for lengths in metres as the crow flies."""
        last = self.knots[-1]
        beyond = FARTHEST_M / last.straight_m
        marks = [0.0, *(knot.straight_m for knot in self.knots), FARTHEST_M]
        metres = [0.0, *(knot.metres for knot in self.knots), last.metres * beyond]
        seconds = [0.0, *(knot.seconds for knot in self.knots), last.seconds * beyond]
        return np.interp(straight_m, marks, metres), np.interp(straight_m, marks, seconds)


def _profile(circuity: float, *kmh: float) -> SpeedProfile:
    """A profile with the same circuity and one speed at each of MARKS_M."""
    return SpeedProfile(tuple(Knot(at, circuity, speed) for at, speed in zip(MARKS_M, kmh, strict=True)))


MARKS_M = (640, 1_250, 2_000, 3_200, 5_000, 7_500, 11_000, 25_000, 60_000)

PROFILES: Mapping[str, SpeedProfile] = {
    "cargo_bike": _profile(1.2, 13, 13, 13, 13.5, 13.5, 14, 14.5, 15, 15),
    "car": _profile(1.3, 19, 24.5, 28, 31, 33.5, 37, 40, 57, 60),
    "van": _profile(1.3, 17, 22, 25, 28, 30, 33, 36, 55, 57),
    "truck": _profile(1.35, 15, 19.5, 22.5, 25, 27, 29.5, 32, 49, 52),
}
