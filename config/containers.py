"""What a full container weighs: the crates and cartons that food is counted in where there is no scale."""

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.catalogue import Category, catalogue

FILE = Path(__file__).with_name("containers.toml")
MOST_GRAMS = 2_000_000
# A form proposes so many kinds for one food: the first of the file.
MOST_PROPOSED = 3


class Weights(BaseModel):
    """Grams of one full container, by category slug and by family slug."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    category: dict[str, int] = Field(default_factory=dict)
    family: dict[str, int] = Field(default_factory=dict)


class Container(BaseModel):
    """A kind of container; the fields are described in containers.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    slug: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    fr: tuple[str, str]
    en: tuple[str, str]
    weight: Weights
    never: tuple[str, ...] = ()
    basis: str = Field(min_length=1)
    since: date

    @model_validator(mode="after")
    def _weighs_something_that_exists(self) -> Self:
        slugs = {category.slug for category in catalogue().choices()}
        families = {family.slug for family in catalogue().families}
        if unknown := ({*self.weight.category, *self.never} - slugs) | (set(self.weight.family) - families):
            raise ValueError(f"{self.slug}: no such category or family: {', '.join(sorted(unknown))}")
        grams = [*self.weight.category.values(), *self.weight.family.values()]
        if not grams or not all(0 < each <= MOST_GRAMS for each in grams):
            raise ValueError(f"{self.slug}: a container weighs something, two tons at most")
        return self

    def grams(self, category: Category) -> int | None:
        """What one full of that food weighs, in grams; None where it is not used for it."""
        if category.slug in self.never:
            return None
        return self.weight.category.get(category.slug, self.weight.family.get(category.family))

    def label(self, count: int, locale: str = "fr") -> str:
        """Its name for so many of it. French counts zero as singular, English as plural."""
        one, several = self.en if locale == "en" else self.fr
        return one if count == 1 or (count == 0 and locale != "en") else several


def parse_containers(text: str) -> tuple[Container, ...]:
    """The containers of a file's text; raises ValueError when it contradicts itself or the catalogue."""
    containers = tuple(Container.model_validate(entry) for entry in tomllib.loads(text).get("container", []))
    if len({container.slug for container in containers}) != len(containers):
        raise ValueError("a container is described once")
    return containers


@lru_cache
def containers() -> dict[str, Container]:
    """The shipped containers by slug, in the order of the file."""
    return {container.slug: container for container in parse_containers(FILE.read_text(encoding="utf-8"))}


def proposed_containers(category: Category) -> list[tuple[Container, int]]:
    """What a form proposes for a food, with the grams of one."""
    weighed = [(container, container.grams(category)) for container in containers().values()]
    return [(container, grams) for container, grams in weighed if grams is not None][:MOST_PROPOSED]
