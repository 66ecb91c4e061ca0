"""Grams shared out and weighed again: nothing is lost, nothing is invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.food_law import law
from service.lots.rules.weights import Balance, check_weighing, split, split_fairly

LAW = law(date(2026, 11, 20))
asks = st.lists(st.integers(0, 2_000_000), max_size=12).map(lambda weights: list(enumerate(weights)))


@given(st.integers(0, 5_000_000), asks, st.integers(1, 20_000))
def test_a_split_keeps_every_gram(grams: int, wanted: list[tuple[int, int]], unit: int) -> None:
    """Shares and rest add up to the weight; nobody gets more than asked, and only the last gets a broken unit."""
    result = split(grams, wanted, unit)
    assert sum(share.grams for share in result.shares) + result.rest == grams
    assert result.rest >= 0
    assert [share.holder for share in result.shares] == [holder for holder, _ in wanted]
    assert all(0 <= share.grams <= asked for share, (_, asked) in zip(result.shares, wanted, strict=True))
    broken = [share for share in result.shares if share.grams % unit]
    assert len(broken) <= 1
    assert not broken or result.rest == 0


@given(st.integers(0, 5_000_000), st.lists(st.integers(0, 1_000), min_size=1, max_size=12))
def test_fair_shares_keep_every_gram(grams: int, needs: list[int]) -> None:
    """Shares by need add up, differ from the exact proportion by less than a gram, and need 0 gets 0."""
    if not sum(needs):
        with pytest.raises(ValueError, match="need"):
            split_fairly(grams, list(enumerate(needs)))
        return
    shares = split_fairly(grams, list(enumerate(needs)))
    assert sum(share.grams for share in shares) == grams
    for share, need in zip(shares, needs, strict=True):
        assert abs(share.grams * sum(needs) - grams * need) < sum(needs)
        assert need or not share.grams


def test_first_come_first_served_in_order() -> None:
    """On the last 10 kg the first gets hers, the second what is left, the third nothing."""
    result = split(10_000, [(1, 6_000), (2, 6_000), (3, 1_000)])
    assert [share.grams for share in result.shares] == [6_000, 4_000, 0]
    assert result.rest == 0


def test_whole_units_are_not_cut() -> None:
    """500 g of 250 g baguettes is two; 600 g as well."""
    assert split(5_000, [(1, 600)], unit_grams=250).shares[0].grams == 500


@pytest.mark.parametrize(
    ("grams", "wanted", "unit"), [(-1, [], 1), (1, [(1, -1)], 1), (1, [(1, 1)], 0), (5, [(1, 1), (1, 2)], 1)]
)
def test_nonsense_is_a_fault(grams: int, wanted: list[tuple[int, int]], unit: int) -> None:
    """Negative weights, empty units and a holder named twice are faults of the caller."""
    with pytest.raises(ValueError):
        split(grams, wanted, unit)


def test_a_balance_says_what_is_missing() -> None:
    """Posted is delivered, refused, expired, withdrawn, destroyed and in hand; the difference shows."""
    kept = Balance(posted=21, delivered=1, refused=2, expired=3, withdrawn=4, destroyed=5, in_hand=6)
    assert kept.holds
    broken = Balance(posted=10, delivered=11)
    assert (broken.holds, broken.missing) == (False, -1)


@pytest.mark.parametrize(
    ("announced", "weighed"), [(10_000, 12_000), (5_000, 7_000), (100_000, 80_000), (1_000, 3_000)]
)
def test_small_variance_asks_nothing(announced: int, weighed: int) -> None:
    """At 20 %, or at 2 kg, no reason is asked."""
    assert check_weighing(announced, weighed, LAW) == []


@pytest.mark.parametrize(("announced", "weighed"), [(10_000, 12_001), (100_000, 79_999), (0, 2_001), (5_000, 0)])
def test_large_variance_asks_a_reason(announced: int, weighed: int) -> None:
    """Beyond both, one is."""
    [verdict] = check_weighing(announced, weighed, LAW)
    assert verdict.code == "weight.variance_percent"
    assert "%" in verdict.text()


def test_both_limits_must_be_passed() -> None:
    """40 % of little, or 5 kg of a lot, is nothing."""
    assert check_weighing(3_000, 4_200, LAW) == []
    assert check_weighing(100_000, 105_000, LAW) == []
