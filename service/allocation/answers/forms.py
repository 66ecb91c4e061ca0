"""An automatic answer as it comes in."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from config.catalogue import UnknownCategory, catalogue
from service.accounts.forms import Shape, in_words
from service.allocation.forms import FETCHED_ANYWAY
from service.allocation.models import Way
from service.kit.i18n import N_

NO_KIND = N_("Cette famille de produits n'existe pas.")
NO_DAY = N_("Choisissez au moins un jour.")
LESS_THAN_LEAST = N_("Le minimum dépasse le maximum.")
# Which field of the form a check of the whole is about.
ABOUT = {LESS_THAN_LEAST: "least_kg", FETCHED_ANYWAY: "way"}
MOST_GRAMS = 30_000_000


def known_kinds(slugs: list[str]) -> list[str]:
    """Slugs of the catalogue, each once, in its order."""
    for slug in slugs:
        try:
            catalogue().category(slug)
        except UnknownCategory:
            raise in_words(NO_KIND) from None
    return [category.slug for category in catalogue().categories if category.slug in set(slugs)]


def known_days(days: list[int]) -> list[int]:
    """Weekdays, 0 is Monday, each once, in order."""
    if not days:
        raise in_words(NO_DAY)
    return sorted(set(days))


Kinds = Annotated[list[str], Field(max_length=100), AfterValidator(known_kinds)]
Weekdays = Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7), AfterValidator(known_days)]


class RuleIn(Shape):
    """Take lots of these kinds (none named: all the site accepts), of so many grams, these days, from near enough.

    `else_collect`, with way=bring: what no round can bring is fetched.
    """

    site_id: Annotated[int, Field(ge=1, le=2**53)] | None = None
    categories: Kinds = Field(default_factory=list)
    weekdays: Weekdays = Field(default_factory=lambda: list(range(7)))
    least_grams: Annotated[int, Field(ge=0, le=MOST_GRAMS)] = 0
    most_grams: Annotated[int, Field(gt=0, le=MOST_GRAMS)] | None = None
    most_metres: Annotated[int, Field(gt=0, le=500_000)] | None = None
    way: Way = Way.BRING
    else_collect: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.most_grams is not None and self.least_grams > self.most_grams:
            raise in_words(LESS_THAN_LEAST)
        if self.else_collect and self.way is not Way.BRING:
            raise in_words(FETCHED_ANYWAY)
        return self


class PauseIn(Shape):
    """Answer nothing until a day comes, or until somebody resumes."""

    until: date | None = None
