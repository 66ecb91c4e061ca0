"""Weekly rhythms as people agree on them: RFC 5545 rules, local days, no database, no clock."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rrulestr

from service.kit.days import day_names
from service.kit.i18n import N_, gettext

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Weekly on named days, every week or every second to fourth; its first and last day are said apart.
_WEEKLY = re.compile(r"FREQ=WEEKLY(;INTERVAL=[1-4])?;BYDAY=(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU)){0,6}")

EVERY: dict[int, str] = {
    1: N_("chaque semaine"),
    2: N_("une semaine sur deux"),
    3: N_("une semaine sur trois"),
    4: N_("une semaine sur quatre"),
}


def rule_of(text: str) -> str | None:
    """The rule as it is kept ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"); None for anything but such a rhythm."""
    asked = text.strip().upper().removeprefix("RRULE:")
    parts = dict(part.split("=", 1) for part in asked.split(";") if part.count("=") == 1)
    if len(parts) != asked.count(";") + 1 or not parts.keys() <= {"FREQ", "INTERVAL", "BYDAY"}:
        return None
    interval = "" if parts.get("INTERVAL", "1") == "1" else f";INTERVAL={parts['INTERVAL']}"
    days = sorted(set(parts.get("BYDAY", "").split(",")), key=lambda day: DAYS.index(day) if day in DAYS else 7)
    written = f"FREQ={parts.get('FREQ', '')}{interval};BYDAY={','.join(days)}"
    return written if _WEEKLY.fullmatch(written) else None


def weekly(weekdays: list[int], every: int = 1) -> str:
    """The rule of a form: these weekdays (0 is Monday), every so many weeks."""
    interval = f";INTERVAL={every}" if every > 1 else ""
    return f"FREQ=WEEKLY{interval};BYDAY={','.join(DAYS[day] for day in sorted(set(weekdays)))}"


def rhythm(rule: str) -> tuple[list[int], int]:
    """The weekdays of a rule (0 is Monday) and every how many weeks."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    return [DAYS.index(day) for day in parts["BYDAY"].split(",")], int(parts.get("INTERVAL", "1"))


@lru_cache(maxsize=1024)
def _parsed(rule: str, starts_on: date) -> rrule:
    # Weeks are counted from the Monday of the first day, so that every second week is the same for each weekday.
    monday = starts_on - timedelta(days=starts_on.weekday())
    found = rrulestr(rule, dtstart=datetime.combine(monday, time(0)))
    assert isinstance(found, rrule)
    return found


def falls_on(rule: str, day: date, *, starts_on: date, ends_on: date | None) -> bool:
    """Whether the rhythm has this day."""
    return bool(days_between(rule, day, day, starts_on=starts_on, ends_on=ends_on))


def days_between(rule: str, first: date, last: date, *, starts_on: date, ends_on: date | None) -> list[date]:
    """The days of the rhythm from `first` to `last`, both included."""
    begin = max(first, starts_on)
    end = last if ends_on is None else min(last, ends_on)
    if begin > end:
        return []
    found = _parsed(rule, starts_on).between(datetime.combine(begin, time(0)), datetime.combine(end, time(0)), inc=True)
    return [moment.date() for moment in found]


def rhythm_in_words(rule: str, locale: str) -> str:
    """ "lundi, jeudi, chaque semaine", or "tous les jours"."""
    weekdays, every = rhythm(rule)
    if len(weekdays) == 7 and every == 1:
        return gettext(N_("tous les jours"), locale)
    names = day_names(locale, "wide")
    return f"{', '.join(names[day] for day in weekdays)}, {gettext(EVERY[every], locale)}"
