"""A habilitation as it comes in and as it is told."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from service.accounts.forms import Shape, in_words
from service.agreements.models import Habilitation, HabilitationPaper, Level
from service.kit.i18n import N_

NUMBER_MISSING = N_("Indiquez le numéro de l'arrêté.")
END_MISSING = N_("Une habilitation a une date de fin : elle est sur l'arrêté.")
END_FIRST = N_("La fin est avant le début.")
# Which field of the form a check of the whole is about.
ABOUT = {NUMBER_MISSING: "number", END_MISSING: "ends_on", END_FIRST: "ends_on"}


class HabilitationIn(Shape):
    """A habilitation to record, from the prefect's order or from a network head's list of sites."""

    level: Level
    number: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    starts_on: date
    ends_on: date | None = None
    covered_by_id: Annotated[int, Field(ge=1, le=2**53)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.level != Level.PUBLIC_EXEMPT and not self.number and self.covered_by_id is None:
            raise in_words(NUMBER_MISSING)
        if self.level != Level.PUBLIC_EXEMPT and self.ends_on is None and self.covered_by_id is None:
            raise in_words(END_MISSING)
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise in_words(END_FIRST)
        return self


class HabilitationOut(BaseModel):
    """A habilitation as other programs read it; first and last day included."""

    model_config = {"from_attributes": True}

    id: int
    organisation_id: int
    level: Level
    number: str
    starts_on: date
    ends_on: date | None
    covered_by_id: int | None
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Habilitation) -> "HabilitationOut":
        return cls.model_validate(row)


class HabilitationPage(BaseModel):
    """An organisation's habilitations, and whether it may receive food today."""

    items: list[HabilitationOut]
    next: int | None = None
    may_receive: bool


class PaperOut(BaseModel):
    """A paper that was handed in; never what it says."""

    model_config = {"from_attributes": True}

    id: int
    organisation_id: int
    sent_at: datetime

    @classmethod
    def of(cls, row: HabilitationPaper) -> "PaperOut":
        return cls.model_validate(row)
