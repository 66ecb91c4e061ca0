"""What a helper says of themselves."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from service.accounts.forms import Shape
from service.rounds.models import VehicleKind

LEAST_GRAMS, MOST_GRAMS = 1_000, 100_000


class Means(StrEnum):
    BIKE = "bike"
    CAR = "car"

    @property
    def kind(self) -> VehicleKind:
        """As vehicles are told apart."""
        return VehicleKind(self.value)


class HelperIn(Shape):
    """From where, with what, how much at most, and how long at most on the road, back home included."""

    site_id: Annotated[int, Field(ge=1, le=2**53)]
    means: Means
    most_grams: Annotated[int, Field(ge=LEAST_GRAMS, le=MOST_GRAMS)]
    most_minutes: Annotated[int, Field(ge=5, le=240)]
