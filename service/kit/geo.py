"""Distances on the ground."""

from math import asin, cos, radians, sin, sqrt

EARTH_METRES = 6_371_009.0


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> int:
    """Great-circle metres between two (latitude, longitude) points: to show and to rank, never to plan.

    The haversine formula by itself takes a microsecond, and whoever tells neighbours of a lot measures all of a region.
    """
    north, south = radians(a[0]), radians(b[0])
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(b[1] - a[1]) / 2) ** 2
    return round(2 * EARTH_METRES * asin(min(1.0, sqrt(half))))
