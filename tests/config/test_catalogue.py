"""The catalogue agrees with itself and with the food law."""

import re

import pytest

from config.catalogue import FILE, AllergenState, DateKind, UnknownCategory, catalogue, read
from config.food_law import TemperatureClass, all_rules, law

CATALOGUE = catalogue()
TEXT = FILE.read_text(encoding="utf-8")


def test_the_14_allergens_are_those_of_the_law() -> None:
    """The catalogue and the rule on declared allergens name the same 14."""
    slugs = {allergen.slug for allergen in CATALOGUE.allergens}
    assert len(slugs) == 14
    [rule] = [rule for rule in all_rules() if rule.code == "allergens.declared"]
    assert slugs == law(rule.valid_from).names(rule.code)


def test_what_a_template_does_not_name_is_unknown() -> None:
    """Unknown is never read as without."""
    bread = CATALOGUE.category("bread")
    assert bread.allergen("gluten") is AllergenState.CONTAINS
    assert bread.allergen("fish") is AllergenState.UNKNOWN
    assert CATALOGUE.category("fruit").allergen("milk") is AllergenState.WITHOUT


def test_every_choice_has_a_heading_units_and_words() -> None:
    """Two levels, both languages, a unit of a sane weight, an icon."""
    for category in CATALOGUE.choices():
        assert category.parent in {heading.slug for heading in CATALOGUE.headings()}
        assert category.units
        assert category.label() != ""
        assert category.label("en") != ""
        assert re.fullmatch(r"[a-z0-9-]+", category.icon)
        assert all(10 <= unit.grams <= 500_000 for unit in category.units)
    assert all(CATALOGUE.children(heading.slug) for heading in CATALOGUE.headings())


def test_known_unit_weights() -> None:
    """The weights everybody knows."""
    weights = {unit.fr: unit.grams for category in CATALOGUE.choices() for unit in category.units}
    assert (weights["baguette"], weights["croissant"], weights["yaourt"]) == (250, 60, 125)
    assert (weights["œuf"], weights["sandwich"], weights["cagette"]) == (60, 200, 9000)


def test_cold_food_carries_a_date() -> None:
    """Nothing chilled or frozen may be posted without one."""
    for category in CATALOGUE.choices():
        if category.temperature is not TemperatureClass.AMBIANT:
            assert DateKind.NONE not in category.dates, category.slug


def test_very_perishable_food_has_a_dlc_only() -> None:
    """What is kept at +4 °C or colder, unfrozen, carries a DLC."""
    for category in CATALOGUE.choices():
        if category.temperature in (TemperatureClass.FRAIS_4, TemperatureClass.HACHE_2, TemperatureClass.POISSON):
            assert category.dates == (DateKind.DLC,), category.slug


def test_accepting_a_heading_accepts_its_categories() -> None:
    """A charity's list holds categories, headings, or nothing for all."""
    bread = CATALOGUE.category("bread")
    assert CATALOGUE.accepts(frozenset(), bread)
    assert CATALOGUE.accepts(frozenset({"bread-pastry"}), bread)
    assert not CATALOGUE.accepts(frozenset({"meat"}), bread)


def test_an_unknown_category_is_refused() -> None:
    """A slug nobody defined raises."""
    with pytest.raises(UnknownCategory):
        CATALOGUE.category("moon-dust")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('family = "bread"', 'family = "moon"'),
        ('parent = "bread-pastry"', 'parent = "moon"'),
        ('undated = "bread"', 'undated = "moon"'),
        ('after_ddm = "oil"', 'after_ddm = "moon"'),
        ('exclusions = ["cream_pastry"]', 'exclusions = ["moon"]'),
        ("gluten =", "moon ="),
        ('slug = "oil"', 'slug = "bread"'),
    ],
)
def test_a_catalogue_that_names_nothing_does_not_load(old: str, new: str) -> None:
    """A family, parent, rule or allergen that does not exist stops the start."""
    assert old in TEXT
    with pytest.raises(ValueError):
        read(TEXT.replace(old, new, 1))
