"""Profiles are learnt from known trips, say how far off they are, and the shipped ones are as good as they claim."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest

import routing as r
from routing.travel import PROFILES, GeodesicTravel, Knot, Point, SpeedProfile
from routing.travel.fitting import Trips, fit, measure, read_profiles, read_trips, trips_of, write_profiles
from routing.travel.geodesic import great_circles

HEAD = "from_latitude,from_longitude,to_latitude,to_longitude,metres,seconds\n"
SLOW = SpeedProfile((Knot(1_000, 1.5, 12), Knot(8_000, 1.4, 30), Knot(40_000, 1.2, 50)))


def _places(number: int, seed: int) -> list[Point]:
    random = Random(seed)
    return [Point(47 + random.gauss(0, 0.2), -1 + random.gauss(0, 0.2)) for _ in range(number)]


def test_a_profile_is_learnt_from_an_engine() -> None:
    """From a road engine's answers on some places, a profile tells the trips between others within a few per cent."""
    engine = GeodesicTravel({"van": SLOW})
    learnt = fit(trips_of(engine, _places(60, 1), "van"))
    fresh = trips_of(engine, _places(60, 2), "van")
    assert len(learnt.knots) >= 5
    after, before = measure(learnt, fresh), measure(PROFILES["van"], fresh)
    assert after.seconds_median < 0.03 < before.seconds_median
    assert after.metres_median < 0.03
    assert abs(after.seconds_bias) < 0.02


def test_sums_are_right_where_it_was_learnt() -> None:
    """Over the trips it was learnt from, a profile is right in sum, however much they scatter."""
    scatter = np.random.default_rng(3).lognormal(0, 0.5, 5_000)
    straight = np.random.default_rng(4).uniform(1_000, 20_000, 5_000)
    trips = Trips(straight, straight * 1.4, straight * 0.15 * scatter)
    told = measure(fit(trips), trips)
    assert abs(told.seconds_bias) < 0.01
    assert abs(told.metres_bias) < 0.01


def test_ways_that_are_missing_are_left_out() -> None:
    """A pair the engine knows no way for teaches nothing."""

    class Island(GeodesicTravel):
        def table(self, origins, ends, profile):  # type: ignore[no-untyped-def]  # as its parent's
            metres, seconds = (grid.copy() for grid in super().table(origins, ends, profile))
            metres[0], seconds[0] = r.UNREACHABLE, r.UNREACHABLE
            return metres, seconds

    assert len(trips_of(Island(), _places(5, 1), "van")) == 16


def test_drives_are_read_from_a_table() -> None:
    """A CSV of drives without lengths gives speeds; the circuity is then the one given."""
    rows = [f"47,-1,{47 + n / 1000:.3f},-1,,{60 + n * 10}\n" for n in range(20, 200)]
    learnt = fit(read_trips(HEAD + "".join(rows)), circuity=1.25)
    assert {knot.circuity for knot in learnt.knots} == {1.25}
    assert measure(learnt, read_trips(HEAD + "".join(rows))).seconds_median < 0.1


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("from,to\n", "line 1", "from_latitude"),
        ("", "line 1", "from_latitude"),
        (HEAD + "47,-1,48,-1,1000,60\n47,-1,48\n", "line 3", "to_longitude"),
        (HEAD + "47,-1,48,-1,far,60\n", "line 2", "metres must be a number, not 'far'"),
        (HEAD + "47,-1,48,-1,1000,nan\n", "line 2", "finite"),
        (HEAD + "47,-1,48,-1,1000,0\n", "line 2", "more than 0"),
    ],
)
def test_a_damaged_table_says_where(text: str, where: str, said: str) -> None:
    """What is wrong in a table of drives is told with its line."""
    with pytest.raises(r.FormatError) as caught:
        read_trips(text)
    assert caught.value.where == where
    assert said in caught.value.reason


def test_too_few_trips_are_refused() -> None:
    """A handful of trips teaches nothing, and says so."""
    with pytest.raises(r.TravelError, match="there are 1 in all"):
        fit(read_trips(HEAD + "47,-1,48,-1,130000,6000\n"))
    with pytest.raises(r.TravelError, match="no trip"):
        measure(SLOW, read_trips(HEAD))


def test_profiles_survive_their_file() -> None:
    """What was learnt is read back equal."""
    told = {"van": SLOW, "cargo_bike": PROFILES["cargo_bike"]}
    assert read_profiles(write_profiles(told)) == told


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"van": [[1000, 1.3', "line 1"),
        ("[]", "$"),
        ('{"van": 5}', "$.van"),
        ('{"van": [[1000, 1.3]]}', "$.van[0]"),
        ('{"van": [[1000, 1.3, "fast"]]}', "$.van[0].kmh"),
        ('{"van": [[1000, 1.3, NaN]]}', "$.van[0].kmh"),
        ('{"van": []}', "$.van.knots"),
        ('{"van": [[1000, 1.3, 20], [900, 1.3, 20]]}', "$.van.knots[1].straight_m"),
    ],
)
def test_a_damaged_profile_file_says_where(text: str, where: str) -> None:
    """What is wrong in a file of profiles is told with its path."""
    with pytest.raises(r.FormatError) as caught:
        read_profiles(text)
    assert caught.value.where.startswith(where)


@pytest.mark.shared
@pytest.mark.parametrize(("city", "median", "ninth", "bias"), [
    ("bar", 0.10, 0.27, 0.05), ("ber", 0.15, 0.29, -0.16), ("nyc", 0.17, 0.48, 0.15), ("poa", 0.11, 0.30, -0.12),
])  # fmt: skip
def test_the_shipped_car_is_as_good_as_it_claims(
    shared: Path, city: str, median: float, ninth: float, bias: float
) -> None:
    """On real driving times of four cities the car's profile errs no more than profiles.py says."""
    straight, seconds = [], []
    for file in sorted((shared / "bench").glob(f"sb*/{city}-*.txt")):
        _, _, body = file.read_text(encoding="utf-8").partition("NODES\n")
        nodes, _, edges = body.partition("EDGES\n")
        points = [Point(float(line.split()[1]), float(line.split()[2])) for line in nodes.splitlines()]
        minutes = np.loadtxt(edges.splitlines()[: len(points)])
        lengths = great_circles(points, points)
        # Whole minutes, rounded up: half a minute too long on average, which tells nothing of very short trips.
        far = lengths >= 1_000
        straight.append(lengths[far])
        seconds.append(minutes[far] * 60 - 30)
    known = np.concatenate(straight)
    told = measure(PROFILES["car"], Trips(known, np.full(len(known), np.nan), np.concatenate(seconds)))
    assert told.seconds_median == pytest.approx(median, abs=0.01)
    assert told.seconds_90 == pytest.approx(ninth, abs=0.01)
    assert told.seconds_bias == pytest.approx(bias, abs=0.01)
