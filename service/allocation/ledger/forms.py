"""What comes in about people served and priorities."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from service.accounts.forms import Shape, in_words
from service.allocation.tables import Ground, PeopleSource
from service.kit.i18n import N_

WHY = N_("Dites pourquoi ce lieu passe avant d'autres.")
NO_GROUND = N_("Sans priorité, il n'y a pas de raison à donner.")
END_FIRST = N_("La fin est avant le début.")
# Which field of the form a check of the whole is about.
ABOUT = {WHY: "ground", NO_GROUND: "ground", END_FIRST: "until_day"}


class PeopleIn(Shape):
    """People served in an ordinary week: how many, as counted when, and by what."""

    people: Annotated[int, Field(ge=1, le=1_000_000)]
    counted_on: date
    source: PeopleSource
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class FigureDecisionIn(Shape):
    """Whether a figure that waits may count."""

    accepted: bool


class PriorityIn(Shape):
    """By how much each of a site's people counts more, in tenths, why, and for how long."""

    level: Annotated[int, Field(ge=0, le=9)]
    ground: Ground = Ground.NONE
    from_day: date
    until_day: date | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.level and self.ground is Ground.NONE:
            raise in_words(WHY)
        if not self.level and self.ground is not Ground.NONE:
            raise in_words(NO_GROUND)
        if self.until_day is not None and self.until_day < self.from_day:
            raise in_words(END_FIRST)
        return self
