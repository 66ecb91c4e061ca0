"""Travel between places, one interface for every maker: `matrix(places, profile)` gives metres and seconds."""

from routing.travel.cache import CachedTravel
from routing.travel.embedded import EmbeddedTravel
from routing.travel.geodesic import GeodesicTravel
from routing.travel.http import OsrmTravel, ValhallaTravel
from routing.travel.interface import Point, Travel
from routing.travel.profiles import PROFILES, Knot, SpeedProfile

__all__ = [
    "PROFILES",
    "CachedTravel",
    "EmbeddedTravel",
    "GeodesicTravel",
    "Knot",
    "OsrmTravel",
    "Point",
    "SpeedProfile",
    "Travel",
    "ValhallaTravel",
]
