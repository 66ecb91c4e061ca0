"""The territory as other programs read it."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from service.kit.geo import metres_between
from service.territory.models import Commune


class CommuneOut(BaseModel):
    """A commune; `coordinates` = "epci-centre" means that the point is only roughly right."""

    insee: str = Field(examples=["44109"])
    name: str
    postcodes: list[str]
    departement: str
    epci: str | None
    population: int
    latitude: float
    longitude: float
    coordinates: str

    @classmethod
    def of(cls, commune: Commune) -> "CommuneOut":
        """What is told of a row."""
        return cls(
            insee=commune.insee,
            name=commune.name,
            postcodes=list(commune.postcode_list),
            departement=commune.departement,
            epci=commune.epci,
            population=commune.population,
            latitude=commune.latitude,
            longitude=commune.longitude,
            coordinates=commune.coordinates,
        )


class CommunePage(BaseModel):
    """One page of communes, and the cursor of the next where there is more."""

    items: list[CommuneOut]
    next: int | None


# How many people make a dot of radius 1 on a map (its area grows with people), how many communes carry their name, and
# how far apart, so that names do not cover one another.
PEOPLE_OF_A_DOT, NAMED, METRES_BETWEEN_NAMES = 6000, 7, 45_000


class FeatureCollection(BaseModel):
    """GeoJSON (RFC 7946): one point a commune, longitude before latitude."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[dict[str, Any]]

    @classmethod
    def of(cls, communes: Sequence[Commune]) -> "FeatureCollection":
        """Those known by a point of their own: a dot at the centre of an EPCI would lie."""
        placed = sorted((one for one in communes if one.coordinates != "epci-centre"), key=lambda one: -one.population)
        named: list[Commune] = []
        for one in placed:
            if len(named) == NAMED:
                break
            if all(metres_between(one.point, other.point) >= METRES_BETWEEN_NAMES for other in named):
                named.append(one)
        return cls(features=[_feature(one, one in named) for one in placed])


def _feature(commune: Commune, named: bool) -> dict[str, Any]:
    radius = round(min(7.0, max(1.2, (commune.population / PEOPLE_OF_A_DOT) ** 0.5)), 1)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [commune.longitude, commune.latitude]},
        "properties": {"radius": radius, "label": commune.name if named else None},
    }
