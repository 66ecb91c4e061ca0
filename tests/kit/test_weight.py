"""Weights as people type and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit.weight import WeightUnreadable, parse_kg, show_kg


@pytest.mark.parametrize(
    ("typed", "grams"), [("2,5", 2_500), ("2.5 kg", 2_500), ("1 250,5", 1_250_500), (" 12KG ", 12_000), ("0,001", 1)]
)
def test_what_a_person_types_is_read(typed: str, grams: int) -> None:
    """Comma or dot, with or without the unit, spaces in thousands."""
    assert parse_kg(typed) == grams


@pytest.mark.parametrize(
    "typed", ["", "-3", "0", "0,0001", "deux", "1e9", "1e3", "1e999999", "1_0", "NaN", "inf", "99999999", "2,5,5"]
)
def test_nonsense_is_refused_with_an_example(typed: str) -> None:
    """Negative, zero, not a number, a number as only machines write it, heavier than any lorry."""
    with pytest.raises(WeightUnreadable, match="2,5"):
        parse_kg(typed)


@given(st.integers(min_value=1, max_value=9_990).map(lambda tens: tens * 10))
def test_what_is_shown_reads_back(grams: int) -> None:
    """Below 10 kg two decimals are shown; what is shown is never more than 5 g off, or 50 g above."""
    assert abs(parse_kg(show_kg(grams)) - grams) <= (5 if grams < 10_000 else 50)


def test_french_weights() -> None:
    """ "1 250,5 kg" with spaces that do not break."""
    assert show_kg(1_250_500).replace("\u202f", " ").replace("\u00a0", " ") == "1 250,5 kg"
    assert show_kg(1_250_500, "en").replace("\u00a0", " ") == "1,250.5 kg"
