"""Time: the region's days, and a clock that can be sped up without ever jumping."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.kit.clock import Clock, day_bounds, from_local, local

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
PARIS = "Europe/Paris"


def test_days_are_the_regions() -> None:
    """A winter day begins at 23 h UTC; the day the clocks go back lasts 25 hours."""
    start, end = day_bounds(date(2026, 11, 20), PARIS)
    assert start == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert end - start == timedelta(hours=24)
    long_start, long_end = day_bounds(date(2026, 10, 25), PARIS)
    assert long_end - long_start == timedelta(hours=25)


def test_an_hour_that_does_not_exist_is_read_as_the_next() -> None:
    """2 h 30 on the spring night is 3 h 30."""
    assert local(from_local(date(2026, 3, 29), time(2, 30), PARIS), PARIS).hour == 3


@given(
    st.lists(st.sampled_from([0.0, 1.0, 60.0]), min_size=1, max_size=6),
    st.lists(st.integers(min_value=0, max_value=3600), min_size=6, max_size=6),
)
def test_changing_speed_never_jumps(speeds: list[float], waits: list[int]) -> None:
    """The shown time is continuous and never goes back, whatever the buttons."""
    clock, real = Clock(NOW, NOW), NOW
    for speed, wait in zip(speeds, waits, strict=False):
        before = clock.at(real)
        clock = clock.with_speed(speed, real)
        assert clock.at(real) == before
        real += timedelta(seconds=wait)
        assert clock.at(real) >= before
