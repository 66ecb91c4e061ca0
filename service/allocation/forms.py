"""What comes in with a claim."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from service.accounts.forms import in_words
from service.allocation.models import Way
from service.kit.i18n import N_

MOST_GRAMS = 30_000_000
# No key of ours is longer, and the database could not even compare it.
KEY_DIGITS = 15
# As forms carry both choices in one.
BRING_ELSE_COLLECT = "bring_else_collect"
FETCHED_ANYWAY = N_("Venir le chercher sinon ne se dit que de ce qu'une tournée apporte.")


def typed_key(text: str) -> int | None:
    """A key as a form carries it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= KEY_DIGITS else None


class ClaimLineIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    line_id: int = Field(ge=1, le=2**53)
    grams: int = Field(gt=0, le=MOST_GRAMS, description="grams wanted of this line")


class ClaimIn(BaseModel):
    """A claim: without `lines`, everything the site may take of the lot."""

    model_config = ConfigDict(extra="forbid")

    site_id: int | None = Field(default=None, ge=1, le=2**53, description="one of your sites; your only one if absent")
    lines: list[ClaimLineIn] | None = Field(default=None, min_length=1, max_length=200)
    way: Way = Way.BRING
    else_collect: bool = Field(default=False, description="with way=bring: what no round can bring is fetched")
    coming_at: AwareDatetime | None = Field(default=None, description="when you come, for way=collect")
    answer: Literal["no"] | None = Field(default=None, description="no: of no use, while answers are gathered")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.else_collect and self.way is not Way.BRING:
            raise in_words(FETCHED_ANYWAY)
        return self

    def wanted(self) -> dict[int, int] | None:
        """Grams by line; a line named twice is summed."""
        if self.lines is None:
            return None
        totals: dict[int, int] = {}
        for line in self.lines:
            totals[line.line_id] = totals.get(line.line_id, 0) + line.grams
        return totals


class WeightIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    share_id: int = Field(ge=1, le=2**53)
    grams: int = Field(gt=0, le=MOST_GRAMS)


class HandOverIn(BaseModel):
    """The six digits the charity shows, and what was weighed at the donor's."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=20)
    weights: list[WeightIn] = Field(default_factory=list, max_length=200)
    temperature_c: float | None = Field(default=None, ge=-60, le=120, allow_inf_nan=False)


class ReceptionIn(BaseModel):
    """What the charity weighed at home: the reference of every figure."""

    model_config = ConfigDict(extra="forbid")

    weights: list[WeightIn] = Field(default_factory=list, max_length=200)


class WayIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    way: Way


def by_key(form: Mapping[str, str], prefix: str) -> dict[int, str]:
    """What was typed in the fields called by a prefix and a key ("line-12")."""
    keys = ((typed_key(name[len(prefix) :]), text) for name, text in form.items() if name.startswith(prefix))
    return {key: text for key, text in keys if key is not None}
