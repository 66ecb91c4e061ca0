"""The life of a lot, what may be corrected, and the code that follows it."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.food_law import Severity, law
from service.lots.rules.corrections import check_correction, check_relabelling
from service.lots.rules.lifecycle import AT_DONOR, EXITS, LABELS, OPEN, TRANSITIONS, LotState, may_become
from service.lots.rules.tracing import TraceCode, parse_trace_code, trace_code

LAW = law(date(2026, 11, 20))
S = LotState


def test_every_state_is_described_and_reachable() -> None:
    """Each state has its transitions and its French name, and a draft can reach each of them."""
    assert set(TRANSITIONS) == set(LABELS) == set(S)
    reached, ahead = {S.DRAFT}, [S.DRAFT]
    while ahead:
        for state in TRANSITIONS[ahead.pop()] - reached:
            reached.add(state)
            ahead.append(state)
    assert reached == set(S)


def test_the_way_to_the_shelf() -> None:
    """The usual life, with a round and without, is allowed step by step."""
    for path in (
        (S.DRAFT, S.PUBLISHED, S.OFFERED, S.ALLOCATED, S.PLANNED, S.COLLECTED, S.DELIVERED, S.CLOSED),
        (S.PUBLISHED, S.ALLOCATED, S.COLLECTED, S.DELIVERED),
        (S.PLANNED, S.PUBLISHED),
        (S.COLLECTED, S.PUBLISHED),
        (S.CLOSED, S.BLOCKED, S.DESTROYED),
    ):
        assert all(may_become(current, wanted) for current, wanted in pairwise(path))


@pytest.mark.parametrize(
    ("current", "wanted"),
    [
        (S.WITHDRAWN, S.PUBLISHED),
        (S.EXPIRED, S.ALLOCATED),
        (S.DESTROYED, S.PUBLISHED),
        (S.COLLECTED, S.WITHDRAWN),
        (S.DELIVERED, S.PUBLISHED),
        (S.DRAFT, S.ALLOCATED),
        (S.PUBLISHED, S.DELIVERED),
    ],
)
def test_steps_that_no_lot_takes(current: S, wanted: S) -> None:
    """Nothing comes back from an exit, and no step is skipped."""
    assert not may_become(current, wanted)


def test_no_state_follows_itself() -> None:
    """A change of state changes something."""
    assert not any(may_become(state, state) for state in S)


def test_only_food_at_the_donors_can_be_withdrawn() -> None:
    """Withdrawal stops where the food leaves the shop."""
    assert {state for state in S if may_become(state, S.WITHDRAWN)} == AT_DONOR | {S.DRAFT}
    assert OPEN < AT_DONOR
    assert not EXITS & AT_DONOR


def test_correcting_with_a_photo_is_accepted() -> None:
    """With the label's photo a date is corrected; a new version only if somebody holds the lot."""
    free = check_correction(["date", "grams"], label_photo=True, claimed=False, law=LAW)
    held = check_correction(["date", "grams"], label_photo=True, claimed=True, law=LAW)
    assert (free.allowed, free.new_version, free.frozen) == (True, False, False)
    assert (held.allowed, held.new_version, held.frozen) == (True, True, True)


@pytest.mark.parametrize("field", ["date", "date_kind", "lot_number", "allergens"])
def test_correcting_a_date_without_photo_is_refused(field: str) -> None:
    """What a label says is not corrected without the label."""
    correction = check_correction([field], label_photo=False, claimed=False, law=LAW)
    assert not correction.allowed
    assert not correction.frozen


def test_other_corrections_ask_no_photo() -> None:
    """A weight or a note is corrected freely and freezes nothing."""
    correction = check_correction(["grams", "note"], label_photo=False, claimed=True, law=LAW)
    assert (correction.allowed, correction.new_version, correction.frozen) == (True, False, False)


def test_relabelling_may_touch_the_name() -> None:
    """Other words of a label may be rectified beside it."""
    assert check_relabelling(["name", "ingredients"], LAW) == []


@pytest.mark.parametrize("field", ["lot_number", "dlc", "allergens"])
def test_relabelling_never_touches_what_the_law_protects(field: str) -> None:
    """Lot number, DLC and allergens never are."""
    [verdict] = check_relabelling(["name", field], LAW)
    assert (verdict.code, verdict.severity) == ("label.protected", Severity.FORBIDDEN)
    assert "D541-310" in verdict.text()


def test_the_tracing_code_reads_as_people_say_it() -> None:
    """Region, day, donor, number."""
    assert trace_code("pdl", date(2026, 11, 20), 42, 3) == "PDL-20261120-42-3"
    assert parse_trace_code(" pdl-20261120-42-3 ") == TraceCode("PDL", date(2026, 11, 20), "42", 3)


@given(st.dates(min_value=date(2020, 1, 1)), st.integers(1, 10**9), st.integers(1, 999_999))
def test_a_code_reads_back(day: date, donor: int, number: int) -> None:
    """Writing then reading a code gives its parts."""
    assert parse_trace_code(trace_code("PDL", day, donor, number)) == TraceCode("PDL", day, str(donor), number)


@pytest.mark.parametrize(
    "text", ["", "PDL", "PDL-20261320-42-3", "PDL-20261120-4 2-3", "PDL-20261120-42", "P-20261120-4-1"]
)
def test_what_is_not_a_code_is_nothing(text: str) -> None:
    """Anything else is no code, impossible dates included."""
    assert parse_trace_code(text) is None


def test_unusable_parts_are_a_fault() -> None:
    """A number below one or a donor with a dash cannot make a code."""
    for donor, number in (("4-2", 1), (42, 0), (42, 1_000_000)):
        with pytest.raises(ValueError, match="tracing code"):
            trace_code("PDL", date(2026, 11, 20), donor, number)
