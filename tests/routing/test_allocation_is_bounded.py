"""Decisions that need not be exact: near enough, sound, and never better than what is said to be the best possible."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Offering, allocate
from routing.engine.allocating.desk import Desk
from routing.engine.allocating.due import in_the_way, joined, most_of
from routing.engine.allocating.sealed import whole
from routing.formats.allocation_json import write_decision
from tests.routing.allocation_judge import Given, every, faults, worth
from tests.routing.test_allocation_is_exact import offerings, shares_of
from workers.bench.allocation import evening


def large(offering: Offering, **rules: int) -> Offering:
    """The same question, asked as if it were a large one."""
    return replace(offering, rules=replace(offering.rules, exact_pairs=0, **rules))


def believable(offering: Offering) -> tuple[Given, float]:
    """The decision's shares and the largest gap; every bound is held to every decision there is."""
    decision = allocate(offering)
    shares = shares_of(decision)
    assert faults(offering, shares) == []
    left, charged, cents = decision.levels
    assert (left.value, charged.value, cents.value) == worth(offering, shares)
    there = [worth(offering, one) for one in every(offering)]
    assert left.bound <= min(one[0] for one in there) <= left.value
    as_full = [one for one in there if one[0] <= left.value]
    assert charged.bound <= min(one[1] for one in as_full) <= charged.value
    assert cents.bound <= min(one[2] for one in as_full if one[1] <= charged.value) <= cents.value
    return shares, decision.gap


@settings(max_examples=60, deadline=None)
@given(st.one_of(offerings(1, 5), offerings(2, 3), offerings(3, 2)), st.sampled_from([0, 10, 100]))
def test_a_bound_is_below_every_decision(offering: Offering, near: int) -> None:
    """No decision goes below a bound, and the gap is what was asked for."""
    _, gap = believable(large(offering, near_permille=near))
    assert gap <= near / 1000


@settings(max_examples=40, deadline=None)
@given(st.one_of(offerings(2, 3), offerings(3, 2)), st.integers(0, 4))
def test_part_by_part(offering: Offering, pairs: int) -> None:
    """Too large to be decided at once: each part with the others as they are, and the bound still that of the whole."""
    believable(large(offering, whole_pairs=pairs, tries=0, near_permille=1))


@settings(max_examples=60, deadline=None)
@given(st.one_of(offerings(1, 5), offerings(2, 3), offerings(3, 2)))
def test_lots_of_different_groups_do_not_meet(offering: Offering) -> None:
    """No lot gives more than is said, and the best decision of all lots gives what the groups give each by itself."""
    desk = Desk(offering)
    at = {lot.id: number for number, lot in enumerate(desk.lots)}
    groups = in_the_way(desk)
    assert sorted(lot for group in groups for lot in group) == list(range(len(desk.lots)))
    best = dict.fromkeys(range(len(groups)), 0)
    together = 0
    for shares in every(offering):
        given = [0] * len(desk.lots)
        for (lot, _), grams in shares.items():
            given[at[lot]] += grams
        assert all(grams <= most_of(desk, lot) for lot, grams in enumerate(given))
        for number, group in enumerate(groups):
            best[number] = max(best[number], sum(given[lot] for lot in group))
        together = max(together, sum(given))
    assert together == sum(best.values())


def test_ids_make_no_cent() -> None:
    """Ids add up to less than half a cent, so what cents and ids cannot go below together, cents alone cannot."""
    assert [whole(bound, 1) for bound in (9.0, 9.49, 9.51, 9.99)] == [9, 9, 10, 10]
    assert whole(-42.5, 1000) == -42_500


def test_joined() -> None:
    """What shares a tie, even through others, is one group."""
    assert joined(6, [[4, 2], [0, 5], [2, 5]]) == [[0, 2, 4, 5], [1], [3]]
    assert joined(2, []) == [[0], [1]]


def test_an_evening_of_a_region_is_proven_and_repeated() -> None:
    """Some hundred lots, more answers than are solved exactly: within one per cent at every level, twice the same."""
    asked = evening(60, 135, 8, 3)
    decision = allocate(asked)
    assert len(Desk(asked).pairs) > asked.rules.exact_pairs
    assert decision.gap <= 0.01
    assert faults(asked, shares_of(decision)) == []
    assert write_decision(allocate(asked)) == write_decision(decision)
