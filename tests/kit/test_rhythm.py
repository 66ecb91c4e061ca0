"""On which days a standing round falls."""

from datetime import date, timedelta

import pytest

from service.kit.rhythm import days_between, falls_on, rhythm, rule_of, weekly

# A Wednesday.
START = date(2026, 11, 4)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("rrule:freq=weekly;byday=th,mo,th", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("BYDAY=SA;FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"),
        ("FREQ=WEEKLY;INTERVAL=1;BYDAY=SU", "FREQ=WEEKLY;BYDAY=SU"),
        ("FREQ=SECONDLY;BYDAY=MO", None),
        ("FREQ=WEEKLY", None),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", None),
        ("FREQ=WEEKLY;BYDAY=1MO", None),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY", None),
        ("FREQ=WEEKLY;INTERVAL=9;BYDAY=MO", None),
        ("DTSTART:20260101\nRRULE:FREQ=WEEKLY;BYDAY=MO", None),
        ("", None),
    ],
)
def test_only_a_weekly_rhythm_is_read(text: str, kept: str | None) -> None:
    """Named weekdays, every week to every fourth; anything that could run away is refused."""
    assert rule_of(text) == kept


def test_a_form_makes_the_same_rule() -> None:
    """What is tapped is what is written, and read back."""
    assert weekly([3, 0]) == "FREQ=WEEKLY;BYDAY=MO,TH"
    assert rule_of(weekly([5], every=2)) == weekly([5], every=2)
    assert rhythm(weekly([5, 1], every=2)) == ([1, 5], 2)


def test_days_are_between_its_ends() -> None:
    """Neither before it starts nor after it ends, the last day included."""
    rule = weekly([0, 2])
    found = days_between(rule, date(2026, 10, 1), date(2026, 12, 31), starts_on=START, ends_on=date(2026, 11, 16))
    assert found == [START, date(2026, 11, 9), date(2026, 11, 11), date(2026, 11, 16)]
    assert not falls_on(rule, date(2026, 11, 2), starts_on=START, ends_on=None)
    assert days_between(rule, START, START - timedelta(days=1), starts_on=START, ends_on=None) == []


def test_every_second_week_is_the_same_week_for_each_day() -> None:
    """Begun on a Wednesday, the Monday of the same fortnight is twelve days later."""
    found = days_between(weekly([0, 2], every=2), START, START + timedelta(days=20), starts_on=START, ends_on=None)
    assert found == [START, date(2026, 11, 16), date(2026, 11, 18)]


def test_a_day_is_a_day_across_the_change_of_the_clocks() -> None:
    """Local days: the last Sunday of March is not lost."""
    found = days_between(weekly([6]), date(2027, 3, 22), date(2027, 4, 5), starts_on=START, ends_on=None)
    assert found == [date(2027, 3, 28), date(2027, 4, 4)]
