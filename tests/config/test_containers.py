"""What a full container weighs is data: every food has one, and a file that contradicts itself is refused."""

import pytest

from config.catalogue import catalogue
from config.containers import FILE, containers, parse_containers, proposed_containers

TEXT = FILE.read_text(encoding="utf-8")


def test_every_food_can_be_counted() -> None:
    """A form has something to propose, at most three kinds, whatever is given."""
    for category in catalogue().choices():
        if category.is_food:
            assert 1 <= len(proposed_containers(category)) <= 3, category.slug


def test_two_crates_of_vegetables_are_eighteen_kilograms() -> None:
    """A category's own weight wins over its family's, and strawberries are lighter."""
    crate = containers()["crate"]
    assert crate.grams(catalogue().category("vegetables")) == 9_000
    assert crate.grams(catalogue().category("fragile-fruit")) == 5_000
    assert crate.grams(catalogue().category("frozen-vegetables")) is None


def test_a_container_has_a_word_for_one_and_for_several() -> None:
    """In French none is singular, in English plural."""
    crate = containers()["crate"]
    assert [crate.label(count) for count in (0, 1, 2)] == ["cagette", "cagette", "cagettes"]
    assert [crate.label(count, "en") for count in (0, 1, 2)] == ["crates", "crate", "crates"]


def test_every_figure_says_where_it_comes_from() -> None:
    """An estimate is called one, with the day it was written."""
    assert all(container.basis and container.since.year >= 2026 for container in containers().values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fragile-fruit = 5000", "moon-rocks = 5000"),
        ("bread = 4000", "bread = 0"),
        ('slug = "bag"', 'slug = "crate"'),
        ('never = ["frozen-vegetables"', 'never = ["frozen-moons"'),
    ],
)
def test_a_contradiction_is_refused(old: str, new: str) -> None:
    """An unknown food, a weight of nothing, one container twice."""
    assert old in TEXT
    with pytest.raises(ValueError):
        parse_containers(TEXT.replace(old, new, 1))
