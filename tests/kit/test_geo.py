"""Distances on the ground are those of the sphere."""

from random import Random

import pytest
from geopy.distance import great_circle

from service.kit.geo import metres_between


def test_distances_are_those_of_the_sphere() -> None:
    """Within a metre of geopy's, near and far, across the date line and at the poles."""
    random = Random(5)
    near = [(47.2 + random.uniform(-1, 1), -1.5 + random.uniform(-1, 1)) for _ in range(60)]
    far = [(random.uniform(-90, 90), random.uniform(-180, 180)) for _ in range(60)]
    edges = [(90.0, 0.0), (-90.0, 10.0), (0.0, 180.0), (0.0, -180.0), (10.0, 179.9), (10.0, -179.9)]
    points = near + far + edges
    for a in points:
        for b in points:
            assert metres_between(a, b) == pytest.approx(great_circle(a, b).meters, abs=1)


def test_a_place_is_nowhere_from_itself() -> None:
    """Nought, and the same both ways."""
    nantes, angers = (47.2184, -1.5536), (47.4784, -0.5632)
    assert metres_between(nantes, nantes) == 0
    assert metres_between(nantes, angers) == metres_between(angers, nantes) == 80_020
