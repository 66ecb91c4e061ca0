"""Days as people write them."""

from datetime import date

import pytest

from service.kit.days import written_day


@pytest.mark.parametrize(
    ("day", "pattern", "locale", "written"),
    [
        (date(2026, 12, 1), "EEEE d MMMM", "fr", "mardi 1er décembre"),
        (date(2026, 12, 1), "EEEE d MMMM", "en", "Tuesday 1 December"),
        (date(2026, 12, 11), "EEEE d MMMM", "fr", "vendredi 11 décembre"),
        (date(2026, 12, 21), "d MMMM y", "fr", "21 décembre 2026"),
        (date(2021, 11, 1), "EEEE d MMMM y", "fr", "lundi 1er novembre 2021"),
        (date(2026, 12, 1), "EEE d", "fr", "mar. 1er"),
    ],
)
def test_the_first_of_a_month_is_le_premier(day: date, pattern: str, locale: str, written: str) -> None:
    """French says "1er" for the first day alone; English and other days stay as they are."""
    assert written_day(day, pattern, locale) == written
