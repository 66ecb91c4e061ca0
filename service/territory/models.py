"""The territory as rows: a region, its départements, its EPCI, its communes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from service.clients.gazetteer.port import CommuneRecord
from service.database.columns import Row, UtcDateTime
from service.territory.rules import comparable

# How fine each source of a point is: a load never replaces a point by a coarser one.
FINENESS = {"epci-centre": 0, "geonames": 1, "geonames-town": 1, "csv": 2, "geo-api": 2}


class Region(Row, table=True):
    """A region that has been loaded; how it works is in config/regions/, under the same slug."""

    region: str = Field(unique=True)
    code: str
    name: str
    time_zone: str
    loaded_at: datetime = Field(sa_type=UtcDateTime)


class Departement(Row, table=True):
    """A département, by its INSEE code."""

    __table_args__ = (UniqueConstraint("region", "code"),)

    region: str = Field(foreign_key="region.region")
    code: str
    name: str


class Epci(Row, table=True):
    """An intercommunality, by its SIREN; one that spans two regions has a row in each."""

    __table_args__ = (UniqueConstraint("region", "code"),)

    region: str = Field(foreign_key="region.region")
    code: str
    name: str
    kind: str


class Commune(Row, table=True):
    """A commune, by its INSEE code; degrees WGS84.

    `coordinates` says where the point comes from (keys of FINENESS); "epci-centre" is only roughly right.
    `retired_at` is set when the commune has left the official list (merged): it is no longer offered, and what refers
    to it still reads.
    """

    __table_args__ = (
        UniqueConstraint("region", "insee"),
        ForeignKeyConstraint(["region", "departement"], ["departement.region", "departement.code"]),
        ForeignKeyConstraint(["region", "epci"], ["epci.region", "epci.code"]),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="commune_latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="commune_longitude"),
        CheckConstraint("population >= 0", name="commune_population"),
        CheckConstraint(
            "coordinates IN ('epci-centre', 'geonames', 'geonames-town', 'csv', 'geo-api')", name="commune_coordinates"
        ),
        Index("ix_commune_search", "region", "search_name"),
        Index("ix_commune_epci", "region", "epci"),
    )

    region: str = Field(foreign_key="region.region")
    insee: str
    name: str
    search_name: str
    postcodes: str
    departement: str
    epci: str | None
    population: int
    latitude: float
    longitude: float
    coordinates: str
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def postcode_list(self) -> tuple[str, ...]:
        """Its postcodes, in order."""
        return tuple(self.postcodes.split())

    @property
    def point(self) -> tuple[float, float]:
        """(latitude, longitude) in degrees."""
        return self.latitude, self.longitude

    @classmethod
    def of(cls, region: str, record: CommuneRecord) -> "Commune":
        """A new row."""
        return cls(region=region, insee=record.insee, **_told(record), **_placed(record))

    def learn(self, record: CommuneRecord) -> bool:
        """Take what a source says, save a coarser point; whether anything changed."""
        told = _told(record)
        if FINENESS[record.coordinates] >= FINENESS[self.coordinates]:
            told |= _placed(record)
        changed = {name: value for name, value in told.items() if getattr(self, name) != value}
        if self.retired_at is not None:
            changed["retired_at"] = None
        for name, value in changed.items():
            setattr(self, name, value)
        return bool(changed)


def _told(record: CommuneRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "search_name": comparable(record.name),
        "postcodes": " ".join(record.postcodes),
        "departement": record.departement,
        "epci": record.epci_code or None,
        "population": record.population,
    }


def _placed(record: CommuneRecord) -> dict[str, Any]:
    return {"latitude": record.latitude, "longitude": record.longitude, "coordinates": record.coordinates}
