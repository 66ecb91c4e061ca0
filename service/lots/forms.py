"""Shapes in which lots come in, from the API as they stand and from pages once read. Weights in grams."""

import datetime as dt
import unicodedata
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from stdnum import ean

from config.catalogue import AllergenState, DateKind, catalogue
from config.containers import containers
from config.food_law import TemperatureClass
from service.lots.models import WithdrawalReason

MOST_GRAMS = 30_000_000
MOST_KEY = 2**31 - 1
MOST_LINES, MOST_WINDOWS, MOST_PHOTOS = 30, 14, 8


def _clean(text: str) -> str:
    """Without control characters, which no screen shows and PostgreSQL refuses."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip()


def _gtin(text: str) -> str:
    digits = text.replace(" ", "")
    if digits and not ean.is_valid(digits):
        raise ValueError("not a valid GTIN")
    return digits


def _allergens(given: dict[str, AllergenState]) -> dict[str, AllergenState]:
    known = {allergen.slug for allergen in catalogue().allergens}
    if not given.keys() <= known:
        raise ValueError("unknown allergen")
    return given


def _containers(given: dict[str, int]) -> dict[str, int]:
    if not given.keys() <= containers().keys():
        raise ValueError("unknown container")
    return {slug: count for slug, count in given.items() if count}


def _empty_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Grams = Annotated[int, Field(ge=1, le=MOST_GRAMS, description="whole grams")]
Key = Annotated[int, Field(ge=1, le=MOST_KEY)]
Short = Annotated[str, Field(max_length=60), AfterValidator(_clean)]
Medium = Annotated[str, Field(max_length=200), AfterValidator(_clean)]
Long = Annotated[str, Field(max_length=1000), AfterValidator(_clean)]
Gtin = Annotated[str, Field(max_length=20, description="barcode, 8 to 14 digits"), AfterValidator(_gtin)]
Day = Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 12, 31))]
Moment = Annotated[AwareDatetime, Field(description="ISO 8601 with a UTC offset")]
Allergens = Annotated[
    dict[str, AllergenState],
    Field(description="slug -> contains | may | without | unknown; what is not named is unknown"),
    AfterValidator(_allergens),
]
Counted = Annotated[
    dict[str, Annotated[int, Field(ge=0, le=1000)]],
    Field(description="slug of a container -> how many; they give the weight where none is said"),
    AfterValidator(_containers),
]
AllergensKnown = Annotated[str, Field(pattern="^(known|indicative|unknown)$")]


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WindowIn(Input):
    """A stretch of time within which the lot may be picked up, at most a day long."""

    starts_at: Moment
    ends_at: Moment


class PinIn(Input):
    """A place of the lot's own, degrees WGS84."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)


class RangeIn(Input):
    """What may come, announced ahead: at least, at most."""

    min_grams: Grams
    max_grams: Grams

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_grams > self.max_grams:
            raise ValueError("the least is above the most")
        return self


class LineIn(Input):
    """One kind of food: `grams`, or `units` with `unit_grams`, or `containers` of their usual weight; what is left out
    is the category's usual answer."""

    category: Annotated[str, Field(max_length=60, description="slug of the catalogue")]
    description: Medium = ""
    grams: Grams | None = None
    units: int | None = Field(None, ge=1, le=100_000)
    unit_grams: Grams | None = Field(None, description="weight of one unit, whole grams")
    containers: Counted = Field(default_factory=dict)
    date_kind: DateKind | None = None
    date: Annotated[Day | None, BeforeValidator(_empty_is_none)] = None
    temperature_code: TemperatureClass | None = Field(None, description="class of the cold chain")
    prepacked: bool | None = None
    labelled: bool | None = None
    allergens: Allergens | None = None
    allergens_state: AllergensKnown | None = None
    lot_number: Short = ""
    gtin: Gtin = ""


class LotIn(Input):
    """A lot to post. Without windows, the site's opening hours of the next days are proposed for it."""

    site_id: Key | None = Field(None, description="where it is picked up; may be left out by a donor with one site")
    lines: list[LineIn] = Field(min_length=1, max_length=MOST_LINES)
    windows: list[WindowIn] = Field(default_factory=list, max_length=MOST_WINDOWS)
    note: Long = ""
    access_note: Long = ""
    pin: PinIn | None = None
    announced: RangeIn | None = Field(None, description="for one line whose weight is known as a range only")
    crates_lent: int = Field(0, ge=0, le=500)


class RepeatIn(Input):
    """The same again; dates that are not given move by as many days as have passed since."""

    grams: list[Grams] | None = Field(None, max_length=MOST_LINES, description="new weights, one a line, in order")
    dates: list[Day | None] | None = Field(None, max_length=MOST_LINES, description="new dates, one a line, in order")
    windows: list[WindowIn] = Field(default_factory=list, max_length=MOST_WINDOWS)


class LineCorrection(Input):
    """What changes of a line. The date, its kind, the lot number and the allergens need a photo of the label."""

    id: Key
    description: Medium | None = None
    grams: Grams | None = None
    units: int | None = Field(None, ge=1, le=100_000)
    unit_grams: Grams | None = None
    containers: Counted | None = None
    date_kind: DateKind | None = None
    date: Day | None = None
    temperature_code: TemperatureClass | None = None
    prepacked: bool | None = None
    labelled: bool | None = None
    allergens: Allergens | None = None
    allergens_state: AllergensKnown | None = None
    lot_number: Short | None = None
    gtin: Gtin | None = None


class Correction(Input):
    """What changes of a lot; whatever is left out stays. `version` refuses the change if the lot has one since."""

    version: int | None = Field(None, ge=1, le=MOST_KEY)
    note: Long | None = None
    access_note: Long | None = None
    pin: PinIn | None = None
    windows: list[WindowIn] | None = Field(None, min_length=1, max_length=MOST_WINDOWS)
    lines: list[LineCorrection] = Field(default_factory=list, max_length=MOST_LINES)
    label_photo: int | None = Field(None, ge=1, le=MOST_KEY, description="number of a `label` photo of this lot")


class WithdrawalIn(Input):
    reason: WithdrawalReason = WithdrawalReason.OTHER


class PartIn(Input):
    line: Key
    grams: Grams


class SplitIn(Input):
    """What leaves for a new lot: (line, grams), free grams only; with windows of its own where given."""

    parts: list[PartIn] = Field(min_length=1, max_length=MOST_LINES)
    windows: list[WindowIn] = Field(default_factory=list, max_length=MOST_WINDOWS)


class CratesIn(Input):
    """Crates lent out with the lot, or that came back."""

    lent: int = Field(0, ge=0, le=500)
    back: int = Field(0, ge=0, le=500)


class QuantityIn(Input):
    """What an announced lot turned out to weigh."""

    grams: Grams


class ConfirmationIn(Input):
    """Which version a holder agrees with; a dispatcher names the organisation it speaks for."""

    version: int = Field(ge=1, le=MOST_KEY)
    organisation_id: Key | None = None
