"""Travel times between the places of a situation, from the maker the settings choose."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

import routing
from config.settings import Settings
from routing.travel import CachedTravel, EmbeddedTravel, GeodesicTravel, OsrmTravel, Travel, ValhallaTravel
from routing.travel import Point as Place
from routing.travel.fitting import read_profiles
from service.rounds.planning.situation import Point, Situation

# Our travel profiles in the services' words; a service set up otherwise gets a proxy or its own profiles.
OSRM = {"cargo_bike": "bike", "car": "driving", "van": "driving", "truck": "driving"}
VALHALLA = {"cargo_bike": "bicycle", "car": "auto", "van": "auto", "truck": "truck"}


@lru_cache(maxsize=8)
def maker(kind: str, where: str) -> Travel:
    """Who tells travel times, remembered by pair of places; `where` is an address or a file. Raises TravelError."""
    if kind == "osrm":
        return CachedTravel(OsrmTravel(where, OSRM))
    if kind == "valhalla":
        return CachedTravel(ValhallaTravel(where, VALHALLA))
    return CachedTravel(EmbeddedTravel(Path(where), VALHALLA))


@lru_cache(maxsize=8)
def reckoner(profiles: Path | None) -> GeodesicTravel:
    """Travel from coordinates alone, at the speeds of a file or the shipped ones. Raises TravelError."""
    if profiles is None or profiles == Path():
        return GeodesicTravel()
    try:
        return GeodesicTravel(read_profiles(profiles.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, routing.FormatError) as error:
        raise routing.TravelError(f"the speed profiles cannot be used: {profiles}: {error}") from error


def matrices(settings: Settings, situation: Situation, profiles: Sequence[str]) -> dict[str, routing.Matrix]:
    """A matrix for each profile, rows in the order of the situation's places. Raises TravelError.

    An outside service is never told where a protected place is: its row and column are reckoned here, geodesically.
    """
    points = list(situation.places.values())
    return {profile: matrix(settings, points, profile) for profile in profiles}


def matrix(settings: Settings, points: Sequence[Point], profile: str) -> routing.Matrix:
    """The matrix between points for one profile. Raises TravelError."""
    places = [Place(point.latitude, point.longitude) for point in points]
    if settings.travel == "embedded":
        # This engine runs in our own process: nobody else learns what it is asked.
        return maker("embedded", str(settings.travel_tiles)).matrix(places, profile)
    here = reckoner(settings.travel_profiles)
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
