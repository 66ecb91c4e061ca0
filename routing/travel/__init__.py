"""Travel between places, one interface for every maker: `matrix(places, profile)` gives metres and seconds."""

from routing.travel.cache import CachedTravel
from routing.travel.geodesic import PROFILES, GeodesicTravel, SpeedProfile
from routing.travel.http import OsrmTravel, ValhallaTravel
from routing.travel.interface import Point, Travel

__all__ = [
    "PROFILES",
    "CachedTravel",
    "GeodesicTravel",
    "OsrmTravel",
    "Point",
    "SpeedProfile",
    "Travel",
    "ValhallaTravel",
]
