"""What is fair, in sums."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.allocation.ledger.rules import Member, Share, gini, needs_look, shares, together, waited

FIRST = date(2026, 11, 1)
LAST = FIRST + timedelta(days=27)
members = st.lists(
    st.tuples(st.integers(1, 5_000), st.integers(0, 900_000)).map(
        lambda pair: Member(0, "a", pair[0], {"bread": pair[1]})
    ),
    min_size=1,
    max_size=30,
)


def at(*days: int) -> list[date]:
    return [FIRST + timedelta(days=day) for day in days]


def test_a_share_follows_the_people_and_each_family_is_apart() -> None:
    """Who serves three times as many people should have three times as much, of bread as of milk."""
    found = shares([Member(1, "a", 300, {"bread": 4_000}), Member(2, "a", 100, {"bread": 4_000, "dairy": 2_000})])
    assert found[1] == {"bread": Share(4_000, 6_000), "dairy": Share(0, 1_500)}
    assert found[2] == {"bread": Share(4_000, 2_000), "dairy": Share(2_000, 500)}
    assert found[1]["bread"].percent == 67
    assert Share(0, 0).percent is None


def test_gini_of_known_spreads() -> None:
    """Nothing and the same for each person are 0; one of ten has it all is nine tenths."""
    assert gini([Member(1, "a", 10), Member(2, "a", 20)]) == 0
    assert gini([Member(1, "a", 10, {"bread": 100}), Member(2, "a", 20, {"bread": 200})]) == pytest.approx(0)
    one_has_all = [Member(at, "a", 1, {"bread": 500 if at == 0 else 0}) for at in range(10)]
    assert gini(one_has_all) == pytest.approx(0.9)
    assert gini([Member(1, "a", 1, {"bread": 300}), Member(2, "a", 1, {"bread": 100})]) == pytest.approx(0.25)


def test_gini_of_a_family_looks_at_that_family_alone() -> None:
    """Nobody gets only bread unseen: all may be even while the milk is not."""
    uneven = [Member(1, "a", 1, {"bread": 100}), Member(2, "a", 1, {"dairy": 100})]
    assert gini(uneven) == 0
    assert gini(uneven, "dairy") == pytest.approx(0.5)


@given(members)
def test_gini_stays_between_its_ends_and_needs_no_order(found: list[Member]) -> None:
    """From 0 to 1, whatever the order and the unit."""
    value = gini(found)
    assert 0 <= value < 1
    assert gini(list(reversed(found))) == pytest.approx(value)
    thousandths = [Member(one.site, one.group, one.weight * 7, {"bread": one.grams * 3}) for one in found]
    assert gini(thousandths) == pytest.approx(value)


@given(members)
def test_shares_never_promise_more_than_there_was(found: list[Member]) -> None:
    """The fair parts of a family sum to what was received, less a gram each at most."""
    numbered = [Member(at, "a", one.weight, one.received) for at, one in enumerate(found)]
    fair = sum(of["bread"].fair for of in shares(numbered).values())
    assert 0 <= sum(one.grams for one in found) - fair < len(found)


def test_groups_are_sums() -> None:
    """An EPCI counts for the people and the grams of its sites."""
    found = together(
        [Member(1, "b", 10, {"bread": 5}), Member(2, "a", 20, {"bread": 1}), Member(3, "b", 30, {"dairy": 7})]
    )
    assert [(one.group, one.weight, dict(one.received)) for one in found] == [
        ("a", 20, {"bread": 1}),
        ("b", 40, {"bread": 5, "dairy": 7}),
    ]


@pytest.mark.parametrize(
    ("lots", "shut", "days", "lasts"),
    [
        (at(), [], 28, True),
        (at(0, 27), [], 26, False),
        (at(9), [], 18, True),
        (at(20), [], 20, False),
        (at(9), at(*range(15, 25)), 9, False),
        (at(), at(*range(28)), 0, True),
        ([FIRST - timedelta(days=1)], [], 28, True),
    ],
)
def test_the_longest_wait(lots: list[date], shut: list[date], days: int, lasts: bool) -> None:
    """Days without a lot count, the day of a lot and closed days do not, and a wait that lasts is told apart."""
    found = waited(lots, shut, FIRST, LAST)
    assert (found.days, found.lasts) == (days, lasts)


@pytest.mark.parametrize(
    ("people", "before", "looked"), [(200, 100, False), (201, 100, True), (5, 100, False), (9_000, None, False)]
)
def test_a_leap_is_looked_at(people: int, before: int | None, looked: bool) -> None:
    """More than twice as many people from one figure to the next asks for a second pair of eyes."""
    assert needs_look(people, before) is looked
