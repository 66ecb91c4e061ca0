"""The outlines of a region's départements, as its folder has them."""

import json
from functools import lru_cache
from typing import Any, cast

from config.regions import region_folder


@lru_cache
def departements(region: str) -> list[dict[str, Any]]:
    """GeoJSON features (`code`, `name`), longitude before latitude; none without departements.geojson."""
    path = region_folder(region) / "departements.geojson"
    if not path.is_file():
        return []
    return cast(list[dict[str, Any]], json.loads(path.read_text(encoding="utf-8"))["features"])
