"""How a register of products calls our categories and our allergens."""

import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from config.catalogue import catalogue

FILE = Path(__file__).with_name("products.toml")


class Match(BaseModel):
    """A category of ours, for a product that carries one of `tags` and, where it is said, `among` as well."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    category: str
    tags: tuple[str, ...] = Field(min_length=1)
    among: str = ""


class Tags(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    match: tuple[Match, ...]
    allergens: dict[str, str]


def parse_tags(text: str) -> Tags:
    """The file's text read; raises ValueError when it names a category or an allergen that does not exist."""
    tags = Tags.model_validate(tomllib.loads(text))
    slugs = {category.slug for category in catalogue().choices()}
    known = {allergen.slug for allergen in catalogue().allergens}
    unknown = ({match.category for match in tags.match} - slugs) | (set(tags.allergens.values()) - known)
    if unknown:
        raise ValueError(f"no such category or allergen: {', '.join(sorted(unknown))}")
    return tags


@lru_cache
def product_tags() -> Tags:
    """The shipped table."""
    return parse_tags(FILE.read_text(encoding="utf-8"))


def our_category(tags: Sequence[str]) -> str | None:
    """The first category of the file that the tags mean; None when none does."""
    said = set(tags)
    for match in product_tags().match:
        if said & set(match.tags) and (not match.among or match.among in said):
            return match.category
    return None


def our_allergens(tags: Iterable[str]) -> tuple[str, ...]:
    """The allergens among the 14 that the tags name, each once."""
    named = product_tags().allergens
    return tuple(dict.fromkeys(named[tag] for tag in tags if tag in named))
