"""What may be given: a two-level tree of categories, the families fairness counts, and the 14 allergens."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.food_law import Band, TemperatureClass, all_rules

FILE = Path(__file__).with_name("catalogue.toml")


class DateKind(StrEnum):
    """What the date on a product says."""

    DLC = "dlc"
    DDM = "ddm"
    MADE_ON = "made_on"
    HARVESTED_ON = "harvested_on"
    NONE = "none"

    @property
    def is_production(self) -> bool:
        """Whether the day is in the past of the product: it was made or harvested then."""
        return self in (DateKind.MADE_ON, DateKind.HARVESTED_ON)


class AllergenState(StrEnum):
    """What is known of an allergen; UNKNOWN is always shown, and never read as WITHOUT."""

    CONTAINS = "contains"
    MAY = "may"
    WITHOUT = "without"
    UNKNOWN = "unknown"


class AnimalOrigin(StrEnum):
    """Whether a product is, or contains, animal produce, or only has some cooked in."""

    NONE = "none"
    INGREDIENT = "ingredient"
    PRODUCT = "product"


class Named(BaseModel):
    """A thing with a stable English slug and a label in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    slug: str = Field(pattern=r"^[a-z]+([-_][a-z]+)*$")
    fr: str
    en: str

    def label(self, locale: str = "fr") -> str:
        """The name shown to people."""
        return self.en if locale == "en" else self.fr


class Family(Named):
    """What fairness counts apart."""


class Allergen(Named):
    """One of the 14 allergens that must be declared."""

    icon: str


class Unit(BaseModel):
    """A usual unit and its weight in grams: a baguette, a crate."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    fr: str
    en: str
    grams: int = Field(gt=0)

    def label(self, locale: str = "fr") -> str:
        """The unit's name shown to people."""
        return self.en if locale == "en" else self.fr


class Category(Named):
    """A heading (no parent) or a kind of food a donor picks; the fields are described in catalogue.toml."""

    icon: str
    parent: str | None = None
    family: str = ""
    temperature: TemperatureClass = TemperatureClass.AMBIANT
    dates: tuple[DateKind, ...] = ()
    after_ddm: str | None = None
    undated: str | None = None
    units: tuple[Unit, ...] = ()
    allergens: Mapping[str, AllergenState] = Field(default_factory=dict)
    animal: AnimalOrigin = AnimalOrigin.NONE
    tags: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()
    scarce: bool = False
    prepacked: bool = False
    retired: bool = False
    co2e_grams_per_kg: int | None = Field(default=None, gt=0)

    @property
    def is_heading(self) -> bool:
        return self.parent is None

    @property
    def is_food(self) -> bool:
        """Hygiene and cleaning goods follow other rules, and never travel with food."""
        return self.family != "hygiene"

    @property
    def band(self) -> Band:
        """The compartment it needs: ambient, chilled, frozen or hot."""
        return self.temperature.band

    @property
    def usual_date(self) -> DateKind:
        """The kind of date a form proposes first."""
        return self.dates[0] if self.dates else DateKind.NONE

    def allergen(self, slug: str) -> AllergenState:
        """What the template says of an allergen, indicative only; unknown when it says nothing."""
        return self.allergens.get(slug, AllergenState.UNKNOWN)


class UnknownCategory(KeyError):
    """No category has that slug."""


class Catalogue(BaseModel):
    """The whole catalogue; refuses a category that names something which does not exist."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    families: tuple[Family, ...] = Field(alias="family")
    allergens: tuple[Allergen, ...] = Field(alias="allergen")
    categories: tuple[Category, ...] = Field(alias="category")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        slugs = [category.slug for category in self.categories]
        if len(set(slugs)) != len(slugs):
            raise ValueError("a slug is used twice")
        headings = {category.slug for category in self.categories if category.is_heading}
        families = {family.slug for family in self.families}
        allergens = {allergen.slug for allergen in self.allergens}
        rules = {rule.code for rule in all_rules()}
        for category in self.categories:
            if category.is_heading:
                continue
            if category.parent not in headings or category.family not in families or not category.dates:
                raise ValueError(f"{category.slug}: unknown parent or family, or no kind of date")
            if not set(category.allergens) <= allergens:
                raise ValueError(f"{category.slug}: unknown allergen")
            wanted = {f"exclusion.{name}" for name in category.exclusions}
            if DateKind.DDM in category.dates:
                wanted.add(f"ddm.after.{category.after_ddm}")
            if any(kind.is_production for kind in category.dates):
                wanted.add(f"undated.{category.undated}")
            if missing := wanted - rules:
                raise ValueError(f"{category.slug}: no such rule {sorted(missing)}")
        return self

    def category(self, slug: str) -> Category:
        """The category of that slug, retired ones included; raises UnknownCategory."""
        for category in self.categories:
            if category.slug == slug:
                return category
        raise UnknownCategory(slug)

    def headings(self) -> tuple[Category, ...]:
        """The first level, in the order shown."""
        return tuple(category for category in self.categories if category.is_heading)

    def children(self, heading: str) -> tuple[Category, ...]:
        """What a donor may pick under a heading."""
        return tuple(c for c in self.categories if c.parent == heading and not c.retired)

    def choices(self) -> tuple[Category, ...]:
        """Everything a donor may pick, in the order shown."""
        return tuple(c for c in self.categories if not c.is_heading and not c.retired)

    def accepts(self, accepted: frozenset[str], category: Category) -> bool:
        """Whether a list of accepted slugs (categories or headings; empty means all) holds a category."""
        return not accepted or category.slug in accepted or category.parent in accepted


def read(text: str) -> Catalogue:
    """A catalogue from the text of a file; raises ValueError when it contradicts itself."""
    return Catalogue.model_validate(tomllib.loads(text))


@lru_cache
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return read(FILE.read_text(encoding="utf-8"))
