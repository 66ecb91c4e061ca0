"""A matrix that was told once is never asked for again, and a new place costs only its own pairs."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing as r
from routing.matrix import Matrix
from routing.travel import CachedTravel, GeodesicTravel, Point
from routing.travel.interface import Tables

PLACES = [Point(47 + n / 50, -1 + (n * n % 17) / 20) for n in range(30)]


class _Counting:
    """A travel maker that remembers what it was asked for; the place at latitude 47.1 is an island."""

    def __init__(self) -> None:
        self.inner = GeodesicTravel()
        self.asked: list[tuple[int, int]] = []
        self.pairs: list[tuple[Point, Point]] = []
        self.broken = False

    def matrix(self, points: Sequence[Point], profile: str) -> Matrix:
        raise AssertionError("only tables are asked for")

    def table(self, origins: Sequence[Point], ends: Sequence[Point], profile: str) -> Tables:
        if self.broken:
            raise r.TravelError("the service is away")
        self.asked.append((len(origins), len(ends)))
        self.pairs += [(a, b) for a in origins for b in ends if a != b]
        metres, seconds = (grid.copy() for grid in self.inner.table(origins, ends, profile))
        for at, a in enumerate(origins):
            for to, b in enumerate(ends):
                if PLACES[5] in (a, b):
                    metres[at, to] = seconds[at, to] = r.UNREACHABLE
        return metres, seconds


def test_new_places_cost_their_rows_and_columns() -> None:
    """Four known places cost nothing; two new ones cost their rows and their columns."""
    inner = _Counting()
    travel = CachedTravel(inner)
    first = travel.matrix(PLACES[:4], "van")
    assert inner.asked == [(4, 4)]
    assert travel.matrix(PLACES[:4], "van") == first
    assert travel.matrix(PLACES[3::-1], "van").metres[0, 3] == first.metres[3, 0]
    assert inner.asked == [(4, 4)]
    travel.matrix(PLACES[:6], "van")
    assert sorted(inner.asked[1:]) == [(2, 6), (4, 2)]


def test_profiles_are_apart() -> None:
    """What is known of vans says nothing of bikes."""
    inner = _Counting()
    travel = CachedTravel(inner)
    van, bike = (travel.matrix(PLACES[:3], profile) for profile in ("van", "cargo_bike"))
    assert len(inner.asked) == 2
    assert van.seconds[0, 1] < bike.seconds[0, 1]


def test_the_same_place_twice_is_asked_for_once() -> None:
    """Two sites at one door share a row, and are at 0 from each other."""
    inner = _Counting()
    travel = CachedTravel(inner)
    matrix = travel.matrix([PLACES[0], PLACES[1], Point(PLACES[0].latitude + 1e-7, PLACES[0].longitude)], "van")
    assert inner.asked == [(2, 2)]
    assert matrix.metres[0, 2] == 0
    assert matrix.metres[0, 1] == matrix.metres[2, 1] > 0


def test_a_failed_question_is_asked_again() -> None:
    """A service that was away is asked again; nothing wrong is remembered."""
    inner = _Counting()
    travel = CachedTravel(inner)
    known = travel.matrix(PLACES[:3], "van")
    inner.broken = True
    with pytest.raises(r.TravelError, match="away"):
        travel.matrix(PLACES[:4], "van")
    assert travel.matrix(PLACES[:3], "van") == known
    inner.broken = False
    assert travel.matrix(PLACES[:4], "van") == CachedTravel(_Counting()).matrix(PLACES[:4], "van")


def test_memory_has_an_end() -> None:
    """Beyond its most points the memory begins anew, and goes on telling the truth."""
    inner = _Counting()
    travel = CachedTravel(inner, most_points=10)
    for at in range(0, 25, 5):
        travel.matrix(PLACES[at : at + 5], "van")
    assert len(inner.asked) == 5
    large = travel.matrix(PLACES, "van")
    assert large == CachedTravel(_Counting()).matrix(PLACES, "van")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(0, 1000)), min_size=1, max_size=8))
def test_no_pair_is_asked_for_twice_without_need(calls: list[tuple[int, int, int]]) -> None:
    """Whatever tables are asked for in whatever order, the answers are the maker's own, and no pair twice."""
    inner = _Counting()
    travel = CachedTravel(inner)
    for rows, columns, seed in calls:
        random = Random(seed)
        origins, ends = random.sample(PLACES, rows), random.sample(PLACES, columns)
        metres, seconds = travel.table(origins, ends, "van")
        true_m, true_s = _Counting().table(origins, ends, "van")
        same = np.array([[a == b for b in ends] for a in origins])
        assert np.array_equal(np.where(same, 0, true_m), metres)
        assert np.array_equal(np.where(same, 0, true_s), seconds)
    assert len(inner.pairs) == len(set(inner.pairs))
