"""Learns a profile from trips whose length and time are known: a road engine's answers, or a table of drives.

Trips are put in bands by their length as the crow flies; each band with enough trips gives a knot whose circuity and
speed make the band's metres and seconds right in sum, because what rounds feel is the sum over a day.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from routing.errors import FormatError, ProblemError, TravelError
from routing.travel.geodesic import great_circles, straight_metres
from routing.travel.interface import Point, Travel
from routing.travel.profiles import Knot, SpeedProfile

Floats = npt.NDArray[np.float64]
BANDS_M = (50, 1_000, 1_500, 2_500, 4_000, 6_000, 9_000, 13_000, 20_000, 30_000, 50_000, 80_000, 150_000, 500_000)
LEAST_TRIPS = 30
USUAL_CIRCUITY = 1.3
COLUMNS = ("from_latitude", "from_longitude", "to_latitude", "to_longitude", "metres", "seconds")


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Known trips: metres as the crow flies, metres by road (NaN: not known), seconds."""

    straight_m: Floats
    metres: Floats
    seconds: Floats

    def __len__(self) -> int:
        return len(self.straight_m)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a profile tells trips: shares of the true value. `bias` is of the sums (+: told too long)."""

    trips: int
    metres_bias: float
    metres_median: float
    seconds_bias: float
    seconds_median: float
    seconds_90: float


def trips_of(travel: Travel, points: Sequence[Point], profile: str) -> Trips:
    """The trips between all these points as a road engine tells them; pairs without a way are left out.

    Raises TravelError.
    """
    metres, seconds = travel.table(points, points, profile)
    straight = great_circles(points, points)
    known = (metres > 0) & (seconds > 0)
    return Trips(straight[known], metres[known].astype(np.float64), seconds[known].astype(np.float64))


def read_trips(text: str) -> Trips:
    """Trips from a CSV with the columns of COLUMNS; `metres` may be empty. Raises FormatError naming the line."""
    reader = csv.DictReader(io.StringIO(text))
    lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if lacking:
        raise FormatError("line 1", f"the columns {', '.join(lacking)} are missing; there must be {', '.join(COLUMNS)}")
    rows = []
    for row in reader:
        where = f"line {reader.line_num}"
        four = [_number(where, row, name) for name in COLUMNS[:4]]
        metres = _number(where, row, "metres") if row["metres"] else math.nan
        seconds = _number(where, row, "seconds")
        if metres <= 0 or seconds <= 0:
            raise FormatError(where, "metres and seconds must be more than 0")
        rows.append((straight_metres(Point(*four[:2]), Point(*four[2:])), metres, seconds))
    return Trips(*np.array(rows, dtype=np.float64).reshape(len(rows), 3).T)


def _number(where: str, row: Mapping[str, str | None], name: str) -> float:
    try:
        value = float(row[name] or "")
    except ValueError as error:
        raise FormatError(where, f"{name} must be a number, not {row[name]!r}") from error
    if not math.isfinite(value):
        raise FormatError(where, f"{name} must be finite, not {row[name]!r}")
    return value


def fit(trips: Trips, circuity: float = USUAL_CIRCUITY) -> SpeedProfile:
    """The profile of these trips; `circuity` where no length by road is known. Raises TravelError when too few."""
    knots: list[Knot] = []
    for low, high in pairwise(BANDS_M):
        within = (trips.straight_m >= low) & (trips.straight_m < high)
        if int(within.sum()) < LEAST_TRIPS:
            continue
        straight = float(trips.straight_m[within].sum())
        with_metres = within & np.isfinite(trips.metres)
        round_about = circuity
        if int(with_metres.sum()) >= LEAST_TRIPS:
            round_about = float(trips.metres[with_metres].sum() / trips.straight_m[with_metres].sum())
        at, seconds = float(np.mean(trips.straight_m[within])), float(trips.seconds[within].sum())
        metres = at * max(1.0, round_about)
        lasts = at * seconds / straight
        if knots:
            # Bands are measured apart; a farther one is never nearer, nor sooner reached.
            metres, lasts = max(metres, knots[-1].metres), max(lasts, knots[-1].seconds)
        knots.append(Knot(round(at), round(metres / at, 3), round(metres * 3.6 / lasts, 2)))
    if not knots:
        raise TravelError(f"no length of trip has {LEAST_TRIPS} trips to learn from; there are {len(trips)} in all")
    return SpeedProfile(tuple(_rising(knots)))


def _rising(knots: Sequence[Knot]) -> list[Knot]:
    """The knots with what rounding to a few digits may have turned round put right."""
    kept: list[Knot] = []
    for knot in knots:
        if not kept or (knot.metres >= kept[-1].metres and knot.seconds >= kept[-1].seconds):
            kept.append(knot)
    return kept


def measure(profile: SpeedProfile, trips: Trips) -> Fit:
    """How far `profile` is off on these trips (of at least the shortest band). Raises TravelError on no trip."""
    within = trips.straight_m >= BANDS_M[0]
    if not within.any():
        raise TravelError("there is no trip to measure on")
    metres, seconds = profile.road(trips.straight_m[within])
    known = np.isfinite(trips.metres[within])
    true_m, true_s = trips.metres[within], trips.seconds[within]
    off_m = np.abs(metres[known] / true_m[known] - 1)
    off_s = np.abs(seconds / true_s - 1)
    return Fit(
        trips=int(within.sum()),
        metres_bias=float(metres[known].sum() / true_m[known].sum() - 1) if known.any() else math.nan,
        metres_median=float(np.median(off_m)) if known.any() else math.nan,
        seconds_bias=float(seconds.sum() / true_s.sum() - 1),
        seconds_median=float(np.median(off_s)),
        seconds_90=float(np.quantile(off_s, 0.9)),
    )


def write_profiles(profiles: Mapping[str, SpeedProfile]) -> str:
    """Profiles as JSON: name → list of [straight metres, circuity, km/h]."""
    told = {
        name: [[knot.straight_m, knot.circuity, knot.kmh] for knot in kind.knots] for name, kind in profiles.items()
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def read_profiles(text: str) -> dict[str, SpeedProfile]:
    """Profiles from what `write_profiles` wrote. Raises FormatError naming the place."""
    try:
        told = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"line {error.lineno}, column {error.colno}", f"is not JSON: {error.msg}") from error
    if not isinstance(told, dict):
        raise FormatError("$", "must be an object: profile → knots")
    profiles = {}
    for name, rows in told.items():
        if not isinstance(rows, list):
            raise FormatError(f"$.{name}", "must be a list of knots")
        knots = []
        for at, row in enumerate(rows):
            if not isinstance(row, list) or len(row) != 3:
                raise FormatError(f"$.{name}[{at}]", "a knot is [straight metres, circuity, km/h]")
            try:
                knots.append(Knot(*row))
            except ProblemError as error:
                raise FormatError(f"$.{name}[{at}].{error.field}", error.reason) from error
        try:
            profiles[name] = SpeedProfile(tuple(knots))
        except ProblemError as error:
            raise FormatError(f"$.{name}.{error.field}", error.reason) from error
    return profiles
