"""Where things are: communes drawn by their population, and a point in each."""

from collections.abc import Sequence
from itertools import accumulate
from math import cos, pi, radians, sin, sqrt
from random import Random

import numpy as np

from service.accounts.models import Site
from service.territory.models import Commune

METRES_PER_DEGREE = 111_320
# A town of 10,000 people is about 1.5 km across its middle; a city of 300,000 about five times that.
RADIUS_METRES, RADIUS_PEOPLE = 1500, 10_000
LEAST_METRES, MOST_METRES = 300, 4500
# How far a vehicle's neighbourhood reaches, and how much of its donors it takes off the others.
NEAR_METRES, VEHICLE_SERVES = 9000.0, 4.0


class Places:
    """Draws communes with the weight of their people."""

    def __init__(self, communes: Sequence[Commune], random: Random) -> None:
        # Only those whose own point is known: a shop in the middle of its EPCI would stand in a field.
        known = [commune for commune in communes if commune.coordinates != "epci-centre"] or list(communes)
        self._communes = sorted(known, key=lambda commune: commune.insee)
        self._weights = list(accumulate(max(1, commune.population) for commune in self._communes))
        self._rural = list(accumulate(max(1.0, sqrt(commune.population)) for commune in self._communes))
        self._random = random

    def draw(self, *, rural: bool = False) -> Commune:
        """A commune; `rural` ones (farms) by the square root of their people."""
        weights: Sequence[float] = self._rural if rural else self._weights
        return self._random.choices(self._communes, cum_weights=weights)[0]

    def point(self, commune: Commune) -> tuple[float, float]:
        """(latitude, longitude) of a door in the commune, denser towards its middle."""
        reach = RADIUS_METRES * sqrt(max(1, commune.population) / RADIUS_PEOPLE)
        metres = min(MOST_METRES, max(LEAST_METRES, reach)) * self._random.random()
        turn = self._random.random() * 2 * pi
        return moved(commune.point, metres * cos(turn), metres * sin(turn))


def moved(point: tuple[float, float], north: float, east: float) -> tuple[float, float]:
    """A point so many metres north and east of another."""
    latitude, longitude = point
    step = METRES_PER_DEGREE * cos(radians(latitude))
    return round(latitude + north / METRES_PER_DEGREE, 6), round(longitude + east / step, 6)


def spread(sites: Sequence[Site], count: int) -> list[Site]:
    """So many of these sites, each where most others are near and few were chosen before; the densest first."""
    points = np.array([(site.latitude or 0.0, site.longitude or 0.0) for site in sites])
    # One candidate a commune is enough, however many sites it has.
    first = {site.commune: at for at, site in reversed(list(enumerate(sites)))}
    candidates = sorted(first.values())
    north = (points[candidates, None, 0] - points[None, :, 0]) * METRES_PER_DEGREE
    east = (points[candidates, None, 1] - points[None, :, 1]) * METRES_PER_DEGREE * cos(radians(float(points[0, 0])))
    near = np.exp(-np.hypot(north, east) / NEAR_METRES)
    served = np.zeros(len(sites))
    chosen = []
    for _ in range(count):
        best = int(np.argmax((near / (1 + served)).sum(axis=1)))
        served += near[best] * VEHICLE_SERVES
        chosen.append(sites[candidates[best]])
    return chosen
