"""Travel tables from coordinates alone: great circles, roads that lead round, speeds that grow with the length."""

from __future__ import annotations

import math
import time
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import routing as r
from routing.travel import PROFILES, GeodesicTravel, Knot, Point, SpeedProfile
from routing.travel.geodesic import EARTH_M, great_circles, straight_metres

NANTES, ANGERS = Point(47.2184, -1.5536), Point(47.4736, -0.5542)


def test_geodesic_is_distance_times_circuity() -> None:
    """Nantes to Angers is 80.5 km as the crow flies; the van's road is 1.3 times that, at its fastest."""
    matrix = GeodesicTravel().matrix([NANTES, ANGERS], "van")
    assert straight_metres(NANTES, ANGERS) == pytest.approx(80_500, rel=0.01)
    assert matrix.metres[0, 1] == pytest.approx(1.3 * straight_metres(NANTES, ANGERS), abs=2)
    assert matrix.seconds[0, 1] == pytest.approx(matrix.metres[0, 1] / (57 / 3.6), abs=2)


def test_short_trips_are_slow() -> None:
    """In town a van drives at its urban speed, and a cargo bike is slower on the long way."""
    near = Point(47.2228, -1.5536)
    travel = GeodesicTravel()
    van = travel.matrix([NANTES, near], "van")
    assert van.metres[0, 1] / van.seconds[0, 1] * 3.6 == pytest.approx(17, rel=0.02)
    far = [NANTES, ANGERS]
    assert travel.matrix(far, "cargo_bike").seconds[0, 1] > 3 * travel.matrix(far, "van").seconds[0, 1]


coordinates = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@given(st.lists(coordinates, max_size=6))
def test_geodesic_is_a_matrix_of_the_sites(points: list[Point]) -> None:
    """Anywhere on Earth the table is square, symmetric, zero on its diagonal, without missing pairs, and true."""
    matrix = GeodesicTravel({"crow": SpeedProfile((Knot(1000, 1, 36),))}).matrix(points, "crow")
    assert len(matrix) == len(points)
    assert np.array_equal(matrix.metres, matrix.metres.T)
    for at, a in enumerate(points):
        for to, b in enumerate(points):
            true = straight_metres(a, b)
            # Half a metre of chord is more over ground the farther it is, and very much near the antipode; half a metre
            # more is lost where the road is rounded.
            slack = 0.6 + 0.5 / math.cos(true / (2 * EARTH_M)) if true < 15_000_000 else 6_000
            assert abs(matrix.metres[at, to] - true) <= slack


def test_a_pair_has_one_answer_whatever_the_table() -> None:
    """Two places are as far apart in a table of two as in a large one, which is filled by look-ups and two threads."""
    random = Random(5)
    points = [Point(random.uniform(46.3, 48.6), random.uniform(-2.5, 0.9)) for _ in range(900)]
    travel = GeodesicTravel()
    large = travel.matrix(points, "van")
    assert np.array_equal(large.metres, large.metres.T)
    for at, to in [(0, 1), (5, 700), (899, 3), (450, 449)]:
        small = travel.matrix([points[at], points[to]], "van")
        assert (small.metres[0, 1], small.seconds[0, 1]) == (large.metres[at, to], large.seconds[at, to])
    assert great_circles(points[:1], points[1:2])[0, 0] == pytest.approx(straight_metres(*points[:2]), abs=0.6)


@pytest.mark.slow
def test_three_thousand_places_are_quick() -> None:
    """A 3,000 × 3,000 matrix takes a fraction of a second; the bound leaves room for a busy machine."""
    random = Random(1)
    points = [Point(random.uniform(46.3, 48.6), random.uniform(-2.5, 0.9)) for _ in range(3000)]
    took = []
    for _ in range(3):
        began = time.perf_counter()
        GeodesicTravel().matrix(points, "van")
        took.append(time.perf_counter() - began)
    assert min(took) < 1.0


def test_unknown_profile_and_bad_points_are_refused() -> None:
    """A profile nobody described, or a point that is no place, is a TravelError in words."""
    with pytest.raises(r.TravelError, match="boat"):
        GeodesicTravel().matrix([NANTES], "boat")
    with pytest.raises(r.TravelError, match="point 1"):
        GeodesicTravel().matrix([NANTES, Point(float("nan"), 0)], "van")
    custom = GeodesicTravel({"boat": SpeedProfile((Knot(1000, 1, 10),))})
    assert len(custom.matrix([NANTES], "boat")) == 1


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_farther_is_never_sooner(name: str) -> None:
    """Along a shipped profile metres and seconds grow with the length."""
    metres, seconds = PROFILES[name].road(np.linspace(0, 500_000, 5_001))
    assert all(a < b for a, b in pairwise(metres))
    assert all(a < b for a, b in pairwise(seconds))


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Knot(float("nan"), 1.3, 20), "straight_m"),
        (lambda: Knot(0, 1.3, 20), "straight_m"),
        (lambda: Knot(1e9, 1.3, 20), "straight_m"),
        (lambda: Knot(1000, 0.9, 20), "circuity"),
        (lambda: Knot(1000, 1.3, 0), "kmh"),
        (lambda: SpeedProfile(()), "knots"),
        (lambda: SpeedProfile((Knot(1000, 1.3, 20), Knot(900, 1.3, 20))), "knots[1].straight_m"),
        (lambda: SpeedProfile((Knot(1000, 3, 20), Knot(1100, 1, 20))), "knots[1].circuity"),
        (lambda: SpeedProfile((Knot(1000, 1.3, 20), Knot(1100, 1.3, 60))), "knots[1].kmh"),
    ],
)
def test_profiles_are_checked(make: object, field: str) -> None:
    """A profile that makes no sense is refused by its field."""
    with pytest.raises(r.ProblemError) as caught:
        make()  # type: ignore[operator]  # each makes something wrong
    assert caught.value.field == field
