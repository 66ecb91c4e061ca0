"""Travel times between the places of a situation, from the maker the settings choose."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

import routing
from config.settings import Settings
from routing.travel import CachedTravel, GeodesicTravel, OsrmTravel, Travel, ValhallaTravel
from routing.travel import Point as Place
from service.rounds.planning.situation import Point, Situation

# Our travel profiles in the services' words; a service set up otherwise gets a proxy or its own profiles.
OSRM = {"cargo_bike": "bike", "car": "driving", "van": "driving", "truck": "driving"}
VALHALLA = {"cargo_bike": "bicycle", "car": "auto", "van": "auto", "truck": "truck"}


@lru_cache(maxsize=8)
def maker(kind: str, url: str) -> Travel:
    """Who tells travel times; what a service told is remembered by pair of places."""
    if kind == "osrm":
        return CachedTravel(OsrmTravel(url, OSRM))
    if kind == "valhalla":
        return CachedTravel(ValhallaTravel(url, VALHALLA))
    return GeodesicTravel()


def matrices(settings: Settings, situation: Situation, profiles: Sequence[str]) -> dict[str, routing.Matrix]:
    """A matrix for each profile, rows in the order of the situation's places. Raises TravelError.

    An outside service is never told where a protected place is: its row and column are reckoned here, geodesically.
    """
    points = list(situation.places.values())
    return {profile: matrix(settings, points, profile) for profile in profiles}


def matrix(settings: Settings, points: Sequence[Point], profile: str) -> routing.Matrix:
    """The matrix between points for one profile. Raises TravelError."""
    places = [Place(point.latitude, point.longitude) for point in points]
    here = GeodesicTravel()
    if settings.travel == "geodesic":
        return here.matrix(places, profile)
    service = maker(settings.travel, settings.travel_url)
    public = [at for at, point in enumerate(points) if not point.protected]
    if len(public) == len(points):
        return service.matrix(places, profile)
    own = here.matrix(places, profile)
    metres, seconds = own.metres.copy(), own.seconds.copy()
    if public:
        told = service.matrix([places[at] for at in public], profile)
        grid = np.ix_(public, public)
        metres[grid], seconds[grid] = told.metres, told.seconds
    return routing.Matrix(metres, seconds)
