"""Crates and cartons counted where nobody weighs: what was typed, and how a line says it."""

from collections.abc import Callable, Mapping
from typing import Any

from config.catalogue import Category
from config.containers import Container, containers, proposed_containers
from service.kit.i18n import N_

BAD_COUNT = N_("Indiquez un nombre entier, par exemple 2.")
MOST_DIGITS = 4


def typed_counts(answer: Callable[[str], str], place: str) -> dict[str, str]:
    """The boxes of a line that hold something, by container."""
    typed = {slug: answer(f"{place}.containers.{slug}") for slug in containers()}
    return {slug: text for slug, text in typed.items() if text}


def containers_for(category: Category, counted: Mapping[str, str]) -> list[tuple[Container, int]]:
    """What a form offers to count that food in, with the grams of one (0 where nobody knows): the usual containers, and
    those a line was counted in already."""
    offered = proposed_containers(category)
    known = {container.slug for container, _grams in offered}
    others = [containers()[slug] for slug in counted if slug in containers() and slug not in known]
    return [*offered, *((container, container.grams(category) or 0) for container in others)]


def counts_of(line: Mapping[str, Any], place: str, wrong: dict[str, str]) -> dict[str, int]:
    """How many of each container a line was counted in; with a word at each box that holds no whole number."""
    counts: dict[str, int] = {}
    for slug, text in line.get("containers", {}).items():
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
            counts[slug] = int(text)
        else:
            wrong[f"{place}.containers.{slug}"] = BAD_COUNT
    return {slug: count for slug, count in counts.items() if count}


def said_of_containers(counts: Mapping[str, int], locale: str) -> str:
    """ "2 cagettes, 1 sac"; a container that the file has forgotten keeps its slug."""
    known = containers()
    return ", ".join(
        f"{count} {known[slug].label(count, locale) if slug in known else slug}" for slug, count in counts.items()
    )
