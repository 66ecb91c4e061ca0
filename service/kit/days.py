"""Days as people write them."""

import re
from datetime import date
from typing import Literal

from babel.dates import format_date, get_day_names


def written_day(day: date, pattern: str, locale: str) -> str:
    """A day by one of Babel's patterns, month in letters or none: "mardi 1er décembre" in French, never "mardi 1"."""
    if locale != "fr":
        return format_date(day, pattern, locale="en_GB")
    written = format_date(day, pattern, locale="fr")
    return re.sub(r"(?<!\d)1(?!\d)", "1er", written, count=1) if day.day == 1 else written


def day_names(locale: str, width: Literal["abbreviated", "wide"] = "abbreviated") -> dict[int, str]:
    """The days of the week, 0 is Monday."""
    return dict(get_day_names(width, "stand-alone", locale if locale == "fr" else "en_GB"))
