"""The territory as other programs read it."""

from pydantic import BaseModel, Field

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
