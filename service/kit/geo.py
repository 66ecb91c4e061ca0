"""Distances on the ground."""

from geopy.distance import great_circle


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> int:
    """Great-circle metres between two (latitude, longitude) points: to show and to rank, never to plan."""
    return round(float(great_circle(a, b).meters))
