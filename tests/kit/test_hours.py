"""Opening hours: read as OpenStreetMap writes them, shut on holidays and closed days, right across a clock change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.kit.hours import HoursUnreadable, check_hours, open_windows

PARIS = "Europe/Paris"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_windows_are_utc_and_cut_to_the_span_asked() -> None:
    """A shop open 8 h to 12 h 30 and 14 h to 19 h 30 in Paris, asked from 9 h on."""
    windows = open_windows("Mo-Sa 08:00-12:30,14:00-19:30; PH off", at(10, 8), at(10, 23), PARIS)
    assert windows == [(at(10, 8), at(10, 11, 30)), (at(10, 13), at(10, 18, 30))]


def test_a_public_holiday_is_shut() -> None:
    """11 November closes what says "PH off"."""
    assert open_windows("Mo-Su 08:00-20:00; PH off", at(11, 0), at(11, 22), PARIS) == []


def test_closed_days_are_taken_out() -> None:
    """« Fermé du 12 au 13 » leaves only the days around."""
    windows = open_windows(
        "08:00-09:00", at(11, 0), at(14, 22), PARIS, closed=[(date(2026, 11, 12), date(2026, 11, 13))]
    )
    assert [start.day for start, _end in windows] == [11, 14]


def test_without_hours_a_place_is_always_open() -> None:
    """Nothing stated means nothing excluded."""
    assert open_windows("", at(10, 8), at(10, 9), PARIS) == [(at(10, 8), at(10, 9))]


def test_a_day_of_25_hours_has_them_all() -> None:
    """The night the clocks go back, a place open all day is open 25 hours."""
    start, end = at(24, 22, month=10), at(25, 23, month=10)
    assert sum((shut - opened for opened, shut in open_windows("24/7", start, end, PARIS)), timedelta()) == end - start


@pytest.mark.parametrize("text", ["lundi 8h", "Mo-Zz 08:00-10:00", "25:99"])
def test_nonsense_is_refused_with_an_example(text: str) -> None:
    """What cannot be read is refused in words that show how to write it."""
    with pytest.raises(HoursUnreadable, match="Mo-Sa"):
        check_hours(text)
