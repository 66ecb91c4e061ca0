"""A standing round as it comes in."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from service.accounts.forms import Shape, in_words
from service.allocation.answers.forms import MOST_GRAMS, Kinds
from service.allocation.models import Way
from service.allocation.ramasses.errors import RruleUnreadable
from service.kit.i18n import N_
from service.kit.rhythm import rule_of

END_FIRST = N_("La fin est avant le début.")
ABOUT = {END_FIRST: "ends_on"}


def known_rhythm(text: str) -> str:
    """A weekly rule on named days, as it is kept."""
    found = rule_of(text)
    if found is None:
        raise in_words(RruleUnreadable.message)
    return found


Rrule = Annotated[str, Field(max_length=200), AfterValidator(known_rhythm)]


class RamasseIn(Shape):
    """What a shop posts on these days is for this site first, up to `most_grams` of each lot."""

    site_id: Annotated[int, Field(ge=1, le=2**53)] | None = None
    donor_site_id: Annotated[int, Field(ge=1, le=2**53)]
    rrule: Rrule
    starts_on: date
    ends_on: date | None = None
    categories: Kinds = Field(default_factory=list)
    most_grams: Annotated[int, Field(gt=0, le=MOST_GRAMS)] | None = None
    way: Way = Way.COLLECT
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise in_words(END_FIRST)
        return self


class AgreementIn(Shape):
    """The shop's word."""

    agreed: bool


class ReleaseIn(Shape):
    """A date that somebody lets go, or takes back."""

    day: date
