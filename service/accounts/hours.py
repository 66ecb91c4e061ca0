"""Opening hours as people write them, brought to the OpenStreetMap syntax and told back in words."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from service.accounts.identifiers import Wrong
from service.kit.clock import from_local, local
from service.kit.hours import HoursUnreadable, check_hours, open_windows
from service.kit.i18n import N_

UNREADABLE = N_("Ces horaires sont illisibles. Écrivez par exemple « lun-ven 8h-18h30, sam 9h-12h ».")

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# French and English names of days, whole or shortened, in any case.
_DAY_NAMES = {
    "Mo": r"lundis?|lun|lu|mondays?|mon",
    "Tu": r"mardis?|mar|ma|tuesdays?|tue",
    "We": r"mercredis?|mer|me|wednesdays?|wed",
    "Th": r"jeudis?|jeu|je|thursdays?|thu",
    "Fr": r"vendredis?|ven|ve|fridays?|fri",
    "Sa": r"samedis?|sam|sa|saturdays?|sat",
    "Su": r"dimanches?|dim|di|sundays?|sun",
}
_HOUR = re.compile(r"\b(\d{1,2})\s*[h:](?:\s*(\d{2})(?!\d))?", re.IGNORECASE)


def read(text: str) -> str:
    """The OpenStreetMap form of what somebody wrote, in that syntax already or in everyday French.

    "lun-ven 8h-18h30, sam 9h-12h" becomes "Mo-Fr 08:00-18:30; Sa 09:00-12:00; PH off": unless public holidays are
    named, a place is shut on them. Empty stays empty: no hours stated.
    """
    text = text.strip()
    if not text:
        return ""
    for candidate in (text, _from_everyday(text)):
        try:
            return check_hours(candidate)
        except HoursUnreadable:
            continue
    raise Wrong(UNREADABLE)


def _from_everyday(text: str) -> str:
    """Our best reading of everyday words; `check_hours` says whether it came out right."""
    said = text.lower().replace("–", "-").replace("—", "-").replace("’", "'")
    said = re.sub(r"\b(fermé|ferme|closed)\s*(les?)?\s*(jours?)?\s*fériés?\b", "PH off", said)
    said = re.sub(r"\b(tous les jours|7j/7|7/7|every day)\b", "Mo-Su", said)
    said = re.sub(r"\b(24h/24|24h|24/24)\b(?!\s*[-à])", "00:00-24:00", said)
    said = re.sub(r"\b(jours?\s+)?fériés?\b", "PH", said)
    said = re.sub(r"\bmidi\b", "12:00", said)
    for day, names in _DAY_NAMES.items():
        said = re.sub(rf"(?<![a-zàéè])(?:{names})\b\.?", day, said)
    said = re.sub(r"\b(du|de|from|le|les)\s+", "", said)
    said = _HOUR.sub(lambda found: f"{int(found[1]):02d}:{found[2] or '00'}", said)
    said = re.sub(r"\s*(-|\bà\b|\bau\b|\bto\b|\bjusqu'à\b)\s*", "-", said)
    said = re.sub(r"\s*(\bet\b|\band\b|&)\s*", ",", said)
    said = re.sub(r"\s*,\s*", ",", said)
    said = re.sub(r"\b(fermé|ferme|closed)\b", "off", said)
    # After a closing hour, a comma before a day begins another rule; before an hour it adds a second opening.
    said = re.sub(r"(\d{2}:\d{2}|off),(?=[A-Z])", r"\1; ", said)
    said = re.sub(r"(?<=[a-z])\s*:\s+(?=\d)", " ", said)
    said = re.sub(r"\s*[;\n]+\s*", "; ", said).strip(" ;.")
    return said if "PH" in said else f"{said}; PH off"


@dataclass(frozen=True)
class DayHours:
    """One weekday (0 is Monday) and its openings as minutes since midnight; the end may pass 24 h."""

    weekday: int
    openings: tuple[tuple[int, int], ...]


def week(expression: str, zone: str, country: str = "FR") -> list[DayHours]:
    """An ordinary week (one without a public holiday) of these hours, Monday first; empty without hours."""
    if not expression.strip():
        return []
    monday = _ordinary_monday()
    midnights = [from_local(monday + timedelta(days=day), datetime.min.time(), zone) for day in range(-1, 9)]
    openings: dict[int, list[tuple[int, int]]] = {}
    for opened, shut in open_windows(expression, midnights[0], midnights[-1], zone, country=country):
        # A night that passes midnight stays one opening of the evening it began; days on end are told day by day.
        pieces = [(opened, shut)]
        if shut - opened > timedelta(hours=24):
            cuts = [opened, *(midnight for midnight in midnights if opened < midnight < shut), shut]
            pieces = list(pairwise(cuts))
        for start, end in pieces:
            day = local(start, zone).date()
            openings.setdefault((day - monday).days, []).append((_minutes(day, start, zone), _minutes(day, end, zone)))
    return [DayHours(weekday, tuple(openings.get(weekday, ()))) for weekday in range(7)]


def _ordinary_monday() -> date:
    """A week of March: no French public holiday falls in it, and no change of the clocks."""
    return date(2026, 3, 9)


def _minutes(day: date, moment: datetime, zone: str) -> int:
    here = local(moment, zone)
    return (here.date() - day).days * 1440 + here.hour * 60 + here.minute


def next_opening(expression: str, now: datetime, zone: str, closed: list[tuple[date, date]]) -> datetime | None:
    """When the place opens next, within three weeks; None while it is open or when it does not open."""
    windows = open_windows(expression, now, now + timedelta(days=21), zone, closed=closed)
    return windows[0][0].astimezone(UTC) if windows and windows[0][0] > now else None
